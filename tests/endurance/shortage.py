"""A server that runs out of space, or may not write any more; in a process of its own, which is the one limited."""

from __future__ import annotations

import logging
import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.test import TestResponse

from mxcp_flask.store import Store
from tests.support.clock import Clock
from tests.support.github import github
from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor

Attempt = Callable[[], TestResponse]
Outcome = list[tuple[int, str | None, int]]  # status without space and type of the body; status of the same with space

GRANTS = ["authorization_code", "refresh_token"]
_FRAME = 4096 + 24  # bytes that a page takes in the write-ahead log
_MOST_FRAMES = 40
_NOBODY = 65_534


@contextmanager
def visiting(path: Path, clock: Clock) -> Iterator[Visitor]:
    """Give a person at a server whose state is at ``path``, and whose refresh tokens work once."""
    logging.disable(logging.CRITICAL)
    persistence = {"type": "sqlite", "path": str(path)}
    site = Site(path.parent / "site", github_auth(persistence=persistence, tokens={"refresh_grace": 0}))
    with github() as provider:
        yield Visitor(site.app(clock), provider)


def store_of(visitor: Visitor) -> Store:
    """Return the server's store."""
    store: Store = visitor.client.application.extensions["mxcp"].oauth.store
    return store


def fill_up(path: Path, number: int) -> dict[str, Outcome]:  # noqa: ARG001 (of processes, there is one)
    """Make each request with room for 0, 1, 2 ... pages until it succeeds, and each failed one again with enough."""
    clock = Clock()
    with visiting(path, clock) as visitor:
        prepared = {
            "exchange": lambda: exchange(visitor),
            "refresh": lambda: refresh(visitor, clock),
            "revoke": lambda: revoke(visitor),
            "register": lambda: register_another(visitor),
        }
        return {name: _with_more_and_more_room(path, visitor, prepare) for name, prepare in prepared.items()}


def exchange(visitor: Visitor) -> Attempt:
    """Sign in, and return the exchange of the code."""
    client_id = visitor.register(grant_types=GRANTS)["client_id"]
    code = visitor.sign_in(client_id)["code"]
    return lambda: visitor.exchange(client_id, code)


def refresh(visitor: Visitor, clock: Clock) -> Attempt:
    """Sign in, and return a refresh after so long that the client's use is to be recorded again."""
    client_id, tokens = visitor.get_tokens()
    clock.advance(7200)
    visitor.exchange(client_id, "unknown")  # which sweeps
    return lambda: visitor.refresh(client_id, tokens["refresh_token"])


def revoke(visitor: Visitor) -> Attempt:
    """Sign in, and return the revocation, which succeeds when the token is dead."""
    client_id, tokens = visitor.get_tokens()
    form = {"client_id": client_id, "token": tokens["access_token"]}

    def attempt() -> TestResponse:
        answer = visitor.client.post("/revoke", data=form, base_url=visitor.base)
        alive = visitor.call(tokens["access_token"], "ping").status_code == 200
        assert alive == (answer.status_code != 200)
        return answer

    return attempt


def register(visitor: Visitor) -> TestResponse:
    """Register a client."""
    return visitor.client.post("/register", json={"redirect_uris": ["app:/callback"]}, base_url=visitor.base)


def register_another(visitor: Visitor) -> Attempt:
    """Register a client, and return the registration of another one."""
    register(visitor)
    return lambda: register(visitor)


def _with_more_and_more_room(path: Path, visitor: Visitor, prepare: Callable[[], Attempt]) -> Outcome:
    outcome: Outcome = []
    for frames in range(_MOST_FRAMES):
        store_of(visitor).close()  # or the log would be written from its beginning again, in room that it has
        attempt = prepare()
        with _room(path, frames):
            answer = attempt()
        if answer.status_code < 300:
            break
        outcome.append((answer.status_code, answer.mimetype, attempt().status_code))
    return outcome


@contextmanager
def _room(path: Path, frames: int) -> Iterator[None]:
    """Let the write-ahead log grow by so many pages, and no file beyond its size then."""
    most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = path.with_name(f"{path.name}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + frames * _FRAME, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))


def protect(path: Path, number: int) -> list[list[tuple[int, str | None]]]:  # noqa: ARG001 (of processes, there is one)
    """Make requests before, while and after file and folder may only be read; return statuses and types."""
    with visiting(path, Clock()) as visitor:
        client_id, tokens = visitor.get_tokens()

        def answers() -> list[tuple[int, str | None]]:
            made = [
                visitor.refresh(client_id, tokens["refresh_token"]),
                register(visitor),
                visitor.client.get("/ready"),
                visitor.ask(visitor.authorization_request(client_id)),
            ]
            tokens.update(made[0].get_json())
            return [(answer.status_code, answer.mimetype) for answer in made]

        before = answers()
        store_of(visitor).close()
        with _read_only(path):
            during = answers()
            store_of(visitor).close()
        return [before, during, answers()]


@contextmanager
def _read_only(path: Path) -> Iterator[None]:
    """Take the right to write to ``path`` from everybody, and from root the right to write all the same."""
    path.chmod(0o444)
    path.parent.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        path.parent.chmod(0o755)
        path.chmod(0o600)
