"""Histories of calls: who shares an allowance with whom, and how the clock goes."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.oauth.allowances import WINDOW
from tests.fuzz.effort import examples
from tests.oauth.spending import MINUTE, processes


@examples(200)
@given(
    limit=st.integers(1, 200),
    calls=st.lists(st.tuples(st.integers(0, 4), st.sampled_from("ab"), st.integers(1, 7), st.integers(-1, 40))),
)
def test_never_more_than_the_limit(limit: int, calls: list[tuple[int, str, int, int]]) -> None:
    """Whoever spends how much in whatever order, and however the clock goes, nobody spends more in a window."""
    members, spent, now = processes(5, limit), Counter[tuple[str, int]](), MINUTE
    for number, key, amount, seconds in calls:
        now += seconds
        if members[number].spend(key, now, amount):
            spent[key, now // WINDOW] += amount

    assert all(total <= limit for total in spent.values())


@examples(200)
@given(limit=st.integers(1, 500), who=st.lists(st.integers(0, 30), min_size=1, max_size=800))
def test_half_of_the_limit_is_always_to_be_had(limit: int, who: list[int]) -> None:
    """Nobody is refused before half of the limit is spent, whichever processes get the calls."""
    members, spent = processes(31, limit), 0
    for number in who:
        if not members[number].spend("ada", MINUTE):
            assert 2 * spent >= limit
        else:
            spent += 1
