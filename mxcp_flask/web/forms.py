"""Reads OAuth parameters strictly: UTF-8, each once, from where the endpoint has them and from nowhere else."""

from __future__ import annotations

from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from mxcp_flask.oauth.requests import single_values

LARGEST_BODY = 64 * 1024
_FORM = "application/x-www-form-urlencoded"


def query_parameters() -> dict[str, str]:
    """Return the query's parameters. Raises InvalidRequestError, as ``body_parameters`` does."""
    return single_values(_parse(request.query_string))


def body_parameters() -> dict[str, str]:
    """Return the form's parameters.

    Raises:
        InvalidRequestError: there are parameters in the query, the body is no form, or one is repeated or not UTF-8.
        RequestEntityTooLarge: it is larger than ``LARGEST_BODY``.

    """
    if request.query_string:
        raise InvalidRequestError("Parameters belong into the body, not into the query.")
    return posted_page()


def posted_page() -> dict[str, str]:
    """Return the form's parameters, whatever the query holds: a page that posts to its own URL repeats it."""
    if request.mimetype != _FORM:
        raise InvalidRequestError(f"The body must be {_FORM}.")
    return single_values(_parse(read_body()))


def read_body(largest: int = LARGEST_BODY) -> bytes:
    """Return the body, of at most ``largest`` bytes. Raises RequestEntityTooLarge."""
    request.max_content_length = largest + 1  # of a chunked body, Werkzeug drops what is beyond without a word
    body = request.get_data(cache=False)
    if len(body) > largest:
        raise RequestEntityTooLarge
    return body


def _parse(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise InvalidRequestError("The parameters are not urlencoded UTF-8.") from error
