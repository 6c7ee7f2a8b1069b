"""What holds when a key is left out, where the code has it as a value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mxcp_flask.config.auth_section import AuthSchema, LimitsSchema, RegistrationSchema, TokensSchema
from mxcp_flask.config.logging_section import LoggingSchema
from mxcp_flask.config.metrics_section import MetricsSchema
from mxcp_flask.config.model import (
    Auth,
    Limits,
    MetricsSettings,
    PostgresPersistence,
    Registration,
    Settings,
    SqlTools,
    Tokens,
    Transport,
)
from mxcp_flask.config.persistence_section import PersistenceSchema
from mxcp_flask.config.site_file import DuckdbSchema, SiteFileSchema, SqlToolsSchema
from mxcp_flask.config.transport_section import HttpSchema, TransportSchema
from mxcp_flask.engine import DatabaseSettings
from mxcp_flask.logs import LogSettings

_HOLDERS: dict[type[Any], Any] = {
    AuthSchema: Auth(),
    DuckdbSchema: DatabaseSettings(path=Path()),
    HttpSchema: Transport(),
    LimitsSchema: Limits(),
    LoggingSchema: LogSettings(),
    MetricsSchema: MetricsSettings(),
    PersistenceSchema: PostgresPersistence("", ""),
    RegistrationSchema: Registration(),
    SiteFileSchema: Settings,
    SqlToolsSchema: SqlTools(),
    TokensSchema: Tokens(),
    TransportSchema: Transport(),
}
_ELSEWHERE = (DuckdbSchema, "path"), (PersistenceSchema, "url"), (PersistenceSchema, "encryption_keys")


def default_of(schema: type[Any], key: str) -> str:
    """Return the default as one would write it; empty when there is none, or none that is a plain value."""
    if any(issubclass(schema, kind) and key == name for kind, name in _ELSEWHERE):
        return ""
    for kind, holder in _HOLDERS.items():
        if issubclass(schema, kind):
            return _written(getattr(holder, key, None))
    return ""


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, (str, int, float)) and value != "":
        return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
    return ""
