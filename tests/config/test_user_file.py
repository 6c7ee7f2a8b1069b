"""What is read of a user file, and what its faults do not show. Their table is test_user_file_faults.py."""

from __future__ import annotations

import pytest

from mxcp_flask.engine import Secret
from mxcp_flask.errors import (
    ConfigurationError,
    ConfigurationFaults,
    FileNotReadable,
    IncompleteProvider,
    ProviderNotAvailable,
    UnsetVariable,
)
from tests.config.conftest import SITE, Project

AUTH = "projects.my_project.profiles.dev.auth."


def test_all_faults_of_both_files_are_reported_together(project: Project) -> None:
    """One start shows everything: both files, unset variables, the incomplete provider, the environment."""
    project.write_site(SITE + "extra: 1\n")
    project.write_user(
        """
        projects:
          my_project:
            profiles:
              dev:
                auth:
                  provider: github
                  clients: [{client_id: "${FIRST}", name: "${SECOND}", colour: red}]
        transport: {http: {port: 0}}
        """
    )

    with pytest.raises(ConfigurationFaults) as caught:
        project.load(MXCP_READONLY="perhaps")

    user, clients = project.user_file, f"{AUTH}clients.0"
    assert str(caught.value).removesuffix(".").splitlines() == [
        f"{project.site_file}:4: extra: unknown key",
        f"{user}:8: {clients}.client_id: Environment variable FIRST is not set",
        f"{user}:8: {clients}.name: Environment variable SECOND is not set",
        f"{user}:8: {clients}.colour: unknown key",
        f"{user}:9: transport.http.port: must be between 1 and 65535",
        f"{user}:6: {AUTH}github: GitHub OAuth configuration is incomplete. Missing: client_id, client_secret",
        "The configuration cannot be used: MXCP_READONLY must be true or false",
    ]


@pytest.mark.parametrize(("name", "value"), [("PORT", "0"), ("PORT", "many"), ("PORT", "1.5")])
def test_a_variables_value_is_checked_as_if_it_stood_in_the_file(project: Project, name: str, value: str) -> None:
    """A port from the environment must be a port."""
    project.write_user("transport: {http: {port: '${PORT}'}}")

    with pytest.raises(ConfigurationFaults, match=r"config.yml:1: transport.http.port: must be"):
        project.load(**{name: value})


def test_values_with_references_become_numbers_and_booleans(project: Project) -> None:
    """What comes from the environment is text, and converts."""
    project.write_user("transport: {http: {port: '${PORT}', stateless: '${YES}', trust_proxy: '${YES}'}}")

    transport = project.load(PORT="8080", YES="true").transport

    assert (transport.port, transport.stateless, transport.trust_proxy) == (8080, True, True)


def test_variables_of_other_profiles_and_sections_are_not_looked_at(project: Project) -> None:
    """What the active profile does not use may refer to variables that are not set, in places of any type."""
    project.write_user(
        """
        projects:
          my_project:
            profiles:
              prod: {auth: {provider: "${A}", tokens: {code_ttl: "${B}"}, clients: "${C}", github: "${D}"}}
              dev:
          other: {profiles: {dev: {auth: {registration: {enabled: "${E}"}}}}}
        models: {default: "${F}"}
        vault: {enabled: true, address: "${G}"}
        """
    )

    assert project.load().auth.provider == "none"


def test_an_unset_provider_is_one_fault(project: Project) -> None:
    """The name of a provider that is not known yet is not called unavailable as well."""
    project.write_auth("provider: '${PROVIDER}'")

    with pytest.raises(UnsetVariable, match=r"^Environment variable PROVIDER is not set"):
        project.load()


@pytest.mark.parametrize("value", ["vault://secret/mxcp#id", "op://vault/item/field", "${SCHEME}://vault/item"])
def test_references_to_secret_stores_are_refused(project: Project, value: str) -> None:
    """A reference that nothing would resolve is a fault, not a literal secret."""
    project.write_auth(f"provider: none\ngithub: {{client_secret: '{value}'}}")

    with pytest.raises(ConfigurationFaults) as caught:
        project.load(SCHEME="op")

    assert str(caught.value) == (
        f"{project.user_file}:7: {AUTH}github.client_secret: references to Vault and 1Password are not supported; "
        "use an environment variable, ${NAME}."
    )


@pytest.mark.parametrize("name", ["keycloak", "okta", "Github"])
def test_an_unavailable_provider_is_named(project: Project, name: str) -> None:
    """Selecting what this version does not have is refused with what it has."""
    project.write_auth(f"provider: {name}")

    with pytest.raises(ProviderNotAvailable, match=rf"'{name}' .* Available: none, github"):
        project.load()


def test_an_incomplete_provider_stands_in_the_report(project: Project) -> None:
    """With another fault beside it, the document's sentence is a line of the report."""
    project.write_auth("provider: github\nclients: 1")

    with pytest.raises(ConfigurationFaults, match="GitHub OAuth configuration is incomplete") as caught:
        project.load()

    assert not isinstance(caught.value, IncompleteProvider)


def test_keys_of_upstreams_other_features_are_accepted(project: Project) -> None:
    """A file that was written for upstream loads, whatever these sections hold."""
    project.write_user(
        """
        mxcp: "1.0.0"
        projects:
          my_project:
            profiles:
              dev:
                plugin: {config: {a: {b: c}}}
                telemetry: {enabled: true}
        models: {default: gpt-4o}
        vault:
        onepassword: {enabled: false}
        logging: {level: DEBUG}
        """
    )

    assert project.load().profile == "dev"


@pytest.mark.parametrize("version", ["1", '"1"', "1.0", '"1.0"', '"1.0.0"', "1.0.0"])
def test_every_spelling_of_version_1_is_accepted(project: Project, version: str) -> None:
    """A number and a text mean the same, in both files."""
    project.write_user(f"mxcp: {version}")
    project.write_site(SITE.replace("mxcp: 1", f"mxcp: {version}"))

    assert project.load().project == "my_project"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "projects:",
        "projects:\n  my_project:",
        "projects:\n  my_project:\n    profiles:",
        "projects:\n  my_project:\n    profiles:\n      dev:",
        "projects:\n  my_project:\n    profiles:\n      dev:\n        auth:",
        "transport:",
        "transport:\n  http:",
    ],
)
def test_an_empty_section_is_an_absent_one(project: Project, text: str) -> None:
    """A key with nothing below it leaves the defaults."""
    project.write_user(text)
    with_file = project.load()
    project.user_file.unlink()

    assert with_file == project.load()


def test_secrets_of_the_project_are_taken_from_the_profile(project: Project) -> None:
    """Only secrets that the project lists are taken, with their references resolved."""
    project.write_site(SITE + "secrets: [store, store]\n")
    project.write_user(
        """
        projects:
          my_project:
            profiles:
              dev:
                secrets:
                  - {name: other, type: s3, parameters: {KEY: x}}
                  - {name: store, type: http, parameters: {BEARER: "${KEY}", HEADERS: {A: "${KEY}"}}}
        """
    )

    settings = project.load(KEY="k-1")

    assert settings.duckdb.secrets == (Secret("store", "http", {"BEARER": "k-1", "HEADERS": {"A": "k-1"}}),)


def test_a_secret_that_is_not_defined_is_a_fault_of_the_project(project: Project) -> None:
    """The site file's line is named, and where the definition would be."""
    project.write_site(SITE + "secrets:\n  - store\n")

    with pytest.raises(ConfigurationFaults) as caught:
        project.load()

    assert str(caught.value) == (
        f"{project.site_file}:5: secrets.0: is not defined in {project.user_file} under "
        "projects.my_project.profiles.dev.secrets."
    )


SECRETS = {"A": "s3cr3t-a", "B": "s3cr3t-b", "C": "s3cr3t-c", "D": "s3cr3t-d"}
WITH_SECRETS = """
projects:
  my_project:
    profiles:
      dev:
        auth:
          provider: github
          github: {client_id: id, client_secret: "${A}", auth_url: "%s"}
          clients: [{client_id: c, name: C, client_secret: "${B}"}]
          persistence: {encryption_keys: "${C}"}
        secrets: [{name: store, type: http, parameters: {TOKEN: "${D}"}}]
"""


def test_no_repr_shows_a_secret(project: Project) -> None:
    """Neither str nor repr of the settings holds the value of a secret."""
    project.write_site(SITE + "secrets: [store]\n")
    project.write_user(WITH_SECRETS % "https://github.com/login")

    settings = project.load(**SECRETS)

    assert "s3cr3t" not in str(settings) + repr(settings)
    assert settings.duckdb.secrets[0].parameters == {"TOKEN": "s3cr3t-d"}


@pytest.mark.parametrize(
    ("key", "broken"),
    [
        ('client_secret: "${A}"', "client_secret: [s3cr3t]"),
        ('client_secret: "${B}"', "client_secret: {s3cr3t: s3cr3t-x}"),
        ('encryption_keys: "${C}"', "encryption_keys: [s3cr3t]"),
        ('encryption_keys: "${C}"', 'encryption_keys: "op://s3cr3t"'),
        ('parameters: {TOKEN: "${D}"}', "parameters: s3cr3t"),
        ('name: store, type: http, parameters: {TOKEN: "${D}"}', "parameters: {TOKEN: s3cr3t}"),
        ("%s", "https://s3cr3t:s3cr3t@github.com/"),
    ],
)
def test_no_fault_shows_a_secret(project: Project, key: str, broken: str) -> None:
    """A fault at a secret's place names the place, never the value."""
    project.write_user(WITH_SECRETS.replace(key, broken).replace("%s", "https://github.com/login"))

    with pytest.raises(ConfigurationError) as caught:
        project.load(**SECRETS)

    assert "s3cr3t" not in str(caught.value)
    assert str(caught.value).startswith(f"{project.user_file}:")


def test_an_alias_that_contains_itself_is_refused(project: Project) -> None:
    """Endless data is reported as such."""
    project.write_auth("provider: none\ngithub: &loop\n  client_id: *loop")

    with pytest.raises(FileNotReadable, match="an alias contains itself"):
        project.load()


@pytest.mark.parametrize("text", ["auth: x", "auth: [1]", "secrets: x"])
def test_a_section_that_holds_no_keys(project: Project, text: str) -> None:
    """What should hold keys and does not is a fault with its place."""
    project.write_user(f"projects:\n  my_project:\n    profiles:\n      dev:\n        {text}\n")

    with pytest.raises(ConfigurationFaults, match=r":5: "):
        project.load()
