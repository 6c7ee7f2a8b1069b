"""Lists in pages. A cursor holds the last key that was shown, so that it outlives reloads and restarts.

The scopes of the caller decide on every page anew: a cursor only says where to go on, whoever made it up.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from mxcp_flask.errors import ParamsInvalid
from mxcp_flask.mcp.json_text import Encoded
from mxcp_flask.mcp.listing import Json, ListName
from mxcp_flask.mcp.service import Exchange

MOST_PAGES = 64  # first pages that are kept


def list_page(name: ListName, exchange: Exchange, params: Mapping[str, Any]) -> Json:
    """Return the page of a list after ``params["cursor"]``, by key, without what the caller lacks the scopes for.

    Raises:
        ParamsInvalid: the cursor is none of this list's.

    """
    after = _key_after(name, params.get("cursor"))
    return _first_page(name, exchange) if after is None else _page(name, exchange, after)


def _first_page(name: ListName, exchange: Exchange) -> Json:
    """Return the first page, which is made once for all who have the same scopes among those that endpoints need."""
    service, scopes = exchange.service, exchange.caller.scopes
    key = (exchange.revision.version, name, None if scopes is None else scopes & service.needed_scopes)
    page = service.first_pages.get(key)
    if page is None:
        page = _page(name, exchange, None)
        if len(service.first_pages) < MOST_PAGES:
            service.first_pages[key] = page
    return page


def _page(name: ListName, exchange: Exchange, after: str | None) -> Json:
    listing = exchange.service.listings[exchange.revision.version][name]
    left = [
        (endpoint.key, entry)
        for endpoint, entry in listing
        if (after is None or endpoint.key > after) and not exchange.caller.lacks(endpoint.required_scopes)
    ]
    page = left[: exchange.service.page_size]
    more = {"nextCursor": cursor(name, page[-1][0])} if len(left) > len(page) else {}
    return {name: Encoded(entry for _, entry in page), **more}


def cursor(name: ListName, key: str) -> str:
    """Return the cursor for what comes after ``key`` in a list."""
    return base64.urlsafe_b64encode(f"{name} {key}".encode()).decode("ascii").rstrip("=")


def _key_after(name: ListName, value: Any) -> str | None:
    if value is None:
        return None
    try:
        listed, _, key = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode("utf-8").partition(" ")
    except (TypeError, ValueError) as error:
        raise _not_a_cursor() from error
    if listed != name or cursor(name, key) != value:
        raise _not_a_cursor()
    return key


def _not_a_cursor() -> ParamsInvalid:
    return ParamsInvalid(reason="'cursor' is none of this list's; leave it out to begin at the first page")
