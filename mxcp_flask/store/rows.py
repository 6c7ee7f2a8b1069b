"""Records to rows and back. Free text goes in as JSON, because SQLite's text cannot hold every string of Python's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mxcp_flask.records import Client, Grant, PendingAuthorization, ProviderToken, User
from mxcp_flask.store.crypto import Keyring

Values = Mapping[str, Any]

_CLIENT_COLUMNS = frozenset({"client_id", "secret_hash", "issued_at"})  # the other fields are its metadata


def values_of_client(client: Client) -> Values:
    """Return the columns of ``client``."""
    columns = {name: value for name, value in vars(client).items() if name in _CLIENT_COLUMNS}
    metadata = {name: value for name, value in vars(client).items() if name not in _CLIENT_COLUMNS}
    return {**columns, "metadata": json.dumps(metadata)}


def client_of(row: sqlite3.Row) -> Client:
    """Return the client in ``row``."""
    metadata: dict[str, Any] = json.loads(row["metadata"])
    lists = {name: tuple(value) for name, value in metadata.items() if isinstance(value, list)}
    columns = {name: row[name] for name in _CLIENT_COLUMNS}
    return Client(**{**columns, **metadata, **lists})


@dataclass(frozen=True)
class SealedRows:
    """Rows with a column that ``keyring`` seals. ``path`` names the database in errors.

    Reading raises StoreKeyWrong when the column does not open.
    """

    keyring: Keyring
    path: Path

    def values_of_pending(self, pending: PendingAuthorization) -> Values:
        """Return the columns of ``pending``."""
        return {
            **vars(pending),
            "request": json.dumps(pending.request),
            "verifier": self.sealed_verifier(pending.handle_hash, pending.verifier),
        }

    def pending_of(self, row: sqlite3.Row) -> PendingAuthorization:
        """Return the pending authorization in ``row``."""
        verifier = self._open(row["verifier"], _place_of_verifier(row["handle_hash"]))
        return PendingAuthorization(**{**dict(row), "request": json.loads(row["request"]), "verifier": verifier})

    def sealed_verifier(self, handle_hash: str, verifier: str | None) -> str | None:
        """Return ``verifier`` as its column holds it."""
        return None if verifier is None else self.keyring.seal(verifier, _place_of_verifier(handle_hash))

    def values_of_grant(self, grant: Grant) -> Values:
        """Return the columns of ``grant``."""
        columns = dict(vars(grant))
        user = columns.pop("user")
        columns.update(provider=user.provider, user_id=user.id)
        columns.update(profile=json.dumps([user.username, user.name, user.email]))
        columns.update(provider_token=self._sealed_token(grant.id, grant.provider_token))
        return columns

    def grant_of(self, columns: tuple[Any, ...]) -> Grant:
        """Return the grant in ``columns``, which are all of its table's, in their order."""
        grant_id, client_id, provider, user_id, profile, *rest = columns
        scope, resource, created_at, expires_at, sealed, revoked_at = rest
        user = User(provider, user_id, *json.loads(profile))
        opened = self._open(sealed, _place_of_token(grant_id))
        token = None if opened is None else ProviderToken(**json.loads(opened))
        return Grant(grant_id, client_id, user, scope, resource, created_at, expires_at, token, revoked_at)

    def _sealed_token(self, grant_id: str, token: ProviderToken | None) -> str | None:
        return None if token is None else self.keyring.seal(json.dumps(asdict(token)), _place_of_token(grant_id))

    def _open(self, sealed: str | None, place: str) -> str | None:
        return None if sealed is None else self.keyring.open(sealed, place, self.path)


def _place_of_verifier(handle_hash: str) -> str:
    return f"pending_authorization|{handle_hash}|verifier"


def _place_of_token(grant_id: str) -> str:
    return f"grant_|{grant_id}|provider_token"
