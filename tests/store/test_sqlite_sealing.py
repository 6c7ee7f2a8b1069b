"""What the SQLite store seals: unreadable at rest, bound to its place, and lost with its key."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.errors import StoreKeyWrong
from mxcp_flask.records import ProviderToken
from mxcp_flask.store import Keyring, SqliteStore
from tests.contracts.store.samples import (
    ACCESS,
    APPROVED,
    CLIENT,
    GRANT,
    NOW,
    PENDING,
    REFRESH,
    add_grant,
    approve,
    issue,
    take,
)
from tests.store.database_file import KEYRING, bytes_at_rest, execute, flipped

SECRETS = (
    b"provider access token",
    b"provider refresh token",
    b"fresh access token",
    b"fresh refresh token",
    b"the verifier",
)


def fill(store: SqliteStore) -> None:
    """Put a secret into every place that is sealed."""
    store.add_pending(PENDING)
    approve(store)
    issue(store)
    add_grant(store, replace(GRANT, id="grant-2"))
    assert store.save_provider_token("grant-2", ProviderToken("fresh access token", "fresh refresh token"), NOW)


def test_no_secret_at_rest(path: Path, store: SqliteStore) -> None:
    """No provider token and no verifier is readable in the database or its log."""
    fill(store)
    data = bytes_at_rest(path)

    assert b"octo@example.com" in data
    assert [secret for secret in SECRETS if secret in data] == []


def test_copy_without_the_key(path: Path, tmp_path: Path) -> None:
    """A copy of database and log without the key file shows no secret and is opened by no other key."""
    with closing(SqliteStore(path, Keyring.beside(path))) as store:
        fill(store)
        copy = Path(shutil.copy(path, tmp_path))
        shutil.copy(path.with_name("oauth.db-wal"), tmp_path)

    assert execute(copy, "SELECT count(*) FROM grant_") == [(2,)]
    with pytest.raises(StoreKeyWrong, match="is missing"):
        Keyring.beside(copy)
    with pytest.raises(StoreKeyWrong):
        SqliteStore(copy, Keyring({"key1": bytes(32)}))
    assert [secret for secret in SECRETS if secret in copy.read_bytes()] == []


READS_OF_GRANT: list[Callable[[SqliteStore], object]] = [
    lambda store: store.find_token(ACCESS.token_hash, NOW),
    lambda store: store.find_refresh_token(REFRESH.token_hash, NOW),
    lambda store: store.find_grant("grant-1", NOW),
]
READS_OF_PENDING: list[Callable[[SqliteStore], object]] = [
    lambda store: store.find_pending(PENDING.handle_hash, NOW),
    take,
]


@pytest.mark.parametrize("byte", [0, 12, -1], ids=["nonce", "ciphertext", "tag"])
@pytest.mark.parametrize(
    ("table", "column", "reads"),
    [("grant_", "provider_token", READS_OF_GRANT), ("pending_authorization", "verifier", READS_OF_PENDING)],
)
def test_flipped_byte(
    path: Path, store: SqliteStore, table: str, column: str, reads: list[Callable[[SqliteStore], object]], byte: int
) -> None:
    """A sealed value with a changed byte does not come back as something else, whoever asks for it."""
    store.add_pending(PENDING)
    approve(store)
    issue(store)
    [[sealed]] = execute(path, f"SELECT {column} FROM {table}")
    execute(path, f"UPDATE {table} SET {column} = '{flipped(sealed, byte)}'")

    for read in reads:
        with pytest.raises(StoreKeyWrong, match=str(path)):
            read(store)


@pytest.mark.parametrize("byte", [0, 12, -1], ids=["nonce", "ciphertext", "tag"])
def test_flipped_byte_of_the_key_check(path: Path, store: SqliteStore, byte: int) -> None:
    """A database whose check value was changed is refused at start."""
    store.close()
    [[sealed]] = execute(path, "SELECT value FROM meta")
    execute(path, f"UPDATE meta SET value = '{flipped(sealed, byte)}'")

    with pytest.raises(StoreKeyWrong, match=str(path)):
        SqliteStore(path, KEYRING)


def test_swapped_rows(path: Path, store: SqliteStore) -> None:
    """A provider token that was copied to another grant does not open there."""
    fill(store)
    [[sealed]] = execute(path, "SELECT provider_token FROM grant_ WHERE id = 'grant-2'")
    execute(path, f"UPDATE grant_ SET provider_token = '{sealed}' WHERE id = 'grant-1'")

    with pytest.raises(StoreKeyWrong):
        store.find_token(ACCESS.token_hash, NOW)


def test_changed_verifier(path: Path, store: SqliteStore) -> None:
    """A state whose verifier does not open is not used up by the attempt."""
    store.add_pending(PENDING)
    approve(store)
    [[sealed]] = execute(path, "SELECT verifier FROM pending_authorization")
    execute(path, f"UPDATE pending_authorization SET verifier = '{flipped(sealed, 12)}'")

    with pytest.raises(StoreKeyWrong):
        take(store)
    execute(path, f"UPDATE pending_authorization SET verifier = '{sealed}'")
    assert take(store) == replace(APPROVED, stage="done")


@pytest.mark.parametrize(
    "end",
    [
        lambda store: store.revoke_grant("grant-1", NOW),
        lambda store: store.revoke_grants(NOW, subject="github:4711"),
        lambda store: store.put_client(CLIENT) or store.remove_client("client-1", NOW),
    ],
    ids=["grant", "grants", "client"],
)
def test_revoked_grant_keeps_no_provider_token(
    path: Path, store: SqliteStore, end: Callable[[SqliteStore], object]
) -> None:
    """A revoked grant's provider token is gone, however it was revoked, though its row stays for a while."""
    issue(store)
    end(store)

    assert execute(path, "SELECT provider_token, revoked_at FROM grant_") == [(None, NOW)]
