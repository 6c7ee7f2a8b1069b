"""The files that remember sign-ins, one for each server: mode 0600 in a folder of mode 0700."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from mxcp_flask.digests import digest
from mxcp_flask.errors import ConfigurationError, FileNotReadable, FileNotWritable
from mxcp_flask.store.private_files import find_exposure, make_private_folder, replace_private_file


@dataclass(frozen=True)
class SignedIn:
    """A sign-in at the server ``url``, and what is needed to refresh and to end it. Times are in epoch seconds."""

    url: str
    issuer: str
    token_endpoint: str
    revocation_endpoint: str | None
    client_id: str
    scope: str
    since: int
    expires_at: int | None  # of the access token
    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    client_secret: str | None = field(default=None, repr=False)
    person: str | None = None  # who it is, where the command line chose that


class SignIns:
    """The sign-ins of one person on this machine, in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, url: str) -> SignedIn | None:
        """Return the sign-in at ``url``, if there is one. Raises FileNotReadable."""
        path = self._path(url)
        return _read(path) if path.exists() else None

    def all(self) -> list[SignedIn]:
        """Return every sign-in, in the order of their URLs. Raises FileNotReadable."""
        found = self.folder.glob("*.json") if self.folder.is_dir() else ()
        return sorted(map(_read, found), key=lambda each: each.url)

    def keep(self, signed_in: SignedIn) -> None:
        """Remember ``signed_in`` in place of what was known of its server. Raises FileNotWritable."""
        path = self._path(signed_in.url)
        with _writing(path):
            make_private_folder(self.folder)
            replace_private_file(path, json.dumps(asdict(signed_in), indent=2) + "\n")

    def forget(self, url: str) -> None:
        """Remove what is known of ``url``. Raises FileNotWritable."""
        path = self._path(url)
        with _writing(path):
            path.unlink(missing_ok=True)

    @contextmanager
    def alone(self, url: str) -> Iterator[None]:
        """Keep every other process out that asks for the same server, while the block lasts. Raises FileNotWritable."""
        path = self._path(url).with_suffix(".lock")
        with _writing(path):
            make_private_folder(self.folder)
            handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _path(self, url: str) -> Path:
        host = re.sub(r"[^A-Za-z0-9.-]", "-", urlsplit(url).netloc)[:60]
        return self.folder / f"{host}-{digest(url)[:16]}.json"


def sign_ins(environ: Mapping[str, str]) -> SignIns:
    """Return the sign-ins of the person whose home ``environ`` names. Raises ConfigurationError."""
    home = environ.get("HOME")
    if not home:
        raise ConfigurationError(reason="sign-ins are kept below HOME, which is not set")
    return SignIns(Path(home) / ".mxcp" / "sign-ins")


def _read(path: Path) -> SignedIn:
    try:
        exposed = find_exposure(path)
        value = None if exposed else json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else "it is damaged; delete it"
        raise FileNotReadable(path=path, reason=reason) from error
    if exposed:
        raise FileNotReadable(path=path, reason=exposed)
    with suppress(TypeError):
        return SignedIn(**(value or {}))
    raise FileNotReadable(path=path, reason="it is of another version; delete it, and sign in again")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileNotWritable(path=path, reason=error.strerror or str(error)) from error
