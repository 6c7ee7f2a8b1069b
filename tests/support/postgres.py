"""A real PostgreSQL server in a folder of its own, which tests may stop, break and start again."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from mxcp_flask.demo import servers

PASSWORD = "secret-of-the-database-0123456789"
USER = "postgres"
_SECONDS = 10.0
_SETTINGS = {
    "listen_addresses": servers.HOST,
    "fsync": "off",  # nothing here must outlive the machine
    "shared_buffers": "32MB",
    "max_connections": "100",
    "logging_collector": "off",
    "deadlock_timeout": "100ms",
}


class Postgres:
    """The server whose data is in ``folder``. PostgreSQL will not run as root, so root runs it as user postgres."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = servers.free_port()
        self._data = folder / "data"
        self._databases = 0
        password = folder / "password"
        password.write_text(PASSWORD, encoding="ascii")
        if os.geteuid() == 0:
            for path in (folder, password):
                shutil.chown(path, USER, USER)
        self._run(
            "initdb",
            f"--pgdata={self._data}",
            "--auth=scram-sha-256",
            f"--pwfile={password}",
            f"--username={USER}",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        )
        settings = {**_SETTINGS, "port": str(self.port), "unix_socket_directories": str(folder), **settings}
        with (self._data / "postgresql.conf").open("a", encoding="ascii") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def start(self) -> None:
        """Start, and return when it takes connections."""
        self._run("pg_ctl", "start", "--wait", f"--pgdata={self._data}", f"--log={self.folder / 'log'}")

    def stop(self, mode: str = "fast") -> None:
        """Stop, and return when it has ended: ``fast`` ends connections first, ``immediate`` is like a crash."""
        self._run("pg_ctl", "stop", "--wait", f"--mode={mode}", f"--pgdata={self._data}")

    def url(self, database: str = USER, user: str = USER, password: str = PASSWORD) -> str:
        """Return where ``database`` is."""
        return f"postgresql://{user}:{password}@{servers.HOST}:{self.port}/{database}"

    def new_database(self, options: str = "") -> str:
        """Create an empty database, and return its URL."""
        self._databases += 1
        name = f"test{self._databases}"
        self.execute(sql.SQL("CREATE DATABASE {} " + options).format(sql.Identifier(name)))
        return self.url(name)

    def execute(self, *statements: str | sql.Composed, url: str | None = None) -> list[tuple[Any, ...]]:
        """Run ``statements`` as whoever may do everything; return the rows of the last one, if it gives any."""
        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            for statement in statements:
                text = statement if isinstance(statement, sql.Composed) else statement.encode()
                cursor = connection.execute(text)
            return cursor.fetchall() if cursor.description else []

    def await_connections(self, count: int) -> None:
        """Return when there are so many connections of clients, without one's own; fail when that takes too long."""
        of_others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        self.await_answer(f"SELECT count(*) FROM pg_stat_activity WHERE {of_others}", count)

    def await_setting(self, name: str, value: str) -> None:
        """Return when new connections have the setting; fail when that takes too long."""
        self.await_answer(f"SELECT current_setting('{name}')", value)

    def await_answer(self, query: str, expected: object) -> None:
        """Return when ``query`` gives the one value that is expected; fail when that takes too long."""
        await_answer(self.url(), query, expected)

    @property
    def log(self) -> str:
        """Return what the server has said."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def _run(self, program: str, *arguments: str) -> None:
        [folder, *_] = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        with tempfile.TemporaryFile("w+") as output:  # a pipe would stay open for as long as the server lives
            done = subprocess.run(
                [*become(), str(folder / program), *arguments],
                cwd=self.folder,
                stdout=output,
                stderr=output,
                check=False,
            )
            output.seek(0)
            assert done.returncode == 0, output.read()


def become() -> list[str]:
    """Return what stands before a command that PostgreSQL's user must run."""
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.geteuid() == 0 else []


def await_answer(url: str, query: str, expected: object) -> None:
    """Return when ``query`` gives the one value that is expected; fail when that takes too long."""
    deadline = time.monotonic() + _SECONDS
    found: object = None
    while found != expected:
        assert time.monotonic() < deadline, f"{query}: {found}"
        with suppress(psycopg.OperationalError), psycopg.connect(url, autocommit=True) as connection:
            [[found]] = connection.execute(query.encode())


def persistence(url: str) -> dict[str, str]:
    """Return a ``persistence`` section for the database at ``url``."""
    return {"type": "postgresql", "url": url, "encryption_keys": f"key1:{base64.b64encode(bytes(32)).decode()}"}


@contextmanager
def running_postgres(**settings: str) -> Iterator[Postgres]:
    """Run a server while the block lasts."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as name:  # pytest's own folders are not open to other users
        server = Postgres(Path(name), **settings)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
