"""Allowances that several processes share through one SQLite file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.oauth.allowances import WINDOW, Allowances
from mxcp_flask.store import Keyring, SqliteStore
from tests.contracts.store.samples import race
from tests.oauth.spending import MINUTE
from tests.store.processes import run_at_once

LIMIT = 2000


def spend_in_threads(path: Path, number: int) -> int:  # noqa: ARG001 - every process does the same
    """Let four threads of this process spend until they are refused, and once more in the next minute."""
    with closing(SqliteStore(path, Keyring.beside(path))) as store:
        allowances = Allowances(store, "person", LIMIT)

        def spend() -> int:
            spent = 0
            while allowances.spend("ada", MINUTE):
                spent += 1
            return spent

        spent = sum(race(spend, racers=4))
        assert allowances.spend("ada", MINUTE + WINDOW)
        return spent


@pytest.mark.slow
def test_processes_spend_exactly_the_limit(tmp_path: Path) -> None:
    """Four processes with four threads each spend the limit together, and not one more."""
    path = tmp_path / "oauth.db"
    with closing(SqliteStore(path, Keyring.beside(path))) as store:
        spent = run_at_once(spend_in_threads, path, 4)

        assert sum(spent) == LIMIT
        assert store.count(digest("calls of a person: ada"), MINUTE + WINDOW, WINDOW, 0) == 4
