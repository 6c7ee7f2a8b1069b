"""What a call tells while its SQL runs: progress, and what each statement did (2026-07-28, Progress and Logging)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mxcp_flask.endpoints.model import Tool
from mxcp_flask.mcp.levels import OURS, wants_messages
from mxcp_flask.mcp.service import Exchange
from mxcp_flask.mcp.streams import notification

Json = dict[str, Any]


def has_to_tell(tool: Tool, exchange: Exchange) -> bool:
    """Tell whether a call should be answered in parts: there is something to tell, and the client reads events."""
    if not exchange.accepts_events or tool.single_statement:
        return False
    if tool.steps and wants_messages(exchange):
        return True
    return _token(exchange) is not None and (bool(tool.steps) or ";" in tool.sql.rstrip("; \n"))


def notes(tool: Tool, exchange: Exchange, done: int, total: int) -> Iterator[Json]:
    """Yield what to tell after ``done`` of ``total`` statements."""
    token = _token(exchange)
    text = tool.steps[done - 1] if done <= len(tool.steps) else None
    if token is not None:
        message = {} if text is None else {"message": text}
        yield notification("notifications/progress", progressToken=token, progress=done, total=total, **message)
    if text is not None and wants_messages(exchange):
        yield notification("notifications/message", level=OURS, logger=tool.name, data=text)


def _token(exchange: Exchange) -> str | int | None:
    token = exchange.meta.get("progressToken")
    return token if isinstance(token, (str, int)) and not isinstance(token, bool) else None
