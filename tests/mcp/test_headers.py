"""Tests of mxcp_flask.mcp.headers."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from mxcp_flask.errors import HeaderMismatch
from mxcp_flask.mcp.headers import check_headers, decoded
from mxcp_flask.mcp.jsonrpc import Request
from mxcp_flask.mcp.message import HttpMessage

CALL = Request(1, "tools/call", {"name": "orders"})


def encoded(text: str) -> str:
    """Return ``text`` as a client sends what a header cannot hold."""
    return f"=?base64?{base64.b64encode(text.encode()).decode()}?="


def check(request: Request, **headers: str | None) -> None:
    """Check ``request`` with the headers of a call of 'orders', except for those in ``headers``."""
    sent = {"mcp_protocol_version": "2026-07-28", "mcp_method": "tools/call", "mcp_name": "orders", **headers}
    present = {name.replace("_", "-"): value for name, value in sent.items() if value is not None}
    check_headers(HttpMessage(present, b""), request, "2026-07-28")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"mcp_name": " orders\t"},
        {"mcp_name": encoded("orders")},
        {"mcp_method": encoded("tools/call")},
    ],
)
def test_headers_that_repeat_the_request_pass(headers: dict[str, str]) -> None:
    """Both spellings of a value must be accepted, with blanks around it."""
    check(CALL, **headers)


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({"mcp_protocol_version": None}, "The MCP-Protocol-Version header is missing."),
        ({"mcp_protocol_version": "2025-11-25"}, "The MCP-Protocol-Version header differs"),
        ({"mcp_protocol_version": "2026-07-28, 2026-07-28"}, "The MCP-Protocol-Version header differs"),
        ({"mcp_method": None}, "The Mcp-Method header is missing."),
        ({"mcp_method": "tools/list"}, "The Mcp-Method header differs"),
        ({"mcp_method": "Tools/Call"}, "The Mcp-Method header differs"),
        ({"mcp_method": "tools/call, tools/call"}, "The Mcp-Method header differs"),
        ({"mcp_name": None}, "The Mcp-Name header is missing."),
        ({"mcp_name": "order_count"}, "The Mcp-Name header differs"),
        ({"mcp_name": encoded("order_count")}, "The Mcp-Name header differs"),
        ({"mcp_name": "orders, orders"}, "The Mcp-Name header differs"),
        ({"mcp_name": f"{encoded('orders')}, {encoded('orders')}"}, "not base64"),
        ({"mcp_name": ""}, "The Mcp-Name header differs"),
        ({"mcp_name": "=?base64?b3JkZXJz!?="}, "not base64"),
        ({"mcp_name": "=?base64?b3JkZXJ?="}, "not base64"),
        ({"mcp_name": "=?base64?/w==?="}, "not base64 of UTF-8"),
        ({"mcp_name": "=?base64?b3JkZXJzeB==?="}, "canonical"),
    ],
)
def test_headers_that_differ_from_the_request_are_refused(headers: dict[str, str | None], message: str) -> None:
    """The message must name the header and what is wrong with it."""
    with pytest.raises(HeaderMismatch, match=message):
        check(CALL, **headers)


@pytest.mark.parametrize(
    ("params", "header"),
    [({}, None), ({"name": 5}, None), ({"name": "größe"}, encoded("größe")), ({"name": "=?x"}, "=?x")],
)
def test_the_name_is_compared_when_the_body_has_one(params: dict[str, Any], header: str | None) -> None:
    """A body without a name must be left to its handler, which says what is wrong with it."""
    check(Request(1, "tools/call", params), mcp_name=header)


def test_a_name_that_only_the_header_has_is_refused() -> None:
    """A proxy that routed by the header must not have been lied to."""
    with pytest.raises(HeaderMismatch, match="Mcp-Name"):
        check(Request(1, "tools/call", {}), mcp_name="orders")


def test_methods_without_a_name_need_no_name_header() -> None:
    """Mcp-Name belongs to methods that name something."""
    check(Request(1, "tools/list", {"name": "x"}), mcp_method="tools/list", mcp_name=None)


@pytest.mark.parametrize(
    ("value", "text"), [(None, None), ("x", "x"), ("=?base64??=", ""), ("=?BASE64?eA==?=", "=?BASE64?eA==?=")]
)
def test_only_the_exact_mark_means_base64(value: str | None, text: str | None) -> None:
    """A value that merely resembles the mark must be taken literally."""
    assert decoded("Mcp-Name", value) == text
