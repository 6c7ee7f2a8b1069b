"""Authorization codes, and the access and refresh tokens that come from them."""

from __future__ import annotations

from dataclasses import fields

from mxcp_flask.records import AuthorizationCode, Grant, Token
from mxcp_flask.store.rows import Row
from mxcp_flask.store.sql.database import Database, Session, inserting, one

_TOKEN_WIDTH = len(fields(Token))

_FIND_CODE = """
    SELECT authorization_code.* FROM authorization_code JOIN grant_ ON grant_.id = authorization_code.grant_id
    WHERE authorization_code.code_hash = :code_hash AND grant_.revoked_at IS NULL
"""
_CLAIM_CODE = """
    UPDATE authorization_code SET used_at = :now
    WHERE code_hash = :code_hash AND used_at IS NULL AND expires_at > :now
      AND EXISTS (SELECT 1 FROM grant_ WHERE id = grant_id AND expires_at > :now AND revoked_at IS NULL)
    RETURNING code_hash
"""
_BURN_CODE = "UPDATE authorization_code SET used_at = :now WHERE code_hash = :code_hash AND used_at IS NULL"
# One statement, because it runs for every protected call. The token's columns are in the order of its fields.
LOOK_UP = """
    SELECT token.*, grant_.*
    FROM token JOIN grant_ ON grant_.id = token.grant_id
    WHERE token.token_hash = :token_hash AND token.expires_at > :now
      AND grant_.expires_at > :now AND grant_.revoked_at IS NULL
"""
# Without `:grace > 0`, a caller whose clock is behind the first one's would rotate a second time.
_ROTATE = """
    UPDATE token SET used_at = coalesce(used_at, :now), uses = uses + 1
    WHERE token_hash = :token_hash AND kind = 'refresh' AND expires_at > :now
      AND (used_at IS NULL OR (:grace > 0 AND :now - used_at < :grace AND uses < :most))
      AND EXISTS (SELECT 1 FROM grant_ WHERE id = grant_id AND expires_at > :now AND revoked_at IS NULL)
    RETURNING grant_id
"""
_EXTEND_GRANT = "UPDATE grant_ SET expires_at = :expires_at WHERE id = :grant_id AND expires_at < :expires_at"


class SqlTokens(Database):
    """The tables ``authorization_code`` and ``token``."""

    def find_code(self, code_hash: str) -> AuthorizationCode | None:
        """Look the code up. Without a clock, only a revoked grant counts as ended."""
        row = self._find(_FIND_CODE, code_hash=code_hash)
        return AuthorizationCode(**dict(row)) if row else None

    def redeem_code(self, code_hash: str, tokens: list[Token], now: int) -> bool:
        """Claim the code and insert the tokens in one transaction."""

        def redeem(session: Session) -> bool:
            if one(session, _CLAIM_CODE, {"code_hash": code_hash, "now": now}) is None:
                return False
            _insert_tokens(session, tokens)
            return True

        return self._write(redeem)

    def burn_code(self, code_hash: str, now: int) -> None:
        """Claim the code."""
        self._change(_BURN_CODE, code_hash=code_hash, now=now)

    def find_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        """Look token and grant up in one statement."""
        row = self._find(LOOK_UP, token_hash=token_hash, now=now)
        return self._found(row) if row else None

    def _found(self, row: Row) -> tuple[Token, Grant]:
        return Token(*row[:_TOKEN_WIDTH]), self._rows.grant_of(row[_TOKEN_WIDTH:])

    def find_refresh_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        """Look the token up, and pass over an access token."""
        found = self.find_token(token_hash, now)
        return found if found and found[0].kind == "refresh" else None

    def rotate_token(self, token_hash: str, tokens: list[Token], now: int, *, grace: int, most: int) -> bool:
        """Claim the refresh token, insert the tokens and extend the grant in one transaction."""
        claim = {"token_hash": token_hash, "now": now, "grace": grace, "most": most}
        latest = max((token.expires_at for token in tokens), default=now)

        def rotate(session: Session) -> bool:
            row = one(session, _ROTATE, claim)
            if row is None:
                return False
            _insert_tokens(session, tokens)
            session.execute(_EXTEND_GRANT, {"grant_id": row["grant_id"], "expires_at": latest})
            return True

        return self._write(rotate)


def _insert_tokens(session: Session, tokens: list[Token]) -> None:
    if tokens:
        session.executemany(inserting("token", vars(tokens[0])), [vars(token) for token in tokens])
