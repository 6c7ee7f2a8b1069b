"""Rows as a table."""

from __future__ import annotations

from mxcp_flask.cli.table import render


def test_many_rows_are_cut_and_counted() -> None:
    """After 100 rows the table must end, and say how many there are."""
    *_, last, summary = render(["a"], [[number] for number in range(250)])

    assert last == "99"
    assert summary == "(250 rows, of which the first 100 are shown; --json-output prints everything)"


def test_a_long_cell_is_cut_and_counted() -> None:
    """A cell of more than 50 characters must end in an ellipsis, and the table say so."""
    _, _, kept, cut, summary = render(["a"], [["x" * 50], ["y" * 51]])

    assert kept == "x" * 50
    assert cut == "y" * 49 + "…"
    assert summary == "(2 rows, 1 cell shortened; --json-output prints everything)"


def test_no_rows_are_a_head() -> None:
    """Without rows the columns must be shown all the same."""
    assert list(render(["a", "bc"], [])) == ["a  bc", "-  --", "(0 rows)"]


def test_no_value_moves_the_cursor() -> None:
    """Line breaks and tabs must be spelt out, and control characters replaced."""
    assert list(render(["a"], [["x\ny\tz\x1b[2J"]]))[2] == "x\\ny\\tz\ufffd[2J"
