"""What the garbage collector looks at."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from mxcp_flask.cli.settling import settle, unsettled


class Ring:
    """An object that only the collector can take away."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_stays_is_passed_over() -> None:
    """The collector must look at nothing that is there when things are settled."""
    settle()

    assert gc.get_freeze_count() > 1000


def test_what_was_replaced_goes() -> None:
    """What a reload leaves behind must go, settled or not."""
    ring = Ring()
    found = weakref.ref(ring)
    settle()
    with unsettled():
        del ring

    assert found() is None
