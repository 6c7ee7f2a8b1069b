"""What is wrong with a user file is reported with its place, and without its secrets."""

from __future__ import annotations

import pytest

from mxcp_flask.config.model import SecretDefinition
from mxcp_flask.errors import (
    ConfigurationError,
    ConfigurationFaults,
    IncompleteProvider,
    ProviderNotAvailable,
    UnsetVariable,
)
from tests.config.conftest import SITE, Project

AUTH = "projects.my_project.profiles.dev.auth."
GITHUB = "provider: github\ngithub:\n  client_id: a\n  client_secret: b\n  "
CLIENT = "clients:\n  - client_id: a\n    name: A\n    "

# The auth section, which starts in line 6; the line of the fault; its key below auth; its message.
BROKEN_AUTH = [
    ("providr: none", 6, "providr", "unknown key"),
    ("provider: 1", 6, "provider", "must be text; put it in quotes"),
    ("provider: ''", 6, "provider", "must not be empty"),
    ("provider:", 6, "provider", "has no value"),
    ("provider: none\nkeycloak: {}", 7, "keycloak", "unknown key"),
    ("github: abc", 6, "github", "must hold keys and values, indented below it"),
    ("github:\n  secret: x", 7, "github.secret", "unknown key"),
    ("atlassian:\n  callback: /x", 7, "atlassian.callback", "unknown key"),
    ("salesforce:\n  scope: [a]", 7, "salesforce.scope", "must be text; put it in quotes"),
    (GITHUB + "client_id: 12", 10, "github.client_id", "must be text; put it in quotes"),
    (GITHUB + 'scope: a"b', 10, "github.scope", "must be scopes with spaces between them"),
    (GITHUB + "callback_path: github/callback", 10, "github.callback_path", "must be a path such as /github/callback"),
    (GITHUB + "callback_path: /a/../b", 10, "github.callback_path", "must be a path such as /github/callback"),
    (
        GITHUB + "callback_path: /token",
        10,
        "github.callback_path",
        "is a path of this server's own; choose one such as /github/callback",
    ),
    (
        GITHUB + "auth_url: github.com/login",
        10,
        "github.auth_url",
        "must be an absolute URL such as https://api.example.com",
    ),
    (
        GITHUB + "token_url: http://github.com/t",
        10,
        "github.token_url",
        "http is only allowed for localhost, 127.0.0.1 and [::1]; use https",
    ),
    (GITHUB + "api_url: https://u:p@github.com", 10, "github.api_url", "must not hold user information"),
    (GITHUB + "api_url: https://github.com/?a=b", 10, "github.api_url", "must not have a query"),
    ("clients: {}", 6, "clients", "must be a list"),
    ("clients:\n  - a", 7, "clients.0", "must hold keys and values, indented below it"),
    ("clients:\n  - name: A", 7, "clients.0.client_id", "is required"),
    ("clients:\n  - client_id: a", 7, "clients.0.name", "is required"),
    ("clients:\n  - client_id: a b\n    name: A", 7, "clients.0.client_id", "must be of visible ASCII characters"),
    (CLIENT + "secret: a", 9, "clients.0.secret", "unknown key"),
    (
        CLIENT + "client_secret: ''",
        9,
        "clients.0.client_secret",
        "must not be empty; leave it out for a public client",
    ),
    (CLIENT + "client_secret:", 9, "clients.0.client_secret", "has no value"),
    (CLIENT + "redirect_uris: []", 9, "clients.0.redirect_uris", "must name at least one"),
    (
        CLIENT + "redirect_uris:\n      - https://a.example/cb\n      - http://a.example/cb",
        11,
        "clients.0.redirect_uris.1",
        "cannot be a redirect URI: http is only allowed for localhost, 127.0.0.1 and [::1]; use https",
    ),
    (
        CLIENT + "grant_types: [password]",
        9,
        "clients.0.grant_types.0",
        "must be authorization_code or refresh_token",
    ),
    (CLIENT + "grant_types: []", 9, "clients.0.grant_types", "must name at least one"),
    (
        CLIENT + "scopes: ['mxcp:access mxcp:admin']",
        9,
        "clients.0.scopes.0",
        "must be one scope, without spaces, quotes and backslashes",
    ),
    (CLIENT + "scopes: mxcp:access", 9, "clients.0.scopes", "must be a list"),
    (CLIENT + "\n  - client_id: a\n    name: B", 10, "clients.1.client_id", "is already that of another entry"),
    ("persistence:", 6, "persistence", "has no value"),
    ("persistence: {type: redis}", 6, "persistence.type", "must be sqlite"),
    ("persistence:\n  auth_encryption_key: k", 7, "persistence.auth_encryption_key", "unknown key"),
    ("persistence:\n  encryption_keys: [k]", 7, "persistence.encryption_keys", "must be text; put it in quotes"),
    (
        "persistence:\n  path: ~bo/oauth.db",
        7,
        "persistence.path",
        "only ~/ is understood, not another person's home folder",
    ),
    ("authorization:\n  required_scopes: a", 7, "authorization.required_scopes", "must be a list"),
    ("authorization:\n  required: []", 7, "authorization.required", "unknown key"),
    ("authorization:\n  allow:", 7, "authorization.allow", "has no value"),
    ("authorization:\n  allow: {}", 7, "authorization.allow", "must name at least one of users, emails and organizations"),
    (
        "authorization:\n  allow:\n    users: []",
        7,
        "authorization.allow",
        "must name at least one of users, emails and organizations",
    ),
    (
        "authorization:\n  allow:\n    emails:\n      - example.org",
        9,
        "authorization.allow.emails.0",
        "must be an e-mail address, or *@ and a domain",
    ),
    (
        "authorization:\n  allow:\n    users: [4711]",
        8,
        "authorization.allow.users.0",
        "must be text; put it in quotes",
    ),
    (
        "authorization:\n  scope_grants:\n    'a b':\n      users: [x]",
        8,
        "authorization.scope_grants.a b",
        "must be one scope, without spaces, quotes and backslashes",
    ),
    (
        "authorization:\n  scope_grants:\n    mxcp:admin:\n      people: [x]",
        9,
        "authorization.scope_grants.mxcp:admin.people",
        "unknown key",
    ),
    ("audit: {}", 6, "audit.path", "is required"),
    ("tokens:\n  access_ttl: 0", 7, "tokens.access_ttl", "must be at least 1"),
    ("tokens:\n  refresh_ttl: 1.5", 7, "tokens.refresh_ttl", "must be a whole number"),
    ("tokens:\n  code_ttl: yes", 7, "tokens.code_ttl", "must be a whole number"),
    ("tokens:\n  refresh_grace: -1", 7, "tokens.refresh_grace", "must not be negative"),
    ("registration:\n  enabled: maybe", 7, "registration.enabled", "must be true or false"),
    ("registration:\n  rate_limit: many", 7, "registration.rate_limit", "must be a whole number"),
]

# The whole file; line, key, message.
BROKEN_FILES = [
    ("project: {}", 1, "project", "unknown key"),
    ("- a", 1, "", "must hold keys and values, indented below it"),
    ("mxcp: 2", 1, "mxcp", "this version of the format is not known; write mxcp: 1"),
    ("mxcp: true", 1, "mxcp", "this version of the format is not known; write mxcp: 1"),
    ("projects: []", 1, "projects", "must hold keys and values, indented below it"),
    ("projects:\n  my_project:\n    profile: {}", 3, "projects.my_project.profile", "unknown key"),
    ("projects: {my_project: {profiles: {1: {}}}}", 1, "projects.my_project.profiles.1", "must be text; put it in quotes"),
    (
        "projects:\n my_project:\n  profiles:\n   dev:\n    auth:\n    provider: github",
        6,
        "projects.my_project.profiles.dev.provider",
        "unknown key",
    ),
    (
        "projects:\n my_project:\n  profiles:\n   other:\n    auth:\n     github: {client: 1}",
        6,
        "projects.my_project.profiles.other.auth.github.client",
        "unknown key",
    ),
    ("projects:\n other:\n  profiles:\n   dev:\n    oauth: 1", 5, "projects.other.profiles.dev.oauth", "unknown key"),
    (
        "projects: {my_project: {profiles: {dev: {secrets: [{name: a, type: s3}]}}}}",
        1,
        "projects.my_project.profiles.dev.secrets.0.parameters",
        "is required",
    ),
    (
        "projects: {my_project: {profiles: {dev: {secrets: [{name: a, type: s3, parameters: b}]}}}}",
        1,
        "projects.my_project.profiles.dev.secrets.0.parameters",
        "must hold keys and values, indented below it",
    ),
    (
        "projects:\n my_project:\n  profiles:\n   dev:\n    secrets:\n"
        "     - {name: a, type: s3, parameters: {}}\n     - {name: a, type: s3, parameters: {}}",
        7,
        "projects.my_project.profiles.dev.secrets.1.name",
        "is already that of another entry",
    ),
    ("transport: http", 1, "transport", "must hold keys and values, indented below it"),
    ("transport: {provider: stdio}", 1, "transport.provider", "must be streamable-http, the only one served"),
]


@pytest.mark.parametrize(("section", "line", "key", "message"), BROKEN_AUTH)
def test_a_fault_of_the_auth_section_has_its_place(
    project: Project, section: str, line: int, key: str, message: str
) -> None:
    """One broken thing gives exactly one line: file, line, key and what to write instead."""
    project.write_auth(section)

    with pytest.raises(ConfigurationFaults) as caught:
        project.load()

    assert str(caught.value) == f"{project.user_file}:{line}: {AUTH}{key}: {message}."


@pytest.mark.parametrize(("text", "line", "key", "message"), BROKEN_FILES)
def test_a_fault_of_the_file_has_its_place(project: Project, text: str, line: int, key: str, message: str) -> None:
    """The same holds outside the auth section, and for unknown keys in profiles that are not used."""
    project.write_user(text)

    with pytest.raises(ConfigurationFaults) as caught:
        project.load()

    where = f"{key}: " if key else ""
    assert str(caught.value) == f"{project.user_file}:{line}: {where}{message}."


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
        f"{user}:7: {AUTH}github: GitHub OAuth configuration is incomplete. Missing: client_id, client_secret",
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


@pytest.mark.parametrize("name", ["atlassian", "salesforce", "keycloak", "Github"])
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

    assert settings.secrets == ("store",)
    assert settings.secret_definitions == (
        SecretDefinition("store", "http", {"BEARER": "k-1", "HEADERS": {"A": "k-1"}}),
    )


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
    assert settings.secret_definitions[0].parameters == {"TOKEN": "s3cr3t-d"}


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
    project.write_user(WITH_SECRETS.replace(key, broken))

    with pytest.raises(ConfigurationError) as caught:
        project.load(**SECRETS)

    assert "s3cr3t" not in str(caught.value)
    assert str(project.user_file) in str(caught.value)
