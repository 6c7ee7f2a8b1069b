"""The audit, counted: every event, and what sign-ins and tokens came to."""

from __future__ import annotations

from mxcp_flask.meter import Meter
from mxcp_flask.oauth.audit import Audit

_SIGN_INS = {
    "signed_in": "completed",
    "consent_denied": "declined",
    "person_refused": "refused",
    "sign_in_failed": "failed",
}
_ALARMING = ("code_replayed", "refresh_token_reused", "grant_ended", "calls_refused", "request_refused")
_TOKENS = {"token_issued": "authorization_code", "token_refreshed": "refresh_token"}


class MeasuredAudit(Audit):
    """Records in ``audit``, and reports to ``meter``; people sign in with ``provider``."""

    def __init__(self, audit: Audit, meter: Meter, provider: str) -> None:
        self._audit = audit
        self._meter = meter
        self._provider = provider
        meter.expect(provider, _SIGN_INS.values(), _TOKENS.values(), _ALARMING)

    def record(self, event: str, **facts: str | None) -> None:
        """Record and report ``event``; of its facts nothing is reported."""
        self._audit.record(event, **facts)
        self._meter.happened(event)
        if event in _TOKENS:
            self._meter.issued(_TOKENS[event])
        if event in _SIGN_INS and "grant" not in facts:  # a person may also be refused with a grant, at a refresh
            self._meter.signed_in(self._provider, _SIGN_INS[event])
