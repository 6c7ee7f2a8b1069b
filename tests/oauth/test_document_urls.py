"""Which client identifiers are URLs of documents, in mxcp_flask.oauth.client_documents."""

from __future__ import annotations

import pytest

from mxcp_flask.oauth.client_documents import is_document_url


@pytest.mark.parametrize(
    "client_id",
    [
        "https://app.test/client.json",
        "https://app.test:8443/a",
        "https://App.test/A/b",
        "https://app.test//",
        "https://app.test/a/",
        "https://a/b",
        "https://[2606:4700::1111]/a",
        "https://app.test/.well-known/client",
        "https://app.test/a..b",
        "https://app.test/%41",
    ],
)
def test_document_url(client_id: str) -> None:
    """An https URL with a path is the URL of a document."""
    assert is_document_url(client_id)


@pytest.mark.parametrize(
    "client_id",
    [
        "",
        "app",
        "5b0a4f3e-9b8f-4f0c-8a55-9f1d3f3f2f11",
        "http://app.test/a",
        "HTTPS://app.test/a",
        "ftp://app.test/a",
        "https://app.test",
        "https://app.test/",
        "https:///a",
        "https://:443/a",
        "https:app.test/a",
        "https:/app.test/a",
        "https://me@app.test/a",
        "https://me:word@app.test/a",
        "https://app.test/a#b",
        "https://app.test/a#",
        "https://app.test/a?b=c",
        "https://app.test/a?",
        "https://app.test?a",
        "https://app.test/./a",
        "https://app.test/../a",
        "https://app.test/a/..",
        "https://app.test/%2e%2E/a",
        "https://app.test/.%2e",
        "https://app.test/a b",
        "https://app.test/a\n",
        " https://app.test/a",
        "https://app.test/é",
        "https://app.test\\a",
        "https://app.test:x/a",
        "https://app.test/" + "a" * 2000,
        "https://app.test:99999/a",
    ],
)
def test_no_document_url(client_id: str) -> None:
    """Anything else is not."""
    assert not is_document_url(client_id)
