"""Text from outside, made safe to look at: client names, scopes, hosts, account names.

Whoever chose it may have put characters into it that cannot be seen, or that turn the direction of writing, so that it
reads as something else. Each of these is shown by its number, such as ``[U+202E]``. What is too long is cut, by the
room that it takes rather than by its letters. The result is still only text: who writes it into HTML or onto a terminal
escapes it as any other.
"""

from __future__ import annotations

import unicodedata
from itertools import accumulate, takewhile

LONGEST = 120  # cells: what a plain letter takes, of which others take several

_MOST_MARKS = 4  # on one letter; more are there to paint over the lines beside it
# Letters and marks by Unicode's categories, which nevertheless show nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U00013441\U00013442\U0001d159")
_SELECTORS = (("\u180b", "\u180f"), ("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))
# First and last letter, and cells, as measured in Chromium with the Noto fonts. Without these, and Unicode's own word
# on East Asian letters and on those that stand for several, one could be seven times as wide as a W.
_WIDE = (
    *(("\u0b00", "\u0dff", 2), ("\u1000", "\u109f", 2), ("\u1700", "\u1cff", 2), ("\ua980", "\uaaff", 2)),
    *(("\u2e3a", "\u2e3b", 3), ("\ufdfd", "\ufdfd", 8)),
    *(("\U00012000", "\U0001254f", 5), ("\U00010000", "\U0010ffff", 2)),
)


def visible(text: str) -> str:
    """Return ``text`` with everything in it to be seen; spaces of any kind, and line breaks, become plain ones."""
    shown, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if character.isspace():
            shown.append(" ")
        else:
            shown.append(f"[U+{ord(character):04X}]" if marks > _MOST_MARKS or _is_hidden(character) else character)
    return "".join(shown)


def cells_of(character: str) -> int:
    """Return how many cells ``character`` takes at most; even a mark, which stands on another letter, takes one."""
    if character < "\u0100":
        return 1
    east_asian = 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
    known = next((cells for first, last, cells in _WIDE if first <= character <= last), 1)
    return max(known, east_asian, len(unicodedata.normalize("NFKC", character)))


def cut(text: str, longest: int = LONGEST) -> str:
    """Return ``text``, of at most ``longest`` cells: what is beyond becomes an ellipsis."""
    fits = _fitting(text, longest)
    return text if fits == len(text) else f"{text[: _fitting(text, longest - 1)].rstrip()}…"


def cut_before(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` as ``cut`` does, but keep its end: of a host name, that is what decides where it leads."""
    fits = _fitting(text[::-1], longest)
    return text if fits == len(text) else f"…{text[len(text) - _fitting(text[::-1], longest - 1) :]}"


def _fitting(text: str, cells: int) -> int:
    """Return how many characters from the start of ``text`` have room in ``cells``."""
    taken = accumulate(map(cells_of, text))
    return sum(1 for _ in takewhile(lambda so_far: so_far <= cells, taken))


def _is_hidden(character: str) -> bool:
    if character.isprintable():
        return character in _BLANK or any(first <= character <= last for first, last in _SELECTORS)
    return True  # controls, formats, surrogates, unassigned and private characters
