"""Bars for what takes long: on a terminal only, and on standard error, so that no output is disturbed."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

from mxcp_flask.cli.output import printable
from mxcp_flask.remote.calls import Told

SECONDS = 1.0  # from which a bar is worth it
Each = TypeVar("Each", covariant=True)


class Many(Sized, Iterable[Each], Protocol[Each]):
    """What has a length and can be gone through."""


def steps(many: Many[Each], label: str, least: int) -> Iterator[Each]:
    """Give each of ``many``, with a bar that says how many are done when there are at ``least`` so many."""
    if len(many) < least or not sys.stderr.isatty():
        yield from many
        return
    with click.progressbar(many, label=label, file=sys.stderr, show_eta=False, show_pos=True) as bar:
        yield from bar


def reading(files: list[Path]) -> Iterator[Path]:
    """Give each of the endpoint files; a bar is worth it from a second on."""
    return steps(files, "Reading", least=100)


@contextmanager
def moving(
    label: str, *, counts: bool = True, clock: Callable[[], float] = time.monotonic
) -> Iterator[Callable[[int], None]]:
    """Give what is told how much more is done, of which nobody knows the end; after a while a bar moves with it.

    ``counts`` says whether the number means anything to a person.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with ExitStack() as shown:
        yield _Mover(label, shown, clock, counts=counts)


class _Mover:
    """Shows a bar from the first news after a while on."""

    def __init__(self, label: str, shown: ExitStack, clock: Callable[[], float], *, counts: bool) -> None:
        self._label = label
        self._shown = shown
        self._clock = clock
        self._counts = counts
        self._from = clock() + SECONDS
        self._done = 0
        self._bar: Any = None

    def __call__(self, more: int) -> None:
        self._done += more
        if self._clock() < self._from:
            return
        if self._bar is None:
            endless = iter(int, 1)  # never asked; click must not know a length
            bar = click.progressbar(endless, label=self._label, file=sys.stderr, show_pos=self._counts, show_eta=False)
            self._bar = self._shown.enter_context(bar)
        self._bar.update(self._done - self._bar.pos)


@contextmanager
def call_progress(name: str) -> Iterator[Told | None]:
    """Give what shows the progress that a server tells of, or None where nobody would see it."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as shown:
        yield _Teller(name, shown)


class _Teller:
    """Shows a bar from the first notification on."""

    def __init__(self, name: str, shown: ExitStack) -> None:
        self._name = name
        self._shown = shown
        self._bar: Any = None

    def __call__(self, message: Mapping[str, Any]) -> None:
        params = message.get("params", {})
        total, done = params.get("total"), params.get("progress")
        if message.get("method") != "notifications/progress" or not isinstance(total, int) or not isinstance(done, int):
            return
        if self._bar is None:
            bar = click.progressbar(length=total, label=self._name, file=sys.stderr, item_show_func=_text)
            self._bar = self._shown.enter_context(bar)
        self._bar.update(done - self._bar.pos, params.get("message"))


def _text(text: Any) -> str | None:
    return printable(text) if isinstance(text, str) else None
