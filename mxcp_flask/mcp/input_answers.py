"""The client's answers to what it was asked (schema: ElicitResult, CreateMessageResult, ListRootsResult)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mxcp_flask.endpoints.checks import Check
from mxcp_flask.endpoints.model import InputRequest
from mxcp_flask.errors import InputDeclined, ParamsInvalid

UNUSABLE = object()
"""An answer that has its form but not what was asked for, so that it must be asked for again."""


def answer_of(request: InputRequest, response: Any) -> Any:
    """Return what ``response`` answers to ``request``: an elicitation's content, a sampling's result, a list of roots.

    UNUSABLE: the content does not fit the schema that was asked for.

    Raises:
        InputDeclined: the person declined, or closed the form.
        ParamsInvalid: the response is none of its kind.

    """
    if not isinstance(response, dict):
        raise _malformed(request, "an object")
    return READERS[request.kind](request, response)


def _content(request: InputRequest, response: Mapping[str, Any]) -> Any:
    action = response.get("action")
    if isinstance(action, str) and action in {"decline", "cancel"}:
        raise InputDeclined(name=request.name, action=action)
    if action != "accept":
        raise _malformed(request, "an object with the 'action' accept, decline or cancel")
    content, schema = response.get("content", {}), request.params["requestedSchema"]
    if not isinstance(content, dict) or not Check(schema).is_valid(content):
        return UNUSABLE
    return {name: value for name, value in content.items() if name in schema["properties"]}


def _sampled(request: InputRequest, response: Mapping[str, Any]) -> Any:
    texts = (response.get("role"), response.get("model"))
    if not all(isinstance(text, str) for text in texts) or not isinstance(response.get("content"), (dict, list)):
        raise _malformed(request, "an object with 'role', 'content' and 'model'")
    return dict(response)


def _roots(request: InputRequest, response: Mapping[str, Any]) -> Any:
    roots = response.get("roots")
    if not isinstance(roots, list) or not all(isinstance(root, dict) and "uri" in root for root in roots):
        raise _malformed(request, "an object with 'roots', a list of objects with 'uri'")
    return roots


def _malformed(request: InputRequest, wanted: str) -> ParamsInvalid:
    return ParamsInvalid(reason=f"the response to '{request.name}' must be {wanted}")


READERS: Mapping[str, Callable[[InputRequest, Mapping[str, Any]], Any]] = MappingProxyType(
    {"elicitation": _content, "sampling": _sampled, "roots": _roots}
)
