"""Reads OAuth parameters strictly: UTF-8, each once, from where the endpoint has them and from nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from mxcp_flask.errors import RequestStalled, RequestTooLarge
from mxcp_flask.oauth.requests import single_values
from mxcp_flask.web.context import current_request

LARGEST_FORM = 64 * 1024
_SAME_SITE = frozenset({None, "same-origin", "none"})  # None: a browser that sends no Fetch Metadata
_FORM = "application/x-www-form-urlencoded"


def find_foreign() -> str | None:
    """Say, for the log, that a page of another site sent the form; None when none did, as far as the browser tells."""
    site = request.headers.get("Sec-Fetch-Site")
    return None if site in _SAME_SITE else f"another site sent the form (Sec-Fetch-Site: {site!r:.20})"


def query_parameters() -> dict[str, str]:
    """Return the query's parameters. Raises InvalidRequestError, as ``body_parameters`` does."""
    return single_values(_parse(request.query_string))


def body_parameters() -> dict[str, str]:
    """Return the form's parameters.

    Raises:
        InvalidRequestError: there are parameters in the query, the body is no form, or one is repeated or not UTF-8.
        RequestTooLarge, RequestStalled: as ``read_body`` does.

    """
    if request.query_string:
        raise InvalidRequestError("Parameters belong into the body, not into the query.")
    return posted_page()


def posted_page() -> dict[str, str]:
    """Return the form's parameters, whatever the query holds: a page that posts to its own URL repeats it."""
    if request.mimetype != _FORM:
        raise InvalidRequestError(f"The body must be {_FORM}.")
    return single_values(_parse(read_body()))


def read_body(largest: int | None = LARGEST_FORM) -> bytes:
    """Return the body, of at most ``largest`` bytes, and at most what the server takes at all.

    Raises:
        RequestTooLarge: it is larger; the rest is not read.
        RequestStalled: it ended, or paused for too long, before its end.

    """
    current = current_request()
    allowed = min(size for size in (largest, current.max_content_length) if size is not None)
    size = _told_size(current.environ)
    if size is not None:
        return _exactly(size, allowed, current.environ["wsgi.input"])
    current.max_content_length = allowed + 1  # of a chunked body, Werkzeug drops what is beyond without a word
    try:
        body = current.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise RequestTooLarge(largest=allowed) from error
    except ClientDisconnected as error:
        raise RequestStalled from error
    if len(body) > allowed:
        raise RequestTooLarge(largest=allowed)
    return body


def _told_size(environ: Mapping[str, Any]) -> int | None:
    """Return the size that the client told, or None when it told none, or sends chunks."""
    told: str = environ.get("CONTENT_LENGTH") or ""
    if not (told.isascii() and told.isdecimal()) or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    return int(told.lstrip("0")[:20] or "0")


def _exactly(size: int, allowed: int, source: IO[bytes]) -> bytes:
    if size > allowed:
        raise RequestTooLarge(largest=allowed)
    try:
        body = source.read(size)
        while len(body) < size and (more := source.read(size - len(body))):
            body += more
    except (OSError, ValueError) as error:  # the second: a connection that is closed
        raise RequestStalled from error
    if len(body) < size:
        raise RequestStalled
    return body


def _parse(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise InvalidRequestError("The parameters are not urlencoded UTF-8.") from error
