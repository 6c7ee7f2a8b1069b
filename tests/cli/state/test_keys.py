"""``mxcp auth rotate-keys``, while a server with the old keys goes on serving."""

from __future__ import annotations

import base64
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from mxcp_flask.errors import StoreKeyWrong
from tests.cli.conftest import Mxcp
from tests.cli.state.conftest import NEW, OLD, configure
from tests.support.clock import Clock
from tests.support.site import Site
from tests.support.visitor import Visitor

SEALED = """
    SELECT value FROM meta UNION ALL SELECT provider_token FROM grant_ WHERE provider_token IS NOT NULL
    UNION ALL SELECT verifier FROM pending_authorization WHERE verifier IS NOT NULL
"""


def key_ids(database: Path) -> set[str]:
    """Return the keys that the sealed values in the database need."""
    with closing(sqlite3.connect(database)) as connection:
        return {sealed.partition(":")[0] for (sealed,) in connection.execute(SEALED)}


def keys_in(database: Path) -> list[str]:
    """Return the entries of the key file."""
    return database.with_name(f"{database.name}.key").read_text().strip().split(",")


def be_on_the_way(visitor: Visitor) -> None:
    """Begin a sign-in, so that a verifier is sealed too."""
    visitor.answer(visitor.ask(visitor.authorization_request(visitor.register()["client_id"])))


def rotate(mxcp: Mxcp) -> int:
    """Rotate, and return how many values were sealed anew."""
    ran = mxcp("auth", "rotate-keys", "--json-output")
    assert (ran.exit_code, ran.stderr) == (0, "")
    answer = json.loads(ran.stdout)
    assert answer["status"] == "ok"
    return int(answer["result"]["resealed"])


def test_key_file(mxcp: Mxcp, site: Site, visitor: Visitor, database: Path, provider: Flask) -> None:
    """The file gets a new key, everything is sealed with it, and the server that runs reads on and seals with it too.

    Then the old key is needed for no row: a server that has only the new one serves all.
    """
    token = visitor.get_token()
    be_on_the_way(visitor)
    assert key_ids(database) == {"key1"}

    assert rotate(mxcp) == 3
    assert key_ids(database) == {"key2"}
    assert visitor.whoami(token) == "ada-fixture"
    later = visitor.get_token()
    be_on_the_way(visitor)
    assert key_ids(database) == {"key2"}

    new, old = keys_in(database)
    assert (new.partition(":")[0], old.partition(":")[0]) == ("key2", "key1")
    file = database.with_name(f"{database.name}.key")
    file.write_text(new)
    visitor.client.application.extensions["mxcp"].database.close()
    other = Visitor(site.app(Clock(time.time())), provider)
    assert (other.whoami(token), other.whoami(later)) == ("ada-fixture", "ada-fixture")


def test_sign_in_that_began_before(mxcp: Mxcp, visitor: Visitor) -> None:
    """Who is at the provider while the keys are rotated comes back and is signed in."""
    client_id = visitor.register()["client_id"]
    departure = visitor.answer(visitor.ask(visitor.authorization_request(client_id)))
    rotate(mxcp)

    assert "code=" in visitor.come_back(visitor.meet_provider(departure)).location


def test_key_file_again(mxcp: Mxcp, visitor: Visitor, database: Path) -> None:
    """Each rotation adds a key in front and leaves the file private; the running server follows every time."""
    token = visitor.get_token()
    for number in (2, 3, 4):
        rotate(mxcp)
        assert visitor.whoami(token) == "ada-fixture"
        assert key_ids(database) == {f"key{number}"}

    assert [entry.partition(":")[0] for entry in keys_in(database)] == ["key4", "key3", "key2", "key1"]
    assert database.with_name(f"{database.name}.key").stat().st_mode & 0o777 == 0o600


def test_configured_keys(mxcp: Mxcp, site: Site, database: Path, provider: Flask) -> None:
    """From ``old`` over ``new,old`` to ``new``, with a server that runs at each step, nobody has to sign in again."""
    configure(site, database, OLD)
    visitor = Visitor(site.app(Clock(time.time())), provider)
    token = visitor.get_token()
    be_on_the_way(visitor)
    visitor.client.application.extensions["mxcp"].database.close()

    configure(site, database, f"{NEW},{OLD}")
    running = Visitor(site.app(Clock(time.time())), provider)
    assert running.whoami(token) == "ada-fixture"
    assert rotate(mxcp) == 3
    assert key_ids(database) == {"n"}
    assert running.whoami(token) == "ada-fixture"
    running.get_token()
    assert key_ids(database) == {"n"}
    assert mxcp("auth", "rotate-keys").stdout == "resealed: 0\n"
    running.client.application.extensions["mxcp"].database.close()

    configure(site, database, NEW)
    assert Visitor(site.app(Clock(time.time())), provider).whoami(token) == "ada-fixture"
    configure(site, database, OLD)
    with pytest.raises(StoreKeyWrong):
        site.app(Clock(time.time()))


def test_server_with_the_old_key_alone_does_not_answer_wrongly(
    mxcp: Mxcp, site: Site, database: Path, provider: Flask
) -> None:
    """A server that was not given the new key yet says that it cannot answer; given it, it serves the same token."""
    configure(site, database, OLD)
    visitor = Visitor(site.app(Clock(time.time())), provider)
    token = visitor.get_token()
    configure(site, database, f"{NEW},{OLD}")
    rotate(mxcp)

    answer = visitor.call(token, "ping")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, 503)
    assert "WWW-Authenticate" not in answer.headers
    assert Visitor(site.app(Clock(time.time())), provider).call(token, "ping").status_code == 200


def test_no_key_is_shown(mxcp: Mxcp, visitor: Visitor, database: Path) -> None:
    """The command prints a count, and never a key."""
    visitor.get_token()
    ran = mxcp("auth", "rotate-keys")

    assert ran.output == "resealed: 2\n"
    assert len(keys_in(database)) == 2


def test_wrong_key_is_told(mxcp: Mxcp, visitor: Visitor, database: Path) -> None:
    """With a key file of another database nothing is sealed anew, and the error says what is wrong."""
    visitor.get_token()
    foreign = base64.b64encode(bytes(32)).decode()
    database.with_name(f"{database.name}.key").write_text(f"key1:{foreign}")
    ran = mxcp("auth", "rotate-keys")

    assert (ran.exit_code, ran.stdout) == (1, "")
    assert f"The OAuth database {database} was written with another encryption key" in ran.stderr
    assert foreign not in ran.stderr
    assert key_ids(database) == {"key1"}
