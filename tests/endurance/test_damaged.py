"""What the server answers when its OAuth database is damaged: 503 and a line in the log, never a traceback."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mxcp_flask.errors import StoreKeyWrong
from tests.store.database_file import execute
from tests.support.leaks import Lines
from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor, query

ERROR = {
    "error": "temporarily_unavailable",
    "error_description": "The server cannot answer at the moment. Try again later.",
}
RPC_ERROR = {"jsonrpc": "2.0", "id": None, "error": {"code": 503, "message": ERROR["error_description"]}}
GRANTS = ["authorization_code", "refresh_token"]
BITS = (0x01, 0x80)  # the second makes bytes that are no UTF-8


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of the database."""
    return tmp_path / "oauth.db"


@pytest.fixture
def site(tmp_path: Path, path: Path) -> Site:
    """Give a project with state in SQLite."""
    return Site(tmp_path / "site", github_auth(persistence={"type": "sqlite", "path": str(path)}))


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Collect what is logged."""
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler.lines
    logging.getLogger().removeHandler(handler)


def is_unavailable(answer: TestResponse) -> bool:
    """Tell whether the answer is our 503 in JSON, in the words of OAuth or of JSON-RPC."""
    told = dict(answer.get_json(silent=True) or {})
    for more in ("reference", "status", "failing"):
        told.pop(more, None)
    if "jsonrpc" in told:
        assert told["error"].pop("data") == {"reference": answer.headers["X-Request-ID"]}
    return answer.status_code == 503 and told in (ERROR, RPC_ERROR) and answer.headers["Retry-After"].isdigit()


def is_told(lines: list[str], path: Path) -> bool:
    """Tell whether the log's last line names the database, and no line is a traceback."""
    return str(path) in lines[-1] and "Traceback" not in "\n".join(lines)


def write(path: Path, table: str, column: str, value: bytes) -> None:
    """Put ``value``, which need not be text, into the only row of ``table``."""
    execute(path, f"UPDATE {table} SET {column} = CAST(x'{value.hex()}' AS TEXT)")


def flips(value: bytes) -> Iterator[bytes]:
    """Give ``value`` with one bit changed, for each of its bytes."""
    for place in range(len(value)):
        changed = bytearray(value)
        changed[place] ^= BITS[place % 2]
        yield bytes(changed)


def test_provider_token(visitor: Visitor, path: Path, lines: list[str]) -> None:
    """Whichever byte of a sealed provider token changed, a call is refused; or the change is none to base64."""
    _, tokens = visitor.get_tokens()
    [[sealed]] = execute(path, "SELECT provider_token FROM grant_")
    harmless = []
    for value in flips(sealed.encode()):
        write(path, "grant_", "provider_token", value)
        lines.clear()
        answer = visitor.call(tokens["access_token"], "ping")
        if answer.status_code == 200:
            harmless.append(value)
        else:
            assert is_unavailable(answer)
            assert is_told(lines, path)

    assert len(harmless) <= 1
    assert {base64.b64decode(value.split(b":")[1]) for value in harmless} <= {base64.b64decode(sealed.split(":")[1])}


def test_every_use_of_the_grant(visitor: Visitor, path: Path, lines: list[str]) -> None:
    """A provider token that does not open stops whatever needs its grant, and nothing is used up meanwhile."""
    registered = visitor.register(token_endpoint_auth_method="client_secret_post", grant_types=GRANTS)
    client = {name: registered[name] for name in ("client_id", "client_secret")}
    code = visitor.sign_in(client["client_id"])["code"]
    [[sealed]] = execute(path, "SELECT provider_token FROM grant_")

    def post(to: str, **form: str) -> TestResponse:
        return visitor.client.post(to, data={**client, **form}, base_url=visitor.base)

    def exchange() -> TestResponse:
        return visitor.exchange(code=code, **client)

    write(path, "grant_", "provider_token", sealed[:-8].encode())
    assert is_unavailable(exchange())
    write(path, "grant_", "provider_token", sealed.encode())
    tokens = exchange().get_json()
    write(path, "grant_", "provider_token", sealed[:-8].encode())
    lines.clear()
    for answer in (
        visitor.call(tokens["access_token"], "ping"),
        post("/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"]),
        post("/introspect", token=tokens["access_token"]),
        post("/revoke", token=tokens["access_token"]),
    ):
        assert is_unavailable(answer)
        assert is_told(lines, path)
    write(path, "grant_", "provider_token", sealed.encode())

    assert visitor.whoami(tokens["access_token"]) == "ada-fixture"
    assert visitor.refresh(refresh_token=tokens["refresh_token"], **client).status_code == 200


def test_swapped_rows(app: Flask, provider: Flask, path: Path, lines: list[str]) -> None:
    """Two people whose sealed provider tokens were swapped are both refused, and neither gets the other's."""
    tokens = [Visitor(app, provider).get_token(login) for login in ("ada-fixture", "bo-fixture")]
    rows = execute(path, "SELECT user_id, provider_token FROM grant_")
    (ada, ada_sealed), (bo, bo_sealed) = rows
    for user_id, sealed in ((ada, bo_sealed), (bo, ada_sealed)):
        execute(path, f"UPDATE grant_ SET provider_token = '{sealed}' WHERE user_id = '{user_id}'")

    for token in tokens:
        assert is_unavailable(Visitor(app, provider).call(token, "tools/call", name="whoami", arguments={}))
        assert is_told(lines, path)


def test_verifier(visitor: Visitor, path: Path, lines: list[str]) -> None:
    """A callback whose verifier does not open gets a page with status 503, and works once the verifier is back."""
    client_id = visitor.register()["client_id"]
    callback = visitor.meet_provider(visitor.answer(visitor.ask(visitor.authorization_request(client_id))))
    [[sealed]] = execute(path, "SELECT verifier FROM pending_authorization")
    write(path, "pending_authorization", "verifier", sealed[:-8].encode())
    page = visitor.come_back(callback)
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert ERROR["error_description"] in page.text
    assert any(str(path) in line for line in lines)
    assert "Traceback" not in "\n".join(lines)
    write(path, "pending_authorization", "verifier", sealed.encode())

    code = query(visitor.come_back(callback).location)["code"]
    assert visitor.exchange(client_id, code).status_code == 200


def test_key_check(site: Site, path: Path) -> None:
    """A database whose check value was changed keeps the server from starting, with a message that names it."""
    site.app().extensions["mxcp"].oauth.store.close()
    [[sealed]] = execute(path, "SELECT value FROM meta")
    write(path, "meta", "value", sealed[:-8].encode())

    with pytest.raises(StoreKeyWrong, match=str(path)):
        site.app()


def overwrite(path: Path) -> None:
    """Write noise over all but the head."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))


def replace(path: Path) -> None:
    """Put something else there."""
    path.write_text("this is no database, and long enough to be read as one" * 100)


def empty(path: Path) -> None:
    """Leave nothing in it."""
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [overwrite, replace, empty, Path.unlink])
def test_file(app: Flask, visitor: Visitor, path: Path, lines: list[str], damage: Callable[[Path], Any]) -> None:
    """A file that is damaged while the server runs stops every route, each in its own form."""
    client_id, tokens = visitor.get_tokens()
    app.extensions["mxcp"].oauth.store.close()
    damage(path)
    lines.clear()

    for answer in (
        visitor.call(tokens["access_token"], "ping"),
        visitor.refresh(client_id, tokens["refresh_token"]),
        visitor.client.post("/register", json={}, base_url=visitor.base),
        visitor.client.get("/ready"),
    ):
        assert is_unavailable(answer)
        assert is_told(lines, path)
    page = visitor.ask(visitor.authorization_request(client_id))
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert "Traceback" not in "\n".join(lines)
