"""OAuth requests as plain values: Authlib never reads Flask's request, nor a query string where a form is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

LONGEST_VALUE = 4096
_MOST_PARAMETERS = 40


class PlainRequest(OAuth2Request):  # type: ignore[misc]
    """A request to an OAuth endpoint: its parameters, each given once.

    ``url`` is the endpoint's own; Authlib refuses one that is neither https nor on a loopback host.
    """

    def __init__(self, method: str, url: str, parameters: Mapping[str, str], headers: Mapping[str, str]) -> None:
        super().__init__(method, url, headers=dict(headers))
        self.parameters = dict(parameters)
        self.payload = BasicOAuth2Payload(self.parameters)

    @property
    def args(self) -> dict[str, str]:
        """Return the query's parameters."""
        return self.parameters if self.method == "GET" else {}

    @property
    def form(self) -> dict[str, str]:
        """Return the body's parameters."""
        return self.parameters if self.method == "POST" else {}


def single_values(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return the parameters as a dictionary; those sent without a value count as omitted (RFC 6749 §3.1, §3.2).

    Raises:
        InvalidRequestError: a parameter is repeated, or one is longer than ``LONGEST_VALUE`` characters.

    """
    if len(pairs) > _MOST_PARAMETERS:
        raise InvalidRequestError("Too many parameters in request.")
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise InvalidRequestError("A parameter is repeated in request.")
        if len(name) > LONGEST_VALUE or len(value) > LONGEST_VALUE:
            raise InvalidRequestError("A parameter in request is too long.")
        values[name] = value
    return {name: value for name, value in values.items() if value}
