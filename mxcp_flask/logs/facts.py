"""Lines that say facts: readable in a text log, and keys of their own in a JSON log."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

FACTS = "facts"
BRIEF = "brief"


def tell(logger: logging.Logger, level: int, brief: str, facts: Mapping[str, Any], text: str | None = None) -> None:
    """Log ``brief`` and those of ``facts`` that are not None; ``text`` is the whole line in words, if given."""
    known = {name: value for name, value in facts.items() if value is not None}
    whole = text or f"{brief}: {' '.join(f'{name}={value!r}' for name, value in known.items())}"
    logger.log(level, "%s", whole, extra={FACTS: known, BRIEF: brief})
