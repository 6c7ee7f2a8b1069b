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
    start: int  # in bytes of UTF-8, as all places here
    text: str
    is_string: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text.encode())


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    text: bytes


def with_fetches(sql: str, lists: Collection[str] = ()) -> str:
    """Return ``sql`` with each reader's URL and headers in a call of ``mxcp_fetch``.

    ``lists`` are the parameters, in lower case, whose values are lists: of files, as ``mxcp_fetch`` takes no list.
    """
    lowered = sql.lower()
    if not any(name in lowered for name in READERS):
        return sql
    raw = sql.encode("utf-8", "surrogatepass")
    tokens = _tokens(sql, raw)
    edits = [edit for index in range(len(tokens) - 1) for edit in _edits_of_call(tokens, index, raw, lists)]
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        raw = raw[: edit.start] + edit.text + raw[edit.end :]
    return raw.decode("utf-8", "surrogatepass")


def _tokens(sql: str, raw: bytes) -> list[_Token]:
    found = [(start, kind) for start, kind in duckdb.tokenize(sql) if kind != duckdb.token_type.comment]
    comments = [start for start, kind in duckdb.tokenize(sql) if kind == duckdb.token_type.comment]
    stops = sorted([*(start for start, _ in found), *comments, len(raw)])
    after = dict(pairwise(stops))
    return [
        _Token(start, _alone(raw[start : after[start]].decode("utf-8", "replace")), kind == _STRING)
        for start, kind in found
    ]


def _alone(text: str) -> str:
    """Return a token without what follows it: DuckDB 1 has no tokens of comments."""
    match = _TOKEN.match(text)
    return match[0] if match else text.rstrip()


def _edits_of_call(tokens: list[_Token], index: int, raw: bytes, lists: Collection[str]) -> Iterator[_Edit]:
    if tokens[index].text.strip('"').lower() not in READERS or tokens[index + 1].text != "(":
        return
    arguments = list(_arguments(tokens, index + 1))
    if not arguments or not arguments[0]:
        return
    first, headers = arguments[0], next((each for each in arguments[1:] if _is_headers(each)), None)
    if headers is None and (not _may_be_url(first) or _name_of_parameter(first) in lists):
        return
    value = b"NULL" if headers is None else raw[_value(headers)[0].start : headers[-1].end]
    yield _Edit(first[0].start, first[0].start, _CALL)
    yield _Edit(first[-1].end, first[-1].end, b", " + value + b")")
    if headers is not None:
        comma = tokens[tokens.index(headers[0]) - 1]
        yield _Edit(comma.start, headers[-1].end, b"")


def _arguments(tokens: list[_Token], opening: int) -> Iterator[list[_Token]]:
    """Give the tokens of each argument of the call whose parenthesis is at ``opening``; nothing if it never ends."""
    depth, argument = 0, list[_Token]()
    for token in tokens[opening:]:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth == 0:
            yield argument
            return
        if depth == 1 and token.text == ",":
            yield argument
            argument = []
        elif not (depth == 1 and token is tokens[opening]):
            argument.append(token)


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
