"""The log file, which others rotate and several processes write."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mxcp_flask.logs.files import LogFile
from mxcp_flask.logs.formats import JsonFormat

WRITER = """
import logging, sys
from pathlib import Path
from mxcp_flask.logs import LogSettings, configure
configure(LogSettings(path=Path(sys.argv[1]), format="json", max_bytes={max_bytes}, backup_count=200), debug=False)
for number in range(1000):
    logging.getLogger("mxcp.test").info("%s %d %s", sys.argv[2], number, "x" * (number % 7 * 2000))
"""


def say(file: LogFile, text: str) -> None:
    """Log ``text``."""
    file.emit(logging.LogRecord("mxcp.web", logging.INFO, __file__, 1, text, (), None))


def test_file_is_private(tmp_path: Path) -> None:
    """A new file, and a new folder, are their owner's alone, whatever the umask."""
    before = os.umask(0)
    try:
        LogFile(tmp_path / "new" / "log").close()
    finally:
        os.umask(before)

    assert (tmp_path / "new" / "log").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_file_that_was_rotated_away(tmp_path: Path) -> None:
    """After logrotate has moved the file, lines go to a new one, which is private too."""
    path = tmp_path / "log"
    file = LogFile(path)
    say(file, "one")
    path.rename(tmp_path / "log.1")
    say(file, "two")
    file.close()

    assert ((tmp_path / "log.1").read_text(), path.read_text()) == ("one\n", "two\n")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("keep", "left"), [(2, ["log", "log.1", "log.2"]), (0, ["log"])])
def test_rotation_by_size(tmp_path: Path, keep: int, left: list[str]) -> None:
    """A full file is moved away, and of those that were moved away the newest are kept."""
    file = LogFile(tmp_path / "log", max_bytes=10, keep=keep)
    for number in range(6):
        say(file, f"number {number}")
        say(file, "more")
    file.close()

    assert sorted(path.name for path in tmp_path.iterdir()) == left
    assert (tmp_path / left[-1]).read_text() == f"number {5 - keep}\nmore\n"


@pytest.mark.slow
@pytest.mark.parametrize("max_bytes", [None, 100_000])
def test_several_processes_write_at_once(tmp_path: Path, max_bytes: int | None) -> None:
    """No line of any process is lost or mixed with another's, even while the file is rotated again and again."""
    code = WRITER.format(max_bytes=max_bytes)
    command = [sys.executable, "-c", code, str(tmp_path / "log")]
    writers = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
    assert [writer.wait() for writer in writers] == [0, 0, 0]

    files = list(tmp_path.iterdir())
    assert (len(files) > 1) is (max_bytes is not None)
    lines = [json.loads(line)["message"].split()[:2] for path in files for line in path.read_text().splitlines()]
    assert sorted(lines) == sorted([name, str(number)] for name in "abc" for number in range(1000))


def test_full_disk_is_said_once_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that cannot be written leaves one line on standard error, without its text, and nobody fails."""
    (tmp_path / "log").symlink_to("/dev/full")
    file = LogFile(tmp_path / "log")
    file.setFormatter(JsonFormat())
    say(file, "for nobody")
    file.close()

    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"cannot write to the log {tmp_path}/log: ")
    assert "for nobody" not in err
