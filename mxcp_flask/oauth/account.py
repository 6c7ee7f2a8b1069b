"""What a person sees and ends on the account page: which clients hold access in their name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mxcp_flask.oauth.server import AuthorizationServer, facts_of
from mxcp_flask.records import Client, Grant


@dataclass(frozen=True)
class Access:
    """All that one client holds of one person. Times are seconds since the epoch."""

    client_id: str
    client: Client | None  # None: it is not known here any more
    scopes: tuple[str, ...]  # those that the person still may have
    since: int
    until: int  # when it ends if the client does not renew it
    last_used: int | None  # None: nobody knows of this person alone


class Account:
    """Looks up and ends the access that people gave. Who may not come in any more may still end what they gave."""

    def __init__(self, server: AuthorizationServer) -> None:
        self._server = server
        self._store = server.store

    def accesses(self, subject: str) -> list[Access]:
        """Return what the person ``subject`` (``github:4711``) gave, the latest first."""
        grants: dict[str, list[Grant]] = {}
        for grant in self._store.list_grants(self._server.now(), subject=subject):
            grants.setdefault(grant.client_id, []).append(grant)
        found = [self._access(client_id, subject, of_client) for client_id, of_client in grants.items()]
        return sorted(found, key=lambda access: access.since, reverse=True)

    def end(self, subject: str, client_id: str | None = None) -> int:
        """End what the person gave to the client, or to all; return how many grants that were."""
        now = self._server.now()
        ending = self._store.list_grants(now, client_id=client_id, subject=subject)
        count = self._store.revoke_grants(now, client_id=client_id, subject=subject)
        for grant in ending:
            self._server.audit.record("grant_ended", reason="the person ended it", **facts_of(grant))
        return count

    def _access(self, client_id: str, subject: str, grants: Sequence[Grant]) -> Access:
        client = self._server.clients.get_client(client_id)
        scopes = [s for grant in grants for s in self._server.scopes.for_person(grant.scope, grant.user).split()]
        return Access(
            client_id=client_id,
            client=client,
            scopes=tuple(dict.fromkeys(scopes)),
            since=min(grant.created_at for grant in grants),
            until=max(grant.expires_at for grant in grants),
            last_used=client.last_used_at if client and self._is_alone(client_id, subject) else None,
        )

    def _is_alone(self, client_id: str, subject: str) -> bool:
        # A client has one time of its last use, whoever used it: nobody is told of other people's.
        users = self._store.list_grants(self._server.now(), client_id=client_id)
        return all(grant.user.subject == subject for grant in users)
