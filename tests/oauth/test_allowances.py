"""How processes share what may be done in a minute, with a store and a clock that the tests hold."""

from __future__ import annotations

import threading

import pytest

from mxcp_flask.oauth.allowances import WINDOW, Allowances
from tests.contracts.store.samples import race
from tests.oauth.spending import MINUTE, Ledger, processes, spend_all


@pytest.mark.parametrize("limit", [1, 2, 3, 19, 20, 21, 100, 6000])
def test_one_process_has_all(limit: int) -> None:
    """A process that is alone can spend exactly the limit."""
    assert spend_all(processes(1, limit)) == limit


@pytest.mark.parametrize(("count", "part"), [(1, 1.0), (2, 0.97), (3, 0.94), (8, 0.5), (40, 0.5), (1000, 0.5)])
@pytest.mark.parametrize("limit", [1, 7, 100, 600, 6000])
def test_processes_that_take_turns(count: int, part: float, limit: int) -> None:
    """A few processes have nearly all before any is refused, many have half; to the last one they have exactly all."""
    members, spent = processes(count, limit), 0
    while members[spent % count].spend("ada", MINUTE):
        spent += 1

    assert part * limit <= spent <= limit
    assert spent + spend_all(members) == limit


def test_the_store_is_rarely_asked() -> None:
    """A process that makes thousands of calls asks the store less than once in a hundred calls, and never in vain."""
    store = Ledger()
    [member] = processes(1, 6000, store)
    assert spend_all([member]) == 6000
    asked = len(store.asked)
    assert asked < 60

    assert not any(member.spend("ada", MINUTE + 59) for _ in range(100))
    assert len(store.asked) == asked


def test_the_store_learns_no_name() -> None:
    """Keys go to the store as digests, and those of persons are no clients'."""
    store = Ledger()
    for kind in ("person", "client"):
        Allowances(store, kind, 5).spend("github:4711", MINUTE)

    assert len({key for key, _ in store.asked}) == 2
    assert all(len(key) == 64 and "4711" not in key for key, _ in store.asked)


def test_a_new_minute_is_a_new_allowance() -> None:
    """What was refused in the last second of a minute is spent in the next one; nothing is carried over."""
    [member] = processes(1, 10)
    assert spend_all([member], MINUTE + 59) == 10
    assert spend_all([member], MINUTE + 60) == 10


def test_a_clock_that_is_set_back_finds_its_minute() -> None:
    """A clock that jumps counts in the minute that it shows, and no jump gives more."""
    [member] = processes(1, 10)
    assert [spend_all([member], MINUTE + jump) for jump in (0, 3600, 0, 3600, 60)] == [10, 10, 0, 0, 10]


def test_what_is_over_is_forgotten() -> None:
    """A process remembers the callers of two minutes, and no others."""
    [member] = processes(1, 10)
    for minute in range(5):
        for number in range(3):
            assert member.spend(f"{minute} {number}", MINUTE + minute * WINDOW)

    assert [sorted(parts) for parts in member._windows.values()] == [
        ["3 0", "3 1", "3 2"], ["4 0", "4 1", "4 2"]
    ]  # fmt: skip


def test_no_limit() -> None:
    """A limit of 0 refuses nobody, asks no store and remembers nobody."""
    store = Ledger()
    [member] = processes(1, 0, store)
    assert all(member.spend("ada", MINUTE, 1000) for _ in range(10))
    member.give_back("ada", MINUTE)

    assert store.asked == []
    assert not member._windows


def test_several_at_once_are_spent_together_or_not_at_all() -> None:
    """A batch that is too large takes nothing away from single calls."""
    [member] = processes(1, 10)
    assert member.spend("ada", MINUTE, 8)
    assert not member.spend("ada", MINUTE, 3)
    assert not member.spend("ada", MINUTE, 100)

    assert [member.spend("ada", MINUTE) for _ in range(3)] == [True, True, False]


def test_what_is_given_back_can_be_spent_again() -> None:
    """A call that was refused for another reason costs nothing."""
    [member] = processes(1, 2)
    for _ in range(5):
        assert member.spend("ada", MINUTE)
        member.give_back("ada", MINUTE)

    assert spend_all([member]) == 2


def test_a_store_that_is_down_leaves_each_process_to_itself(caplog: pytest.LogCaptureFixture) -> None:
    """While the store cannot count, each process allows the limit, asks once a minute and says so; then all is well."""
    store = Ledger()
    members = processes(2, 10, store)
    assert all(member.spend(key, MINUTE) for member in members for key in ("ada", "bo"))
    store.down = True
    assert [spend_all([member]) for member in members] == [9, 8]
    assert [member.is_first_refusal("ada", MINUTE) for member in members * 2] == [True, True, False, False]
    assert [record.message for record in caplog.records] == [
        "until the next minute this process counts calls by itself: The OAuth database here cannot be used: it is down."
    ] * 2
    store.down = False

    assert spend_all(members, MINUTE + WINDOW) == 10


def test_the_first_refusal_is_one_over_all_processes() -> None:
    """Of all processes one is told that the refusal is the first, once a minute and key."""
    members = processes(3, 1)
    for key in ("ada", "bo"):
        firsts = [member.is_first_refusal(key, MINUTE) for member in members * 2]
        assert firsts == [True, False, False, False, False, False]

    assert members[2].is_first_refusal("ada", MINUTE + 60)


def test_threads_share_a_part() -> None:
    """Threads of one process that call at once spend exactly the limit, and ask the store no more often for it."""
    store = Ledger()
    [member] = processes(1, 2000, store)
    barrier = threading.Barrier(8)

    def spend_many() -> int:
        barrier.wait()
        return sum(member.spend("ada", MINUTE) for _ in range(400))

    assert sum(race(spend_many, racers=8)) == 2000
    assert len(store.asked) < 80
