"""PgBouncer in transaction mode in front of a PostgreSQL server: every transaction may be another connection's."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mxcp_flask.demo import servers
from tests.support.postgres import PASSWORD, USER, Postgres, await_answer, become

_CONFIGURATION = """\
[databases]
* = host={host} port={behind}
[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
auth_type = plain
auth_file = {folder}/users
logfile = {folder}/log
pool_mode = transaction
default_pool_size = 3
server_idle_timeout = 1
ignore_startup_parameters = options
"""


@contextmanager
def pooled(postgres: Postgres) -> Iterator[int]:
    """Run PgBouncer while the block lasts, and give its port."""
    port = servers.free_port()
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as name:
        folder = Path(name)
        facts = {"host": servers.HOST, "port": port, "behind": postgres.port, "folder": folder}
        (folder / "configuration").write_text(_CONFIGURATION.format(**facts), encoding="ascii")
        (folder / "users").write_text(f'"{USER}" "{PASSWORD}"\n', encoding="ascii")
        if os.geteuid() == 0:
            for path in (folder, *folder.iterdir()):
                shutil.chown(path, USER, USER)
        process = subprocess.Popen([*become(), "/usr/sbin/pgbouncer", "--quiet", str(folder / "configuration")])
        try:
            await_answer(postgres.url().replace(str(postgres.port), str(port)), "SELECT 1", 1)
            yield port
        finally:
            process.terminate()
            process.wait()
