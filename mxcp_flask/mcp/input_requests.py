"""Asking the client before an endpoint runs (2026-07-28, Multi Round-Trip Requests).

The client gets a result that asks, and sends the same request again with its answers. Nothing is kept here meanwhile:
the answers of earlier rounds come back in ``requestState``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from mxcp_flask.endpoints.model import Endpoint, InputRequest
from mxcp_flask.endpoints.templates import render
from mxcp_flask.errors import ParamsInvalid
from mxcp_flask.mcp.input_answers import UNUSABLE, answer_of
from mxcp_flask.mcp.json_text import encode_text
from mxcp_flask.mcp.service import Exchange
from mxcp_flask.mcp.template_values import template_values

METHODS: Mapping[str, str] = MappingProxyType(
    {"elicitation": "elicitation/create", "sampling": "sampling/createMessage", "roots": "roots/list"}
)


@dataclass(frozen=True)
class Input:
    """The answers by name; or, as long as some are missing, the result that asks for them."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    asking: dict[str, Any] | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """Return the answers as the parameters of SQL: JSON text."""
        return {name: encode_text(answer) for name, answer in self.answers.items()}


def gather(
    endpoint: Endpoint, exchange: Exchange, method: str, params: Mapping[str, Any], bound: Mapping[str, Any]
) -> Input:
    """Return the answers that ``params`` bring, or ask for those of the first round that is not complete.

    Texts of the requests are templates of the ``bound`` arguments and the answers of earlier rounds.

    Raises:
        ParamsInvalid: the state or a response is not valid.
        InputDeclined: the person does not want to.

    """
    if not endpoint.input_requests:
        return Input()
    states, principal = exchange.service.states, exchange.caller.principal
    answers = states.open(principal, method, params)
    answers |= _answers(_missing(endpoint, answers), params)
    missing = _missing(endpoint, answers)
    if not missing:
        return Input(answers)
    values = {**template_values(bound), **answers}
    asking = {
        "resultType": "input_required",
        "inputRequests": {request.name: _asked(request, values) for request in missing},
        "requestState": states.seal(answers, principal, method, params),
    }
    return Input(answers, asking)


def _missing(endpoint: Endpoint, answers: Mapping[str, Any]) -> list[InputRequest]:
    """Return the requests without an answer, of the first round that has some."""
    missing = [request for request in endpoint.input_requests if request.name not in answers]
    first = min((request.round for request in missing), default=0)
    return [request for request in missing if request.round == first]


def _answers(asked: Iterable[InputRequest], params: Mapping[str, Any]) -> dict[str, Any]:
    responses = params.get("inputResponses", {})
    if not isinstance(responses, dict):
        raise ParamsInvalid(reason="'inputResponses' must be an object")
    read = {request.name: answer_of(request, responses[request.name]) for request in asked if request.name in responses}
    return {name: answer for name, answer in read.items() if answer is not UNUSABLE}


def _asked(request: InputRequest, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"method": METHODS[request.kind], "params": _rendered(request.params, values)}


def _rendered(value: Any, values: Mapping[str, Any]) -> Any:
    """Return ``value`` with its texts filled in, but for those of a schema, which is a contract."""
    if isinstance(value, str):
        return render(value, values)
    if isinstance(value, Mapping):
        return {key: each if key == "requestedSchema" else _rendered(each, values) for key, each in value.items()}
    return [_rendered(each, values) for each in value] if isinstance(value, (list, tuple)) else value
