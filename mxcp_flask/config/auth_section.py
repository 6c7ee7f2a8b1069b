"""The ``auth`` section of a profile in the user file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, post_load, validate, validates_schema

from mxcp_flask.config import checks
from mxcp_flask.config.fields import FileSchema, Flag, ListOf, MapOf, Section, Text, Whole
from mxcp_flask.config.model import Authorization, Limits, Tokens
from mxcp_flask.config.persistence_section import PersistenceSchema
from mxcp_flask.digests import digest
from mxcp_flask.providers import PROVIDERS
from mxcp_flask.records import Client, People

CREDENTIALS = ("client_id", "client_secret")

_GRANT_TYPES = ("authorization_code", "refresh_token")
_CLIENT_DEFAULTS = {
    "redirect_uris": ("http://127.0.0.1:49153/oauth/callback",),  # of the MCP command line client
    "grant_types": ("authorization_code",),
    "scopes": ("mxcp:access",),
}


class ScopeText(Text):
    """Scopes with spaces between them (RFC 6749 §3.3); none is allowed."""

    def __init__(self) -> None:
        super().__init__(blank=True, validate=checks.scope_text)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        return " ".join(super()._deserialize(value, attr, data, **kwargs).split())


class ProviderSchema(FileSchema):
    """``auth.github`` and its like. Credentials may be missing here: only the selected provider's are needed."""

    client_id = Text(blank=True, allow_none=True)
    client_secret = Text(blank=True, allow_none=True)
    scope = ScopeText()
    callback_path = Text(validate=checks.callback_path)
    auth_url = Text(validate=checks.authorization_url)
    token_url = Text(validate=checks.provider_url)
    api_url = Text(validate=checks.provider_url)


class ClientSchema(FileSchema):
    """One of ``auth.clients``, loaded as ``Client``."""

    client_id = Text(required=True, validate=checks.client_id)
    name = Text(required=True)
    client_secret = Text(error_messages={"blank": "must not be empty; leave it out for a public client"})
    redirect_uris = ListOf(Text(validate=checks.redirect_uri), validate=checks.at_least_one("must name at least one"))
    grant_types = ListOf(
        Text(validate=validate.OneOf(_GRANT_TYPES, error="must be authorization_code or refresh_token")),
        validate=checks.at_least_one("must name at least one"),
    )
    scopes = ListOf(Text(validate=checks.scope_token))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Client:
        """Return the record, with the secret's digest in place of the secret."""
        data = {**_CLIENT_DEFAULTS, **data}
        secret = data.pop("client_secret", None)
        return Client(
            **data,
            allowed_scopes=data["scopes"],
            secret_hash=digest(secret) if secret else None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            configured=True,
        )


class PeopleSchema(FileSchema):
    """Lists of people, loaded as ``People``."""

    users = ListOf(Text())
    emails = ListOf(Text(validate=checks.email))
    organizations = ListOf(Text())

    @validates_schema
    def check_somebody(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse empty lists: they could be read as nobody or as everybody."""
        if not any(data.values()):
            raise ValidationError("must name at least one of users, emails and organizations")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> People:
        """Return the dataclass."""
        return People(**data)


class AuthorizationSchema(FileSchema):
    """``auth.authorization``, loaded as ``Authorization``."""

    required_scopes = ListOf(Text(validate=checks.scope_token))
    allow = Section(PeopleSchema)
    scope_grants = MapOf(keys=Text(validate=checks.scope_token), values=Section(PeopleSchema))
    scope_descriptions = MapOf(keys=Text(validate=checks.scope_token), values=Text(validate=checks.description))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Authorization:
        """Return the dataclass, which has the defaults."""
        return Authorization(**data)


class AuditSchema(FileSchema):
    """``auth.audit``."""

    path = Text(required=True, validate=checks.path)


class TokensSchema(FileSchema):
    """``auth.tokens``, loaded as ``Tokens``."""

    access_ttl = Whole(validate=checks.positive)
    refresh_ttl = Whole(validate=checks.positive)
    code_ttl = Whole(validate=checks.positive)
    refresh_grace = Whole(validate=checks.not_negative)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Tokens:
        """Return the dataclass, which has the defaults."""
        return Tokens(**data)


class RegistrationSchema(FileSchema):
    """``auth.registration``."""

    enabled = Flag()
    rate_limit = Whole(validate=checks.positive)
    total_limit = Whole(validate=checks.positive)
    unused_ttl = Whole(validate=checks.positive)
    idle_ttl = Whole(validate=checks.positive)
    documents = Flag()
    document_hosts = ListOf(Text(validate=checks.host_name))
    document_ca_file = Text(validate=checks.path)


class LimitsSchema(FileSchema):
    """``auth.limits``, loaded as ``Limits``."""

    calls_per_person = Whole(validate=checks.not_negative)
    calls_per_client = Whole(validate=checks.not_negative)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Limits:
        """Return the dataclass, which has the defaults."""
        return Limits(**data)


class AuthSchema(FileSchema):
    """``auth`` but for the providers' own sections; ``auth_schema`` has these too."""

    provider = Text()
    clients = ListOf(Section(ClientSchema))
    persistence = Section(PersistenceSchema)
    authorization = Section(AuthorizationSchema)
    audit = Section(AuditSchema)
    tokens = Section(TokensSchema)
    registration = Section(RegistrationSchema)
    limits = Section(LimitsSchema)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_client_ids(self, _data: dict[str, Any], original: Any, **_: Any) -> None:
        """Refuse a client identifier that an earlier client has."""
        faults = repeated(entries_of(original, "clients"), "client_id")
        if faults:
            raise ValidationError({"clients": faults})


def auth_schema() -> Schema:
    """Return the schema of ``auth``, in which every provider that there is has a section of its name."""
    return AuthSchema.from_dict({name: Section(ProviderSchema, allow_none=True) for name in PROVIDERS})()


def entries_of(original: Any, key: str) -> Any:
    """Return what stands under ``key`` of a section as it came, which may be no mapping at all."""
    return original.get(key) if isinstance(original, Mapping) else None


def repeated(entries: Any, key: str) -> dict[int, dict[str, list[str]]]:
    """Return marshmallow's messages for the ``entries`` whose ``key`` an earlier entry has."""
    seen: Counter[str] = Counter()
    messages: dict[int, dict[str, list[str]]] = {}
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        value = entry.get(key) if isinstance(entry, Mapping) else None
        if isinstance(value, str) and seen[value]:
            messages[index] = {key: ["is already that of another entry"]}
        seen[str(value)] += 1
    return messages
