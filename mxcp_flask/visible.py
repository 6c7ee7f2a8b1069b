"""Text from outside, made safe to look at: client names, scopes, hosts, account names.

Whoever chose it may have put characters into it that cannot be seen, or that turn the direction of writing, so that it
reads as something else. Each of these is shown by its number, such as ``[U+202E]``. The result is still only text:
who writes it into HTML or onto a terminal escapes it as any other.
"""

from __future__ import annotations

import unicodedata

LONGEST = 120  # characters

_MOST_MARKS = 4  # on one letter; more are there to paint over the lines beside it
# Letters and marks by Unicode's categories, which nevertheless show nothing.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS = (("\u180b", "\u180f"), ("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))


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


def cut(text: str, longest: int = LONGEST) -> str:
    """Return ``text``, of at most ``longest`` characters: what is beyond becomes an ellipsis."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def cut_before(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` as ``cut`` does, but keep its end: of a host name, that is what decides where it leads."""
    return text if len(text) <= longest else f"…{text[len(text) - longest + 1 :]}"


def _is_hidden(character: str) -> bool:
    if character.isprintable():
        return character in _BLANK or any(first <= character <= last for first, last in _SELECTORS)
    return True  # controls, formats, surrogates, unassigned and private characters
