"""GitHub, by its own habits."""

from __future__ import annotations

from typing import Any

import pytest
from responses import RequestsMock

from mxcp_flask.errors import ProviderGrantEnded, ProviderRefused, ProviderUnavailable
from mxcp_flask.providers.github import GitHubOAuthHandler
from mxcp_flask.records import User
from tests.contracts.provider import ProviderContract
from tests.contracts.provider_answers import CALLBACK, CODE, TOKEN, VERIFIER, settings_of
from tests.support.clock import Clock

TOKEN_URL = "https://github.com/login/oauth/access_token"
USER_URL = "https://api.github.com/user"
EMAILS_URL = "https://api.github.com/user/emails"
ORGANIZATIONS_URL = "https://api.github.com/user/orgs?per_page=100"
PERSON = {
    "login": "ada-fixture",
    "id": 4711,
    "node_id": "MDQ6VXNlcjQ3MTE=",
    "type": "User",
    "name": None,
    "email": None,
}
OLD = {"email": "old@example.org", "primary": False, "verified": False, "visibility": None}
PRIMARY = {"email": "ada@example.org", "primary": True, "verified": True, "visibility": "private"}
ANSWERS = {USER_URL: PERSON, EMAILS_URL: [OLD, PRIMARY]}
CLASSIC = {"access_token": "gho_fixture0001", "token_type": "bearer", "scope": "read:org,user:email"}
NOT_FOUND = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}


class TestGitHub(ProviderContract):
    """An OAuth app of github.com."""

    handler_class = GitHubOAuthHandler
    token_answer = CLASSIC
    user_answers = ANSWERS
    user = User("github", "4711", "ada-fixture", None, "ada@example.org", username_unique=True)
    revocation = ("DELETE", "https://api.github.com/applications/client-id/token", 204)
    revocation_needs = ("Basic Y2xpZW50LWlkOmNsaWVudC1zZWNyZXQtOGExZA==", '{"access_token": "access-token-77aa"}')


@pytest.fixture
def handler(clock: Clock) -> GitHubOAuthHandler:
    """Return the handler with GitHub's own URLs."""
    return GitHubOAuthHandler(settings_of(GitHubOAuthHandler), clock=clock)


def fetch(handler: GitHubOAuthHandler, person: dict[str, Any], emails: dict[str, Any]) -> User:
    """Return who comes of these answers of ``/user`` and ``/user/emails``."""
    with RequestsMock(assert_all_requests_are_fired=False) as provider:
        provider.get(USER_URL, json=person)
        provider.get(EMAILS_URL, **emails)
        return handler.fetch_user(TOKEN)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("bad_verification_code", ProviderRefused),
        ("incorrect_client_credentials", ProviderRefused),
        ("redirect_uri_mismatch", ProviderRefused),
        ("unverified_user_email", ProviderRefused),
        ("bad_refresh_token", ProviderGrantEnded),
    ],
)
def test_error_with_status_200(handler: GitHubOAuthHandler, error: str, kind: type[Exception]) -> None:
    """GitHub reports its errors with status 200, and they are errors all the same."""
    with RequestsMock() as provider:
        provider.post(
            TOKEN_URL, json={"error": error, "error_description": "No.", "error_uri": "https://docs.github.com"}
        )

        with pytest.raises(kind, match=f"{error} No"):
            handler.exchange(CODE, CALLBACK, VERIFIER)


def test_classic_token_never_expires(handler: GitHubOAuthHandler) -> None:
    """A classic OAuth app's token has no end and no refresh token."""
    with RequestsMock() as provider:
        provider.post(TOKEN_URL, json=CLASSIC)
        token = handler.exchange(CODE, CALLBACK, VERIFIER)

    assert (token.expires_at, token.refresh_token, token.scope) == (None, None, "read:org user:email")


def test_expiring_token(handler: GitHubOAuthHandler, clock: Clock) -> None:
    """An app whose tokens expire gets the end and the refresh token; an empty scope means the one asked for."""
    answer = {"access_token": "ghu_fixture0002", "expires_in": 28800, "refresh_token": "ghr_fixture0002", "scope": ""}
    with RequestsMock() as provider:
        provider.post(TOKEN_URL, json=answer)
        token = handler.exchange(CODE, CALLBACK, VERIFIER)

    assert (token.expires_at, token.refresh_token) == (clock.now + 28800, "ghr_fixture0002")
    assert token.scope == "user:email"


@pytest.mark.parametrize(
    ("entries", "email"),
    [
        ([PRIMARY], "ada@example.org"),
        ([OLD, PRIMARY], "ada@example.org"),
        ([OLD], None),
        ([{**PRIMARY, "verified": False}], None),
        ([{**PRIMARY, "primary": False}], None),
        ([{**PRIMARY, "verified": "true"}], None),
        ([{**PRIMARY, "primary": 1}], None),
        ([{"email": "ada@example.org"}], None),
        ([{**PRIMARY, "email": None}], None),
        ([{**PRIMARY, "email": ["ada@example.org"]}], None),
        (["ada@example.org", None, PRIMARY], "ada@example.org"),
        ([], None),
        ({"email": "ada@example.org"}, None),
        ("ada@example.org", None),
    ],
)
def test_only_the_primary_verified_address_counts(handler: GitHubOAuthHandler, entries: Any, email: str | None) -> None:
    """An address that is not both primary and verified, in so many words, might be anybody's."""
    assert fetch(handler, PERSON, {"json": entries}).email == email


@pytest.mark.parametrize("status", [401, 403, 404])
def test_emails_need_a_scope(handler: GitHubOAuthHandler, status: int) -> None:
    """Without the scope user:email the person signs in, and has no address."""
    assert fetch(handler, PERSON, {"status": status, "json": NOT_FOUND}).email is None


def test_address_of_the_profile_is_not_taken(handler: GitHubOAuthHandler) -> None:
    """Nothing says whether the address in /user is verified, so it is never used."""
    person = {**PERSON, "email": "ceo@example.org"}

    assert fetch(handler, person, {"status": 404, "json": NOT_FOUND}).email is None


@pytest.mark.parametrize(("name", "read"), [("Ada Fixture", "Ada Fixture"), (None, None), (5, None), ("", "")])
def test_name_may_be_missing(handler: GitHubOAuthHandler, name: Any, read: str | None) -> None:
    """A person without a name, or with something else in its place, signs in."""
    assert fetch(handler, {**PERSON, "name": name}, {"json": [PRIMARY]}).name == read


@pytest.mark.parametrize("number", ["4711", True, None, 4711.0, [4711], {}])
def test_id_is_a_number(handler: GitHubOAuthHandler, number: Any) -> None:
    """The subject is made of GitHub's number and of nothing that only looks like one."""
    with pytest.raises(ProviderRefused, match="id and login"):
        fetch(handler, {**PERSON, "id": number}, {"json": [PRIMARY]})


@pytest.mark.parametrize("key", ["id", "login"])
def test_id_and_login_are_needed(handler: GitHubOAuthHandler, key: str) -> None:
    """An answer without one of the two names nobody."""
    with pytest.raises(ProviderRefused, match="id and login"):
        fetch(handler, {name: value for name, value in PERSON.items() if name != key}, {"json": [PRIMARY]})


def test_rate_limit_comes_as_403(handler: GitHubOAuthHandler) -> None:
    """A 403 with nothing remaining is a busy GitHub, and not a refusal."""
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1790000000"}
    with RequestsMock() as provider:
        provider.get(USER_URL, status=403, headers=headers, json={"message": "API rate limit exceeded"})

        with pytest.raises(ProviderUnavailable):
            handler.fetch_user(TOKEN)


def test_403_with_calls_remaining_is_a_refusal(handler: GitHubOAuthHandler) -> None:
    """A 403 for any other reason is final."""
    with RequestsMock() as provider:
        provider.get(USER_URL, status=403, headers={"X-RateLimit-Remaining": "4998"}, json={"message": "Forbidden"})

        with pytest.raises(ProviderRefused, match="403"):
            handler.fetch_user(TOKEN)


@pytest.mark.parametrize(
    ("scope", "answer", "organizations"),
    [
        ("user:email read:org", {"json": [{"login": "observatory"}, {"login": 5}, {}]}, ("observatory",)),
        ("admin:org", {"json": []}, ()),
        ("read:org", {"status": 403, "json": {"message": "no"}}, ()),
        ("user:email", {"json": [{"login": "observatory"}]}, ()),
        ("user:email my:read:org", {"json": [{"login": "observatory"}]}, ()),
    ],
)
def test_organizations_need_a_scope(scope: str, answer: dict[str, Any], organizations: tuple[str, ...]) -> None:
    """Organizations are asked for only with a scope that shows all of the person's memberships."""
    handler = GitHubOAuthHandler(settings_of(GitHubOAuthHandler, scope=scope))
    with RequestsMock(assert_all_requests_are_fired=False) as provider:
        provider.get(USER_URL, json=PERSON)
        provider.get(EMAILS_URL, json=[])
        provider.get(ORGANIZATIONS_URL, **answer)

        assert handler.fetch_user(TOKEN).organizations == organizations


def test_enterprise_server_is_reached_by_its_own_urls() -> None:
    """With other URLs nothing goes to github.com; a query in auth_url stays."""
    settings = settings_of(
        GitHubOAuthHandler,
        auth_url="https://ghe.example/login/oauth/authorize?login=ada",
        token_url="https://ghe.example/login/oauth/access_token",
        api_url="https://ghe.example/api/v3/",
    )
    handler = GitHubOAuthHandler(settings)
    with RequestsMock() as provider:
        provider.post("https://ghe.example/login/oauth/access_token", json=CLASSIC)
        provider.get("https://ghe.example/api/v3/user", json=PERSON)
        provider.get("https://ghe.example/api/v3/user/emails", json=[PRIMARY])

        assert handler.fetch_user(handler.exchange(CODE, CALLBACK, VERIFIER)).subject == "github:4711"
    url = handler.authorize_url(CALLBACK, "state", VERIFIER)
    assert url.startswith("https://ghe.example/login/oauth/authorize?login=ada&response_type=code&")
