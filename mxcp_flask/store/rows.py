"""Records to rows and back. Free text goes in as JSON, because no database's text can hold every string of Python's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from mxcp_flask.records import Client, Grant, PendingAuthorization, ProviderToken, Site, User
from mxcp_flask.store.crypto import Keyring

Values = Mapping[str, Any]


class Row(Protocol):
    """A row whose columns have places and names; where two have the same name, it is the first one's."""

    def keys(self) -> Iterable[str]:
        """Return the names."""

    def __getitem__(self, key: Any, /) -> Any:
        """Return the column of that name or at that place, or a tuple of those in a slice."""

    def __iter__(self) -> Iterator[Any]:
        """Give the columns in their order."""


_SEALED_TOKEN = 9  # its place among the columns of grant_

# The other fields are its metadata.
_CLIENT_COLUMNS = frozenset({"client_id", "secret_hash", "issued_at", "last_used_at", "fresh_until"})


def values_of_client(client: Client) -> Values:
    """Return the columns of ``client``."""
    columns = {name: value for name, value in vars(client).items() if name in _CLIENT_COLUMNS}
    metadata = {name: value for name, value in vars(client).items() if name not in _CLIENT_COLUMNS}
    return {**columns, "metadata": json.dumps(metadata)}


def client_of(row: Row) -> Client:
    """Return the client in ``row``."""
    metadata: dict[str, Any] = json.loads(row["metadata"])
    lists = {name: tuple(value) for name, value in metadata.items() if isinstance(value, list)}
    columns = {name: row[name] for name in _CLIENT_COLUMNS}
    return Client(**{**columns, **metadata, **lists})


@dataclass(frozen=True)
class SealedColumn:
    """A column of ``table`` whose values are sealed, each for its row, which ``key`` names."""

    table: str
    key: str
    name: str

    def place(self, key: str) -> str:
        """Return the place of the value in the row of ``key``, for ``Keyring.seal`` and ``Keyring.open``."""
        return f"{self.table}|{key}|{self.name}"


CHECK_VALUE = SealedColumn("meta", "name", "value")
VERIFIER = SealedColumn("pending_authorization", "handle_hash", "verifier")
PROVIDER_TOKEN = SealedColumn("grant_", "id", "provider_token")
SEALED_COLUMNS = (CHECK_VALUE, VERIFIER, PROVIDER_TOKEN)


@dataclass(frozen=True)
class SealedRows:
    """Rows with a column that ``keyring`` seals. ``path`` names the database in errors.

    Reading raises StoreKeyWrong when the column does not open.
    """

    keyring: Keyring
    path: Path | str

    def values_of_pending(self, pending: PendingAuthorization) -> Values:
        """Return the columns of ``pending``."""
        return {
            **vars(pending),
            "request": json.dumps(pending.request),
            "verifier": self.sealed_verifier(pending.handle_hash, pending.verifier),
        }

    def pending_of(self, row: Row) -> PendingAuthorization:
        """Return the pending authorization in ``row``."""
        verifier = self._open(row["verifier"], VERIFIER.place(row["handle_hash"]))
        return PendingAuthorization(**{**dict(row), "request": json.loads(row["request"]), "verifier": verifier})

    def sealed_verifier(self, handle_hash: str, verifier: str | None) -> str | None:
        """Return ``verifier`` as its column holds it."""
        return None if verifier is None else self.keyring.seal(verifier, VERIFIER.place(handle_hash))

    def values_of_grant(self, grant: Grant) -> Values:
        """Return the columns of ``grant``, which nobody refreshes yet."""
        columns = dict(vars(grant))
        profile = asdict(columns.pop("user"))
        columns.update(provider=profile.pop("provider"), user_id=profile.pop("id"))
        columns.update(profile=json.dumps(profile))
        columns.update(provider_token=self.sealed_token(grant.id, grant.provider_token))
        return columns

    def grant_of(self, columns: tuple[Any, ...]) -> Grant:
        """Return the grant in ``columns``, which are all of its table's, in their order."""
        grant = self.listed_grant_of(columns)
        opened = self._open(columns[_SEALED_TOKEN], PROVIDER_TOKEN.place(grant.id))
        return replace(grant, provider_token=None if opened is None else ProviderToken(**json.loads(opened)))

    def listed_grant_of(self, columns: tuple[Any, ...]) -> Grant:
        """Return the grant in ``columns`` without its provider's token, which is not opened."""
        grant_id, client_id, provider, user_id, profile, *rest = columns
        scope, resource, created_at, expires_at, _sealed, revoked_at, _leased_until = rest
        user = _user_of(provider, user_id, json.loads(profile))
        return Grant(grant_id, client_id, user, scope, resource, created_at, expires_at, None, revoked_at)

    def sealed_token(self, grant_id: str, token: ProviderToken | None) -> str | None:
        """Return ``token`` as its column holds it."""
        return None if token is None else self.keyring.seal(json.dumps(asdict(token)), PROVIDER_TOKEN.place(grant_id))

    def resealed(self, column: SealedColumn, key: str, sealed: str) -> str:
        """Return the value in the row of ``key`` sealed anew, with the keyring's first key."""
        place = column.place(key)
        return self.keyring.seal(self.keyring.open(sealed, place, self.path), place)

    def _open(self, sealed: str | None, place: str) -> str | None:
        return None if sealed is None else self.keyring.open(sealed, place, self.path)


def _user_of(provider: str, user_id: str, profile: dict[str, Any]) -> User:
    organizations = tuple(profile.pop("organizations"))
    sites = tuple(Site(**site) for site in profile.pop("sites"))
    return User(provider, user_id, organizations=organizations, sites=sites, **profile)
