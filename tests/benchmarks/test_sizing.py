"""The arithmetic of docs/scaling.md."""

from __future__ import annotations

import pytest

from benchmarks.sizing import Costs, Fleet

COSTS = Costs(
    call=0.004,
    call_at_database=0.0005,
    refresh_at_database=0.002,
    sign_in_at_database=0.01,
    count_at_database=0.0003,
    bytes_per_token=800,
)


def test_one_server() -> None:
    """Eight cores, half busy, at 4 ms a call are 1000 calls a second of 30,000 people."""
    fleet = Fleet(1, COSTS)

    assert fleet.calls == pytest.approx(1000)
    assert fleet.people == pytest.approx(30_000)
    assert fleet.refreshes == pytest.approx(30_000 / 3600)
    assert fleet.sign_ins == pytest.approx(30_000 / 14_400)
    assert fleet.database_cores == pytest.approx((0.5 + 500 * 0.0003 + 30 / 3.6 * 0.002 + 30 / 14.4 * 0.01) / 0.5)
    assert fleet.connections == 32
    assert fleet.gigabytes == pytest.approx(30_000 * 300 * 800 / 1e9)


def test_more_servers_are_in_proportion() -> None:
    """A hundred servers do and need a hundred times as much."""
    one, many = Fleet(1, COSTS), Fleet(100, COSTS)

    for name in ("calls", "people", "sign_ins", "refreshes", "database_cores", "connections", "gigabytes"):
        assert getattr(many, name) == pytest.approx(100 * getattr(one, name))
