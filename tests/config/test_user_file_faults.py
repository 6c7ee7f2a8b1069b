"""Everything that can be wrong with a user file is reported with its place: the tables."""

from __future__ import annotations

import pytest

from mxcp_flask.errors import ConfigurationFaults
from tests.config.conftest import Project

AUTH = "projects.my_project.profiles.dev.auth."
GITHUB = "provider: github\ngithub:\n  client_id: a\n  client_secret: b\n  "
CLIENT = "clients:\n  - client_id: a\n    name: A\n    "
SECRET = "     - {name: a, type: s3, parameters: {}}\n"

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
    ("github:\n  client_secret: b\n  client_id: 12", 8, "github.client_id", "must be text; put it in quotes"),
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
    ("persistence: {type: redis}", 6, "persistence.type", "must be sqlite or postgresql"),
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
    (
        "authorization:\n  allow: {}",
        7,
        "authorization.allow",
        "must name at least one of users, emails and organizations",
    ),
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
    ("limits:\n  calls_per_person: -1", 7, "limits.calls_per_person", "must not be negative"),
    ("limits:\n  calls_per_client: many", 7, "limits.calls_per_client", "must be a whole number"),
    ("limits:\n  calls: 1", 7, "limits.calls", "unknown key"),
]

# The whole file; line, key, message.
BROKEN_FILES = [
    ("project: {}", 1, "project", "unknown key"),
    ("- a", 1, "", "must hold keys and values, indented below it"),
    ("mxcp: 2", 1, "mxcp", "this version of the format is not known; write mxcp: 1"),
    ("mxcp: true", 1, "mxcp", "this version of the format is not known; write mxcp: 1"),
    ("projects: []", 1, "projects", "must hold keys and values, indented below it"),
    ("projects:\n  my_project:\n    profile: {}", 3, "projects.my_project.profile", "unknown key"),
    (
        "projects: {my_project: {profiles: {1: {}}}}",
        1,
        "projects.my_project.profiles.1",
        "must be text; put it in quotes",
    ),
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
        f"projects:\n my_project:\n  profiles:\n   dev:\n    secrets:\n{SECRET}{SECRET}",
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
