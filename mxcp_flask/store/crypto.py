"""Sealing of the few values that must be read again: AES-256-GCM (NIST SP 800-38D), each value bound to its place.

A sealed value is ``<key id>:<base64 of nonce and ciphertext>``. Its place, such as ``grant_|<id>|provider_token``, is
the associated data, so a value that was moved to another row does not open.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mxcp_flask.errors import ConfigurationError, StoreKeyWrong, StoreNotUsable
from mxcp_flask.store.key_files import KEY_BYTES, key_file_of, read_or_create, with_new_key

_NONCE_BYTES = 12
_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_NEEDED = "needed is id:key, the key being 32 bytes in base64 (openssl rand -base64 32)"


class Keyring:
    """Keys of 32 bytes by their identifier. The first seals, all open; no method shows one."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys.values()):
            raise ConfigurationError(reason=f"an encryption key has {KEY_BYTES} bytes, and there is at least one")
        # The first id with all the ciphers: one value, which another thread sees replaced as a whole or not at all.
        self._held = (next(iter(keys)), {key_id: AESGCM(key) for key_id, key in keys.items()})
        # From the oldest key, which stays when a new first one is added.
        self._seed = hmac.digest(list(keys.values())[-1], b"mxcp derived keys", "sha256")

    @classmethod
    def parse(cls, text: str, source: str = "encryption_keys") -> Keyring:
        """Read ``id1:base64,id2:base64``.

        Raises:
            ConfigurationError: with ``source`` and the number of the faulty entry, never with its text.

        """
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(text.split(","), start=1):
            key_id, key = _parse_entry(entry.strip(), f"{source}: entry {number}")
            if key_id in keys:
                raise ConfigurationError(reason=f"{source}: entry {number} has the id of an earlier one")
            keys[key_id] = key
        return cls(keys)

    @classmethod
    def beside(cls, database: Path, *, new_key: bool = False) -> Keyring:
        """Read the key file ``<database>.key``; create it when there is no database yet either.

        With ``new_key`` a new key is put first into the file. Processes that hold the file's keys already read it again
        when they meet a value that was sealed with the new one.

        Raises:
            StoreKeyWrong: the database has data and the key file is missing.
            StoreNotUsable: the key file cannot be read or created, or others may read it.
            ConfigurationError: the key file does not hold keys.

        """
        file = key_file_of(database)
        try:
            keys = cls.parse(read_or_create(file, database), source=str(file))
            if new_key:
                keys = cls.parse(with_new_key(file), source=str(file))
            return FileKeyring(file, keys)
        except OSError as error:
            raise StoreNotUsable(path=database, reason=f"its key file {file}: {error.strerror}") from error

    @classmethod
    def read(cls, file: Path, database: Path) -> Keyring:
        """Read the key file ``file`` of the backup ``database``; raises as ``beside`` does."""
        try:
            return cls.parse(file.read_text(encoding="utf-8", errors="replace").strip(), source=str(file))
        except OSError as error:
            raise StoreNotUsable(path=database, reason=f"its key file {file}: {error.strerror}") from error

    @property
    def first_id(self) -> str:
        """Return the identifier of the key that seals."""
        return self._held[0]

    def __contains__(self, key_id: str) -> bool:
        return self._cipher(key_id) is not None

    def require(self, key_id: str, path: Path | str) -> None:
        """Raise StoreKeyWrong, which names the database ``path``, unless the ring has the key."""
        if key_id not in self:
            raise _missing(key_id, path)

    def seal(self, plain: str, place: str) -> str:
        """Return ``plain`` encrypted for ``place``."""
        nonce = os.urandom(_NONCE_BYTES)
        first_id, ciphers = self._held
        ciphertext = ciphers[first_id].encrypt(nonce, plain.encode(), place.encode())
        return f"{first_id}:{base64.b64encode(nonce + ciphertext).decode('ascii')}"

    def open(self, sealed: str, place: str, path: Path | str = "in use") -> str:
        """Return what was sealed for ``place``. ``path`` names the database in the error.

        Raises:
            StoreKeyWrong: the key is not in the ring, or the value was changed or moved.

        """
        key_id, _, encoded = sealed.partition(":")
        cipher = self._cipher(key_id)
        if cipher is None:
            raise _missing(key_id, path)
        try:
            data = base64.b64decode(encoded, validate=True)
            nonce, ciphertext = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
            return cipher.decrypt(nonce, ciphertext, place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise StoreKeyWrong(path=path, reason=f"a value does not open with the key '{key_id}'") from error

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for ``purpose`` that follow from the oldest key and do not show it (RFC 2104)."""
        return hmac.digest(self._seed, purpose.encode(), "sha256")

    def _cipher(self, key_id: str) -> AESGCM | None:
        return self._held[1].get(key_id)


class FileKeyring(Keyring):
    """The keys of a file, which another process may add to."""

    def __init__(self, file: Path, keys: Keyring) -> None:
        self._file = file
        self._held, self._seed = keys._held, keys._seed

    def _cipher(self, key_id: str) -> AESGCM | None:
        if super()._cipher(key_id) is None:
            self._read_again()
        return super()._cipher(key_id)

    def _read_again(self) -> None:
        with suppress(OSError, ConfigurationError):  # then the key is missing, which the caller reports
            text = self._file.read_text(encoding="utf-8", errors="replace").strip()
            self._held = Keyring.parse(text, source=str(self._file))._held


def _missing(key_id: str, path: Path | str) -> StoreKeyWrong:
    return StoreKeyWrong(path=path, reason=f"the key '{key_id}' is missing from the encryption keys")


def _parse_entry(entry: str, where: str) -> tuple[str, bytes]:
    key_id, colon, encoded = entry.partition(":")
    if not colon or not _KEY_ID.fullmatch(key_id):
        raise ConfigurationError(reason=f"{where} does not begin with a key id; {_NEEDED}")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ConfigurationError(reason=f"{where} is not base64; {_NEEDED}") from None
    if len(key) != KEY_BYTES:
        raise ConfigurationError(reason=f"{where} has {len(key)} bytes; {_NEEDED}")
    return key_id, key
