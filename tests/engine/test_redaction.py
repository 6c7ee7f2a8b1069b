"""No text keeps the secret or a telling piece of it."""

from __future__ import annotations

import pytest

from mxcp_flask.engine.redaction import redact

SECRET = "gho_0123456789abcdefghij"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"bad value '{SECRET}'!", "bad value '[token]'!"),
        (f"{SECRET} and {SECRET}", "[token] and [token]"),
        ("begins gho_0123456789...", "begins [token]..."),
        ("...9abcdefghij ends", "...[token] ends"),
        ("short 0123456", "short 0123456"),
        ("nothing of it", "nothing of it"),
        ("", ""),
    ],
)
def test_redact(text: str, expected: str) -> None:
    """The secret and its pieces of 8 characters or more are replaced, all else stays."""
    assert redact(text, SECRET) == expected


def test_nothing_to_hide() -> None:
    """Without a secret the text stays as it is."""
    assert redact("any text", "") == "any text"
