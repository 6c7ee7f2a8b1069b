"""The user file's ``transport`` section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from marshmallow import post_load, validate

from mxcp_flask.config import checks
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
    trust_proxy = TrustProxy()
    stateless = Flag()
    max_request_bytes = Whole(validate=checks.request_size)

    @post_load
    def normalise(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Give ``base_url`` the one spelling that is compared: host in lower case, no slash at the end."""
        if "base_url" in data:
            parts = urlsplit(data["base_url"])
            data["base_url"] = f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"
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
