"""Redirect URIs: the check never fails, never lets a URI through that others read otherwise, and matching is narrow."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from mxcp_flask.oauth.client_documents import is_document_url
from mxcp_flask.oauth.urls import Urls, extended
from mxcp_flask.redirect_uris import LOOPBACK_HOSTS, find_fault, is_loopback, matches
from tests.fuzz.changes import Change, changed, changes
from tests.fuzz.effort import examples
from tests.fuzz.server import URIS
from tests.fuzz.texts import texts, uris

PORT = re.compile(r"(http://(?:localhost|127\.0\.0\.1|\[::1\]))(:[0-9]*)?(?=[/?]|$)(.*)")


@examples(500)
@given(uri=uris | texts)
def test_allowed_uri(uri: str) -> None:
    """What is allowed is visible ASCII, and urllib3 reads the same host in it."""
    if find_fault(uri) is not None:
        return
    parts = urlsplit(uri)

    assert re.fullmatch(r"[\x21-\x7e]+", uri)
    assert not parts.fragment
    assert parts.username is parts.password is None
    if parts.scheme in {"http", "https"}:
        assert (
            parse_url(uri).host == (parts.netloc.rsplit(":", 1)[0] if parts.port else parts.netloc.rstrip(":")).lower()
        )
        assert parts.scheme == "https" or parse_url(uri).host in LOOPBACK_HOSTS


@examples(500)
@given(registered=st.sampled_from(URIS) | uris, made=changes(("uri",)))
def test_matching_uri(registered: str, made: list[Change]) -> None:
    """A URI matches itself when it is allowed; another one matches only when nothing but a loopback port differs."""
    requested = dict(changed({"uri": registered}, made)).get("uri", "")

    assert matches(requested, requested) == (find_fault(requested) is None)
    if requested != registered and matches(registered, requested):
        one, other = PORT.fullmatch(registered), PORT.fullmatch(requested)
        assert one is not None
        assert other is not None
        assert (one[1], one[3]) == (other[1], other[3])
        assert is_loopback(requested)


@examples(300)
@given(one=uris, other=uris)
def test_two_uris(one: str, other: str) -> None:
    """Matching two URIs of any kind never fails, and is the same both ways when both are allowed."""
    found = matches(one, other)

    if find_fault(one) is None:
        assert found == matches(other, one)


@examples(300)
@given(uri=uris, state=texts)
def test_document_url(uri: str, state: str) -> None:
    """Any text may be asked about, and a document's URL may also be redirected to with parameters that come back."""
    state = state.encode("utf-8", "ignore").decode()
    if not is_document_url(uri):
        return
    whole = extended(uri, {"state": state})

    assert whole.startswith(uri)
    assert find_fault(whole.partition("?")[0]) is None
    assert urlsplit(whole).netloc == urlsplit(uri).netloc


@examples(200)
@given(made=changes(("resource",), most=1))
def test_resource(made: list[Change]) -> None:
    """Another resource than ours is not taken for it; case, a last slash and a query do not count (RFC 8707)."""
    urls = Urls("http://localhost:8000")
    asked = dict(changed({"resource": urls.resource}, made)).get("resource", "")

    if urls.names_resource(asked):
        assert re.fullmatch(r"http://localhost:8000/mcp/*(?:\?[^#]*)?#?", re.sub(r"[\t\r\n]", "", asked), re.IGNORECASE)
