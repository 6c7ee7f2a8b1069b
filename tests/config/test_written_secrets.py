"""Secrets that stand in the user file themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.config.written_secrets import written_secrets


def places(tmp_path: Path, text: str) -> list[str]:
    """Return the places of the secrets in a file with ``text``."""
    path = tmp_path / "config.yml"
    path.write_text(text)
    return [fault.where for fault in written_secrets(path)]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: {github: {client_secret: x}}", "a.github.client_secret"),
        ("metrics: {token: 4711}", "metrics.token"),
        ("clients: [{client_id: c, client_secret: y}]", "clients.0.client_secret"),
        ("persistence: {encryption_keys: 'k1:abc'}", "persistence.encryption_keys"),
        ("persistence: {url: 'postgresql://mxcp:word@db/mxcp'}", "persistence.url"),
        ("secrets: [{name: s3, type: s3, parameters: {KEY_ID: a, SECRET: b}}]", "secrets.0.parameters.SECRET"),
    ],
)
def test_a_written_secret(tmp_path: Path, text: str, where: str) -> None:
    """Each kind of secret must be found where it stands, and what is beside it must not."""
    assert places(tmp_path, text) == [where]


@pytest.mark.parametrize(
    "text",
    [
        "client_secret: ${GITHUB_CLIENT_SECRET}",
        "encryption_keys: 'k1:${KEY}'",
        "url: 'postgresql://mxcp:${WORD}@db/mxcp'",
        "url: postgresql://db/mxcp",
        "url: 'http://['",
        "client_secret: ''",
        "client_secret:",
        "metrics: {enabled: true, path: /token}",
        "tokens: {access_ttl: 60}",
        "token_url: https://h.example/token",
        "",
    ],
)
def test_what_is_none(tmp_path: Path, text: str) -> None:
    """References, empty values and keys of other things must not be taken for secrets."""
    assert places(tmp_path, text) == []
