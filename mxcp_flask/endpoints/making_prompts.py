"""Turn the messages of a prompt's file into those of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from mimetypes import guess_type
from typing import Any, Literal

from mxcp_flask.endpoints.model import Message


def messages(data: Sequence[Mapping[str, Any]], files: Mapping[int, bytes]) -> tuple[Message, ...]:
    """Return the messages; ``files`` holds the data of some, by their number."""
    return tuple(_message(each, files.get(index)) for index, each in enumerate(data))


def mime_type(message: Mapping[str, Any]) -> str | None:
    """Return the MIME type that the message gives, or else its file's name."""
    given: str | None = message.get("mime_type")
    return given or (guess_type(message["file"])[0] if "file" in message else None)


def _message(data: Mapping[str, Any], file: bytes | None) -> Message:
    role: Literal["user", "assistant"] = "assistant" if data.get("role") == "assistant" else "user"  # MCP has no system
    return Message(
        role=role,
        type=data.get("type", "text"),
        text=data.get("prompt", ""),
        uri=data.get("uri"),
        name=data.get("name"),
        mime_type=mime_type(data),
        data=file,
    )
