"""Whoever steals the OAuth database and its write-ahead log, at whatever moment, finds nothing to sign in with."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request

from mxcp_flask.digests import digest
from tests.support.clock import Clock
from tests.support.leaks import Secrets, Walk
from tests.support.site import CLIENT_SECRET, Site, github_auth
from tests.support.visitor import REDIRECT_URI, Visitor

GRANTS = ["authorization_code", "refresh_token"]
CREDENTIALS = {"client_id": "configured", "client_secret": "secret-of-the-configured-client"}
CONFIGURED = {**CREDENTIALS, "name": "A configured client", "redirect_uris": [REDIRECT_URI], "grant_types": GRANTS}
LIVES = 4
DAY = 86_400  # seconds
ALMOST_EIGHT_HOURS = 28_700  # after which the stand-in's tokens are refreshed
# Bytes of a page with its header, and of the file's header (https://www.sqlite.org/fileformat2.html).
SIZES = {".db": (4096, 0), ".db-wal": (4120, 32)}
# It is kept until the client gets it back as it came, and opens nothing without the client's verifier.
RETURNED = "client's state"


class Thief:
    """Copies the database with its log again and again, and reads all copies. The key file is kept elsewhere."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pages: set[bytes] = set()

    def steal(self) -> None:
        """Copy what there is now."""
        for file in (self.path, self.path.with_name("oauth.db-wal")):
            data, size, head = (file.read_bytes(), *SIZES[file.suffix]) if file.exists() else (b"", 1, 0)
            self.pages |= {data[:head], *(data[start : start + size] for start in range(head, len(data), size))}

    def finds(self, text: str) -> bool:
        """Tell whether the text, or half of a long one, can be read in some way."""
        middle = len(text) // 2
        parts = [text[:middle], text[middle:]] if len(text) > 30 else [text]
        loot = b"".join(self.pages)
        return any(form in loot for part in parts for form in encodings(part.encode()))

    def readable(self, secrets: Secrets) -> list[str]:
        """Return the names of the secrets that can be read."""
        return [name for name, value in secrets.values.items() if self.finds(value)]


def encodings(data: bytes) -> Iterator[bytes]:
    """Give what ``data`` looks like as it is, in hex, and in the middle of something in base64."""
    yield data
    yield data.hex().encode()
    for shift in range(3):
        yield base64.b64encode(bytes(shift) + data)[4:-4]


@pytest.fixture
def thief(tmp_path: Path) -> Thief:
    """Give a thief who knows where the database is."""
    return Thief(tmp_path / "oauth.db")


@pytest.fixture
def site(tmp_path: Path, thief: Thief) -> Site:
    """Give a project with state in SQLite, and a confidential client that is configured."""
    return Site(
        tmp_path / "site", github_auth(persistence={"type": "sqlite", "path": str(thief.path)}, clients=[CONFIGURED])
    )


@pytest.fixture
def walk(visitor: Visitor, provider: Flask) -> Walk:
    """Give a walk whose secrets grow by all that our server sends to the provider, or gets from it."""
    secrets = Secrets()
    secrets.add("secret at the provider", CLIENT_SECRET)
    secrets.add("configured secret", CREDENTIALS["client_secret"])
    provider.config["EXPIRING"] = True

    @provider.after_request
    def overhear(answer: Response) -> Response:
        if "code_verifier" in request.form:
            secrets.add("verifier for the provider", request.form["code_verifier"])
        for name in ("access_token", "refresh_token"):
            if answer.is_json and name in (answer.get_json() or {}):
                secrets.add(f"provider's {name}", answer.get_json()[name])
        return answer

    return Walk(visitor, provider, secrets)


def refresh(walk: Walk, refresh_token: str) -> dict[str, str]:
    """Refresh our token, and return the new ones."""
    answer = walk.visitor.refresh(walk.form["client_id"], refresh_token, client_secret=walk.form.get("client_secret"))
    assert answer.status_code == 200, answer.text
    tokens: dict[str, str] = answer.get_json()
    walk.secrets.add("access_token", tokens["access_token"])
    walk.secrets.add("refresh_token", tokens["refresh_token"])
    return tokens


def live(walk: Walk, clock: Clock, thief: Thief) -> None:
    """Leave requests behind in every stage, sign in, call, refresh both kinds of tokens, call again and revoke."""
    client_id, visitor = walk.form["client_id"], walk.visitor
    walk.ask(client_id)
    thief.steal()
    walk.approve(walk.ask(client_id))
    thief.steal()
    walk.code(client_id)
    thief.steal()
    visitor.whoami(walk.token(walk.code(client_id)))
    thief.steal()
    [*_, refresh_token] = [value for name, value in walk.secrets.values.items() if name.startswith("refresh_token")]
    clock.advance(ALMOST_EIGHT_HOURS)
    tokens = refresh(walk, refresh_token)
    visitor.whoami(tokens["access_token"])
    thief.steal()
    form = {**walk.form, "token": refresh(walk, tokens["refresh_token"])["access_token"]}
    assert visitor.client.post("/revoke", data=form, base_url=visitor.base).status_code == 200
    thief.steal()


def test_nothing_usable_is_at_rest(walk: Walk, app: Flask, clock: Clock, thief: Thief) -> None:
    """No copy from the lives of four clients, nor after they have ended, holds a secret that passed in them."""
    for method in ("none", "client_secret_basic", "client_secret_post"):
        walk.register(method, grant_types=GRANTS)
        live(walk, clock, thief)
    walk.form = CREDENTIALS
    live(walk, clock, thief)
    clock.advance(100 * DAY)
    walk.visitor.register()  # which sweeps
    thief.steal()
    app.extensions["mxcp"].oauth.store.close()
    thief.steal()

    kinds = Counter(name.rpartition(" ")[0] for name in walk.secrets.values)
    assert kinds.total() > 150
    assert kinds["provider's refresh_token"] == LIVES * 3
    assert kinds["code"] == LIVES * 2
    assert kinds["refresh_token"] == LIVES * 3
    assert {name.rpartition(" ")[0] for name in thief.readable(walk.secrets)} <= {RETURNED}


def test_what_is_kept_is_found(walk: Walk, thief: Thief) -> None:
    """The thief does read what is there: digests, names, and a secret that a client takes for its name."""
    walk.token(walk.code(walk.register("client_secret_post", grant_types=GRANTS)))
    secrets = walk.secrets.values
    values = {name.rpartition(" ")[0]: value for name, value in secrets.items()}
    walk.visitor.register(client_name=values["access_token"])
    thief.steal()

    for kind in ("client secret", "code", "access_token", "refresh_token", "csrf_token", "provider's state"):
        assert thief.finds(digest(values[kind])), kind
    assert thief.finds("ada@example.org")
    assert [name.rpartition(" ")[0] for name in thief.readable(walk.secrets)] == [RETURNED, "access_token"]
