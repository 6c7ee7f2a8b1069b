"""Any store, with each of its operations measured."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

from mxcp_flask.errors import StoreError
from mxcp_flask.meter import Meter
from mxcp_flask.store.base import Store


def measured(store: Store, meter: Meter) -> Store:
    """Return ``store`` as it is, but that it reports to ``meter`` how long each operation took, and whether it failed.

    A store that is measured already is returned as it came.
    """
    if isinstance(store, _Measured):
        return store
    store.watch_connections(meter.connected)
    return cast("Store", _MeasuredStore(store, meter))


class _Measured:
    """What the measured store has besides the contract."""

    def __init__(self, store: Store, meter: Meter) -> None:
        self._store = store
        self._meter = meter

    def __getattr__(self, name: str) -> Any:
        """Return what the backend has of its own."""
        return getattr(self._store, name)


def _measuring(operation: str) -> Callable[..., Any]:
    def measure(self: _Measured, *args: Any, **named: Any) -> Any:
        began, failed = time.perf_counter(), False
        try:
            return getattr(self._store, operation)(*args, **named)
        except StoreError:
            failed = True
            raise
        finally:
            self._meter.stored(operation, time.perf_counter() - began, failed=failed)

    measure.__name__, measure.__doc__ = operation, getattr(Store, operation).__doc__
    return measure


# Of every method of the contract, whatever is added to it.
_MeasuredStore = type(
    "MeasuredStore", (_Measured, Store), {name: _measuring(name) for name in sorted(Store.__abstractmethods__)}
)
