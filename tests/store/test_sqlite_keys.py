"""The keys of the SQLite store: needed at start, and replaced while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreKeyWrong
from mxcp_flask.records import Grant, ProviderToken
from mxcp_flask.store import Keyring, SqliteStore
from mxcp_flask.store.sql import housekeeping
from tests.contracts.store.samples import ACCESS, APPROVED, CLIENT, GRANT, NOW, PENDING, add_grant, approve, issue
from tests.store.database_file import execute, flipped

OLD, NEW = ("k1", bytes(32)), ("k2", bytes(range(32)))
FRESH = ProviderToken("fresh")


@pytest.mark.parametrize("keyring", [Keyring({"k1": bytes(31) + b"1"}), Keyring({"k2": bytes(32)})])
def test_wrong_key(path: Path, store: SqliteStore, keyring: Keyring) -> None:
    """Another key is noticed at start, even when nothing is sealed yet."""
    store.close()

    with pytest.raises(StoreKeyWrong, match=str(path)):
        SqliteStore(path, keyring)


def test_missing_key_file(path: Path) -> None:
    """Without its key file the database is refused, again and again, until the file is back."""
    SqliteStore(path, Keyring.beside(path)).close()
    file = path.with_name("oauth.db.key")
    file.rename(path.with_name("away"))

    for _ in range(2):
        with pytest.raises(StoreKeyWrong, match="is missing"):
            Keyring.beside(path)
    path.with_name("away").rename(file)
    SqliteStore(path, Keyring.beside(path)).close()


def test_retiring_a_key(path: Path, store: SqliteStore) -> None:
    """An old key may go once it seals nothing: not while a grant needs it, and without trouble afterwards."""
    issue(store)
    store.close()
    with closing(SqliteStore(path, Keyring(dict([NEW, OLD])))) as both:
        assert both.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)
    with pytest.raises(StoreKeyWrong, match="the key 'k1' is missing"):
        SqliteStore(path, Keyring(dict([NEW])))
    with closing(SqliteStore(path, Keyring(dict([NEW, OLD])))) as both:
        both.revoke_grant("grant-1", NOW)

    SqliteStore(path, Keyring(dict([NEW]))).close()


# Sealing anew.


class WatchedKeyring(Keyring):
    """Both keys, the new one first. Something else happens while the next value is opened."""

    def __init__(self) -> None:
        super().__init__(dict([NEW, OLD]))
        self.meanwhile: Callable[[], object] = str

    def open(self, sealed: str, place: str, path: Path | str = "in use") -> str:
        """Open the value, then let it happen."""
        plain = super().open(sealed, place, path)
        happens, self.meanwhile = self.meanwhile, str
        happens()
        return plain


@pytest.fixture
def keyring() -> WatchedKeyring:
    """Give the keyring of ``both``."""
    return WatchedKeyring()


@pytest.fixture
def both(path: Path, store: SqliteStore, keyring: WatchedKeyring) -> Iterator[SqliteStore]:
    """Give the store with both keys. ``store`` has the old key alone, and wrote a grant and a verifier with it."""
    issue(store)
    store.add_pending(PENDING)
    approve(store)
    both = SqliteStore(path, keyring)
    yield both
    both.close()


def test_reseal(path: Path, both: SqliteStore) -> None:
    """After sealing anew everything is as it was, the old key can be retired, and there is nothing left to seal."""
    assert both.reseal() == 2
    assert both.reseal() == 0
    with closing(SqliteStore(path, Keyring(dict([NEW])))) as after:
        assert after.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)
        assert after.find_pending(PENDING.handle_hash, NOW) == APPROVED
    with pytest.raises(StoreKeyWrong):
        SqliteStore(path, Keyring(dict([OLD])))


def test_reseal_of_the_key_check(path: Path, both: SqliteStore) -> None:
    """The check value is sealed anew too, when a process with another first key wrote it meanwhile."""
    SqliteStore(path, Keyring(dict([OLD, NEW]))).close()

    assert both.reseal() == 3
    SqliteStore(path, Keyring(dict([NEW]))).close()


def test_reseal_in_batches(path: Path, both: SqliteStore, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """More values than a batch holds are sealed anew, each once, and told by the batch; others are passed over."""
    monkeypatch.setattr(housekeeping, "_BATCH", 2)
    for number in range(6):
        add_grant(store, replace(GRANT, id=str(number)))
        store.add_pending(replace(PENDING, handle_hash=digest(str(number))))
    add_grant(store, replace(GRANT, id="without", provider_token=None))

    told: list[int] = []
    assert both.reseal(told.append) == sum(told) == 8
    assert len(told) > 3
    assert len(both.list_grants(NOW)) == 8
    assert execute(path, "SELECT count(*) FROM grant_ WHERE provider_token LIKE 'k2:%'") == [(7,)]


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        (lambda store: store.save_provider_token("grant-1", FRESH, NOW), replace(GRANT, provider_token=FRESH)),
        (lambda store: store.revoke_grant("grant-1", NOW), None),
        (lambda store: store.revoke_grants(NOW) and store.sweep(NOW, 100), None),
    ],
    ids=["new token", "revoked", "swept"],
)
def test_reseal_keeps_what_changed(
    both: SqliteStore,
    store: SqliteStore,
    keyring: WatchedKeyring,
    change: Callable[[SqliteStore], object],
    kept: Grant | None,
) -> None:
    """What another process writes between reading and sealing stays, and is not counted."""
    both.take_pending(str(APPROVED.state_hash), APPROVED.browser_hash, NOW)
    both.sweep(PENDING.expires_at, 100)
    keyring.meanwhile = lambda: change(store)

    assert both.reseal() == 0
    assert both.find_grant("grant-1", NOW) == kept


def test_reseal_lets_others_write(both: SqliteStore, store: SqliteStore, keyring: WatchedKeyring) -> None:
    """While values are opened and sealed, another process reads and writes without waiting."""
    keyring.meanwhile = lambda: store.add_client(CLIENT)

    assert both.reseal() == 2
    assert both.list_clients() == [CLIENT]


def test_reseal_of_a_damaged_value(path: Path, both: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that does not open ends the sealing and stays as it is; what came before stays sealed anew."""
    monkeypatch.setattr(housekeeping, "_BATCH", 1)
    [[sealed]] = execute(path, "SELECT provider_token FROM grant_")
    damaged = flipped(sealed, 0)
    execute(path, f"UPDATE grant_ SET provider_token = '{damaged}'")

    with pytest.raises(StoreKeyWrong, match=str(path)):
        both.reseal()
    assert execute(path, "SELECT provider_token FROM grant_") == [(damaged,)]
    assert execute(path, "SELECT substr(verifier, 1, 3) FROM pending_authorization") == [("k2:",)]
