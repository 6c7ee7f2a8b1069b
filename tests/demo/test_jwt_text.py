"""The stand-in's JWTs look like real ones."""

from __future__ import annotations

import base64
import json

from mxcp_flask.demo.jwt_text import jwt_text


def test_claims_can_be_read() -> None:
    """The middle part is the claims in base64url without padding, and the text is long."""
    header, claims, signature = jwt_text({"sub": "ada"}).split(".")

    assert json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))) == {"sub": "ada"}
    assert header.startswith("eyJ")
    assert len(signature) == 342


def test_no_two_are_the_same() -> None:
    """The same claims make another text each time."""
    assert jwt_text({}) != jwt_text({})
