"""The check that what is sealed opens with our keys, before anybody needs it."""

from __future__ import annotations

from pathlib import Path

from mxcp_flask.errors import StoreKeyWrong
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.rows import CHECK_VALUE
from mxcp_flask.store.sql.database import Session, one

_TEXT = "mxcp-flask"
_PLACE = CHECK_VALUE.place("key_check")
_FIND = "SELECT value FROM meta WHERE name = 'key_check'"
_PUT = """
    INSERT INTO meta (name, value) VALUES ('key_check', :sealed)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""


def require_keys(session: Session, keyring: Keyring, path: Path | str, key_id: str) -> None:
    """Raise StoreKeyWrong when ``keyring`` lacks a key that anything was sealed with. ``path`` names the database.

    ``key_id`` is SQL for what stands before the colon in the column ``{}``.
    """
    check = one(session, _FIND, {})
    if check:
        keyring.open(check["value"], _PLACE, path)
    for (used,) in session.execute(_used(key_id), {}).fetchall():
        if used not in keyring:
            raise StoreKeyWrong(path=path, reason=f"the key '{used}' is missing from the encryption keys")
    if not check or not check["value"].startswith(f"{keyring.first_id}:"):  # so that older keys can be retired
        session.execute(_PUT, {"sealed": keyring.seal(_TEXT, _PLACE)})


def _used(key_id: str) -> str:
    return f"""
        SELECT {key_id.format("provider_token")} FROM grant_ WHERE provider_token IS NOT NULL
        UNION
        SELECT {key_id.format("verifier")} FROM pending_authorization WHERE verifier IS NOT NULL
    """  # noqa: S608 - names of ours only
