"""The identity provider: whether it is there, whether it knows us, and whether its clock is ours."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from mxcp_flask.cli.doctor.findings import Finding, Level, Patient
from mxcp_flask.cli.reached import base_of
from mxcp_flask.digests import new_secret
from mxcp_flask.errors import CallbackRefused, ProviderError, ProviderUnavailable, RemoteError
from mxcp_flask.providers import ExternalOAuthHandler, create_oauth_handler
from mxcp_flask.remote import http

_FINE = ("bad_verification_code", "invalid_grant")  # it knows us, and refuses the code, which is made up
_STRANGERS = ("incorrect_client_credentials", "invalid_client", "unauthorized_client", "access_denied", "status 404")
_NOBODY = (
    "none: nobody signs in, so whoever reaches the server may call everything, and get_username() is empty for all",
    "If that is not meant, name a provider in the user file (docs/providers)",
)
_AFTER_DEMO = "The configuration, by which mxcp serve goes, has the provider {}"
_APART, _FAR_APART = 30, 300  # seconds


def check_sign_in(patient: Patient) -> Iterator[Finding]:
    """Warn of a server where everybody is nobody."""
    if patient.demo and patient.is_running:
        text = f"mxcp demo runs here: invented people sign in at its stand-in for GitHub, {patient.demo.stand_in}"
        yield Finding("sign-in", "ok", f"{text}. {_AFTER_DEMO.format(patient.settings.auth.provider)}")
    elif patient.settings.auth.provider == "none":
        yield Finding("sign-in", "warning", *_NOBODY)


def check(patient: Patient) -> Iterator[Finding]:
    """Knock at the page where people sign in, and at the token endpoint with a code that cannot be one."""
    handler = create_oauth_handler(patient.settings.auth)
    if handler is None:
        return
    try:
        headers = http.headers_of(handler.settings.auth_url)
    except RemoteError as error:
        yield _unreachable(handler, str(error))
        return
    yield _introduced(handler, base_of(patient.settings.transport))
    yield from _clock(patient, handler, headers.get("Date", ""))


def _introduced(handler: ExternalOAuthHandler, base: str) -> Finding:
    section = f"auth.{handler.name}"
    try:
        handler.exchange(new_secret("mxcp-doctor-"), f"{base}{handler.settings.callback_path}", new_secret())
    except ProviderUnavailable as error:
        return _unreachable(handler, str(error))
    except CallbackRefused as error:
        return Finding("provider", "fault", str(error), f"Register that callback URL at {handler.title}")
    except ProviderError as error:
        if any(word in str(error) for word in _STRANGERS):
            text = f"{handler.title} does not know this client ({error.facts['reason']})"
            fix = f"Check client_id, client_secret and token_url ({section}) against what {handler.title} shows"
            return Finding("provider", "fault", text, fix)
        if not any(word in str(error) for word in _FINE):
            return Finding("provider", "warning", str(error), f"Check token_url ({section})")
    return Finding("provider", "ok", f"{handler.title} is there, and knows the client")


def _unreachable(handler: ExternalOAuthHandler, reason: str) -> Finding:
    urls = (handler.settings.auth_url, handler.settings.token_url)
    hosts = ", ".join(dict.fromkeys(urlsplit(url).netloc for url in urls))
    text = f"{handler.title} cannot be reached: {reason.rstrip('.')}"
    return Finding("provider", "fault", text, f"Let this machine reach {hosts}, or set HTTPS_PROXY")


def _clock(patient: Patient, handler: ExternalOAuthHandler, date: str) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(date).timestamp()
    except ValueError:
        return
    apart = round(patient.clock() - theirs)
    if abs(apart) < _APART:
        yield Finding("clock", "ok", f"within {_APART} seconds of {handler.title}'s")
        return
    side = "ahead of" if apart > 0 else "behind"
    text = f"this machine's clock is {abs(apart)} seconds {side} {handler.title}'s, so that tokens end early or late"
    level: Level = "fault" if abs(apart) >= _FAR_APART else "warning"
    yield Finding("clock", level, text, "Set it, and let a time service (NTP) keep it")
