"""The audit's file: one JSON line an event, whole, private, and no reason to fail a request."""

from __future__ import annotations

import json
import logging
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.errors import ConfigurationError, FileNotWritable
from mxcp_flask.oauth.audit import AuditFile, address
from tests.contracts.store.samples import race
from tests.store.processes import run_at_once
from tests.support.clock import Clock
from tests.support.leaks import Lines

PROCESSES, THREADS, EACH = 3, 4, 50
LONG = "x" * 5000  # more than a buffer of most writers


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a place in a folder that is not there yet."""
    return tmp_path / "logs" / "audit.jsonl"


@pytest.fixture
def _no_umask() -> Iterator[None]:
    """Take the umask away, so that modes are only as tight as our code makes them."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture(autouse=True, params=[None])
def _from(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let there be no request, or one from the address that a test names."""
    before = address.set(request.param)
    yield
    address.reset(before)


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines, each of which must be whole."""
    text = path.read_text(encoding="ascii")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


@pytest.mark.parametrize("_from", ["192.0.2.1"], indirect=True)
def test_line(path: Path) -> None:
    """A line has the time in UTC, the event, the address, and the facts that there are."""
    AuditFile(path, Clock(1_800_000_000.25)).record("signed_in", client="app", subject="github:4711", reason=None)

    assert lines(path) == [
        {
            "time": "2027-01-15T08:00:00.250+00:00",
            "event": "signed_in",
            "address": "192.0.2.1",
            "client": "app",
            "subject": "github:4711",
        }
    ]


def test_without_request(path: Path) -> None:
    """What a command does has no address."""
    AuditFile(path, Clock()).record("grant_ended", reason="operator")

    assert list(lines(path)[0]) == ["time", "event", "reason"]


@pytest.mark.parametrize("name", ["a\nb", "a\r\n{}", "\u2028", "\ud800", "\x1b[31m", '"}\n{"event": "forged"', "名前"])
def test_hostile_facts(path: Path, name: str) -> None:
    """Whatever a client calls itself, it is one line of ASCII, from which the name can be read again."""
    audit = AuditFile(path, Clock())
    audit.record("client_registered", name=name)

    assert [line["name"] for line in lines(path)] == [name]
    assert path.read_text().strip().isprintable()


@pytest.mark.usefixtures("_no_umask")
def test_private(path: Path) -> None:
    """The file is for its owner alone, and so is a folder made for it."""
    AuditFile(path, Clock())

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_appends(path: Path) -> None:
    """A restart keeps what was there."""
    for number in range(3):
        AuditFile(path, Clock()).record("signed_in", client=str(number))

    assert [line["client"] for line in lines(path)] == ["0", "1", "2"]


@pytest.mark.usefixtures("_no_umask")
def test_rotation(path: Path) -> None:
    """When the file is renamed away, the next line goes to a new one, as private as the first."""
    audit = AuditFile(path, Clock())
    audit.record("signed_in", client="before")
    old = path.rename(path.with_suffix(".1"))
    audit.record("signed_in", client="after")

    assert [line["client"] for line in lines(old)] == ["before"]
    assert [line["client"] for line in lines(path)] == ["after"]
    assert path.stat().st_mode & 0o777 == 0o600


def append_in_threads(path: Path, number: int) -> str:
    """Append long lines from several threads."""
    audit = AuditFile(path, Clock())

    def append() -> None:
        for _ in range(EACH):
            audit.record("signed_in", client=str(number), reason=LONG)

    race(append, racers=THREADS)
    return "done"


def test_processes_do_not_mix_lines(tmp_path: Path) -> None:
    """Several threads of several processes append at once, and every line stays whole."""
    path = tmp_path / "audit.jsonl"
    assert run_at_once(append_in_threads, path, PROCESSES) == ["done"] * PROCESSES

    written = lines(path)
    assert [line["reason"] for line in written] == [LONG] * PROCESSES * THREADS * EACH
    assert len([line for line in written if line["client"] == "0"]) == THREADS * EACH


@pytest.mark.parametrize("name", ["folder", "file/audit.jsonl"])
def test_not_writable_at_the_start(tmp_path: Path, name: str) -> None:
    """A path that cannot be written is a configuration error that names it."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()

    with pytest.raises(FileNotWritable, match=f"Cannot write to {tmp_path / name}: ") as caught:
        AuditFile(tmp_path / name, Clock())
    assert isinstance(caught.value, ConfigurationError)


def test_not_writable_later(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be written later is in the log instead, as an error, and nothing is raised."""
    audit = AuditFile(path, Clock())
    path.unlink()
    path.mkdir()
    with caplog.at_level(logging.ERROR):
        audit.record("code_replayed", client="app\nforged")

    (record,) = caplog.records
    assert (record.name, record.levelno) == ("mxcp.audit", logging.ERROR)
    assert '"event": "code_replayed", "client": "app\\nforged"' in record.getMessage()
    assert "\n" not in record.getMessage()


def _meet_a_limit(path: Path, number: int) -> list[str]:  # noqa: ARG001 (of processes, there is one)
    """Record while the file may grow by half a line only, and afterwards; return what was logged."""
    lines = Lines()
    logging.getLogger("mxcp.audit").addHandler(lines)
    audit = AuditFile(path, Clock())
    audit.record("before", reason="x")
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20, hard))
    audit.record("cut", reason="x")
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    audit.record("after", reason="x")
    return lines.lines


@pytest.mark.slow
def test_line_that_is_cut(path: Path) -> None:
    """A line of which the disk took a part is whole in the log, and the next one begins on a line of its own."""
    [logged] = run_at_once(_meet_a_limit, path, 1)
    before, cut, after = path.read_text().splitlines()

    assert [json.loads(line)["event"] for line in (before, after)] == ["before", "after"]
    assert len(cut) == 20
    assert '"event": "cut"' in "".join(logged)
