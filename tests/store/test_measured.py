"""A store whose operations are measured."""

from __future__ import annotations

from typing import NoReturn

import pytest

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.meter import Meter
from mxcp_flask.store import MemoryStore, Store, measured
from tests.contracts.store import StoreContract
from tests.contracts.store.samples import CLIENT, NOW
from tests.support.meters import Recording


class TestMeasuredStore(StoreContract):
    """Keeps every promise of the store behind it."""

    @pytest.fixture
    def store(self) -> Store:
        """Give an empty store."""
        return measured(MemoryStore(), Meter())


class Broken(MemoryStore):
    """A store whose backend is gone."""

    def get_client(self, client_id: str) -> NoReturn:  # noqa: ARG002 (the contract's)
        """Fail as a backend does."""
        raise StoreNotUsable(path="/srv/oauth.db", reason="gone")

    def count_clients(self) -> NoReturn:
        """Fail as nobody foresaw."""
        raise ZeroDivisionError


def test_operations_are_reported() -> None:
    """Each operation is reported by its name, and only what the store itself failed at is its failure."""
    meter = Recording()
    store = measured(Broken(), meter)
    store.add_client(CLIENT)
    store.touch_client("nobody", now=NOW)
    with pytest.raises(StoreNotUsable):
        store.get_client("x")
    with pytest.raises(ZeroDivisionError):
        store.count_clients()

    assert meter.operations == [
        ("add_client", False),
        ("touch_client", False),
        ("get_client", True),
        ("count_clients", False),
    ]


def test_measured_once() -> None:
    """A server that reads its files anew goes on with the store that it has."""
    store = measured(MemoryStore(), Recording())

    assert measured(store, Recording()) is store


def test_every_operation_of_the_contract_is_measured() -> None:
    """None is left to the contract's own class, and each says what the contract says."""
    made = type(measured(MemoryStore(), Meter()))

    assert not made.__abstractmethods__
    for name in Store.__abstractmethods__:
        assert getattr(made, name).__doc__ == getattr(Store, name).__doc__
