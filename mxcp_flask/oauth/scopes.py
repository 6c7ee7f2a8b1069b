"""Which scopes there are, and who may have them.

A token's scopes are what the client asked for, or else its default, within what the client may have, within what the
person may have. Registered clients are bounded by what the server knows, not by what they registered: clients
register with the scope of the first challenge, and could never step up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from authlib.oauth2.rfc6749 import scope_to_list

from mxcp_flask.records import Client, People, User

ACCESS = "mxcp:access"
_OURS = "Use what this server offers, as you"


@dataclass(frozen=True)
class ScopePolicy:
    """The server's scopes, the people who may sign in, and the people who may have a scope.

    A scope without an entry in ``scope_grants`` is for everybody; ``allow`` None lets everybody sign in.
    """

    required: tuple[str, ...] = ()
    known: tuple[str, ...] = (ACCESS,)
    allow: People | None = None
    scope_grants: Mapping[str, People] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)  # for people; ours has words of its own

    def describe(self, name: str) -> str | None:
        """Return in words what the scope ``name`` allows, or None when nobody wrote it down."""
        return self.descriptions.get(name) or (_OURS if name == ACCESS else None)

    @property
    def default(self) -> tuple[str, ...]:
        """Return what a client gets that names no scope."""
        return self.required or (ACCESS,)

    def bound(self, client: Client) -> Client:
        """Return ``client`` with the most that it may ask for."""
        if client.configured:
            return client
        scopes = tuple(name for name in client.scopes if name in self.known) or self.default
        return replace(client, scopes=scopes, allowed_scopes=self.known)

    def admits(self, user: User) -> bool:
        """Tell whether ``user`` may sign in."""
        return self.allow is None or self.allow.includes(user)

    def for_person(self, scope: str, user: User) -> str:
        """Return the part of ``scope`` that ``user`` may have, in its order."""
        return " ".join(name for name in scope.split() if self._may_have(name, user))

    def missing(self, scope: str) -> tuple[str, ...]:
        """Return the required scopes that ``scope`` lacks: all of them are needed."""
        granted = scope_to_list(scope) or []
        return tuple(name for name in self.required if name not in granted)

    def _may_have(self, name: str, user: User) -> bool:
        return name not in self.scope_grants or self.scope_grants[name].includes(user)
