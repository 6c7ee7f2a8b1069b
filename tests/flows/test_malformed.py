"""Every route gets every kind of malformed request and has a designed answer: no 5xx, and JSON where JSON is due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.flows import malformed
from tests.flows.malformed import FORM, JSON, Attempt
from tests.support.site import COMPOUND, Site
from tests.support.visitor import BASE, REDIRECT_URI, Visitor

PAGES = frozenset({"/", "/style.css", "/favicon.ico", "/authorize", "/account", "/github/callback"})
COMPOUND_NAMES = ("number", "share", "text", "day", "many", "one", "unknown", "sql", "")


@pytest.fixture
def site(site: Site) -> Site:
    """Return the site with a tool that has parameters of every type."""
    site.write("tools/compound.yml", COMPOUND)
    return site


def send(app: Flask, attempt: Attempt) -> tuple[int, Headers, bytes]:
    """Hand the request to the application as a WSGI server does, byte by byte."""
    builder = EnvironBuilder(base_url=BASE, method=attempt.method, data=attempt.body, content_type=attempt.content_type)
    environ = builder.get_environ()
    environ |= {"PATH_INFO": attempt.path, "QUERY_STRING": attempt.query, **attempt.environ}
    given = {name: value for name, value in environ.items() if value is not None}
    chunks, status, headers = run_wsgi_app(app.wsgi_app, given, buffered=True)
    return int(status.split()[0]), headers, b"".join(chunks)


def fault_of(app: Flask, attempt: Attempt) -> str | None:
    """Send the request, and say what is wrong with the answer."""
    status, headers, body = send(app, attempt)
    kind = headers.get("Content-Type", "").partition(";")[0]
    location = headers.get("Location", "")
    if status >= 500:
        return f"status {status}"
    if 300 <= status < 400 and not location.startswith(f"{REDIRECT_URI}?error="):
        return f"redirect to {location}"
    if kind == "text/html" and body and status != 302 and f"/{attempt.path.lstrip('/')}" not in PAGES:
        return "HTML"
    if kind == JSON and body and not isinstance(json.loads(body), (dict, list)):
        return "odd JSON"
    if status >= 400 and kind == JSON and attempt.method != "HEAD" and "error" not in json.loads(body):
        return "JSON without error"
    return None if kind in {"text/html", "text/css", "image/svg+xml", JSON} else f"content type {kind!r}"


def faults_of(app: Flask, attempts: Iterable[Attempt]) -> tuple[int, list[str]]:
    """Send all requests; return how many, and what was wrong."""
    count, faults = 0, []
    for attempt in attempts:
        count += 1
        fault = fault_of(app, attempt)
        if fault is not None:
            faults.append(f"{fault}: {attempt}"[:500])
    return count, faults


def form(path: str, bodies: Iterable[str], **environ: str) -> Iterator[Attempt]:
    """Yield posts of forms."""
    return (Attempt(path, "POST", body=body.encode(), content_type=FORM, environ=environ) for body in bodies)


def post_json(path: str, bodies: Iterable[bytes], **environ: str) -> Iterator[Attempt]:
    """Yield posts of JSON."""
    return (Attempt(path, "POST", body=body, content_type=JSON, environ=environ) for body in bodies)


def test_every_route_with_everything(app: Flask) -> None:
    """Each route of the application gets every odd method, query and header, and each POST every odd body."""
    rules = list(app.url_map.iter_rules())
    total = 0
    for rule in rules:
        attempts = list(malformed.for_any_route(rule.rule))
        if "POST" in (rule.methods or set()):
            attempts += malformed.for_any_post(rule.rule)
        count, faults = faults_of(app, attempts)

        assert faults == [], rule.rule
        assert count > 100
        total += count
    assert len(rules) >= 15
    assert total >= 2000


def test_authorization_requests(app: Flask, visitor: Visitor) -> None:
    """Each parameter of an otherwise good request takes any bytes; only its own redirect URI is redirected to."""
    good = visitor.authorization_request(visitor.register()["client_id"], prompt="x", resource=f"{BASE}/mcp")
    queries = list(malformed.with_odd_texts(malformed.AUTHORIZE_NAMES, good))
    count, faults = faults_of(app, (Attempt("/authorize", query=query) for query in queries))

    assert faults == []
    assert count == len(malformed.AUTHORIZE_NAMES) * (len(malformed.ODD_TEXTS) + 2)


def test_consent_answers(app: Flask, visitor: Visitor) -> None:
    """Each field of the consent page takes any bytes, with and without the page's cookie."""
    page = visitor.ask(visitor.authorization_request(visitor.register()["client_id"]))
    cookie = page.headers["Set-Cookie"].split(";")[0]
    good = {"authorization": "x", "csrf_token": "x", "decision": "approve"}
    bodies = list(malformed.with_odd_texts(malformed.CONSENT_NAMES, good))

    assert faults_of(app, form("/authorize", bodies))[1] == []
    assert faults_of(app, form("/authorize", bodies, HTTP_COOKIE=cookie))[1] == []


def test_callbacks(app: Flask) -> None:
    """Each parameter of the provider's callback takes any bytes."""
    queries = malformed.with_odd_texts(malformed.CALLBACK_NAMES, {"code": "x", "state": "x"})

    assert faults_of(app, (Attempt("/github/callback", query=query) for query in queries))[1] == []


@pytest.mark.parametrize("grant_type", ["authorization_code", "refresh_token", "password"])
def test_token_requests(app: Flask, visitor: Visitor, grant_type: str) -> None:
    """Each parameter of a token request takes any bytes, for a known client and one that authenticates by header."""
    client_id = visitor.register()["client_id"]
    code = visitor.sign_in(client_id)["code"]
    good = {"grant_type": grant_type, "client_id": client_id, "code": code, "code_verifier": visitor.verifier}
    good["redirect_uri"] = REDIRECT_URI
    bodies = list(malformed.with_odd_texts(malformed.TOKEN_NAMES, good))

    assert faults_of(app, form("/token", bodies))[1] == []
    assert faults_of(app, form("/token", bodies, HTTP_AUTHORIZATION="Basic bm9ib2R5OsO/"))[1] == []


def test_registrations(app: Flask) -> None:
    """Each member of the metadata takes any JSON value."""
    good = {"redirect_uris": [REDIRECT_URI], "client_name": "x", "grant_types": ["authorization_code"]}
    bodies = list(malformed.with_odd_values(malformed.METADATA_NAMES, good))

    assert faults_of(app, post_json("/register", bodies))[1] == []


def test_messages(app: Flask, visitor: Visitor) -> None:
    """With a token, each member of a message and each argument of a tool takes any JSON value, in both eras."""
    bearer = f"Bearer {visitor.get_token()}"
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "compound"}}
    bodies = list(malformed.with_odd_values(malformed.MESSAGE_NAMES, message))
    odd_params = malformed.with_odd_values(("name", "arguments", "_meta", "cursor"), {"name": "compound"})
    bodies += [b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": %s}' % params for params in odd_params]
    call = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "compound", "arguments": %s}}'
    bodies += [call % arguments for arguments in malformed.with_odd_values(COMPOUND_NAMES, {})]

    for version in ("2025-11-25", "2025-03-26", "2026-07-28", "\xff"):
        headers = {"HTTP_AUTHORIZATION": bearer, "HTTP_MCP_PROTOCOL_VERSION": version, "HTTP_MCP_METHOD": "tools/call"}

        assert faults_of(app, post_json("/mcp", bodies, **headers))[1] == []
    assert len(bodies) > 300


def test_bodies_with_a_token(app: Flask, visitor: Visitor) -> None:
    """Whatever a signed-in client posts is answered in JSON-RPC or refused."""
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {visitor.get_token()}"}
    attempts = [
        Attempt(entry.path, "POST", body=entry.body, content_type=entry.content_type, environ=bearer)
        for entry in malformed.for_any_post("/mcp")
    ]

    assert faults_of(app, attempts)[1] == []


def test_a_fault_would_be_found(app: Flask) -> None:
    """The check finds a 500, a page in JSON's place, a redirect elsewhere, and an unknown content type."""
    views = app.view_functions
    answers = {
        "metadata.protected_resource": "<p>page</p>",
        "health.health": ("", 500),
        "health.ready": ("", 302, {"Location": "https://evil.example/"}),
        "pages.landing": ("x", 200, {"Content-Type": "text/plain"}),
    }
    for endpoint, answer in answers.items():
        views[endpoint] = lambda answer=answer: answer
    paths = ("/.well-known/oauth-protected-resource", "/health", "/ready", "/", "/style.css")

    assert [fault_of(app, Attempt(path)) for path in paths] == [
        "HTML",
        "status 500",
        "redirect to https://evil.example/",
        "content type 'text/plain'",
        None,
    ]
