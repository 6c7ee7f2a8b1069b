"""Tests of mxcp_flask.mcp.spool and mxcp_flask.mcp.answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mxcp_flask.mcp import spool
from mxcp_flask.mcp.answers import LongAnswer, Spooled, compose, joined
from mxcp_flask.mcp.json_text import encode
from tests.mcp.client import text_of

VALUES: list[Any] = [[], [1, None, True], ["a\\b", '"', "\n\t\x00\x7f", "é€\U0001f600", "\u2028"], [{'"': '\\"'}]]


def spooled(value: Any) -> spool.Spool:
    """Return a spool with the JSON of ``value``, written in two parts."""
    made, text = spool.Spool(), encode(value)
    made.write(text[:3])
    made.write(text[3:])
    return made


@pytest.mark.parametrize("piece", [1, 3, 65_536])
@pytest.mark.parametrize("value", VALUES, ids=str)
def test_text_and_escaped_text(value: Any, piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is cut into pieces, the text must be the value's JSON, and escaped be what json makes of that."""
    monkeypatch.setattr(spool, "_PIECE", piece)
    made, text = spooled(value), encode(value)

    assert b"".join(made.plain()) == text
    assert b'"' + b"".join(made.escaped()) + b'"' == encode(text.decode())
    assert (made.size, made.escaped_size + 2) == (len(text), len(encode(text.decode())))


def test_an_answer_is_put_together() -> None:
    """What lies in a spool must come to stand in its places, as a value and as a string, as often as it is read."""
    made = spooled(["é", 1])
    answer = compose({"a": [Spooled(made, as_string=True)], "é": Spooled(made), "z": 1})

    assert isinstance(answer, LongAnswer)
    assert b"".join(answer) == b"".join(answer)
    assert json.loads(text_of(answer)) == {"a": ['["é",1]'], "é": ["é", 1], "z": 1}


def test_what_is_short_is_bytes() -> None:
    """Without anything long, the answer must be plain bytes."""
    assert compose({"a": 1}) == b'{"a":1}'
    assert joined(b"[", b"1", b"]") == b"[1]"


def test_answers_are_joined() -> None:
    """Long and short answers must follow each other."""
    answer = compose(Spooled(spooled([1])))

    assert text_of(joined(b"[", answer, b",", b"2", b"]")) == b"[[1],2]"


def test_only_json_is_composed() -> None:
    """What is no JSON value must be refused, as json does."""
    with pytest.raises(TypeError):
        compose({"a": object()})
    with pytest.raises(ValueError, match="JSON compliant"):
        compose(float("nan"))


def test_a_large_text_lies_in_a_file() -> None:
    """Beyond its size in memory, a text must lie in a file without a name, which is gone once it is closed."""
    made = spool.Spool()
    made.write(b"x" * 2_000_000)
    file = made._file

    assert b"".join(made.plain()) == b"x" * 2_000_000
    assert isinstance(file.fileno(), int)
    assert isinstance(file.name, (int, type(None)))
    made.close()
    made.close()
    assert file.closed
