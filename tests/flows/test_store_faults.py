"""What a client, a person and an operator see while the state cannot be used, and that it is over when the cause is."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mxcp_flask.app import open_store
from mxcp_flask.errors import StoreKeyWrong
from mxcp_flask.store import connections, room
from tests.endurance.shortage import GRANTS, register, store_of, visiting
from tests.store.processes import run_at_once
from tests.support.clock import Clock
from tests.support.leaks import Lines
from tests.support.visitor import Visitor

JSON, HTML = "application/json", "text/html"
_NOBODY = 65_534
Fault = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def away(path: Path) -> Iterator[None]:
    """Take the file away."""
    path.rename(path.with_name("away"))
    yield
    path.with_name("away").rename(path)


@contextmanager
def written_over(path: Path, content: bytes) -> Iterator[None]:
    """Have ``content`` in the file."""
    before = path.read_bytes()
    path.write_bytes(content)
    yield
    path.write_bytes(before)


@contextmanager
def noisy(path: Path) -> Iterator[None]:
    """Have noise in all but the file's head."""
    with written_over(path, path.read_bytes()[:4096] + b"\xa5" * (path.stat().st_size - 4096)):
        yield


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Have another program hold the file for itself."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(path: Path) -> Iterator[None]:  # noqa: ARG001 (each fault has one)
    """Have a disk with too little room."""
    before = room.TO_GROW, room.TO_WRITE
    room.TO_GROW = room.TO_WRITE = 2**80
    yield
    room.TO_GROW, room.TO_WRITE = before


FAULTS: dict[str, tuple[Fault, str]] = {
    "away": (away, "it is missing. Put it back, or restore a backup"),
    "emptied": (lambda path: written_over(path, b""), "restore a backup|Restore a backup"),
    "garbage": (lambda path: written_over(path, b"garbage!" * 4096), "It is damaged. Stop the server and restore"),
    "cut": (lambda path: written_over(path, path.read_bytes()[:9000]), "It is damaged. Stop the server and restore"),
    "noise": (noisy, "It is damaged. Stop the server and restore"),
    "locked": (locked, "Another program keeps it locked"),
    "full": (full, "its disk is full"),
}


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[Visitor]:
    """Give a person at a server with state in a file, whose log is seen."""
    with visiting(tmp_path / "oauth.db", Clock()) as visitor:
        logging.disable(logging.NOTSET)
        yield visitor


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Collect what is logged as an error."""
    handler = Lines()
    handler.setLevel(logging.ERROR)
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


def requests_of(visitor: Visitor, client_id: str, refresh_token: str) -> dict[str, Callable[[], TestResponse]]:
    """Return requests that need the state, each with the type of its answer."""
    return {
        "refresh": lambda: visitor.refresh(client_id, refresh_token),
        "register": lambda: register(visitor),
        "ready": lambda: visitor.client.get("/ready"),
        "authorize": lambda: visitor.ask(visitor.authorization_request(client_id)),
    }


def kind_of(name: str) -> str:
    """Return the type of the answer to the request ``name``."""
    return HTML if name == "authorize" else JSON


@pytest.mark.parametrize("name", FAULTS)
def test_fault(visitor: Visitor, lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Each request gets a 503 in its own form with when to come back, and one line that says what to do; then it works.

    The refresh token that was refused is good afterwards, and no other path than the database's is in the line.
    """
    fault, words = FAULTS[name]
    path = tmp_path / "oauth.db"
    client_id, tokens = visitor.get_tokens()
    monkeypatch.setattr(connections, "BUSY_TIMEOUT", 0.01)
    store_of(visitor).close()
    made = requests_of(visitor, client_id, tokens["refresh_token"])
    with fault(path):
        for request, make in made.items():
            lines.clear()
            answer = make()
            assert (answer.status_code, answer.mimetype) == (503, kind_of(request)), answer.text
            assert answer.headers["Retry-After"].isdigit()
            assert str(path) not in answer.text
            [line] = lines
            assert str(path) in line
            assert any(word in line for word in words.split("|")), line
            assert tokens["refresh_token"] not in line
    for request, make in made.items():
        answer = make()
        assert (answer.status_code < 300, answer.mimetype) == (True, kind_of(request)), answer.text


# What is no longer this user's. In a process of its own, because it becomes another user.


def _as_nobody(path: Path, number: int) -> dict[str, list[Any]]:  # noqa: ARG001 (of processes, there is one)
    """Make requests as a user who may not do something any more; return what they got, then and afterwards."""
    handler = Lines()
    with visiting(path, Clock()) as visitor:
        logging.disable(logging.NOTSET)
        logging.getLogger("mxcp").addHandler(handler)
        client_id, tokens = visitor.get_tokens()
        store_of(visitor).close()
        _give_to_nobody(path)
        if os.geteuid() == 0:
            os.seteuid(_NOBODY)
        found: dict[str, list[Any]] = {}
        for name, forbid in _FORBIDDEN.items():
            made = requests_of(visitor, client_id, tokens["refresh_token"])
            handler.lines.clear()
            with forbid(path):
                answers = [made["register"](), made["ready"]()]
                found[name] = [answer.status_code for answer in answers] + [" ".join(handler.lines)]
            found[name].append(made["ready"]().status_code)
            store_of(visitor).close()
        return found


def _give_to_nobody(path: Path) -> None:
    if os.geteuid() == 0:
        for each in (path.parent, *path.parent.rglob("*")):
            os.chown(each, _NOBODY, -1)


@contextmanager
def _mode(path: Path, mode: int) -> Iterator[None]:
    before = path.stat().st_mode & 0o777
    path.chmod(mode)
    yield
    path.chmod(before)


@contextmanager
def _log_of_root(path: Path) -> Iterator[None]:
    """Have a log and an index that root made, in a folder where we cannot replace them."""
    logs = [path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm")]
    os.seteuid(0)
    for log in logs:
        log.touch(0o600)
    os.seteuid(_NOBODY)
    with _mode(path.parent, 0o500):
        yield
    for log in logs:
        log.unlink()


_FORBIDDEN: dict[str, Callable[[Path], AbstractContextManager[None]]] = {
    "the file": lambda path: _mode(path, 0o000),
    "the folder": lambda path: _mode(path.parent, 0o000),
    "writing to the folder": lambda path: _mode(path.parent, 0o500),
}
if os.geteuid() == 0:
    _FORBIDDEN["the log"] = _log_of_root


@pytest.mark.slow
def test_rights_that_are_gone() -> None:
    """Without a right the answers are 503 and the log names the user and the file; with it all works again."""
    folder = Path(tempfile.mkdtemp())  # pytest's own folder is not open to another user
    try:
        folder.chmod(0o755)
        place = folder / "state"
        place.mkdir()
        [found] = run_at_once(_as_nobody, place / "oauth.db", 1)
    finally:
        shutil.rmtree(folder)

    assert isinstance(found, dict), found
    for name, (registered, ready, said, afterwards) in found.items():
        assert (name, registered, ready, afterwards) == (name, 503, 503, 200)
        assert "ser with the id" in said, (name, said)
        assert "oauth.db" in said


# The key file.


def test_lost_key_file(visitor: Visitor, tmp_path: Path) -> None:
    """A server that runs goes on without its key file; another start is refused with what to do, until it is back."""
    client_id, tokens = visitor.get_tokens()
    key_file = tmp_path / "oauth.db.key"
    key_file.rename(tmp_path / "away")
    assert visitor.refresh(client_id, tokens["refresh_token"]).status_code == 200
    assert visitor.register(grant_types=GRANTS)

    auth = visitor.client.application.extensions["mxcp"].settings.auth
    with pytest.raises(StoreKeyWrong, match=f"key file {key_file} is missing. Put it back, or restore a backup"):
        open_store(auth)
    (tmp_path / "away").rename(key_file)
    open_store(auth).close()
