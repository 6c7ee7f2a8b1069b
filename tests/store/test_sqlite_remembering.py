"""A token that was found is remembered until anybody writes, and not a call longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mxcp_flask.store import SqliteStore
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.sqlite.remembering import MOST
from tests.contracts.store.samples import ACCESS, CLIENT, GRANT, NOW, issue
from tests.store.database_file import KEYRING, execute
from tests.store.processes import run_at_once

HASH = ACCESS.token_hash


@contextmanager
def opened_tokens(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Give the places of what is unsealed meanwhile, which is done whenever a token's row is read."""
    opened: list[str] = []
    whole = Keyring.open

    def noting(keyring: Keyring, sealed: str, place: str, path: Path) -> str:
        opened.append(place)
        return whole(keyring, sealed, place, path)

    with monkeypatch.context() as patch:
        patch.setattr(Keyring, "open", noting)
        store.find_token(HASH, NOW)
        yield opened


def revoke_elsewhere(path: Path, _: int) -> str:
    """Revoke the grant from another process."""
    revoke_with_another_store(path)
    return "done"


def revoke_with_another_store(path: Path) -> None:
    """Revoke the grant with a store of its own in this process, as a command would."""
    with closing(SqliteStore(path, KEYRING)) as store:
        store.revoke_grant(GRANT.id, NOW)


def revoke_in_another_process(path: Path) -> None:
    """Revoke the grant from a process of its own."""
    assert run_at_once(revoke_elsewhere, path, 1) == ["done"]


def revoke_by_hand(path: Path) -> None:
    """Revoke the grant with SQLite's own means."""
    execute(path, f"UPDATE grant_ SET revoked_at = {NOW}")


def test_read_once(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as nobody writes, a token's row is read once."""
    issue(store)
    with opened_tokens(store, monkeypatch) as opened:
        for _ in range(3):
            assert store.find_token(HASH, NOW) == (ACCESS, GRANT)

    assert len(opened) == 1


@pytest.mark.parametrize("revoke", [revoke_with_another_store, revoke_in_another_process, revoke_by_hand])
def test_revoked_elsewhere(path: Path, store: SqliteStore, revoke: Callable[[Path], None]) -> None:
    """What anybody else revokes is not found by the next look-up."""
    issue(store)
    assert store.find_token(HASH, NOW)
    revoke(path)

    assert store.find_token(HASH, NOW) is None


def test_revoked_here(store: SqliteStore) -> None:
    """What the same store revokes is not found by the next look-up, whichever connection each was on."""
    issue(store)
    assert store.find_token(HASH, NOW)
    with store._connections.read():  # so that the revocation is on another one
        store.revoke_grant(GRANT.id, NOW)
    assert store.find_token(HASH, NOW) is None

    execute(store._connections.path, "UPDATE grant_ SET revoked_at = NULL")
    assert store.find_token(HASH, NOW)
    store.revoke_grant(GRANT.id, NOW)
    assert store.find_token(HASH, NOW) is None


@pytest.mark.parametrize("ends", [ACCESS.expires_at, GRANT.expires_at])
def test_expired(store: SqliteStore, ends: int) -> None:
    """A remembered token ends when it or its grant does."""
    issue(store)
    assert store.find_token(HASH, NOW)

    assert store.find_token(HASH, ends) is None


def test_changed_grant(store: SqliteStore, path: Path) -> None:
    """A remembered token comes with what is in its grant now."""
    issue(store)
    assert store.find_token(HASH, NOW)
    execute(path, "UPDATE grant_ SET scope = 'mxcp:other'")

    found = store.find_token(HASH, NOW)
    assert found is not None
    assert found[1].scope == "mxcp:other"


def test_any_write_forgets(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a commit that has nothing to do with it the row is read anew."""
    issue(store)
    with opened_tokens(store, monkeypatch) as opened:
        store.add_client(CLIENT)
        store.find_token(HASH, NOW)

    assert len(opened) == 2


def test_unknown_is_not_remembered(store: SqliteStore) -> None:
    """A look-up that found nothing is done again, and takes no room."""
    assert store.find_token(HASH, NOW) is None
    issue(store)

    assert store.find_token(HASH, NOW) == (ACCESS, GRANT)


def test_memory_is_bounded(store: SqliteStore) -> None:
    """A connection remembers so many tokens and no more."""
    issue(store)
    with store._connections.read() as connection:
        assert store._connections.path.exists()
    store.find_token(HASH, NOW)
    connection.remembered.update({f"hash {number}": (ACCESS, GRANT) for number in range(MOST)})
    del connection.remembered[HASH]
    store.find_token(HASH, NOW)

    assert list(connection.remembered) == [HASH]
