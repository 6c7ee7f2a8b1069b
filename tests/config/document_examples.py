"""The configurations that the user's document shows, with the indentation that it lost."""

from __future__ import annotations

GITHUB_EXAMPLE = """
projects:
  my_project:
    profiles:
      dev:
        auth:
          provider: github
          clients:
            - client_id: "${GITHUB_CLIENT_ID}"
              client_secret: "${GITHUB_CLIENT_SECRET}"
              name: "My MXCP Application"
              redirect_uris:
                - "http://localhost:8000/github/callback"
              scopes:
                - "mxcp:access"
          github:
            client_id: "${GITHUB_CLIENT_ID}"
            client_secret: "${GITHUB_CLIENT_SECRET}"
            scope: "user:email"
            callback_path: "/github/callback"
            auth_url: "https://github.com/login/oauth/authorize"
            token_url: "https://github.com/login/oauth/access_token"
"""

OTHER_PROVIDER_EXAMPLE = """
projects:
  my_project:
    profiles:
      production:
        auth:
          provider: {name}
          clients:
            - client_id: "${{{variable}_CLIENT_ID}}"
              client_secret: "${{{variable}_CLIENT_SECRET}}"
              name: "My MXCP Application"
              redirect_uris:
                - "https://your-domain.com/{name}/callback"
              scopes:
                - "mxcp:access"
          {name}:
            client_id: "${{{variable}_CLIENT_ID}}"
            client_secret: "${{{variable}_CLIENT_SECRET}}"
            scope: "{scope}"
            callback_path: "/{name}/callback"
            auth_url: "{auth_url}"
            token_url: "{token_url}"
"""

ATLASSIAN = {
    "name": "atlassian",
    "variable": "ATLASSIAN",
    "scope": "read:me read:jira-work read:jira-user read:confluence-content.all read:confluence-user offline_access",
    "auth_url": "https://auth.atlassian.com/authorize",
    "token_url": "https://auth.atlassian.com/oauth/token",
}
SALESFORCE = {
    "name": "salesforce",
    "variable": "SALESFORCE",
    "scope": "api refresh_token openid profile email",
    "auth_url": "https://login.salesforce.com/services/oauth2/authorize",
    "token_url": "https://login.salesforce.com/services/oauth2/token",
}
SANDBOX = {
    **SALESFORCE,
    "variable": "SALESFORCE_SANDBOX",
    "auth_url": "https://test.salesforce.com/services/oauth2/authorize",
    "token_url": "https://test.salesforce.com/services/oauth2/token",
}

# The document writes "... GitHub configuration" in place of the section that the next four examples end with.
GITHUB_SECTION = """
          github:
            client_id: "${GITHUB_CLIENT_ID}"
            client_secret: "${GITHUB_CLIENT_SECRET}"
"""

CLIENTS_EXAMPLE = (
    """
projects:
  my_project:
    profiles:
      dev:
        auth:
          provider: github

          # Pre-registered OAuth clients
          clients:
            # MCP CLI client (public client)
            - client_id: "aa27466a-fd71-4c2a-9ecf-8b5db5d34384"
              name: "MCP CLI Development Client"
              redirect_uris:
                - "http://127.0.0.1:49153/oauth/callback"
                - "http://localhost:49153/oauth/callback"
              scopes:
                - "mxcp:access"

            # Custom application (confidential client)
            - client_id: "my-custom-app-client-id"
              client_secret: "${MY_APP_CLIENT_SECRET}"
              name: "My Custom Application"
              redirect_uris:
                - "https://myapp.example.com/oauth/callback"
              grant_types:
                - "authorization_code"
                - "refresh_token"
              scopes:
                - "mxcp:access"
                - "mxcp:admin"
"""
    + GITHUB_SECTION
)

PERSISTENCE_EXAMPLE = (
    """
projects:
  my_project:
    profiles:
      production:
        auth:
          provider: github

          # OAuth state persistence configuration
          persistence:
            type: sqlite
            path: "/var/lib/mxcp/oauth.db"  # Optional, defaults to ~/.mxcp/oauth.db

          clients:
            - client_id: "${GITHUB_CLIENT_ID}"
              client_secret: "${GITHUB_CLIENT_SECRET}"
              name: "Production Application"
              redirect_uris:
                - "https://myapp.example.com/oauth/callback"
"""
    + GITHUB_SECTION
)

CALLBACK = '                - "https://myapp.example.com/oauth/callback"\n'
SCOPES = '              scopes:\n                - "mxcp:access"\n'
SCOPE_OF_GITHUB = '            scope: "user:email"\n'

PRODUCTION_EXAMPLE = PERSISTENCE_EXAMPLE.replace(CALLBACK, CALLBACK + SCOPES) + SCOPE_OF_GITHUB

RECOMMENDED_EXAMPLE = PRODUCTION_EXAMPLE.replace("production:", "prod:").replace(
    'client_id: "${GITHUB_CLIENT_ID}"\n              client_secret: "${GITHUB_CLIENT_SECRET}"\n              name',
    'client_id: "${PROD_CLIENT_ID}"\n              client_secret: "${PROD_CLIENT_SECRET}"\n              name',
)

AUTHORIZATION_EXAMPLE = (
    """
projects:
  my_project:
    profiles:
      dev:
        auth:
          provider: github

          # Authorization configuration
          authorization:
            required_scopes:
              - "mxcp:access"  # Require this scope for all endpoint access
              - "mxcp:admin"   # Also require admin scope

          clients:
            - client_id: "${CLIENT_ID}"
              name: "Any client"
"""
    + GITHUB_SECTION
)
