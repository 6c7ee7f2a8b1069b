"""What an error becomes: one table of statuses, and one rule for the shape.

On the pages' routes (``/``, ``/authorize``, the provider's callback) an error is a page, and so is a browser's 404;
elsewhere it is JSON, in the words of RFC 6749 §5.2, or of JSON-RPC where an MCP client shows it to its person. An OAuth
error whose redirect URI is proven goes back to the client instead.
"""

from __future__ import annotations

import logging

from authlib.oauth2.rfc6749 import InsecureTransportError, OAuth2Error
from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, NotFound

from mxcp_flask import errors
from mxcp_flask.oauth.bearer import challenge
from mxcp_flask.oauth.signin import error_location
from mxcp_flask.records import User
from mxcp_flask.web.context import current_mismatch, g, how_to_have_tls, oauth, services
from mxcp_flask.web.redirects import Redirect
from mxcp_flask.web.situations import situation_of

log = logging.getLogger("mxcp.web")

# The first class that fits counts: (class, status, OAuth error code). From 500 on, the text shown is of _GENERIC.
_TABLE: tuple[tuple[type[errors.MxcpError], int, str], ...] = (
    (errors.TokenMissing, 401, "invalid_token"),
    (errors.TokenInvalid, 401, "invalid_token"),
    (errors.TokenMalformed, 400, "invalid_request"),
    (errors.MetricsTokenWrong, 401, "invalid_token"),
    (errors.ScopeMissing, 403, "insufficient_scope"),
    (errors.TooManyRegistrations, 429, "temporarily_unavailable"),
    (errors.TooManyClients, 429, "temporarily_unavailable"),
    (errors.TooManyCalls, 429, "temporarily_unavailable"),
    (errors.ForwardedUnclear, 400, "invalid_request"),
    (errors.AccessError, 403, "access_denied"),
    (errors.RequestTooLarge, 413, "invalid_request"),
    (errors.RequestStalled, 408, "invalid_request"),
    (errors.TooManyLookUps, 503, "temporarily_unavailable"),
    (errors.ConsentForged, 403, "access_denied"),
    (errors.AccountFormStale, 403, "access_denied"),
    (errors.PersonRefused, 403, "access_denied"),
    (errors.DeclinedThere, 403, "access_denied"),
    (errors.ProviderAway, 503, "temporarily_unavailable"),
    (errors.ProviderFailed, 502, "server_error"),
    (errors.SignInError, 400, "invalid_request"),
    (errors.MetricsNotShared, 503, "temporarily_unavailable"),
    (errors.InMemoryStateShared, 503, "temporarily_unavailable"),
    (errors.StoreError, 503, "temporarily_unavailable"),
    (errors.EngineError, 503, "temporarily_unavailable"),
)
_GENERIC = {
    503: "The server cannot answer at the moment. Try again later.",
    500: "The server failed on this request.",
}
_KNOCKING = (
    errors.TokenMissing,
    errors.HostRefused,
    errors.ForwardedUnclear,
    errors.RequestTooLarge,
    errors.RequestStalled,
    errors.MetricsRefused,
    errors.MetricsTokenWrong,
)
_LASTING = (errors.InMemoryStateShared, errors.MetricsNotShared)  # do not pass by themselves
# The first three have events of their own; the others are every scanner's.
_NOT_AUDITED = (errors.PersonRefused, errors.ProviderFailed, errors.TooManyCalls, *_KNOCKING)
# Their own words would only repeat what the page says.
_SAID_BY_PAGE = (HTTPException, errors.ProviderFailed, errors.ConsentExpired, errors.ConsentForged)
_RETRY_AFTER = 5  # seconds, where the error does not know better
_PAGES = frozenset({"authorize", "pages", "account"})
# An MCP client shows these to its person or model only as errors of JSON-RPC, whose id it then may know better; the
# other refusals are OAuth's.
_OF_MCP = frozenset({408, 413, 429, 500, 503})


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(OAuth2Error, _on_oauth_error)
    app.register_error_handler(errors.MxcpError, _on_own_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_anything)


def _on_oauth_error(error: OAuth2Error) -> Response:
    if error.redirect_uri:
        return Redirect(error_location(error, g.urls))
    if isinstance(error, InsecureTransportError):
        log.warning("nobody can sign in at %s, as OAuth needs https: %s", g.urls.base, how_to_have_tls())
        error.description = "Signing in needs https. The server's log says which setting is at fault."
    status, body, _ = error()
    services().meter.refused(body["error"])
    return _shape(error, status, body["error"], body.get("error_description", ""))


def _on_own_error(error: errors.MxcpError) -> Response:
    status, code = next((row[1:] for row in _TABLE if isinstance(error, row[0])), (500, "server_error"))
    if status < 500 or isinstance(error, errors.ProviderFailed):  # that is not our failure, and said in the log
        services().meter.refused(type(error).__name__)
        log.info("refused %s %r: %s%s", request.method, request.path, error, _hint(error))
        _audit(error)
        response = _shape(error, status, code, str(error))
    else:
        response = _failed(status, code, error)
    if status in {429, 503} and not isinstance(error, _LASTING):
        response.headers["Retry-After"] = str(error.facts.get("retry_after", _RETRY_AFTER))
    if isinstance(error, (errors.TokenMissing, errors.TokenInvalid, errors.TokenMalformed, errors.ScopeMissing)):
        response.headers["WWW-Authenticate"] = _challenge(error, code)
    if isinstance(error, errors.MetricsTokenWrong):
        response.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
    return response


def _hint(error: errors.MxcpError) -> str:
    """Return what the log has to say besides."""
    if isinstance(error, errors.HostRefused):
        return f" It is {request.headers.get('Host', '')[:100]!r}."
    mismatch = current_mismatch() if isinstance(error, errors.OriginRefused) else None
    return f" {mismatch}." if mismatch else ""


def _on_http_error(error: HTTPException) -> Response:
    status = error.code or 500
    response = _shape(error, status, "invalid_request" if status < 500 else "server_error", error.description or "")
    response.headers.extend((name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"})
    return response


def _on_anything(error: Exception) -> Response:
    return _failed(500, "server_error", error)


def _failed(status: int, code: str, error: Exception) -> Response:
    known = isinstance(error, errors.MxcpError)
    services().meter.failed(type(error).__name__ if known else "unforeseen")
    log.error("%s %r failed: %s", request.method, request.path, error, exc_info=not known)
    return _shape(error, status, code, _GENERIC[status])


def _audit(error: errors.MxcpError) -> None:
    side = services().oauth
    if side is not None and not isinstance(error, _NOT_AUDITED):
        user: User | None = getattr(g, "user", None)
        subject = user.subject if user else None
        side.audit.record("request_refused", reason=str(error), path=request.path, subject=subject)


def _shape(error: Exception, status: int, code: str, description: str) -> Response:
    """Return the error as page or JSON."""
    if _wants_page():
        log.info("error page %d at %r: %s", status, request.path, description)
        return make_response(_page(error, status, description), status)
    reference = {"reference": g.reference} if status >= 500 else {}
    if request.blueprint == "mcp" and status in _OF_MCP:
        told = {"code": status, "message": description, **({"data": reference} if reference else {})}
        return make_response(jsonify(jsonrpc="2.0", id=None, error=told), status)
    return make_response(jsonify(error=code, error_description=description, **reference), status)


def _page(error: Exception, status: int, description: str) -> str:
    """Return the page, from which a person who has somewhere to go on is led there by a link, never by itself."""
    side, location = services().oauth, getattr(error, "facts", {}).get("location")
    urls = getattr(g, "urls", None)
    account_url = urls.to("/account") if side and urls else ""
    start_url = urls.to("/") if urls else ""
    of_account = location is not None and location == account_url
    situation = situation_of(error, status).told(side.signin.handler.title if side else "", of_account=of_account)
    return render_template(
        "error.html",
        situation=situation,
        status=status,
        description="" if situation.what and isinstance(error, _SAID_BY_PAGE) else description,
        location=start_url if isinstance(error, NotFound) else location,
        account_url=account_url,
        start_url=start_url,
        reference=g.reference,
    )


def _wants_page() -> bool:
    if request.blueprint is None:  # no route: a person may have mistyped its address
        return isinstance(request.routing_exception, NotFound) and "text/html" in request.headers.get("Accept", "")
    side = services().oauth
    return request.blueprint in _PAGES or (side is not None and request.blueprint == side.signin.handler.name)


def _challenge(error: errors.MxcpError, code: str) -> str:
    needed = oauth().scopes.required or oauth().scopes.default
    if isinstance(error, errors.ScopeMissing) and g.token is not None:
        # All that was granted as well: a client that asks for just the challenge's scopes must not lose any.
        needed = tuple(dict.fromkeys([*g.scope.split(), *oauth().scopes.required, *error.facts["needed"]]))
    if isinstance(error, errors.TokenMissing):
        return challenge(g.urls, needed)
    return challenge(g.urls, needed, code, str(error))
