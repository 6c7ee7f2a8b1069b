"""The disk of the PostgreSQL server fills up: an error that says so, nothing is lost, and service again with room."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store.postgres import PostgresStore
from tests.contracts.store.samples import ACCESS, CLIENT, GRANT, NOW, issue
from tests.store.database_file import KEYRING
from tests.support.postgres import USER, Postgres

pytestmark = pytest.mark.services
MANY = 100_000


class SmallDisk:
    """A file system in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mount(self, megabytes: int, *options: str) -> None:
        """Mount it with so much room, or change how much it has."""
        room = ",".join((f"size={megabytes}m", *options))
        subprocess.run(["mount", "-t", "tmpfs", "-o", room, "tmpfs", self.folder], check=True)


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    """Give a disk that has room for an empty database and little more."""
    with tempfile.TemporaryDirectory() as name:
        disk = SmallDisk(Path(name))
        disk.mount(12)
        shutil.chown(disk.folder, USER, USER)
        yield disk
        subprocess.run(["umount", "--lazy", disk.folder], check=True)


def fits(store: PostgresStore, number: int) -> bool:
    """Tell whether there was room for one more client, which nothing can make smaller; no other fault is meant."""
    try:
        store.add_client(replace(CLIENT, client_id=str(number), name=os.urandom(20_000).hex()))
    except StoreNotUsable as error:
        assert "the disk of its server is full" in str(error)  # noqa: PT017
        return False
    return True


def test_disk_is_full(postgres: Postgres, disk: SmallDisk) -> None:
    """What does not fit is refused and leaves nothing, what is there is still read, and with more room all is well."""
    postgres.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
    with closing(PostgresStore(postgres.new_database("TABLESPACE small"), KEYRING, 8)) as store:
        issue(store)
        added = next(number for number in range(MANY) if not fits(store, number))

        assert added > 0
        assert store.count_clients() == added
        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)
        disk.mount(30, "remount")
        store.add_client(CLIENT)
        store.revoke_grant("grant-1", NOW)
        assert store.find_token(ACCESS.token_hash, NOW) is None
        name = store._connections.place.rpartition("/")[2]
    postgres.execute(f"DROP DATABASE {name}", "DROP TABLESPACE small")
