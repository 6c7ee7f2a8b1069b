"""PostgreSQL for those that keep their state there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.served import PostgresServer


def is_installed() -> bool:
    """Tell whether PostgreSQL's own programs are there."""
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@contextmanager
def postgres_server() -> Iterator[Callable[[], PostgresServer]]:
    """Give what makes an empty database; one server has them all, and writes to disk as in production."""
    from tests.support.postgres import running_postgres

    with running_postgres(fsync="on", shared_buffers="256MB") as server:
        pid = int((server.folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        yield lambda: PostgresServer(server.new_database(), pid)
