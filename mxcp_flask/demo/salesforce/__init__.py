"""Salesforce's dialect: the OAuth 2.0 web server flow.

=========  ===================================  ===================================================
GET        /services/oauth2/authorize           the page to pick a person, or a redirect at once
POST       /services/oauth2/authorize           the answer to that page
POST       /services/oauth2/token               a code or a refresh token for a token
POST       /services/oauth2/revoke              revocation
POST       /services/oauth2/introspect          whether a token is active
GET, POST  /services/oauth2/userinfo            who the token speaks for
GET        /id/<organization>/<user>            the same, at the identity URL, in other words
=========  ===================================  ===================================================

``config["ROTATING"]``, off by default, makes a refresh token work once. ``config["INSTANCE_URL"]`` is what a token's
``instance_url`` says; empty, as by default, it is the stand-in's own base URL.
"""

from __future__ import annotations

from mxcp_flask.demo.dialect import Dialect
from mxcp_flask.demo.people import INACTIVE, PEOPLE
from mxcp_flask.demo.salesforce import api, authorize, token, token_status

DIALECT = Dialect(
    provider="Salesforce",
    blueprints=(authorize.blueprint, token.blueprint, token_status.blueprint, api.blueprint),
    people=(*PEOPLE, INACTIVE),
    switches={"ROTATING": False, "INSTANCE_URL": ""},
)
