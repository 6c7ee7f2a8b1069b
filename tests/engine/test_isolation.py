"""Many threads, two people: nobody ever reads as somebody else."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from mxcp_flask.engine import Database
from mxcp_flask.records import Identity
from tests.engine.conftest import ANN, BOB

SESSIONS = 200
THREADS_EACH = 8
OWNED = {"ann": 600_000, "bob": 400_000}


@pytest.mark.slow
def test_no_session_reads_as_another(database: Database) -> None:
    """Sixteen threads with 200 sessions each get their own name, and their own count through a parallel scan."""
    with database.session(ANN) as session:
        session.run(
            "CREATE TABLE orders AS SELECT if(i % 10 < 6, 'ann', 'bob') AS owner FROM range(1000000) r(i);"
            "CREATE VIEW mine AS SELECT get_username() AS name, count(*) AS n FROM orders WHERE owner = get_username()",
            {},
        )

    def work(identity: Identity) -> Counter[tuple[str, str, int]]:
        seen: Counter[tuple[str, str, int]] = Counter()
        for _ in range(SESSIONS):
            with database.session(identity) as session:
                seen.update(session.run("SELECT get_username(), name, n FROM mine", {}).rows)
        return seen

    with ThreadPoolExecutor(2 * THREADS_EACH) as pool:
        results = list(pool.map(work, [ANN, BOB] * THREADS_EACH))

    assert results == [
        Counter({(identity.username, identity.username, OWNED[identity.username]): SESSIONS})
        for identity in [ANN, BOB] * THREADS_EACH
    ]
