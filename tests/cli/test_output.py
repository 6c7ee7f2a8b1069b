"""What the commands print."""

from __future__ import annotations

import json

import pytest

from mxcp_flask.cli.output import print_value

HOSTILE = "a\u009b31mred\u202eback\u200b\U000e0001\x1b[0m"


def test_no_value_moves_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a text nor a value within JSON may, and the JSON must stay what it was; letters stay letters."""
    print_value({"name": HOSTILE, "other": "\u00e9\u4e16"})
    shown = capsys.readouterr().out
    assert all(each.isprintable() or each == "\n" for each in shown)
    assert "\u00e9\u4e16" in shown
    assert json.loads(shown)["name"] == HOSTILE

    print_value(HOSTILE)
    assert all(each.isprintable() for each in capsys.readouterr().out.rstrip("\n"))
