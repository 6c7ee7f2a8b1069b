"""The auth section: every key and every default."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.config.checks import OWN_SEGMENTS
from mxcp_flask.config.model import Authorization, Limits, Persistence, Registration, Tokens
from mxcp_flask.digests import digest
from mxcp_flask.errors import ConfigurationFaults
from mxcp_flask.providers import ProviderSettings
from mxcp_flask.records import Client, People
from tests.config.conftest import Project

GITHUB = "provider: github\ngithub:\n  client_id: our-id\n  client_secret: our-secret\n"


def test_a_provider_has_defaults(project: Project) -> None:
    """Credentials are enough: the rest is the provider's own."""
    project.write_auth(GITHUB)

    assert project.load().auth.settings == ProviderSettings(
        client_id="our-id",
        client_secret="our-secret",
        scope="user:email",
        callback_path="/github/callback",
        auth_url="https://github.com/login/oauth/authorize",
        token_url="https://github.com/login/oauth/access_token",
        api_url="https://api.github.com",
    )


def test_every_key_of_a_provider_is_read(project: Project) -> None:
    """A stand-in on this machine can take the provider's place, without TLS."""
    project.write_auth(
        GITHUB
        + """
          scope: ""
          callback_path: /signin/github
          auth_url: http://localhost:9/a?tenant=1
          token_url: http://127.0.0.1:9/t
          api_url: http://[::1]:9/api
        """.replace("\n          ", "\n  ")
    )

    assert project.load().auth.settings == ProviderSettings(
        client_id="our-id",
        client_secret="our-secret",
        scope="",
        callback_path="/signin/github",
        auth_url="http://localhost:9/a?tenant=1",
        token_url="http://127.0.0.1:9/t",
        api_url="http://[::1]:9/api",
    )


def test_scopes_have_one_space_between_them(project: Project) -> None:
    """A scope that was folded over lines is one line to the provider."""
    project.write_auth(GITHUB + "  scope: >\n    read:user\n      user:email\n")

    settings = project.load().auth.settings

    assert settings is not None
    assert settings.scope == "read:user user:email"


@pytest.mark.parametrize("segment", sorted(OWN_SEGMENTS))
@pytest.mark.parametrize("rest", ["", "/", "/callback"])
def test_a_callback_cannot_take_a_route_of_ours(project: Project, segment: str, rest: str) -> None:
    """No callback path may begin with what one of our own routes begins with."""
    project.write_auth(GITHUB + f"  callback_path: /{segment}{rest}\n")

    with pytest.raises(ConfigurationFaults, match=r"callback_path: (is a path of this server's own|must be a path)"):
        project.load()


@pytest.mark.parametrize("path", ["/", "//x", "/a//b", "/a?b", "/<name>", "/a b", "x", "/./a", "/a/.."])
def test_a_callback_is_a_plain_path(project: Project, path: str) -> None:
    """What is not a path, or more than one, is refused."""
    project.write_auth(GITHUB + f"  callback_path: '{path}'\n")

    with pytest.raises(ConfigurationFaults, match="callback_path: must be a path such as /github/callback"):
        project.load()


def test_a_client_has_defaults(project: Project) -> None:
    """An identifier and a name make a public client with the MCP command line's callback."""
    project.write_auth("clients: [{client_id: abc, name: A client}]")

    assert project.load().auth.clients == (
        Client(
            client_id="abc",
            name="A client",
            redirect_uris=("http://127.0.0.1:49153/oauth/callback",),
            grant_types=("authorization_code",),
            scopes=("mxcp:access",),
            allowed_scopes=("mxcp:access",),
            secret_hash=None,
            token_endpoint_auth_method="none",
            configured=True,
        ),
    )


def test_every_key_of_a_client_is_read(project: Project) -> None:
    """A client with everything is confidential; of its secret only the digest is kept."""
    project.write_auth(
        """
        clients:
          - client_id: abc
            name: A client
            client_secret: s3cr3t
            redirect_uris: ["https://a.example/cb", "cursor://anysphere/cb"]
            grant_types: [authorization_code, refresh_token]
            scopes: []
        """
    )

    (client,) = project.load().auth.clients

    assert client == Client(
        client_id="abc",
        name="A client",
        redirect_uris=("https://a.example/cb", "cursor://anysphere/cb"),
        grant_types=("authorization_code", "refresh_token"),
        scopes=(),
        allowed_scopes=(),
        secret_hash=digest("s3cr3t"),
        token_endpoint_auth_method="client_secret_basic",
        configured=True,
    )


def test_the_state_is_in_memory_unless_configured(project: Project) -> None:
    """Without a persistence section there is no database."""
    project.write_auth("provider: none")

    assert project.load().auth.persistence is None


@pytest.mark.parametrize(
    ("section", "path", "keys"),
    [
        ("{}", "{home}/.mxcp/oauth.db", None),
        ("{type: sqlite}", "{home}/.mxcp/oauth.db", None),
        ("{path: ~/state/oauth.db}", "{home}/state/oauth.db", None),
        ("{path: state/oauth.db}", "{project}/state/oauth.db", None),
        ("{path: /srv/oauth.db, encryption_keys: 'k1:abc,k0:def'}", "/srv/oauth.db", "k1:abc,k0:def"),
    ],
)
def test_the_state_is_kept_in_a_database(project: Project, section: str, path: str, keys: str | None) -> None:
    """The default path and ~ are in the home folder, relative paths in the project folder."""
    project.write_auth(f"persistence: {section}")

    expected = Path(path.format(home=project.home, project=project.folder))
    assert project.load().auth.persistence == Persistence(path=expected, encryption_keys=keys)


def test_every_key_of_authorization_is_read(project: Project) -> None:
    """Allow-list and grants of scopes come out as written."""
    project.write_auth(
        """
        authorization:
          required_scopes: ["mxcp:access"]
          allow: {users: ["github:4711", ada], emails: [a@example.org, "*@example.com"], organizations: [acme]}
          scope_grants:
            mxcp:admin: {users: [ada]}
            mxcp:write: {organizations: [acme]}
          scope_descriptions: {mxcp:admin: Change orders}
        """
    )

    assert project.load().auth.authorization == Authorization(
        required_scopes=("mxcp:access",),
        allow=People(("github:4711", "ada"), ("a@example.org", "*@example.com"), ("acme",)),
        scope_grants={"mxcp:admin": People(users=("ada",)), "mxcp:write": People(organizations=("acme",))},
        scope_descriptions={"mxcp:admin": "Change orders"},
    )


def test_without_authorization_everybody_may_sign_in(project: Project) -> None:
    """No section: no allow-list, no scope needed."""
    project.write_auth("provider: none")

    assert project.load().auth.authorization == Authorization((), None, {})


@pytest.mark.parametrize(("text", "path"), [("~/a.jsonl", "{home}/a.jsonl"), ("a.jsonl", "{project}/a.jsonl")])
def test_audit_names_a_file(project: Project, text: str, path: str) -> None:
    """The audit log's path is absolute afterwards; without the section there is none."""
    project.write_auth(f"audit: {{path: {text}}}")

    assert project.load().auth.audit_path == Path(path.format(home=project.home, project=project.folder))


def test_tokens_registration_and_limits_have_defaults(project: Project) -> None:
    """The defaults are those of the design, also for what a section leaves out."""
    project.write_auth("tokens: {access_ttl: 60}\nregistration: {enabled: no}")

    auth = project.load().auth

    assert auth.tokens == Tokens(access_ttl=60, refresh_ttl=2592000, code_ttl=60, refresh_grace=30)
    assert auth.registration == Registration(False, 60, 10_000, 86400, 7776000)
    assert auth.limits == Limits(calls_per_person=6_000, calls_per_client=60_000)
    assert (auth.audit_path, auth.provider) == (None, "none")


def test_every_key_of_tokens_registration_and_limits_is_read(project: Project) -> None:
    """All lifetimes and bounds come out as written."""
    project.write_auth(
        """
        tokens: {access_ttl: 1, refresh_ttl: 2, code_ttl: 3, refresh_grace: 0}
        registration: {enabled: true, rate_limit: 4, total_limit: 5, unused_ttl: 6, idle_ttl: 7}
        limits: {calls_per_person: 0, calls_per_client: 8}
        """
    )

    auth = project.load().auth

    assert auth.tokens == Tokens(1, 2, 3, 0)
    assert auth.registration == Registration(True, 4, 5, 6, 7)
    assert auth.limits == Limits(0, 8)
