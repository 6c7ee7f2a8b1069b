"""The table of defences is complete and true, and the program that tries them is not easily satisfied."""

from __future__ import annotations

import re

import pytest

from tests.threats.check_defences import CRASHED, Run
from tests.threats.defence import ROOT, Defence
from tests.threats.defences import DEFENCES, THREATS

TEST = "test_t04_callback_in_another_browser"
LINE = f"FAILED tests/threats/test_t04_cross_browser_callback.py::{TEST}[me-mory] - "


def test_every_threat_has_a_file_and_a_defence() -> None:
    """There are 26 threats, each with one file, all of whose tests have its number, and with something against it."""
    assert [defence.threat for defence in DEFENCES if defence.threat not in THREATS] == []
    for threat in THREATS:
        [defence, *_] = [defence for defence in DEFENCES if defence.threat == threat]
        names = re.findall(r"^def (test_\w+)", (ROOT / defence.test_file).read_text(encoding="utf-8"), re.MULTILINE)

        assert names
        assert [name for name in names if not name.startswith(f"test_t{threat:02}_")] == []


@pytest.mark.parametrize("defence", DEFENCES, ids=str)
def test_defence_is_where_the_table_says(defence: Defence) -> None:
    """Its source stands there once, what is left without it is still Python, and its tests are in the threat's file."""
    text = (ROOT / defence.file).read_text(encoding="utf-8")
    without = defence.taken_out(text)
    tests = (ROOT / defence.test_file).read_text(encoding="utf-8")

    assert without != text
    assert not defence.file.endswith(".py") or compile(without, defence.file, "exec")
    assert defence.tests
    assert [test for test in defence.tests if f"def {test}(" not in tests] == []


def test_defence_that_has_moved() -> None:
    """A defence that is not there, or more than once, is an error that names it."""
    defence = Defence(4, "mxcp_flask/x.py", "check()", "pass", (TEST,))
    for text in ("", "check()\ncheck()"):
        with pytest.raises(ValueError, match=r"T04 mxcp_flask/x.py: check\(\) is there \d times instead of once"):
            defence.taken_out(text)


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        (f"{LINE}assert 302 == 400\n1 failed", None),
        (f"{LINE}AssertionError: assert (302, 'x') == (400, 'x')\n1 failed", None),
        (f"{LINE}KeyError: 'code'\n{LINE}assert 302 == 400\n2 failed", None),
        (f"{LINE}KeyError: 'code'\n1 failed", "not noticed by"),
        (f"{LINE.replace('_callback_in', '_other_in')}assert 302 == 400\n1 failed", "not noticed by"),
        ("2 passed", "not noticed by"),
        ("ERROR tests/threats/test_t04_cross_browser_callback.py - SyntaxError", "not noticed by"),
        (f"{CRASHED}:errors.py:96 failed\n{LINE}assert 500 == 400\n1 failed", "the server crashed"),
    ],
)
def test_only_an_assertion_counts(output: str, fault: str | None) -> None:
    """A test has noticed when an assertion of it failed while the server went on."""
    found = Run(1, output).fault([TEST])

    assert (found is None) if fault is None else (found or "").startswith(fault)
