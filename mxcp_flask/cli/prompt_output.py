"""A prompt's messages as ``run`` and ``test`` have them: ``{"role", "type", "prompt"}``, and other content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.model import Prompt
from mxcp_flask.mcp.prompt_forms import message
from mxcp_flask.mcp.revisions import REVISIONS

_NEWEST = REVISIONS[max(REVISIONS)]


def filled(prompt: Prompt, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the messages with ``values`` in their texts."""
    return [_flat(message(each, values, _NEWEST)) for each in prompt.messages]


def _flat(form: Mapping[str, Any]) -> dict[str, Any]:
    content = dict(form["content"])
    text = {"prompt": content.pop("text")} if "text" in content else {}
    return {"role": form["role"], "type": content.pop("type"), **text, **content}
