"""Atlassian's dialect: OAuth 2.0 (3LO).

=====  ====================================  =================================================
GET    /authorize                            the page to pick a person, or a redirect at once
POST   /authorize                            the answer to that page
POST   /oauth/token                          a code or a refresh token for tokens; JSON only
GET    /me                                   who the token speaks for
GET    /oauth/token/accessible-resources     the person's sites, once for each product
=====  ====================================  =================================================
"""

from __future__ import annotations

from mxcp_flask.demo.atlassian import api, authorize, token
from mxcp_flask.demo.dialect import Dialect
from mxcp_flask.demo.people import INACTIVE, PEOPLE

DIALECT = Dialect(
    provider="Atlassian",
    blueprints=(authorize.blueprint, token.blueprint, api.blueprint),
    people=(*PEOPLE, INACTIVE),
)
