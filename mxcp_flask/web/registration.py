"""The client registration endpoint (RFC 7591 §3)."""

from __future__ import annotations

import json
import logging

from flask import Blueprint, Response, jsonify, make_response

from mxcp_flask.oauth import audit
from mxcp_flask.oauth.registration import register
from mxcp_flask.oauth.registration_errors import InvalidClientMetadataError
from mxcp_flask.web import forms
from mxcp_flask.web.context import oauth
from mxcp_flask.web.housekeeping import sweep

blueprint = Blueprint("registration", __name__)
log = logging.getLogger("mxcp.oauth")


@blueprint.post("/register")
def register_client() -> Response:
    """Register the client that the JSON body describes."""
    sweep()  # or a server that is full of clients nobody uses would stay so
    oauth().limits.admit(audit.address.get())
    try:
        metadata = json.loads(forms.read_body().decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidClientMetadataError("The body must be a JSON object in UTF-8.") from error
    registration = register(metadata, oauth().scopes, oauth().server.now())
    oauth().server.clients.add_client(registration.client)
    oauth().audit.record("client_registered", client=registration.client.client_id, name=registration.client.name)
    log.info("registered client %s, %r", registration.client.client_id, registration.client.name)
    return make_response(jsonify(registration.answer), 201)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # NaN and the infinities are not JSON
