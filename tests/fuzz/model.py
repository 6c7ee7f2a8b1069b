"""What must be alive in an authorization server, told without its code: the model of the state machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mxcp_flask.oauth.tokens import LEEWAY
from tests.fuzz.server import SignIn

CREDENTIALS = ("client_id", "client_secret")
DAY = 86400
ACCESS = 3600 + LEEWAY
REFRESH, CODE, SIGN_IN, GRACE, ROTATIONS, UNUSED = 30 * DAY, 60, 600, 30, 4, DAY


@dataclass(eq=False)
class Client:
    """A client, as it was registered."""

    registered: dict[str, Any]
    registered_at: float
    gone: bool = False  # swept away, because nobody used it

    @property
    def client_id(self) -> str:
        """Return its identifier."""
        return str(self.registered["client_id"])

    @property
    def refreshes(self) -> bool:
        """Tell whether it gets refresh tokens."""
        return "refresh_token" in self.registered["grant_types"]

    def credentials(self) -> dict[str, str]:
        """Return what it sends of itself."""
        return {name: self.registered[name] for name in CREDENTIALS if name in self.registered}


@dataclass(eq=False)
class Pending:
    """A sign-in on its way; ``stage`` is ``consent``, ``provider`` or ``done``."""

    client: Client
    walk: SignIn
    expires_at: float
    stage: str = "consent"

    def is_due(self, stage: str, now: float) -> bool:
        """Tell whether the step out of ``stage`` must succeed."""
        return self.stage == stage and self.expires_at > now


@dataclass(eq=False)
class Grant:
    """One consent."""

    client: Client
    created_at: float
    expires_at: float
    ended: bool = False

    def is_live(self, now: float) -> bool:
        """Tell whether it has not ended, in either way."""
        return not self.ended and self.expires_at > now


@dataclass(eq=False)
class Code:
    """An authorization code, and what belongs to it."""

    text: str
    grant: Grant
    walk: SignIn
    expires_at: float
    used: bool = False


@dataclass(eq=False)
class Token:
    """A token of either kind."""

    text: str
    grant: Grant
    expires_at: float
    refresh: bool = False
    used_at: float | None = None
    uses: int = 0

    def is_live(self, now: float) -> bool:
        """Tell whether it, and its grant, have not ended."""
        return self.expires_at > now and self.grant.is_live(now)

    def may_rotate(self, now: float) -> bool:
        """Tell whether it may be presented (again)."""
        return self.used_at is None or (now - self.used_at < GRACE and self.uses < ROTATIONS)


@dataclass(eq=False)
class Issued:
    """What one answer of the token endpoint held."""

    access: Token
    refresh: Token | None = None


@dataclass
class Model:
    """All that there ever was."""

    clients: list[Client] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)

    def is_needed(self, client: Client, now: float) -> bool:
        """Tell whether ``client`` must not be swept away."""
        asking = any(entry.client is client and entry.expires_at > now for entry in self.pending)
        granted = any(grant.client is client and grant.is_live(now) for grant in self.grants)
        return asking or granted or client.registered_at >= now - UNUSED

    def add_code(self, pending: Pending, text: str, now: float) -> Code:
        """Note that the sign-in led to a code."""
        grant = Grant(pending.client, now, now + CODE + (REFRESH if pending.client.refreshes else ACCESS))
        code = Code(text, grant, pending.walk, now + CODE)
        self.grants.append(grant)
        self.codes.append(code)
        return code

    def add_tokens(self, answer: dict[str, Any], grant: Grant, now: float) -> Issued:
        """Note the tokens of ``answer``; a grant lives on until the last of them expires."""
        issued = Issued(Token(answer["access_token"], grant, now + ACCESS))
        self.tokens.append(issued.access)
        if grant.client.refreshes:
            ends = min(now + REFRESH, grant.created_at + 3 * REFRESH)
            issued.refresh = Token(answer["refresh_token"], grant, ends, refresh=True)
            self.tokens.append(issued.refresh)
            grant.expires_at = max(grant.expires_at, ends, issued.access.expires_at)
        return issued

    def exchange(self, code: Code, client: Client, fault: str, now: float) -> bool:
        """Note a client's exchange, of which ``fault`` is wrong if anything is; tell whether it must succeed."""
        if code.grant.client is not client or code.grant.ended:
            return False
        if code.used:
            code.grant.ended = True
            return False
        if code.expires_at <= now or fault == "redirect_uri":
            return False
        code.used = True
        return not fault

    def rotate(self, token: Token, client: Client, now: float) -> bool:
        """Note a refresh by an authenticated client, and tell whether it must succeed."""
        if not (token.refresh and token.is_live(now) and token.grant.client is client):
            return False
        if not token.may_rotate(now):
            token.grant.ended = True
            return False
        token.used_at = now if token.used_at is None else token.used_at
        token.uses += 1
        return True
