"""Every configuration in the user's document loads, or says what the document says."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mxcp_flask.config.model import Authorization, Persistence, Transport
from mxcp_flask.errors import IncompleteProvider, UnsetVariable
from tests.config.conftest import Project
from tests.config.document_examples import (
    ATLASSIAN,
    AUTHORIZATION_EXAMPLE,
    CLIENTS_EXAMPLE,
    GITHUB_EXAMPLE,
    OTHER_PROVIDER_EXAMPLE,
    PERSISTENCE_EXAMPLE,
    PRODUCTION_EXAMPLE,
    RECOMMENDED_EXAMPLE,
    SALESFORCE,
    SANDBOX,
)

GITHUB = {"GITHUB_CLIENT_ID": "id-of-ours", "GITHUB_CLIENT_SECRET": "secret-of-ours"}
PROD = {**GITHUB, "PROD_CLIENT_ID": "prod-client", "PROD_CLIENT_SECRET": "prod-secret"}


def test_authentication_is_disabled_as_the_document_shows(project: Project) -> None:
    """``provider: none`` loads, and no provider is configured."""
    project.write_user("projects: {my_project: {profiles: {dev: {auth: {provider: none}}}}}")

    auth = project.load().auth

    assert auth.provider == "none"
    assert auth.settings is None


def test_the_github_example_loads(project: Project) -> None:
    """The example for GitHub gives the provider's settings and one confidential client."""
    project.write_user(GITHUB_EXAMPLE)

    auth = project.load(**GITHUB).auth

    assert auth.settings is not None
    assert auth.settings.client_id == "id-of-ours"
    assert auth.settings.client_secret == "secret-of-ours"
    assert auth.settings.auth_url == "https://github.com/login/oauth/authorize"
    assert auth.settings.api_url == "https://api.github.com"
    assert [client.client_id for client in auth.clients] == ["id-of-ours"]
    assert auth.clients[0].check_client_secret("secret-of-ours")
    assert auth.persistence is None


@pytest.mark.parametrize("example", [ATLASSIAN, SALESFORCE, SANDBOX], ids=["atlassian", "salesforce", "sandbox"])
def test_the_examples_of_other_providers_load(project: Project, example: Mapping[str, str]) -> None:
    """The document's sections for Atlassian and Salesforce load as they stand."""
    project.write_user(OTHER_PROVIDER_EXAMPLE.format_map(example))
    variable = example["variable"]

    settings = project.load("production", **{f"{variable}_CLIENT_ID": "a", f"{variable}_CLIENT_SECRET": "b"})

    assert settings.auth.provider == example["name"]
    assert settings.auth.settings is not None
    assert settings.auth.settings.client_secret == "b"


@pytest.mark.parametrize("example", [ATLASSIAN, SALESFORCE], ids=["atlassian", "salesforce"])
def test_sections_of_other_providers_may_stand_beside_the_selected_one(
    project: Project, example: Mapping[str, str]
) -> None:
    """A profile may hold another provider's section while it selects none."""
    text = OTHER_PROVIDER_EXAMPLE.format_map(example).replace(f"provider: {example['name']}", "provider: none")
    project.write_user(text)
    variable = example["variable"]

    settings = project.load("production", **{f"{variable}_CLIENT_ID": "a", f"{variable}_CLIENT_SECRET": "b"})

    assert settings.auth.settings is None


def test_the_example_of_registered_clients_loads(project: Project) -> None:
    """The public and the confidential client come out as the document describes them."""
    project.write_user(CLIENTS_EXAMPLE)

    public, confidential = project.load(**GITHUB, MY_APP_CLIENT_SECRET="app-secret").auth.clients

    assert public.check_endpoint_auth_method("none", "token")
    assert public.redirect_uris == ("http://127.0.0.1:49153/oauth/callback", "http://localhost:49153/oauth/callback")
    assert public.grant_types == ("authorization_code",)
    assert confidential.check_client_secret("app-secret")
    assert confidential.grant_types == ("authorization_code", "refresh_token")
    assert confidential.allowed_scopes == ("mxcp:access", "mxcp:admin")


@pytest.mark.parametrize(
    ("example", "profile"),
    [(PERSISTENCE_EXAMPLE, "production"), (PRODUCTION_EXAMPLE, "production"), (RECOMMENDED_EXAMPLE, "prod")],
    ids=["persistence", "production setup", "recommended"],
)
def test_the_persistence_examples_load(project: Project, example: str, profile: str) -> None:
    """All three examples with a database keep it where they say."""
    project.write_user(example)

    auth = project.load(profile, **PROD).auth

    assert isinstance(auth.persistence, Persistence)
    assert str(auth.persistence.path) == "/var/lib/mxcp/oauth.db"
    assert auth.clients[0].scopes == ("mxcp:access",)
    assert auth.clients[0].client_id == ("prod-client" if profile == "prod" else "id-of-ours")


def test_the_authorization_example_loads(project: Project) -> None:
    """Both scopes of the example are required."""
    project.write_user(AUTHORIZATION_EXAMPLE)

    auth = project.load(**GITHUB, CLIENT_ID="any").auth

    assert auth.authorization == Authorization(required_scopes=("mxcp:access", "mxcp:admin"))


@pytest.mark.parametrize(
    ("section", "scopes"),
    [
        ("authorization:\n  required_scopes: []", ()),
        ('authorization:\n  required_scopes:\n    - "mxcp:access"', ("mxcp:access",)),
        (
            'authorization:\n  required_scopes:\n    - "mxcp:access"\n    - "mxcp:admin"\n    - "mxcp:write"',
            ("mxcp:access", "mxcp:admin", "mxcp:write"),
        ),
        ("provider: none", ()),
    ],
)
def test_the_short_authorization_examples_load(project: Project, section: str, scopes: tuple[str, ...]) -> None:
    """An empty list and no section at all both need no scope."""
    project.write_auth(section)

    assert project.load().auth.authorization.required_scopes == scopes


@pytest.mark.parametrize(
    ("http", "expected"),
    [
        ('port: 8000\n    host: "0.0.0.0"\n    scheme: "https"', Transport(host="0.0.0.0", scheme="https")),
        ('port: 8000\n    host: "0.0.0.0"\n    trust_proxy: true', Transport(host="0.0.0.0", trust_proxy=True)),
        ('base_url: "https://api.example.com"', Transport(base_url="https://api.example.com")),
    ],
    ids=["scheme", "trust_proxy", "base_url"],
)
def test_the_three_transport_options_load(project: Project, http: str, expected: Transport) -> None:
    """Each way to tell the server its address from outside comes out as written."""
    project.write_user(f"transport:\n  provider: streamable-http\n  http:\n    {http}\n")

    assert project.load().transport == expected


def test_the_client_behind_a_proxy_loads(project: Project) -> None:
    """The last example's client has its HTTPS callback."""
    project.write_auth(
        """
        provider: github
        clients:
          - client_id: "${PROD_CLIENT_ID}"
            client_secret: "${PROD_CLIENT_SECRET}"
            name: "Production Application"
            redirect_uris:
              - "https://api.example.com/github/callback" # HTTPS callback
            scopes:
              - "mxcp:access"
        github:
          client_id: "${GITHUB_CLIENT_ID}"
          client_secret: "${GITHUB_CLIENT_SECRET}"
        """
    )

    assert project.load(**PROD).auth.clients[0].redirect_uris == ("https://api.example.com/github/callback",)


def test_an_unset_variable_is_the_documents_error(project: Project) -> None:
    """A missing variable, however often it is used, is a ValueError with the document's sentence."""
    project.write_user(GITHUB_EXAMPLE)

    with pytest.raises(ValueError, match=r"^Environment variable GITHUB_CLIENT_ID is not set") as caught:
        project.load(GITHUB_CLIENT_SECRET="s")

    assert type(caught.value) is UnsetVariable
    assert caught.value.facts["where"] == f"{project.user_file}:9, {project.user_file}:17"


@pytest.mark.parametrize(
    ("section", "missing"),
    [
        ("provider: github", "client_id, client_secret"),
        ("provider: github\ngithub:\n  # ... GitHub configuration", "client_id, client_secret"),
        ("provider: github\ngithub: {}", "client_id, client_secret"),
        ("provider: github\ngithub:\n  client_id: abc", "client_secret"),
        ("provider: github\ngithub:\n  client_secret: abc", "client_id"),
        ("provider: github\ngithub:\n  client_id: ''\n  client_secret:", "client_id, client_secret"),
    ],
)
def test_an_incomplete_provider_is_the_documents_error(project: Project, section: str, missing: str) -> None:
    """What is missing of the provider's section is named behind the document's sentence."""
    project.write_auth(section)

    with pytest.raises(ValueError, match=r"GitHub OAuth configuration is incomplete") as caught:
        project.load()

    assert type(caught.value) is IncompleteProvider
    assert caught.value.facts == {"title": "GitHub", "missing": missing}
