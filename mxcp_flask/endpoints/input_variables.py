"""The variables that the texts of input requests use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mxcp_flask.endpoints.template_fields import explain

Request = Mapping[str, Any]  # of a file, checked


def find_undeclared(requests: Sequence[Request], parameters: Sequence[str]) -> dict[int, Any]:
    """Return marshmallow's messages for texts that use anything but parameters and answers of earlier rounds."""
    faults: dict[int, Any] = {}
    for index, request in enumerate(requests):
        known = {*parameters, *(other["name"] for other in requests if round_of(other) < round_of(request))}
        for place, text in _texts(request):
            fault = explain(text, known)
            if fault:
                _put(faults.setdefault(index, {}), place, [fault])
    return faults


def round_of(request: Request) -> int:
    """Return the round in which the request is made; the first when the file does not say."""
    return int(request.get("round", 1))


def _texts(request: Request) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if "elicitation" in request:
        yield ("elicitation", "message"), request["elicitation"]["message"]
    sampling = request.get("sampling", {})
    for key in ("prompt", "system_prompt"):
        if key in sampling:
            yield ("sampling", key), sampling[key]
    for index, message in enumerate(sampling.get("messages", ())):
        yield ("sampling", "messages", index, "content"), message["content"]


def _put(faults: dict[Any, Any], place: tuple[str | int, ...], messages: list[str]) -> None:
    *above, last = place
    for key in above:
        faults = faults.setdefault(key, {})
    faults[last] = messages
