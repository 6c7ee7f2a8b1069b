"""Keeps a secret out of a text that may quote it, whole or in part."""

from __future__ import annotations

_SHORTEST = 8  # DuckDB shortens what it quotes, so a piece of this many characters counts as the secret


def redact(text: str, secret: str) -> str:
    """Return ``text`` with "[token]" in place of ``secret`` and of every piece of it that is 8 characters or longer."""
    if not secret:
        return text
    text = text.replace(secret, "[token]")
    kept, position = [], 0
    while position < len(text):
        length = _piece_length(text, position, secret)
        kept.append("[token]" if length else text[position])
        position += length or 1
    return "".join(kept)


def _piece_length(text: str, start: int, secret: str) -> int:
    """Return the length of the longest piece of ``secret`` at ``start``, or 0 when it is shorter than 8 characters."""
    end = start + _SHORTEST
    if end > len(text) or text[start:end] not in secret:
        return 0
    while end < len(text) and text[start : end + 1] in secret:
        end += 1
    return end - start
