"""GitHub's dialect.

=======  ======================================  ==============================================
GET      /login/oauth/authorize                  the page to pick a person, or a redirect at once
POST     /login/oauth/authorize                  the answer to that page
POST     /login/oauth/access_token               a code or a refresh token for a token
GET      /user, /user/emails, /user/orgs         who the token speaks for
DELETE   /applications/<client_id>/token         revocation
=======  ======================================  ==============================================

``config["EXPIRING"]``, off by default, is the application's setting "Expire user authorization tokens".
"""

from __future__ import annotations

from mxcp_flask.demo.dialect import Dialect
from mxcp_flask.demo.github import api, authorize, token
from mxcp_flask.demo.github.scopes import normalise

DIALECT = Dialect(
    provider="GitHub",
    blueprints=(authorize.blueprint, token.blueprint, api.blueprint),
    normalise=normalise,
    switches={"EXPIRING": False},
)
