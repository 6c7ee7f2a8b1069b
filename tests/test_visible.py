"""Tests of how text from outside is made safe to look at."""

from __future__ import annotations

import sys

import pytest

from mxcp_flask.visible import cells_of, cut, cut_before, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Claude Code", "Claude Code"),
        ("Müller & <Söhne>", "Müller & <Söhne>"),
        ("مرحبا 你好 😀", "مرحبا 你好 😀"),
        ("Cl\u200baude", "Cl[U+200B]aude"),
        ("evil\u202egnp.exe", "evil[U+202E]gnp.exe"),
        ("\u2066Claude\u2069", "[U+2066]Claude[U+2069]"),
        ("a\u00adb\ufeffc\u2060d", "a[U+00AD]b[U+FEFF]c[U+2060]d"),
        ("nul\x00 esc\x1b[31m", "nul[U+0000] esc[U+001B][31m"),
        ("line\nbreak\ttab\u2028line\u00a0hard\u3000wide", "line break tab line hard wide"),
        ("half \ud83d pair", "half [U+D83D] pair"),
        ("tag\U000e0041 private\ue000", "tag[U+E0041] private[U+E000]"),
        ("rest\U0001d159", "rest[U+1D159]"),
        ("blank\u2800\u3164\u115f\uffa0", "blank[U+2800][U+3164][U+115F][U+FFA0]"),
        ("heart\u2764\ufe0f", "heart\u2764[U+FE0F]"),
        ("e\u0301", "e\u0301"),
        ("Z" + "\u0300" * 6, "Z" + "\u0300" * 4 + "[U+0300]" * 2),
        ("", ""),
    ],
)
def test_visible(text: str, shown: str) -> None:
    """What cannot be seen, or turns the direction of writing, is shown by its number; what can be seen stays."""
    assert visible(text) == shown


def test_visible_text_stays_as_it_is() -> None:
    """What was made visible once, such as a name in the store, is not changed by doing it again."""
    once = visible("a\u200bb\u202ec\x00")

    assert visible(once) == once


def test_cut() -> None:
    """A text keeps its beginning, and says that it was longer."""
    assert cut("x" * 120) == "x" * 120
    assert cut("x" * 121) == "x" * 119 + "…"
    assert cut("one two three", 8) == "one two…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u4f60" * 5, "\u4f60" * 5),
        ("\u4f60" * 6, "\u4f60" * 4 + "…"),
        ("\U0001f512" * 6, "\U0001f512" * 4 + "…"),
        ("\ufdfd" * 100, "\ufdfd…"),
        ("\ufdfa" * 100, "…"),
        ("\u2e3b" * 100, "\u2e3b" * 3 + "…"),
        ("\u0bf5" * 100, "\u0bf5" * 4 + "…"),
        ("\U00012219" * 100, "\U00012219…"),
        ("\ufb03" * 100, "\ufb03" * 3 + "…"),
        ("e\u0301" * 100, "e\u0301" * 4 + "e…"),
        ("W" * 100, "W" * 9 + "…"),
    ],
)
def test_cut_wide_letters(text: str, shown: str) -> None:
    """Letters that take the room of several count as several, and so do those that stand on others."""
    assert cut(text, 10) == shown


def test_no_letter_counts_for_nothing() -> None:
    """No text is longer than the room that it was given, in letters either."""
    assert min(cells_of(chr(point)) for point in range(0, sys.maxunicode, 7)) == 1


def test_cut_before() -> None:
    """A host keeps its end, which decides where it leads."""
    host = f"accounts.google.com.{'x' * 200}.evil.example"

    assert cut_before(host, 20) == "…xxxxxx.evil.example"
    assert cut_before("app.example") == "app.example"
    assert cut_before("\u4f60" * 100 + ".example", 12) == "…\u4f60.example"
