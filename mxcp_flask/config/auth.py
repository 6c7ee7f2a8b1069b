"""Makes ``Auth`` from the checked ``auth`` section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mxcp_flask.config.model import Auth, Persistence, PostgresPersistence, Registration
from mxcp_flask.config.paths import Places
from mxcp_flask.config.persistence_section import POSTGRES
from mxcp_flask.providers import PROVIDERS, ProviderSettings

_DATABASE = "~/.mxcp/oauth.db"
_SAME_NAME = ("clients", "authorization", "tokens", "limits")


def make_auth(section: Mapping[str, Any], places: Places) -> Auth:
    """Return the dataclass for a ``section`` that the schema of auth_section loaded."""
    provider = section.get("provider", "none")
    return Auth(
        provider=provider,
        settings=_settings(provider, section.get(provider)),
        persistence=_persistence(section.get("persistence"), places),
        audit_path=places.absolute(section["audit"]["path"]) if "audit" in section else None,
        registration=_registration(section.get("registration") or {}, places),
        **{key: section[key] for key in _SAME_NAME if key in section},
    )


def _settings(provider: str, section: Any) -> ProviderSettings | None:
    if provider == "none":
        return None
    return ProviderSettings(**{**asdict(PROVIDERS[provider].defaults), **section})


def _registration(section: Mapping[str, Any], places: Places) -> Registration:
    file = section.get("document_ca_file")
    return Registration(**{**section, "document_ca_file": places.absolute(file) if file else None})


def _persistence(section: Mapping[str, Any] | None, places: Places) -> Persistence | PostgresPersistence | None:
    if section is None:
        return None
    keys = {key: value for key, value in section.items() if key != "type"}
    if section.get("type") == POSTGRES:
        return PostgresPersistence(**keys)
    return Persistence(**{**keys, "path": places.absolute(section.get("path", _DATABASE))})
