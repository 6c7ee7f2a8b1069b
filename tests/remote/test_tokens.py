"""Ending a sign-in at its server."""

from __future__ import annotations

import pytest

from mxcp_flask.errors import RemoteError
from mxcp_flask.remote.tokens import revoke
from tests.remote.conftest import Stranger, signed_in


def test_the_refresh_token_is_revoked(stranger: Stranger) -> None:
    """Revoking it ends the access token too (RFC 7009 §2.1); without one, the access token is revoked."""
    stranger.answers["revoke"] = ("", 200)

    assert revoke(signed_in(stranger))
    assert revoke(signed_in(stranger, refresh_token=None, client_secret="s"))

    first, second = stranger.asked
    assert (first["token"], first["client_id"]) == ("old-refresh", "client")
    assert (second["token"], second["client_secret"]) == ("old-access", "s")


def test_a_server_that_cannot_revoke(stranger: Stranger) -> None:
    """Where there is no such endpoint it must be said; where it fails too."""
    assert not revoke(signed_in(stranger, revocation_endpoint=None))
    stranger.answers["revoke"] = ({"error_description": "Later."}, 503)
    with pytest.raises(RemoteError, match="Later"):
        revoke(signed_in(stranger))


def test_a_client_that_was_forgotten(stranger: Stranger) -> None:
    """A server that does not know the client any more has no tokens of it either."""
    stranger.answers["revoke"] = ({"error": "invalid_client"}, 401)

    assert revoke(signed_in(stranger))
