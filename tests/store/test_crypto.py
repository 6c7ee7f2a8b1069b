"""The keyring."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mxcp_flask.errors import ConfigurationError, StoreKeyWrong, StoreNotUsable
from mxcp_flask.store import Keyring

KEY, OTHER_KEY = bytes(range(32)), bytes(range(32, 64))
ENCODED, OTHER_ENCODED = base64.b64encode(KEY).decode(), base64.b64encode(OTHER_KEY).decode()
PLACE = "grant_|1|provider_token"


@pytest.fixture
def _no_umask() -> Iterator[None]:
    """Take the umask away, so that modes are only as tight as our code makes them."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.parametrize("plain", ["", "a token", "näme \N{SNOWMAN}", "x" * 10_000])
def test_round_trip(plain: str) -> None:
    """What was sealed opens at its place, and does not read as it was."""
    keyring = Keyring({"k1": KEY})
    sealed = keyring.seal(plain, PLACE)

    assert keyring.open(sealed, PLACE) == plain
    assert sealed.startswith("k1:")
    assert not plain or plain not in sealed


def test_sealing_twice_differs() -> None:
    """Equal texts do not look equal."""
    keyring = Keyring({"k1": KEY})

    assert keyring.seal("text", PLACE) != keyring.seal("text", PLACE)


def test_other_place() -> None:
    """A value that was moved does not open."""
    keyring = Keyring({"k1": KEY})

    with pytest.raises(StoreKeyWrong, match="does not open with the key 'k1'"):
        keyring.open(keyring.seal("text", PLACE), "grant_|2|provider_token")


def test_every_changed_byte_is_seen() -> None:
    """A value with any one byte of nonce, ciphertext or tag changed does not open."""
    keyring = Keyring({"k1": KEY})
    data = base64.b64decode(keyring.seal("text", PLACE).removeprefix("k1:"))

    for index in range(len(data)):
        changed = data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]
        with pytest.raises(StoreKeyWrong):
            keyring.open(f"k1:{base64.b64encode(changed).decode()}", PLACE)


@pytest.mark.parametrize("sealed", ["", "k1", "k1:", "k1:AAAA", "k1:not base64", "k1:ä", "k2:AAAA", ":", "{x}:AAAA"])
def test_damaged_value(sealed: str) -> None:
    """What is no sealed value gives the same error, never another."""
    with pytest.raises(StoreKeyWrong):
        Keyring({"k1": KEY}).open(sealed, PLACE)


def test_first_seals_and_all_open() -> None:
    """A ring with a new key in front seals with it and still opens what the old one sealed."""
    old = Keyring.parse(f"old:{ENCODED}")
    both = Keyring.parse(f"new:{OTHER_ENCODED}, old:{ENCODED}")

    assert both.open(old.seal("text", PLACE), PLACE) == "text"
    assert both.seal("text", PLACE).startswith("new:")
    with pytest.raises(StoreKeyWrong, match="the key 'new' is missing"):
        old.open(both.seal("text", PLACE), PLACE)


def test_same_id_with_another_key() -> None:
    """The identifier alone opens nothing."""
    with pytest.raises(StoreKeyWrong):
        Keyring({"k1": OTHER_KEY}).open(Keyring({"k1": KEY}).seal("text", PLACE), PLACE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "entry 1 does not begin with a key id"),
        (ENCODED, "entry 1 does not begin with a key id"),
        (f"{ENCODED}:k1", "entry 1 does not begin with a key id"),
        (f"k 1:{ENCODED}", "entry 1 does not begin with a key id"),
        (f"k1:{ENCODED},", "entry 2 does not begin with a key id"),
        (f"k1:{ENCODED},k1:{OTHER_ENCODED}", "entry 2 has the id of an earlier one"),
        (f"k1:{ENCODED[:-1]}", "entry 1 is not base64"),
        ("k1:", "entry 1 has 0 bytes"),
        (f"k1:{base64.b64encode(KEY[:16]).decode()}", "entry 1 has 16 bytes"),
    ],
)
def test_parse_refuses(text: str, message: str) -> None:
    """A faulty text is refused with the entry's number and without any of the key."""
    with pytest.raises(ConfigurationError, match=f"encryption_keys: {message}") as caught:
        Keyring.parse(text)

    assert ENCODED[:8] not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("keys", [{}, {"k1": KEY[:16]}, {"k1": KEY, "k2": b""}])
def test_keys_of_wrong_length(keys: dict[str, bytes]) -> None:
    """A ring has at least one key, and each has 32 bytes."""
    with pytest.raises(ConfigurationError, match="32 bytes"):
        Keyring(keys)


def test_no_key_in_repr() -> None:
    """A keyring does not show its keys."""
    shown = repr(Keyring({"k1": KEY})) + str(vars(Keyring({"k1": KEY})))

    assert ENCODED not in shown
    assert repr(KEY) not in shown


@pytest.mark.usefixtures("_no_umask")
def test_beside_creates_once(tmp_path: Path) -> None:
    """The first start writes a private key file in a private folder; the second reads it."""
    database = tmp_path / "state" / "oauth.db"
    sealed = Keyring.beside(database).seal("text", PLACE)
    file = tmp_path / "state" / "oauth.db.key"

    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in file.parent.iterdir()] == ["oauth.db.key"]
    assert Keyring.beside(database).open(sealed, PLACE) == "text"


def test_beside_at_once(tmp_path: Path) -> None:
    """Of many first starts at once, all end up with the same key."""
    database = tmp_path / "state" / "oauth.db"
    with ThreadPoolExecutor(8) as threads:
        first, *others = threads.map(Keyring.beside, [database] * 8)

    assert all(other.open(first.seal("text", PLACE), PLACE) == "text" for other in others)


def test_beside_data_without_key(tmp_path: Path) -> None:
    """A database with data and no key file is an error, and no key file appears."""
    database = tmp_path / "oauth.db"
    database.write_bytes(b"data")

    with pytest.raises(StoreKeyWrong, match=r"oauth\.db\.key is missing"):
        Keyring.beside(database)
    assert not (tmp_path / "oauth.db.key").exists()


def test_beside_empty_database(tmp_path: Path) -> None:
    """An empty database file, as a start that was cut short leaves it, has nothing to lose and gets a key."""
    (tmp_path / "oauth.db").touch()
    Keyring.beside(tmp_path / "oauth.db")

    assert (tmp_path / "oauth.db.key").exists()


def test_beside_key_open_to_others(tmp_path: Path) -> None:
    """A key file that others may read is refused with the command that helps."""
    file = tmp_path / "oauth.db.key"
    file.write_text(f"k1:{ENCODED}")
    file.chmod(0o640)

    with pytest.raises(StoreNotUsable, match=f"chmod 600 {file}"):
        Keyring.beside(tmp_path / "oauth.db")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"no key"])
def test_beside_key_damaged(tmp_path: Path, content: bytes) -> None:
    """A key file without keys is refused by its name."""
    file = tmp_path / "oauth.db.key"
    file.touch(0o600)
    file.write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"oauth\.db\.key: entry 1"):
        Keyring.beside(tmp_path / "oauth.db")


@pytest.mark.parametrize("name", ["file/oauth.db", "file/below/oauth.db"])
def test_beside_no_folder(tmp_path: Path, name: str) -> None:
    """Where no folder can be, the error names the database."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreNotUsable, match="The OAuth database"):
        Keyring.beside(tmp_path / name)


def test_beside_key_is_a_folder(tmp_path: Path) -> None:
    """A folder in the key file's place is refused."""
    (tmp_path / "oauth.db.key").mkdir()

    with pytest.raises(StoreNotUsable, match="not a regular file"):
        Keyring.beside(tmp_path / "oauth.db")
