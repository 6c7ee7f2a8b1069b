"""Keeps Python's garbage collector away from what stays as long as the process.

It would look at each object of a thousand endpoints again and again, which takes tens of milliseconds each time, and
would write into memory that forked processes share until then.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

atexit.register(gc.unfreeze)  # or what is still open then, such as SQLite's connections, would not be closed


def settle() -> None:
    """Clear up, and let the collector pass over what is there now. Before a fork, and when an application is made."""
    gc.collect()
    gc.freeze()


@contextmanager
def unsettled() -> Iterator[None]:
    """Let the collector see everything while an application takes the place of another one."""
    gc.unfreeze()
    try:
        yield
    finally:
        settle()
