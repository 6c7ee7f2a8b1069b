"""The configuration files: settings, or one error that names no secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.config import Settings, load_settings
from mxcp_flask.errors import ConfigurationError
from mxcp_flask.redirect_uris import find_fault
from tests.fuzz.changes import Alteration, alterations, altered
from tests.fuzz.effort import examples
from tests.fuzz.texts import texts
from tests.support.site import CLIENT_SECRET, Site

SITE: dict[str, Any] = {
    "mxcp": 1,
    "project": "demo",
    "profile": "dev",
    "secrets": ["s3"],
    "extensions": ["httpfs", {"name": "h3", "repo": "community"}],
    "sql_tools": {"enabled": False},
    "profiles": {"dev": {"duckdb": {"path": "x.duckdb", "readonly": True, "memory_limit": "1GB", "timeout": 1.5}}},
}
CLIENT = {
    "client_id": "app",
    "client_secret": "${GITHUB_CLIENT_SECRET}",
    "name": "App",
    "redirect_uris": ["https://app.example/cb", "com.example.app:/cb"],
    "grant_types": ["authorization_code"],
    "scopes": ["mxcp:access"],
}
AUTH: dict[str, Any] = {
    "provider": "github",
    "github": {
        "client_id": "x",
        "client_secret": "${GITHUB_CLIENT_SECRET}",
        "scope": "user:email read:org",
        "callback_path": "/github/callback",
        "auth_url": "https://github.example/authorize",
    },
    "clients": [CLIENT, {"client_id": "public", "name": "Public"}],
    "persistence": {"type": "sqlite", "path": "~/oauth.db", "encryption_keys": "1:${GITHUB_CLIENT_SECRET}"},
    "authorization": {
        "required_scopes": ["mxcp:access"],
        "allow": {"emails": ["*@example.org"]},
        "scope_grants": {"mxcp:admin": {"users": ["github:4711"]}},
    },
    "audit": {"path": "audit.jsonl"},
    "tokens": {"access_ttl": 60, "refresh_grace": 0},
    "registration": {"enabled": True, "rate_limit": 5, "document_hosts": ["localhost"]},
}
SECRETS = [{"name": "s3", "type": "s3", "parameters": {"KEY": "${GITHUB_CLIENT_SECRET}"}}]
HTTP = {"port": 8000, "host": "localhost", "base_url": "https://mcp.example/", "trust_proxy": ["10.0.0.0/8"]}
LOGGING = {"format": "json", "level": "INFO", "path": "~/log", "max_bytes": 20_000, "backup_count": 3}
METRICS = {"enabled": True, "path": "/metrics", "allow": ["10.0.0.0/8"], "token": "${GITHUB_CLIENT_SECRET}"}
WATCHING = {"logging": LOGGING, "metrics": METRICS}
SECTIONS: dict[str, Any] = {**AUTH, **WATCHING, "secrets": SECRETS, "transport": {"http": HTTP}, "mxcp": "1.0.0"}
WORDS = texts | st.sampled_from(
    (
        *(
            "${HOME}",
            "${UNSET}",
            "${",
            "vault://x",
            "op://x",
            "~",
            "~root",
            "~/x",
            "/mcp",
            "/token",
            "none",
        ),
        *("dev", "other", "demo", "atlassian", "auth", "provider", ":memory:", "1TB", "0.0.0.0", "::1", "10.0.0.0/33"),
    )
)


def as_variable(text: str) -> str:
    """Return ``text`` as an environment variable can have it: bytes other than zero."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape").replace("\x00", "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a project's folder with its user file."""
    return Site(tmp_path_factory.mktemp("settings") / "site")


@examples(120)
@given(name=st.sampled_from(tuple(SECTIONS)), made=alterations(words=WORDS))
def test_altered_user_file(site: Site, name: str, made: list[Alteration]) -> None:
    """A user file gives settings, or an error that says what is wrong and shows no secret."""
    write(site, SITE, user_file({**SECTIONS, name: altered(SECTIONS[name], made)}))

    check(site, {})


@examples(60)
@given(
    made=alterations(words=WORDS),
    environ=st.dictionaries(
        st.sampled_from(("MXCP_PROFILE", "MXCP_DUCKDB_PATH", "MXCP_READONLY", "MXCP_CONFIG", "HOME")),
        WORDS.map(as_variable),
        max_size=1,
    ),
)
def test_altered_site_file(site: Site, made: list[Alteration], environ: dict[str, str]) -> None:
    """A site file and an environment give settings, or an error that says what is wrong and shows no secret."""
    write(site, altered(SITE, made), user_file(SECTIONS))

    check(site, environ)


@examples(50)
@given(text=texts, at=st.integers(0, 3000), which=st.booleans())
def test_damaged_file(site: Site, text: str, at: int, which: bool) -> None:
    """A file with text put in anywhere gives settings, or an error that shows no secret."""
    write(site, SITE, user_file(SECTIONS))
    path: Path = site.config if which else site.project / "mxcp-site.yml"
    whole = path.read_text(encoding="utf-8")
    at %= len(whole)
    path.write_bytes((whole[:at] + text + whole[at:]).encode("utf-8", "surrogatepass"))

    check(site, {})


def user_file(sections: dict[str, Any]) -> dict[str, Any]:
    """Return the user file that has these sections, each at its place."""
    auth = {name: sections[name] for name in AUTH}
    profiles = {"dev": {"auth": auth, "secrets": sections["secrets"]}, "other": {}}
    projects = {"demo": {"profiles": profiles}}
    others = {name: sections[name] for name in ("mxcp", "transport", *WATCHING)}
    return {"projects": projects, **others}


def write(site: Site, project: Any, user: Any) -> None:
    """Write both files. JSON is YAML."""
    site.write("mxcp-site.yml", json.dumps(project))
    site.config.write_text(json.dumps(user), encoding="utf-8")


def check(site: Site, environ: dict[str, str]) -> None:
    """Hold that the files load, into values that can be used, or are refused."""
    try:
        settings = load_settings(site.project, {**site.environ, **environ})
    except ConfigurationError as error:
        check_text(str(error))
    else:
        check_settings(settings)


def check_text(text: str) -> None:
    """Hold that the error says something, and shows no secret."""
    assert text.strip()
    assert CLIENT_SECRET not in text


def check_settings(settings: Settings) -> None:
    """Hold that the settings are whole, and show no secret."""
    assert CLIENT_SECRET not in repr(settings)
    assert settings.auth.provider in {"none", "github", "atlassian", "salesforce"}
    assert (settings.auth.settings is None) == (settings.auth.provider == "none")
    assert all(find_fault(uri) is None for client in settings.auth.clients for uri in client.redirect_uris)
    assert 0 < settings.transport.port < 65536
    assert settings.project_dir.is_absolute()
