"""The ``auth.persistence`` section of a profile in the user file."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validate, validates_schema

from mxcp_flask.config import checks
from mxcp_flask.config.fields import FileSchema, Text, Whole

POSTGRES = "postgresql"
_SQLITE = "sqlite"
_ONLY = {"path": _SQLITE, "url": POSTGRES, "pool_size": POSTGRES}
_NEEDED = {
    "url": "is required with type: postgresql, such as ${DATABASE_URL}",
    "encryption_keys": (
        "is required with type: postgresql, as its servers have no key file in common. Make a key with "
        "'openssl rand -base64 32', and write key1: before it"
    ),
}


class PersistenceSchema(FileSchema):
    """Where the OAuth state is kept."""

    type = Text(validate=validate.OneOf([_SQLITE, POSTGRES], error="must be sqlite or postgresql"))
    path = Text(validate=checks.path)
    url = Text(validate=checks.postgres_url)
    pool_size = Whole(validate=checks.positive)
    encryption_keys = Text()

    @validates_schema
    def check_type(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse keys of the other type, and require those of this one."""
        kind = data.get("type", _SQLITE)
        faults = {key: f"is a key of type: {only}" for key, only in _ONLY.items() if key in data and only != kind}
        if kind == POSTGRES:
            faults |= {key: message for key, message in _NEEDED.items() if key not in data}
        if faults:
            raise ValidationError(dict(faults))
