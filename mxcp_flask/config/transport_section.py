"""The user file's ``transport`` section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, post_load, validate, validates_schema

from mxcp_flask.config import checks
from mxcp_flask.config.addresses import one_spelling
from mxcp_flask.config.fields import FileSchema, Flag, ListOf, Section, Text, Whole, messages
from mxcp_flask.config.model import Transport


class TrustProxy(Flag):
    """A boolean, or the list of the proxies' addresses."""

    default_error_messages = messages("must be true, false or a list of the proxies' addresses")

    _addresses = ListOf(Text(validate=checks.network), validate=checks.at_least_one("must not be empty; write false"))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, list):
            return self._addresses.deserialize(value)
        return super()._deserialize(value, attr, data, **kwargs)


class HttpSchema(FileSchema):
    """``transport.http``."""

    port = Whole(validate=checks.port)
    host = Text(validate=checks.host)
    scheme = Text(validate=validate.OneOf(["http", "https"], error="must be http or https"))
    base_url = Text(validate=checks.public_url)
    path_prefix = Text(validate=checks.path_prefix)
    trust_proxy = TrustProxy()
    stateless = Flag()
    max_request_bytes = Whole(validate=checks.request_size)

    @validates_schema
    def check_together(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse keys that say different things; ``base_url`` says most and needs no other."""
        if "base_url" not in data:
            return
        base = urlsplit(data["base_url"])
        if data.get("scheme", base.scheme) != base.scheme:
            raise ValidationError(f"is {data['scheme']}, but base_url begins with {base.scheme}; remove it", "scheme")
        if data.get("path_prefix", base.path).strip("/") != base.path.strip("/"):
            raise ValidationError(
                "differs from base_url's path; write it there only, and remove it here", "path_prefix"
            )

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give URL and path the one spelling that is compared; there is one place where the path is."""
        prefix = data.pop("path_prefix", "").rstrip("/")
        if "base_url" in data:
            data["base_url"] = one_spelling(data["base_url"])
        elif prefix:
            data["path_prefix"] = prefix
        return data


class TransportSchema(FileSchema):
    """``transport``, loaded as ``Transport``."""

    provider = Text(validate=validate.OneOf(["streamable-http"], error="must be streamable-http, the only one served"))
    http = Section(HttpSchema, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Transport:
        """Return the dataclass, which has the defaults."""
        http = data.pop("http", None) or {}
        return Transport(**data, **http)
