"""The messages of a prompt (schema: PromptMessage), filled in."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from mxcp_flask.endpoints.model import Message
from mxcp_flask.endpoints.templates import render
from mxcp_flask.mcp.contents import Json, fitting
from mxcp_flask.mcp.revisions import Revision

Values = Mapping[str, Any]
BINARY = "application/octet-stream"


def message(template: Message, values: Values, revision: Revision) -> Json:
    """Return a message with its texts filled in."""
    return {"role": template.role, "content": fitting(_CONTENTS[template.type](template, values), revision)}


def _text(template: Message, values: Values) -> Json:
    return {"type": "text", "text": render(template.text, values)}


def _media(template: Message, values: Values) -> Json:  # noqa: ARG001 - as the others
    return {"type": template.type, "data": _base64(template.data), "mimeType": template.mime_type or BINARY}


def _resource(template: Message, values: Values) -> Json:
    resource: Json = {"uri": render(template.uri or "", values)}
    if template.mime_type:
        resource["mimeType"] = template.mime_type
    if template.data is None:
        return {"type": "resource", "resource": {**resource, "text": render(template.text, values)}}
    return {"type": "resource", "resource": {**resource, "blob": _base64(template.data)}}


def _link(template: Message, values: Values) -> Json:
    uri = render(template.uri or "", values)
    link: Json = {"type": "resource_link", "uri": uri, "name": render(template.name or "", values) or uri}
    if template.mime_type:
        link["mimeType"] = template.mime_type
    return {**link, "description": render(template.text, values)} if template.text else link


def _base64(data: bytes | None) -> str:
    return base64.b64encode(data or b"").decode("ascii")


_CONTENTS: Mapping[str, Callable[[Message, Values], Json]] = {
    "text": _text,
    "image": _media,
    "audio": _media,
    "resource": _resource,
    "resource_link": _link,
}
