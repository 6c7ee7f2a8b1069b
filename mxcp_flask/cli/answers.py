"""Answers from the command line to what an endpoint asks its client for (MCP 2026-07-28, InputRequest)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.checks import Check, find_faults
from mxcp_flask.endpoints.model import Endpoint, InputRequest
from mxcp_flask.errors import AnswerInvalid, ArgumentsInvalid

Arguments = Mapping[str, Any]


def answers_of(endpoint: Endpoint, arguments: Arguments) -> dict[str, Any]:
    """Return the answers to what ``endpoint`` asks its client for, by name; as text they must be JSON.

    Raises:
        AnswerInvalid: one is missing, or no JSON.
        ArgumentsInvalid: one does not fit the form that a person would fill in.

    """
    return {
        request.name: _answer(endpoint, request, arguments.get(request.name)) for request in endpoint.input_requests
    }


def _answer(endpoint: Endpoint, request: InputRequest, given: Any) -> Any:
    asked = ", ".join(each.name for each in endpoint.input_requests)
    refusal = AnswerInvalid(name=endpoint.key, asked=asked, example=request.name)
    try:
        answer = json.loads(given) if isinstance(given, str) else given
    except (ValueError, RecursionError) as error:
        raise refusal from error
    if answer is None:
        raise refusal
    form = request.params.get("requestedSchema", {})
    faults = list(find_faults(Check(form), answer, form, request.name))
    if faults:
        raise ArgumentsInvalid(faults="; ".join(faults))
    return answer
