"""The key file that gets a new key while others use it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from mxcp_flask.errors import ConfigurationError, StoreKeyWrong, StoreNotUsable
from mxcp_flask.store import Keyring
from mxcp_flask.store.crypto import FileKeyring
from tests.contracts.store.samples import RACERS, race

ENCODED, OTHER_ENCODED = (base64.b64encode(bytes([number] * 32)).decode() for number in (1, 2))
PLACE = "grant_|1|provider_token"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return the place of a database."""
    return tmp_path / "oauth.db"


def key_file(database: Path, text: str | None = None) -> Path:
    """Return the key file beside ``database``, with ``text`` in it if that is given."""
    file = database.with_name(f"{database.name}.key")
    if text is not None:
        file.touch(0o600)
        file.write_text(text)
    return file


def ids(database: Path) -> list[str]:
    """Return the ids in the key file."""
    return [entry.partition(":")[0] for entry in key_file(database).read_text().strip().split(",")]


def test_new_key_is_first(database: Path) -> None:
    """The new key seals, the old one still opens, and the file stays private and alone in its folder."""
    sealed = Keyring.beside(database).seal("text", PLACE)
    renewed = Keyring.beside(database, new_key=True)

    assert renewed.open(sealed, PLACE) == "text"
    assert renewed.seal("text", PLACE).startswith("key2:")
    assert ids(database) == ["key2", "key1"]
    assert key_file(database).stat().st_mode & 0o777 == 0o600
    assert list(database.parent.iterdir()) == [key_file(database)]


def test_new_key_where_there_was_none(database: Path) -> None:
    """A first start with a new key works too."""
    assert Keyring.beside(database, new_key=True).first_id == "key2"
    assert ids(database) == ["key2", "key1"]


def test_others_read_the_file_again(database: Path) -> None:
    """Who holds the old keys opens what was sealed with the new one, and seals with it from then on."""
    holder = Keyring.beside(database)
    renewed = Keyring.beside(database, new_key=True)

    assert holder.seal("text", PLACE).startswith("key1:")
    assert holder.open(renewed.seal("text", PLACE), PLACE) == "text"
    assert holder.seal("text", PLACE).startswith("key2:")
    assert "key2" in holder


def test_keys_change_as_a_whole(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever seals while the file is read again uses one key and names that one, though the old one is gone."""
    texts = [f"key1:{ENCODED}", f"key2:{OTHER_ENCODED}"]
    key_file(database, texts[0])
    holder, everything = Keyring.beside(database), Keyring.parse(",".join(texts))
    meanwhile: list[str] = []

    def change_and_seal(ring: FileKeyring, name: str, value: object) -> None:
        object.__setattr__(ring, name, value)
        meanwhile.append(ring.seal("text", PLACE))

    monkeypatch.setattr(FileKeyring, "__setattr__", change_and_seal)
    key_file(database, texts[1])
    assert "key2" in holder

    assert meanwhile
    assert all(everything.open(sealed, PLACE) == "text" for sealed in meanwhile)


def test_new_keys_at_once(database: Path) -> None:
    """Of several who put a new key into the file at once, nobody's is lost."""
    Keyring.beside(database)
    renewed = race(lambda: Keyring.beside(database, new_key=True))
    everything = Keyring.beside(database)

    assert [everything.open(each.seal("text", PLACE), PLACE) for each in renewed] == ["text"] * RACERS
    assert sorted(ids(database)) == [f"key{number}" for number in range(1, RACERS + 2)]


def test_old_key_that_was_removed(database: Path) -> None:
    """When the old key is taken out of the file, who reads it again cannot open what needs that key."""
    holder = Keyring.beside(database)
    sealed = holder.seal("text", PLACE)
    renewed = Keyring.beside(database, new_key=True)
    key_file(database, key_file(database).read_text().split(",")[0])

    assert holder.open(renewed.seal("text", PLACE), PLACE) == "text"
    with pytest.raises(StoreKeyWrong, match="the key 'key1' is missing"):
        holder.open(sealed, PLACE)


@pytest.mark.parametrize(
    "spoil", [Path.unlink, lambda file: file.write_bytes(b"\xff"), lambda file: file.write_text("")]
)
def test_file_that_cannot_be_read_again(database: Path, spoil: Callable[[Path], object]) -> None:
    """When the file is spoilt meanwhile, the key is missing, and what is held serves on."""
    holder = Keyring.beside(database)
    sealed, foreign = holder.seal("text", PLACE), Keyring.parse(f"key2:{ENCODED}").seal("text", PLACE)
    spoil(key_file(database))

    with pytest.raises(StoreKeyWrong, match="the key 'key2' is missing"):
        holder.open(foreign, PLACE)
    assert holder.open(sealed, PLACE) == "text"


def test_configured_keys_are_not_read_again(database: Path) -> None:
    """A keyring of configured keys looks into no file."""
    configured = Keyring.parse(key_file(database, f"key1:{ENCODED}").read_text())
    renewed = Keyring.beside(database, new_key=True)

    with pytest.raises(StoreKeyWrong, match="the key 'key2' is missing"):
        configured.open(renewed.seal("text", PLACE), PLACE)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (f"key1:{ENCODED}", "key2"),
        (f"key9:{ENCODED},key8:{OTHER_ENCODED}", "key10"),
        (f"mine:{ENCODED},key1:{OTHER_ENCODED}", "key2"),
        (f"key1:{ENCODED},key7:{OTHER_ENCODED}", "key8"),
        (f"k2024-05:{ENCODED}", "key1"),
        (f"{'9' * 32}:{ENCODED}", "key1"),
    ],
)
def test_new_id_is_new(database: Path, text: str, new: str) -> None:
    """The new key's id is above those in the file, whatever a person wrote into it."""
    key_file(database, text)
    renewed = Keyring.beside(database, new_key=True)

    assert renewed.first_id == new
    assert key_file(database).read_text().endswith(f",{text}\n")


@pytest.mark.parametrize("text", ["", "no key", f"key1:{ENCODED},key1:{OTHER_ENCODED}", f"key1:{ENCODED[:-4]}"])
def test_faulty_file_is_left_as_it_is(database: Path, text: str) -> None:
    """A file that does not hold keys gets no new one."""
    file = key_file(database, text)

    with pytest.raises(ConfigurationError):
        Keyring.beside(database, new_key=True)
    assert file.read_text() == text


def test_exposed_file_gets_no_new_key(database: Path) -> None:
    """A file that others may read is refused before anything is written."""
    file = key_file(database, f"key1:{ENCODED}")
    file.chmod(0o644)

    with pytest.raises(StoreNotUsable, match=f"chmod 600 {file}"):
        Keyring.beside(database, new_key=True)
    assert ids(database) == ["key1"]


def test_derived_keys_outlive_a_new_key(database: Path) -> None:
    """What was derived before must be derived after, as others that use the ring have not read the file again."""
    old = Keyring.beside(database)
    renewed = Keyring.beside(database, new_key=True)

    assert renewed.first_id != old.first_id
    assert renewed.derive("x") == old.derive("x")
    assert Keyring.parse(f"a:{ENCODED}").derive("x") != Keyring.parse(f"a:{OTHER_ENCODED}").derive("x")
