"""The user file's ``logging`` section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from mxcp_flask.config import checks
from mxcp_flask.config.fields import FileSchema, Flag, Text, Whole
from mxcp_flask.config.paths import Places
from mxcp_flask.logs import LogSettings
from mxcp_flask.logs.settings import LEVELS

_OF_FILES = ("max_bytes", "backup_count")


class Level(Text):
    """The name of a level, in any case."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).upper()


class LoggingSchema(FileSchema):
    """``logging``."""

    enabled = Flag()
    format = Text(validate=validate.OneOf(["text", "json"], error="must be text or json"))
    level = Level(validate=validate.OneOf(list(LEVELS), error=f"must be one of {', '.join(LEVELS)}"))
    path = Text(validate=checks.path, allow_none=True)
    max_bytes = Whole(validate=validate.Range(min=10_000, error="must be at least 10000"))
    backup_count = Whole(validate=validate.Range(min=0, max=1_000, error="must be between 0 and 1000"))

    @validates_schema
    def check_file(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what is about a file where there is none."""
        if data.get("path") is None:
            faults = {key: ["is about a log file; set 'path' too"] for key in _OF_FILES if key in data}
            if faults:
                raise ValidationError(faults)


def make_logging(section: Mapping[str, Any], places: Places) -> LogSettings:
    """Return the dataclass for a loaded ``section``, which has the defaults."""
    path = section.get("path")
    return LogSettings(**{**section, "path": places.absolute(path) if path else None})
