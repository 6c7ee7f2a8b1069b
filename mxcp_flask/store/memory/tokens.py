"""Authorization codes, and the access and refresh tokens that come from them."""

from __future__ import annotations

from dataclasses import replace

from mxcp_flask.records import AuthorizationCode, Grant, Token
from mxcp_flask.store.memory.tables import Tables


class MemoryTokens(Tables):
    """The tables of codes and of tokens."""

    def find_code(self, code_hash: str) -> AuthorizationCode | None:
        """Look the code up. Without a clock, only a revoked grant counts as ended."""
        with self._lock:
            code = self._codes.get(code_hash)
            return code if code and self._grants[code.grant_id].revoked_at is None else None

    def redeem_code(self, code_hash: str, tokens: list[Token], now: int) -> bool:
        """Mark the code and keep the tokens."""
        with self._lock:
            code = self._codes.get(code_hash)
            if code is None or code.used_at is not None or code.expires_at <= now:
                return False
            if self._live(code.grant_id, now) is None:
                return False
            self._add_tokens(tokens)
            self._codes[code_hash] = replace(code, used_at=now)
            return True

    def burn_code(self, code_hash: str, now: int) -> None:
        """Mark the code."""
        with self._lock:
            code = self._codes.get(code_hash)
            if code and code.used_at is None:
                self._codes[code_hash] = replace(code, used_at=now)

    def find_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        """Look token and grant up."""
        with self._lock:
            return self._live_token(token_hash, now)

    def find_refresh_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        """Look the token up, and pass over an access token."""
        found = self.find_token(token_hash, now)
        return found if found and found[0].kind == "refresh" else None

    def rotate_token(self, token_hash: str, tokens: list[Token], now: int, *, grace: int, most: int) -> bool:
        """Mark the refresh token, keep the tokens and extend the grant."""
        with self._lock:
            found = self._live_token(token_hash, now)
            if found is None or not _may_rotate(found[0], now, grace, most):
                return False
            self._add_tokens(tokens)
            token, grant = found
            used_at = now if token.used_at is None else token.used_at
            self._tokens[token_hash] = replace(token, used_at=used_at, uses=token.uses + 1)
            expires_at = max([grant.expires_at, *(new.expires_at for new in tokens)])
            self._grants[grant.id] = replace(grant, expires_at=expires_at)
            return True

    def _live_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        token = self._tokens.get(token_hash)
        if token is None or token.expires_at <= now:
            return None
        grant = self._live(token.grant_id, now)
        return (token, grant) if grant else None


def _may_rotate(token: Token, now: int, grace: int, most: int) -> bool:
    if token.kind != "refresh":
        return False
    if token.used_at is None:
        return True
    # Without `grace > 0`, a caller whose clock is behind the first one's would rotate a second time.
    return grace > 0 and now - token.used_at < grace and token.uses < most
