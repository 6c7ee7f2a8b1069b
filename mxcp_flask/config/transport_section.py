"""The user file's ``transport`` section."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, post_load, validate, validates_schema

from mxcp_flask.config import checks, transport_checks
from mxcp_flask.config.addresses import one_spelling
from mxcp_flask.config.fields import FileSchema, Flag, ListOf, Section, Text, Whole, messages
from mxcp_flask.config.model import Transport
from mxcp_flask.config.references import value_at
from mxcp_flask.config.report import Report
from mxcp_flask.documents import Document, KeyPath
from mxcp_flask.redirect_uris import LOOPBACK_HOSTS, host_of

_BASE_URL: KeyPath = ("transport", "http", "base_url")


class TrustProxy(Flag):
    """A boolean, or the list of the proxies' addresses."""

    default_error_messages = messages("must be true, false or a list of the proxies' addresses")

    _addresses = ListOf(
        Text(validate=transport_checks.proxy), validate=checks.at_least_one("must not be empty; write false")
    )

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if isinstance(value, list):
            return self._addresses.deserialize(value)
        return super()._deserialize(value, attr, data, **kwargs)


class HttpSchema(FileSchema):
    """``transport.http``."""

    port = Whole(validate=checks.port)
    host = Text(validate=transport_checks.host)
    scheme = Text(validate=validate.OneOf(["http", "https"], error="must be http or https"))
    base_url = Text(validate=transport_checks.public_url)
    path_prefix = Text(validate=transport_checks.path_prefix)
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


def check_encryption(user: Document, active: KeyPath, report: Report) -> None:
    """Refuse http where people sign in from other machines: OAuth does not allow it (RFC 6749 §3.1)."""
    url, provider = (value_at(user.data, key) for key in (_BASE_URL, (*active, "auth", "provider")))
    signing_in = isinstance(provider, str) and provider != "none"
    if not (signing_in and isinstance(url, str) and url.lower().startswith("http://")):
        return
    with suppress(ValueError):  # what is no URL has been reported
        if host_of(urlsplit(url)).lower() not in LOOPBACK_HOSTS:
            report.add_fault(user.fault(_BASE_URL, "is http, with which nobody can sign in; write https"))
