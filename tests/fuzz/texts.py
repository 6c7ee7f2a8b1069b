"""Texts, URIs and JSON values that have broken parsers."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NASTY = (
    *("", " ", "  ", "\t", "\x00", "\x7f", "\r\nX: y", "\n", '"', "'", "\\", "<script>", "&", "=", "+", ";", ","),
    *("%", "%00", "%0d%0a", "%2e%2e", "%25", "%ff", "#", "#f", "?", "?a=b", "/", "//", "/..", "/../", "/./", "."),
    *("@", "@evil.example", ".evil.example", "//evil.example", "\\@evil.example", "https://evil.example/", "http://["),
    *(":", ":0", ":80", ":99999", ":x", "javascript:alert(1)", "data:,", "[::1]", "localhost", "LOCALHOST", "127.1"),
    *("\u00e9", "e\u0301", "\u212a", "\u0130", "\u017f", "\uff0f", "\u3002", "\u202e", "\u2028", "\ufeff", "\ud800"),
    *("\U0001f600", "null", "true", "[]", "{}", "-1", "0", "1e999", "9" * 400, "x" * 5000, "a b", "*", "${HOME}"),
    *("S256", "plain", "none", "code", "token", "mxcp:access", "mxcp:admin", "mxcp:access mxcp:admin", "evil"),
)

texts: st.SearchStrategy[str] = st.sampled_from(NASTY) | st.text(max_size=12)
readable_texts = texts.map(lambda text: text.encode("utf-8", "ignore").decode()[:1000])  # by the forms' reader
_scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
_nested = st.lists(_scalars, max_size=3) | st.dictionaries(texts, _scalars, max_size=3)
json_values: st.SearchStrategy[Any] = _scalars | _nested | st.lists(_nested, max_size=2)

_SCHEMES = (
    *("http", "https", "HTTP", "hTTps", "javascript", "data", "ftp", "com.example.app", "cursor", "x", ""),
    *("1x", "h\u0442tp", "blob:https", "view-source", "ws", " https", "http\t"),
)
_HOSTS = (
    *("localhost", "127.0.0.1", "[::1]", "LocalHost", "localhost.", "127.0.0.2", "127.1", "0x7f.1", "2130706433"),
    *("[::ffff:127.0.0.1]", "[::1%25lo]", "[::1", "::1", "app.example", "app.example.", "xn--bcher-kva.example"),
    *("b\u00fccher.example", "localhost.evil.example", "a..b", "-", "_", "", "%6cocalhost", "local\u017fhost"),
)

uris: st.SearchStrategy[str] = st.builds(
    "{}{}{}{}{}{}{}{}".format,
    st.sampled_from(_SCHEMES),
    st.sampled_from(("://", ":", ":/", ":///", "//", ":\\\\", "")),
    st.sampled_from(("", "", "", "a@", "a:b@", "@", "localhost@", "evil.example\\@")),
    st.sampled_from(_HOSTS) | texts,
    st.sampled_from(("", "", ":", ":1", ":80", ":49153", ":65535", ":65536", ":99999", ":x", ":\u0661", ":+1", ":1:2")),
    st.sampled_from(("", "/", "/cb", "/a/../cb", "/%2e%2e/cb", "//cb", "/cb;x", "/a%2fb", "/a%5Cb", "/\u00e9")) | texts,
    st.sampled_from(("", "", "?", "?a", "?a=b&c", "?next=/../", "??")) | texts.map("?{}".format),
    st.sampled_from(("", "", "#", "#f")),
)


def header(text: str) -> str:
    """Return ``text`` as a WSGI server hands on a header's value: bytes in Latin-1, without line breaks around it."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r", " ").replace("\n", " ")
