"""Turn the input requests of a file into the params of MCP's requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.input_variables import round_of
from mxcp_flask.endpoints.model import InputRequest

_MAX_TOKENS = 1000

Data = Mapping[str, Any]


def input_request(data: Data) -> InputRequest:
    """Return the input request (schema: ElicitRequestFormParams, CreateMessageRequestParams)."""
    if "elicitation" in data:
        return InputRequest(data["name"], "elicitation", _elicitation(data["elicitation"]), round_of(data))
    if "sampling" in data:
        return InputRequest(data["name"], "sampling", _sampling(data["sampling"]), round_of(data))
    return InputRequest(data["name"], "roots", {}, round_of(data))


def _elicitation(data: Data) -> dict[str, Any]:
    schema = {"type": "object", "properties": data.get("properties", {})}
    if data.get("required"):
        schema["required"] = data["required"]
    return {"mode": "form", "message": data["message"], "requestedSchema": schema}


def _sampling(data: Data) -> dict[str, Any]:
    given = data.get("messages") or [{"content": data["prompt"]}]
    params = {
        "messages": [
            {"role": each.get("role", "user"), "content": {"type": "text", "text": each["content"]}} for each in given
        ],
        "maxTokens": data.get("max_tokens", _MAX_TOKENS),
    }
    return {**params, "systemPrompt": data["system_prompt"]} if "system_prompt" in data else params
