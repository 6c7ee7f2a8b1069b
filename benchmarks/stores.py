"""What a store takes on disk and how long it takes to answer, by how many tokens it has."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.filling import Run, copy_grant, in_postgres, in_sqlite
from benchmarks.processes import cpu_of
from benchmarks.served import PostgresServer
from mxcp_flask.digests import digest
from mxcp_flask.records import AuthorizationCode, Grant, ProviderToken, Token, User
from mxcp_flask.store import Keyring, SqliteStore, Store
from mxcp_flask.store.postgres import PostgresStore

NOW = 1_800_000_000
_END = NOW + 30 * 86_400
_READS = 3000
_WRITES = 1000
_GRANT = Grant(
    id="",
    client_id="5f0c2b1e-0d5a-4d5e-9a53-2f5f7d1c9f10",
    user=User("github", "4711", "ada-fixture", name="Ada Fixture", email="ada@example.org"),
    scope="mxcp:access",
    resource="https://mcp.example.com/mcp",
    created_at=NOW,
    expires_at=_END,
    provider_token=ProviderToken("gho_" + "x" * 36),
)
_CODE = AuthorizationCode(
    code_hash="",
    grant_id="",
    client_id=_GRANT.client_id,
    redirect_uri="http://127.0.0.1:49153/oauth/callback",
    scope="mxcp:access",
    resource=_GRANT.resource,
    code_challenge="x" * 43,
    expires_at=NOW + 60,
)
_PEOPLE = 200  # who really signed in; the others are copies of one of them, with identifiers as long as real ones


class Filled:
    """A store with tokens, and a way past its methods: a million sign-ins would take hours."""

    def __init__(self, kind: str, store: Store, run: Run) -> None:
        self.kind = kind
        self.store = store
        self.hashes = [self._sign_in(str(uuid4())) for _ in range(_PEOPLE - 1)]  # all over the tables
        self.hashes.append(self._sign_in("template"))
        self._run = run
        self._grants = 0

    def grow(self, tokens: int) -> None:
        """Copy the template until there are so many tokens."""
        grants = tokens // 2 - _PEOPLE
        copy_grant(self._run, self.kind, "template", range(self._grants + 1, grants + 1))
        self._grants = grants

    def _sign_in(self, grant_id: str) -> str:
        code = replace(_CODE, code_hash=digest(f"code {grant_id}"), grant_id=grant_id)
        self.store.add_grant(replace(_GRANT, id=grant_id), code)
        rest = (grant_id, _GRANT.client_id, "mxcp:access", _GRANT.resource, NOW, _END)
        access, refresh = digest(f"access {grant_id}"), digest(f"refresh {grant_id}")
        self.store.redeem_code(code.code_hash, [Token(access, "access", *rest), Token(refresh, "refresh", *rest)], NOW)
        return access


def measure(kind: str, database: PostgresServer | None, sizes: tuple[int, ...]) -> Iterator[dict[str, Any]]:
    """Give what a store of ``kind`` takes with each of ``sizes`` tokens, the smallest first."""
    with _opened(kind, database) as (filled, size_of):
        for tokens in sizes:
            filled.grow(tokens)
            pid = database.pid if database else os.getpid()
            yield {
                "store": kind,
                "tokens": tokens,
                "bytes": size_of(),
                "look_up": _timed(lambda: _look_up(filled), _READS, pid),
                "count": _timed(lambda: _count(filled.store), _WRITES, pid),
            }


def _look_up(filled: Filled) -> None:
    if filled.store.find_token(random.choice(filled.hashes), NOW) is None:
        raise RuntimeError("a token is not found")


def _count(store: Store) -> None:
    store.count(digest(str(random.random())), NOW, 60)


def _timed(step: Callable[[], None], times: int, pid: int) -> dict[str, float]:
    """Return the microseconds of one step: on the clock, and of the CPU of the process that does the store's work."""
    step()
    before, began = cpu_of(pid), time.perf_counter()
    for _ in range(times):
        step()
    taken, used = time.perf_counter() - began, cpu_of(pid) - before
    return {"us": round(taken / times * 1e6, 1), "cpu_us": round(used / times * 1e6, 1)}


@contextmanager
def _opened(kind: str, database: PostgresServer | None) -> Iterator[tuple[Filled, Callable[[], int]]]:
    keyring = Keyring({"key1": os.urandom(32)})
    with tempfile.TemporaryDirectory(prefix="mxcp-benchmark-") as name:
        path = Path(name) / "oauth.db"
        if database is None:
            with closing(SqliteStore(path, keyring)) as store:
                yield Filled(kind, store, lambda statement: in_sqlite(path, statement)), lambda: _sqlite_size(path)
            return
    with closing(PostgresStore(database.url, keyring, 4)) as store:
        yield (
            Filled(kind, store, lambda statement: in_postgres(database.url, statement)),
            lambda: int(in_postgres(database.url, "SELECT pg_database_size(current_database())")[0][0]),
        )


def _sqlite_size(path: Path) -> int:
    [[size]] = in_sqlite(path, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    return int(size)
