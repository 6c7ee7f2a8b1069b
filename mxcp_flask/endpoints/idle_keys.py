"""Find what a valid endpoint says without effect, because of what else it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mxcp_flask.documents import KeyPath
from mxcp_flask.endpoints.model import Kind

_OF_EVERY_MESSAGE = frozenset({"role", "type"})
_OF_MESSAGES: Mapping[str, frozenset[str]] = {
    "text": frozenset({"prompt"}),
    "image": frozenset({"file", "mime_type"}),
    "audio": frozenset({"file", "mime_type"}),
    "resource": frozenset({"uri", "prompt", "file", "mime_type"}),
    "resource_link": frozenset({"uri", "name", "prompt", "mime_type"}),
}

Idle = tuple[KeyPath, str]


def find_idle_keys(kind: Kind, endpoint: Mapping[str, Any]) -> Iterator[Idle]:
    """Yield the place of each key without effect, and why it has none."""
    names = [parameter["name"] for parameter in endpoint.get("parameters", ())]
    for index, parameter in enumerate(endpoint.get("parameters", ())):
        if kind == "tool" and "completion" in parameter:
            reason = "has no effect: MCP completes the arguments of prompts and resources, not those of tools"
            yield (kind, "parameters", index, "completion"), reason
    for index, message in enumerate(endpoint.get("messages", ())):
        yield from _of_message(message, (kind, "messages", index))
    for index, test in enumerate(endpoint.get("tests") or ()):
        yield from _of_test(test, (kind, "tests", index), names)


def _of_message(message: Mapping[str, Any], place: KeyPath) -> Iterator[Idle]:
    declared = message.get("type", "text")
    for key in message:
        if key not in _OF_EVERY_MESSAGE | _OF_MESSAGES[declared]:
            yield (*place, key), f"has no effect on a message of type {declared}"


def _of_test(test: Mapping[str, Any], place: KeyPath, names: list[str]) -> Iterator[Idle]:
    for index, argument in enumerate(test["arguments"]):
        if argument["key"] not in names:
            known = ", ".join(names) or "none"
            reason = f"names no parameter, so that the call is refused (known: {known})"
            yield (*place, "arguments", index, "key"), reason
