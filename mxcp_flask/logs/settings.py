"""How the user file wants its log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Format = Literal["text", "json"]
LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40, "CRITICAL": 50}  # logging's own numbers


@dataclass(frozen=True)
class LogSettings:
    """The ``logging`` section."""

    enabled: bool = True
    format: Format = "text"
    level: str = "INFO"  # of our own lines; other people's begin at WARNING, or at this when it is higher
    path: Path | None = None  # None: standard error
    max_bytes: int | None = None  # from which on the file is rotated; None: logrotate's work, if anybody's
    backup_count: int = 5  # rotated files that are kept
