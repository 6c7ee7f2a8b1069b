"""The one OAuth application that is registered at the stand-in, and the people who can sign in to it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from flask import current_app, request

from mxcp_flask.demo.approvals import Approvals, Clock
from mxcp_flask.demo.people import Person
from mxcp_flask.demo.tokens import Tokens
from mxcp_flask.digests import digest

EXTENSION = "mxcp_flask.demo"


@dataclass(frozen=True)
class Application:
    """An OAuth application as its provider's settings page describes it, with the stand-in's people and state."""

    provider: str  # in whose place the stand-in answers, for people
    client_id: str
    client_secret: str = field(repr=False)
    callback_urls: tuple[str, ...]
    people: Mapping[str, Person]  # by login
    clock: Clock
    approvals: Approvals = field(repr=False)
    tokens: Tokens = field(repr=False)

    def authenticates(self, client_id: str, client_secret: str) -> bool:
        """Tell whether these are the application's credentials, in constant time."""
        presented = digest(client_id) + digest(client_secret)
        return hmac.compare_digest(presented, digest(self.client_id) + digest(self.client_secret))


def current_application() -> Application:
    """Return the application of the Flask app that answers this request."""
    return cast(Application, current_app.extensions[EXTENSION])


def presented_token(*schemes: str) -> str | None:
    """Return the token of this request's Authorization header, or None when its scheme is not among ``schemes``."""
    header = request.authorization
    return (header.token or "") if header is not None and header.type in schemes else None
