"""The headers that repeat parts of a modern request, so that a proxy can route it unread (2026-07-28, Streamable HTTP).

A header that differs from the body would let a proxy allow one thing and this server do another.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from mxcp_flask.errors import HeaderMismatch
from mxcp_flask.mcp.jsonrpc import Request
from mxcp_flask.mcp.message import HttpMessage
from mxcp_flask.mcp.methods import METHODS
from mxcp_flask.mcp.revisions import VERSION_HEADER

METHOD_HEADER = "mcp-method"
NAME_HEADER = "mcp-name"

ENCODED = re.compile(r"=\?base64\?(.*)\?=")


def check_headers(message: HttpMessage, request: Request, version: str) -> None:
    """Compare the three headers with the request, whose ``_meta`` names ``version``.

    Raises:
        HeaderMismatch: one is missing, differs, was sent twice, or cannot be decoded.

    """
    _compare("MCP-Protocol-Version", message.header(VERSION_HEADER), version)
    _compare("Mcp-Method", decoded("Mcp-Method", message.header(METHOD_HEADER)), request.method)
    method = METHODS.get(request.method)
    if method is not None and method.named_by is not None:
        _compare("Mcp-Name", decoded("Mcp-Name", message.header(NAME_HEADER)), request.params.get(method.named_by))


def decoded(header: str, value: str | None) -> str | None:
    """Return the text of a header's ``value``, which may be ``=?base64?`` and the base64 of UTF-8 and ``?=``.

    Raises:
        HeaderMismatch: what is marked as base64 is not, in its one canonical spelling, or is not of UTF-8.

    """
    encoded = ENCODED.fullmatch(value) if value is not None else None
    if encoded is None:
        return value
    try:
        raw = base64.b64decode(encoded[1], validate=True)
        text = raw.decode("utf-8")
    except ValueError as error:
        raise HeaderMismatch(header=header, reason="is not base64 of UTF-8") from error
    if base64.b64encode(raw).decode("ascii") != encoded[1]:
        raise HeaderMismatch(header=header, reason="is not canonical base64")
    return text


def _compare(header: str, value: str | None, expected: Any) -> None:
    if value == expected:
        return
    if value is not None:
        raise HeaderMismatch(header=header, reason="differs from the body")
    if isinstance(expected, str):  # else the body is at fault, and the handler says so
        raise HeaderMismatch(header=header, reason="is missing")
