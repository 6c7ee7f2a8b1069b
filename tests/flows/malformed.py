"""The malformed requests: what any route may get, what any POST may get, and what single parameters may hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
HUGE = "9" * 5000  # more digits than Python turns into a number


@dataclass(frozen=True)
class Attempt:
    """A request, down to what WSGI hands on: header values and query are bytes spelled in Latin-1."""

    path: str
    method: str = "GET"
    query: str = ""
    body: bytes = b""
    content_type: str | None = None
    environ: Mapping[str, str | None] = field(default_factory=dict)  # None removes an entry


METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "G\xcbT", "")
QUERIES = (
    *("%ff", "\xff\xfe", "a=1&a=1", "%00=%00", "a=%ed%a0%80", "=", "%", "&" * 2000, "a[b]=1", "a;b", "\x00"),
    *(
        "x=" + "x" * 100_000,
        "x" * 100_000,
        "client_id=%ff",
        "state=%ff",
        "state=x&state=y",
        "code=\xe9",
        "access_token=x",
    ),
)
HEADERS: tuple[Mapping[str, str | None], ...] = (
    *(
        {"HTTP_HOST": host}
        for host in (None, "", "a b", "evil.example", "localhost, localhost", "localhost:99999", "[::1")
    ),
    *({"HTTP_HOST": host} for host in ("[1.2]", "xn--a", "a..b", "x" * 5000, "\xff", "localhost\x00", "a" * 64 + ".b")),
    *(
        {"HTTP_AUTHORIZATION": value}
        for value in ("Bearer", "Bearer a b", "Bearer \xff", "Basic \xff", "Basic x", "\x00")
    ),
    *(
        {"HTTP_AUTHORIZATION": value}
        for value in ("Basic /////w==", "Basic Og==", "Digest a=b", "Bearer " + "x" * 20_000)
    ),
    *({"CONTENT_LENGTH": value} for value in ("x", "-1", "5", HUGE)),
    *(
        {"CONTENT_TYPE": value}
        for value in ("", "\xff", "a/b/c", "application/json; charset=\xff", "multipart/form-data")
    ),
    *({"HTTP_COOKIE": value} for value in ("\xff=\xff", "=; ;;", "mxcp-", 'a="\\', "x=" + "x" * 20_000)),
    *({"HTTP_ACCEPT": value} for value in ("text/html;q=x", "\xff", ",;", "text/html, " * 500)),
    *({"HTTP_X_FORWARDED_HOST": "evil.example"}, {"HTTP_X_FORWARDED_PROTO": "x\xff"}, {"HTTP_ORIGIN": "http://["}),
    *({"HTTP_MCP_PROTOCOL_VERSION": "\xff"}, {"HTTP_SEC_FETCH_SITE": "\xff"}, {"HTTP_RANGE": "bytes=9-1"}),
    *({"HTTP_IF_MODIFIED_SINCE": "\xff"}, {"HTTP_IF_NONE_MATCH": '"'}, {"HTTP_EXPECT": "x"}, {"HTTP_UPGRADE": "h2c"}),
)
BODIES = (
    *(
        b"",
        b"{",
        b"[1]",
        b'"x"',
        b"null",
        b"5",
        b"true",
        b"{}",
        b"[]",
        b"[[]]",
        b"\xff\xfe{\x00}\x00",
        b"\xef\xbb\xbf{}",
    ),
    *(b"NaN", b'{"id": NaN}', b"1e999", b'{"jsonrpc": "2.0", "id": 1e999, "method": "ping"}', HUGE.encode()),
    *(
        b"[" * 10_000,
        b'{"a":' * 10_000,
        b'{"a": "\\ud800"}',
        b'"\\u0000"',
        b'{"redirect_uris": [1]}',
        b'{"a": 1, "a": 2}',
    ),
    *(b"a=1&a=1", b"a=%ff", b"a=\xff", b"a=%00", b"=", b"&" * 5000, b"grant_type[]=x", b"x=" + b"x" * 70_000),
    *(
        b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": []}',
        b'{"jsonrpc": "2.0", "id": [], "method": 5}',
    ),
    b"x" * (4 * 1024 * 1024 + 1),
)
CONTENT_TYPES = (JSON, FORM, "text/plain", None)

ODD_TEXTS = (
    *(
        b"\xff",
        b"\xed\xa0\x80",
        b"\x00",
        b'"',
        b"'",
        b"\\",
        b"<script>",
        "\u00e9".encode(),
        "\u202e".encode(),
        b"\r\nX: y",
    ),
    *(b"\x7f", b" ", b"{}", b"[]", b"%", b"null", b"x" * 5000, b"https://", b"http://[", b"javascript:alert(1)"),
)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, 5, -1.5, [], {}, [None], [[]], [{}], [1], ["\x00"], ["\ud800"], {"a": [1]}, "\x00", "\ud800", '"'),
    *(
        "x" * 60_000,
        float("nan"),
        float("inf"),
        10**400,
        "\u202e",
        ["http://["],
        ["https://\u00e9.example/"],
        ['https://a/"'],
    ),
)
AUTHORIZE_NAMES = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "resource",
    "prompt",
)
TOKEN_NAMES = ("grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "resource", "scope")
CALLBACK_NAMES = ("code", "state", "error", "error_description", "iss")
CONSENT_NAMES = ("authorization", "csrf_token", "decision")
METADATA_NAMES = (
    *("redirect_uris", "client_name", "grant_types", "response_types", "token_endpoint_auth_method", "scope"),
    *("jwks", "contacts", "logo_uri"),
)
MESSAGE_NAMES = ("jsonrpc", "id", "method", "params")


def for_any_route(path: str) -> Iterator[Attempt]:
    """Yield what no route expects: methods, queries and headers."""
    yield from (Attempt(path, method=method) for method in METHODS)
    yield from (Attempt(path, method=method, query=query) for query in QUERIES for method in ("GET", "POST"))
    yield from (Attempt(path, method=method, environ=environ) for environ in HEADERS for method in ("GET", "POST"))
    yield from (Attempt(path + suffix) for suffix in ("/x", "\xff", "\x00", "//", "/..", "%2f", ";x", "\n"))


def for_any_post(path: str) -> Iterator[Attempt]:
    """Yield bodies that nobody expects, as each content type."""
    yield from (Attempt(path, "POST", body=body, content_type=kind) for body in BODIES for kind in CONTENT_TYPES)


def with_odd_texts(names: tuple[str, ...], good: Mapping[str, str]) -> Iterator[str]:
    """Yield urlencoded parameters, each time with one name's value odd, doubled, or under an array's name."""
    for name in names:
        rest = urlencode({key: value for key, value in good.items() if key != name})
        for text in ODD_TEXTS:
            yield f"{rest}&{name}={quote_from_bytes(text)}"
        yield f"{rest}&{name}=a&{name}=b"
        yield f"{rest}&{name}[]=a"


def with_odd_values(names: tuple[str, ...], good: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield JSON objects, each time with one name's value odd."""
    for name in names:
        yield from (json.dumps({**good, name: value}).encode() for value in ODD_VALUES)
