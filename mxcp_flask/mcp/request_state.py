"""``requestState``: what a server without sessions remembers of earlier rounds, kept by the client (2026-07-28, MRTR).

It is signed, not hidden: it holds the client's own answers. A state counts for one person and client, one request and
a few minutes; the signature's key is the server's, whichever of its processes answers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from mxcp_flask.errors import ParamsInvalid

SECONDS = 600  # that a person has to answer one round
_UNBOUND = frozenset({"_meta", "inputResponses", "requestState"})  # what differs between the rounds of one request


class RequestStates:
    """Signs the answers so far, and reads them again for the same request of the same principal."""

    def __init__(self, key: bytes, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._serializer = URLSafeSerializer(
            key,
            salt="mxcp request state",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )

    def seal(self, answers: Mapping[str, Any], principal: str, method: str, params: Mapping[str, Any]) -> str:
        """Return a state that holds ``answers`` for the request ``method`` with ``params``."""
        until = int(self._clock()) + SECONDS
        return self._signed([until, _binding(principal, method, params), answers])

    def open(self, principal: str, method: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers in ``params["requestState"]``, empty when there is none.

        Raises:
            ParamsInvalid: it is not ours, was changed, is for another request or person, or is too old.

        """
        state = params.get("requestState")
        if state is None:
            return {}
        try:
            held = self._serializer.loads(state if isinstance(state, str) else "")
        except BadData:
            raise _invalid() from None
        if self._signed(held) != state:  # base64 reads one signature in several spellings
            raise _invalid()
        until, binding, answers = held
        if binding != _binding(principal, method, params) or until < self._clock():
            raise _invalid()
        return dict(answers)

    def _signed(self, held: Any) -> str:
        signed = self._serializer.dumps(held)
        return signed if isinstance(signed, str) else signed.decode("ascii")


def _binding(principal: str, method: str, params: Mapping[str, Any]) -> str:
    request = {name: value for name, value in params.items() if name not in _UNBOUND}
    text = json.dumps([principal, method, request], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _invalid() -> ParamsInvalid:
    return ParamsInvalid(reason="'requestState' is not valid for this request (any more); call again without it")
