"""What the records decide: clients' bounds, people's names, and what a repr may show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.records import (
    ANONYMOUS,
    AuthorizationCode,
    Client,
    Grant,
    Identity,
    PendingAuthorization,
    People,
    ProviderToken,
    Token,
    User,
)

ADA = User("github", "4711", "Ada-Fixture", "Ada", "Ada@Example.org", username_unique=True)
PUBLIC = Client(
    client_id="client-1",
    name="A client",
    redirect_uris=("http://127.0.0.1/cb",),
    scopes=("a",),
    allowed_scopes=("a", "b"),
)
CONFIDENTIAL = replace(PUBLIC, secret_hash=digest("secret"), token_endpoint_auth_method="client_secret_basic")


def test_subject_is_provider_and_identifier() -> None:
    """A person's name among all is the provider's immutable identifier, never the login (T25)."""
    assert ADA.subject == "github:4711"
    assert replace(ADA, username="renamed", email=None).subject == ADA.subject


@pytest.mark.parametrize(
    ("people", "included"),
    [
        (People(), False),
        (People(users=("github:4711",)), True),
        (People(users=("GitHub:4711",)), True),
        (People(users=("ada-fixture",)), True),
        (People(users=("4711",)), False),
        (People(users=("github:47110",)), False),
        (People(users=("gitlab:4711",)), False),
        (People(users=("ada",)), False),
        (People(users=("Ada",)), False),
        (People(users=("",)), False),
        (People(users=("*",)), False),
        (People(emails=("ada@example.org",)), True),
        (People(emails=("*@EXAMPLE.org",)), True),
        (People(emails=("*@xample.org",)), False),
        (People(emails=("*@example.org.evil.example",)), False),
        (People(emails=("*@sub.example.org",)), False),
        (People(emails=("*@org",)), False),
        (People(emails=("*",)), False),
        (People(emails=("@example.org",)), False),
        (People(emails=("bo@example.org",)), False),
        (People(users=("bo",), emails=("*@example.org",)), True),
    ],
)
def test_people_are_named_exactly(people: People, included: bool) -> None:
    """Nothing but case is forgiven in a list of people."""
    assert people.includes(ADA) is included


@pytest.mark.parametrize(
    "email",
    [
        None,
        "",
        "example.org",
        "ada@evil.example@example.org",
        "ada@example.org@evil.example",
        "@evil.example@example.org",
        "ada@example.org ",
        "ada@sub.example.org",
        "ada@example.org.",
    ],
)
def test_doubtful_address_belongs_to_no_domain(email: str | None) -> None:
    """An address with several @, or none, or something around it, matches no list (T25)."""
    listed = ("*@example.org", "ada@example.org", "*@", "ada@evil.example@example.org", "@evil.example@example.org")

    assert not People(emails=listed).includes(replace(ADA, email=email))


def test_organization_counts() -> None:
    """A person is on the list by an organization that the provider vouches for, whole and in any case."""
    member = replace(ADA, organizations=("Observatory",))

    assert People(organizations=("observatory",)).includes(member)
    assert not People(organizations=("observatory",)).includes(ADA)
    assert not People(organizations=("observ",)).includes(member)
    assert not People(organizations=("ada-fixture",)).includes(member)


@pytest.mark.parametrize(
    ("uris", "default"), [((), None), (("https://a.example/cb",), "https://a.example/cb"), (("a:/b", "c:/d"), None)]
)
def test_default_redirect_uri(uris: tuple[str, ...], default: str | None) -> None:
    """Only a single redirect URI may be left out of a request."""
    assert replace(PUBLIC, redirect_uris=uris).get_default_redirect_uri() == default


@pytest.mark.parametrize(
    ("uri", "held"),
    [
        ("http://127.0.0.1/cb", True),
        ("http://127.0.0.1:8080/cb", True),
        ("http://localhost/cb", False),
        ("https://evil.example/cb", False),
        ("", False),
    ],
)
def test_redirect_uri_must_be_registered(uri: str, held: bool) -> None:
    """A client's redirect URIs are its registered ones, the port of a loopback host being free."""
    assert PUBLIC.check_redirect_uri(uri) is held


def test_redirect_uri_that_slipped_in_is_refused() -> None:
    """A dangerous URI stays dangerous even if it stands in the store."""
    assert not replace(PUBLIC, redirect_uris=("javascript:alert(1)",)).check_redirect_uri("javascript:alert(1)")


@pytest.mark.parametrize(
    ("client", "secret", "right"),
    [
        (CONFIDENTIAL, "secret", True),
        (CONFIDENTIAL, "Secret", False),
        (CONFIDENTIAL, "", False),
        (CONFIDENTIAL, digest("secret"), False),
        (CONFIDENTIAL, "\ud800", False),
        (PUBLIC, "", False),
        (PUBLIC, "secret", False),
    ],
)
def test_client_secret(client: Client, secret: str, right: bool) -> None:
    """Only the secret itself proves a client; a public client has none to guess."""
    assert client.check_client_secret(secret) is right


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authentication_methods(method: str) -> None:
    """Who has a secret uses it, either way, and never ``none``."""
    assert CONFIDENTIAL.check_endpoint_auth_method(method, "token")
    assert not CONFIDENTIAL.check_endpoint_auth_method("none", "token")
    assert not PUBLIC.check_endpoint_auth_method(method, "token")
    assert PUBLIC.check_endpoint_auth_method("none", "token")


def test_response_and_grant_types() -> None:
    """A client has the code flow, and the grants that it registered."""
    assert PUBLIC.check_response_type("code")
    assert not PUBLIC.check_response_type("token")
    assert PUBLIC.check_grant_type("authorization_code")
    assert not PUBLIC.check_grant_type("password")


@pytest.mark.parametrize(
    ("scope", "allowed"), [("a b", "a b"), ("b a b", "b a"), ("c", None), ("a c", "a"), (None, "a"), ("", "a")]
)
def test_allowed_scope(scope: str | None, allowed: str | None) -> None:
    """A client gets the part of the scope that it may have, in its order; nothing left is None."""
    assert PUBLIC.get_allowed_scope(scope) == allowed


def test_client_that_may_have_nothing() -> None:
    """Without allowed scopes there is none, not even a default."""
    assert replace(PUBLIC, allowed_scopes=()).get_allowed_scope(None) is None


def test_token_belongs_to_its_client() -> None:
    """A token knows its client and its lifetime, counted from its issue."""
    token = Token(
        token_hash=digest("token"),
        kind="access",
        grant_id="grant",
        client_id="client-1",
        scope="a",
        resource="r",
        issued_at=100,
        expires_at=160,
    )

    assert token.check_client(PUBLIC)
    assert not token.check_client(replace(PUBLIC, client_id="client-2"))
    assert (token.get_scope(), token.get_expires_in()) == ("a", 60)


def test_code_gives_what_authlib_asks_for() -> None:
    """A code repeats the redirect URI as it was asked for, and its challenge is S256."""
    code = AuthorizationCode(
        code_hash=digest("code"),
        grant_id="grant",
        client_id="client-1",
        redirect_uri="",
        scope="a",
        resource="r",
        code_challenge="challenge",
        expires_at=60,
    )

    assert (code.get_redirect_uri(), code.get_scope(), code.code_challenge_method) == ("", "a", "S256")


def test_reprs_show_no_secret() -> None:
    """Whatever record reaches a log, the secrets that must be replayed to the provider stay out of it (T19)."""
    provider_token = ProviderToken("SECRET-access", refresh_token="SECRET-refresh")
    pending = PendingAuthorization(
        handle_hash="h",
        client_id="c",
        request={},
        scope="a",
        resource="r",
        csrf_hash="c",
        browser_hash="b",
        expires_at=1,
        verifier="SECRET-verifier",
    )
    grant = Grant(
        id="g",
        client_id="c",
        user=ADA,
        scope="a",
        resource="r",
        created_at=0,
        expires_at=1,
        provider_token=provider_token,
    )
    identity = Identity(username="ada", external_token="SECRET-access")

    assert "SECRET" not in repr((provider_token, pending, grant, identity))
    assert digest("secret") not in repr(CONFIDENTIAL)


def test_nobody_has_empty_fields() -> None:
    """Nobody's identity is empty text everywhere, so that SQL compares with it and finds nothing."""
    assert not any(vars(ANONYMOUS).values())
