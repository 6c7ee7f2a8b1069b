"""Lets DuckDB's readers read over HTTP: ``read_json_auto(url, headers = MAP {...})`` becomes a call of ours.

DuckDB's readers have no parameter for headers. So, before the SQL is parsed, ``f(a, headers = h, more)`` becomes
``f(mxcp_fetch(a, h), more)``, and ``f(a, more)`` becomes ``f(mxcp_fetch(a, NULL), more)`` where ``a`` may be a URL.
``mxcp_fetch`` (``fetching.py``) returns what the reader is to open. DuckDB's own tokenizer decides what is a call, so
that comments and strings stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

import duckdb

FETCH = "mxcp_fetch"
_CALL = f"system.main.{FETCH}(".encode()  # not a macro that somebody stored under that name
READERS = frozenset(
    {
        *("read_json", "read_json_auto", "read_json_objects", "read_json_objects_auto"),
        *("read_ndjson", "read_ndjson_auto", "read_ndjson_objects"),
        *("read_csv", "read_csv_auto", "read_text", "read_blob", "read_parquet", "parquet_scan"),
    }
)

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_STRING = duckdb.token_type.string_const
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | \$(\w*)\$.*?\$\1\$ | [\w.]+ | [^\w\s'"$]+?(?=\s|--|/\*|\Z)""",
    re.DOTALL | re.VERBOSE,
)
_ASSIGNS = frozenset({"=", ":=", "=>"})


@dataclass(frozen=True)
class _Token:
    text: str
    is_string: bool


class _Text:
    """The tokens of a text; what is written for each, and after it until the next one, can be changed."""

    def __init__(self, sql: str) -> None:
        raw = sql.encode("utf-8", "surrogatepass")
        all_starts = [start for start, _ in duckdb.tokenize(sql)]  # in bytes
        after = dict(pairwise([*all_starts, len(raw)]))
        found = [(start, kind) for start, kind in duckdb.tokenize(sql) if kind != duckdb.token_type.comment]
        starts = [start for start, _ in found]
        texts = [_alone(raw[start : after[start]].decode("utf-8", "replace")) for start in starts]
        ends = [start + len(text.encode()) for start, text in zip(starts, texts, strict=True)]
        self.tokens = [_Token(text, kind == _STRING) for text, (_, kind) in zip(texts, found, strict=True)]
        self.before = raw[: starts[0] if starts else len(raw)]
        self.written = [raw[start:end] for start, end in zip(starts, ends, strict=True)]
        self.gaps = [raw[end:start] for end, start in zip(ends, [*starts[1:], len(raw)], strict=True)]

    def between(self, first: int, last: int) -> bytes:
        """Return what is written for the tokens from ``first`` to ``last``."""
        pairs = zip(self.written[first:last], self.gaps[first:last], strict=True)
        return b"".join(part for pair in pairs for part in pair) + self.written[last]

    def remove(self, first: int, last: int) -> None:
        """Write nothing for the tokens from ``first`` to ``last``, nor between them."""
        self.written[first : last + 1] = [b""] * (last + 1 - first)
        self.gaps[first:last] = [b""] * (last - first)

    def __bytes__(self) -> bytes:
        return self.before + b"".join(part for pair in zip(self.written, self.gaps, strict=True) for part in pair)


def with_fetches(sql: str, lists: Collection[str] = ()) -> str:
    """Return ``sql`` with each reader's URL and headers in a call of ``mxcp_fetch``.

    ``lists`` are the parameters, in lower case, whose values are lists: of files, as ``mxcp_fetch`` takes no list.
    """
    lowered = sql.lower()
    if not any(name in lowered for name in READERS):
        return sql
    text = _Text(sql)
    for index in reversed(range(len(text.tokens) - 1)):  # what a call holds is ready before it, and moves as a whole
        _edit_call(text, index, lists)
    return bytes(text).decode("utf-8", "surrogatepass")


def _alone(text: str) -> str:
    """Return a token without what follows it: DuckDB 1 has no tokens of comments."""
    match = _TOKEN.match(text)
    return match[0] if match else text.rstrip()


def _edit_call(text: _Text, index: int, lists: Collection[str]) -> None:
    tokens = text.tokens
    if tokens[index].text.strip('"').lower() not in READERS or tokens[index + 1].text != "(":
        return
    places = list(_arguments(tokens, index + 1))
    if not places or not places[0]:
        return
    arguments = [[tokens[place] for place in each] for each in places]
    found = next((number for number, each in enumerate(arguments) if number and _is_headers(each)), None)
    if found is None and (not _may_be_url(arguments[0]) or _name_of_parameter(arguments[0]) in lists):
        return
    value = b"NULL" if found is None else _taken_out(text, places[found], len(_value(arguments[found])))
    first, last = places[0][0], places[0][-1]
    text.written[first] = _CALL + text.written[first]
    text.written[last] += b", " + value + b")"


def _taken_out(text: _Text, argument: list[int], length: int) -> bytes:
    """Remove an argument with the comma before it, and return its last ``length`` tokens."""
    value = text.between(argument[-length], argument[-1])
    text.remove(argument[0] - 1, argument[-1])
    return value


def _arguments(tokens: list[_Token], opening: int) -> Iterator[list[int]]:
    """Give the places of each argument's tokens in the call whose parenthesis is at ``opening``, until it ends."""
    depth, argument = 0, list[int]()
    for place in range(opening, len(tokens)):
        token = tokens[place]
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0:
            yield argument
            return
        if depth == 1 and token.text == ",":
            yield argument
            argument = []
        elif place != opening:
            argument.append(place)


def _is_headers(argument: list[_Token]) -> bool:
    return len(argument) > 2 and argument[0].text.strip('"').lower() == "headers" and bool(_value(argument))


def _value(argument: list[_Token]) -> list[_Token]:
    """Return the tokens after ``headers =``; DuckDB 1 tokenizes ``:=`` and ``=>`` as two operators."""
    if argument[1].text in _ASSIGNS and argument[2].text != ">":
        return argument[2:]
    return argument[3:] if argument[1].text + argument[2].text in _ASSIGNS else []


def _may_be_url(argument: list[_Token]) -> bool:
    """Tell whether an argument without headers may be a URL: a text that looks like one, or no plain text at all."""
    if len(argument) == 1 and argument[0].is_string:
        return argument[0].text.strip("'").lower().startswith(("http://", "https://"))
    return argument[0].text != "[" and not argument[0].text.upper().startswith("LIST_")


def _name_of_parameter(argument: list[_Token]) -> str:
    text = "".join(token.text for token in argument)
    return text[1:].casefold() if text.startswith("$") else ""
