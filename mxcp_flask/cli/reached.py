"""Tells the operator where the server is reached, and which settings will probably surprise."""

from __future__ import annotations

import logging

from mxcp_flask.cli.starting import shown_address
from mxcp_flask.config import Settings
from mxcp_flask.config.advice import advice
from mxcp_flask.config.model import Transport
from mxcp_flask.providers import PROVIDERS

log = logging.getLogger("mxcp.serve")


def base_of(transport: Transport) -> str:
    """Return where our URLs begin, with words in place of what only a request can tell."""
    if transport.base_url:
        return transport.base_url
    if transport.trust_proxy and not transport.scheme:
        return f"<the proxy's URL>{transport.prefix}"
    if transport.scheme == "https" or transport.trust_proxy:
        return f"{transport.scheme}://<the proxy's host>{transport.prefix}"
    return f"http://{shown_address(transport.host, transport.port)}{transport.prefix}"


def callback_of(settings: Settings) -> str | None:
    """Return the callback URL, which the provider has to know, and who that is; None when nobody signs in."""
    if settings.auth.settings is None:
        return None
    title = PROVIDERS[settings.auth.provider].title
    return f"{base_of(settings.transport)}{settings.auth.settings.callback_path} (to be registered at {title})"


def log_reached(settings: Settings) -> None:
    """Log where the server is reached, and what ``log_advice`` does."""
    log.info("the MCP endpoint is %s/mcp", base_of(settings.transport))
    callback = callback_of(settings)
    if callback:
        log.info("the callback is %s", callback)
    log_advice(settings)


def log_advice(settings: Settings) -> None:
    """Log a warning for each setting that works, but hardly as it is meant."""
    for fault in advice(settings):
        log.warning("%s", fault)
