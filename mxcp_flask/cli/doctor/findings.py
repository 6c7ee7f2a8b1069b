"""What a check finds, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from mxcp_flask.cli.doctor import neighbours
from mxcp_flask.cli.doctor.demos import Demo, demo_at
from mxcp_flask.config import Settings

Level = Literal["ok", "warning", "fault"]


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``fix`` says what to do, and is empty when all is well."""

    check: str
    level: Level
    text: str
    fix: str = ""


@dataclass(frozen=True)
class Patient:
    """What is looked at: a project's settings, and what is asked more than once."""

    settings: Settings
    clock: Callable[[], float]
    offline: bool = False

    @cached_property
    def listener(self) -> neighbours.Listener:
        """Return who listens at the server's address at the moment."""
        return neighbours.listener(self.settings)

    @cached_property
    def demo(self) -> Demo | None:
        """Return the ``mxcp demo`` that serves at the server's address, if one does."""
        return demo_at(self.settings.transport.port)

    @property
    def is_running(self) -> bool:
        """Tell whether that is the project's own server."""
        return self.listener.kind == "ours" and self.listener.project in {None, self.settings.project}


Check = Callable[[Patient], Iterator[Finding]]
