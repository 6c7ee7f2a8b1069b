"""Connections end again and again while threads work: what was told to be done is there, and nothing is done twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.records import Token
from mxcp_flask.store.postgres import PostgresStore
from tests.contracts.store.samples import CODE, GRANT, NOW, REFRESH, race
from tests.store.database_file import KEYRING
from tests.support.postgres import Postgres

pytestmark = pytest.mark.services
THREADS = 4
CUTS = 40


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    """Give an empty store."""
    with closing(PostgresStore(url, KEYRING, THREADS)) as store:
        yield store


class Chain:
    """A grant whose refresh token one thread rotates, again and again."""

    def __init__(self, store: PostgresStore, number: int) -> None:
        self._store, self._id = store, f"grant-{number}"
        code = replace(CODE, code_hash=digest(f"code of {self._id}"), grant_id=self._id)
        store.add_grant(replace(GRANT, id=self._id), code)
        assert store.redeem_code(code.code_hash, [self._token(0)], NOW)
        self.length = 0
        self.cut_off = 0

    def _token(self, place: int) -> Token:
        return replace(REFRESH, token_hash=digest(f"{self._id} {place}"), grant_id=self._id)

    def rotate_until(self, end: threading.Event) -> None:
        """Add one token after the other. After a fault look whether it was written, as a client's next try does."""
        while not end.is_set():
            new = self._token(self.length + 1)
            try:
                done = self._store.rotate_token(self._token(self.length).token_hash, [new], NOW, grace=0, most=1)
            except StoreNotUsable:
                self.cut_off += 1
                done = self._is_there(new.token_hash)
            self.length += done

    def _is_there(self, token_hash: str) -> bool:
        try:
            return self._store.find_refresh_token(token_hash, NOW) is not None
        except StoreNotUsable:
            return self._is_there(token_hash)


def test_threads_that_are_cut_off(postgres: Postgres, url: str, store: PostgresStore) -> None:
    """Each token is rotated once, what was cut off is there as a whole or not at all, and work goes on."""
    name = url.rpartition("/")[2]
    chains, end = [Chain(store, number) for number in range(THREADS)], threading.Event()
    workers = iter(chains)

    def cut_off() -> None:
        for _ in range(CUTS):
            postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        end.set()

    cutting = threading.Thread(target=cut_off)
    cutting.start()
    race(lambda: next(workers).rotate_until(end), racers=THREADS)
    cutting.join()

    [[used, tokens, most]] = store._find_all("SELECT sum(uses), count(*), max(uses) FROM token")
    length = sum(chain.length for chain in chains)
    assert (used, tokens, most) == (length, length + THREADS, 1)
    assert sum(chain.cut_off for chain in chains) > 0
    print(f"\n{length} rotations, {sum(chain.cut_off for chain in chains)} cut off")
