"""Subscriptions: nothing here changes by itself, so that a subscription is accepted and brings no news."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.errors import ParamsInvalid
from mxcp_flask.mcp.resources import found_in
from mxcp_flask.mcp.revisions import SUBSCRIPTION_KEY
from mxcp_flask.mcp.service import Exchange
from mxcp_flask.mcp.streams import Telling, notification


def listen(exchange: Exchange, params: Mapping[str, Any]) -> Telling:
    """Return a stream that grants none of the notifications asked for, and ends (2026-07-28, subscriptions/listen).

    Raises:
        ParamsInvalid: the filter is no object.

    """
    if not isinstance(params.get("notifications"), dict):
        raise ParamsInvalid(reason="'notifications' must be an object")
    return _grant_nothing({SUBSCRIPTION_KEY: exchange.request_id})


def subscribe(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the EmptyResult of resources/subscribe and unsubscribe, when there is such a resource.

    Raises:
        ParamsInvalid, ResourceNotFound: there is none.

    """
    found_in(exchange, params)
    return {}


def _grant_nothing(meta: dict[str, Any]) -> Telling:
    yield notification("notifications/subscriptions/acknowledged", _meta=meta, notifications={})
    return {"_meta": meta}
