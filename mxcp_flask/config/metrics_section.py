"""The user file's ``metrics`` section."""

from __future__ import annotations

from typing import Any

from marshmallow import post_load, validate

from mxcp_flask.config import checks
from mxcp_flask.config.fields import FileSchema, Flag, ListOf, Text
from mxcp_flask.config.model import MetricsSettings
from mxcp_flask.digests import digest


class MetricsSchema(FileSchema):
    """``metrics``, loaded as ``MetricsSettings``."""

    enabled = Flag()
    path = Text(validate=checks.metrics_path)
    allow = ListOf(Text(validate=checks.network), validate=checks.at_least_one("must not be empty; leave it out"))
    token = Text(
        validate=validate.Regexp(
            r"[\x21-\x7e]{16,}\Z",
            error="must be at least 16 visible ASCII characters, such as 'openssl rand -hex 32' prints",
        )
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> MetricsSettings:
        """Return the dataclass, with the token's digest in place of the token."""
        token = data.pop("token", None)
        return MetricsSettings(**data, token_hash=digest(token) if token else None)
