"""JSON in and out (RFC 8259), with less tolerance than the standard library's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NoReturn

from mxcp_flask.errors import NotJson

MAX_DEPTH = 100
"""Arrays and objects within each other that a message may have; far below what any code behind here can recurse."""

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def decode(body: bytes) -> Any:
    """Return the JSON value of ``body``.

    Raises:
        NotJson: it is not UTF-8, has a byte order mark, is not JSON (``NaN`` and ``Infinity`` are not), nests too
            deeply, or holds half a surrogate pair, which no text of ours could carry.

    """
    try:
        text = body.decode("utf-8")
        if text.startswith("\ufeff"):
            raise NotJson(reason="it begins with a byte order mark (BOM), which JSON may not")
        value = _decode(text)
    except UnicodeDecodeError as error:
        raise NotJson(reason=f"byte {error.start} is not UTF-8") from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise NotJson(reason=str(error)) from error
    _check_depth(text, value)
    _check_surrogates(text, value)
    return value


def encode_text(value: Any) -> str:
    """Return compact JSON of ``value``; raises ValueError on NaN and infinities."""
    return _encode(value)


class Encoded(list[Any]):
    """A list that stays as it is, and whose JSON is made once."""

    @cached_property
    def text(self) -> str:
        """Return its JSON."""
        return encode_text(self)


def encode(value: Any) -> bytes:
    """Return compact JSON of ``value`` in UTF-8; raises ValueError on what JSON or UTF-8 cannot say."""
    return encode_text(value).encode("utf-8")


def _refuse_constant(constant: str) -> NoReturn:
    raise NotJson(reason=f"{constant} is no JSON number")


_decode = json.JSONDecoder(parse_constant=_refuse_constant).decode


def _check_depth(text: str, value: Any) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent) if isinstance(child, (dict, list))]
    if level:
        raise _too_deep()


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _check_surrogates(text: str, value: Any) -> None:
    if not SURROGATE.search(text):
        return
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotJson(reason="a \\u escape is half of a surrogate pair") from error


def _too_deep() -> NotJson:
    return NotJson(reason=f"arrays and objects nest more than {MAX_DEPTH} deep")
