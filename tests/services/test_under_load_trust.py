"""Who is who, what is revoked and what is closed, while 32 connections call without pause on the same two workers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mxcp_flask.demo import loopback
from tests.flows.test_sandbox_over_http import WAYS_OUT
from tests.services.burden import LOGINS, SECRETS, Burdened, burdened
from tests.support import live

pytestmark = pytest.mark.services
AT_ONCE = 16


def test_identity_under_load(tmp_path: Path) -> None:
    """Whoever asks, in whatever order and on however many threads, every answer is about the one who asked."""
    with burdened(tmp_path) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        turns = [LOGINS[number % len(LOGINS)] for number in range(300)]
        answers = list(pool.map(lambda login: asked(server, login), turns))

    assert answers == [f"1 {login}0" for login in turns]


def test_revocation_under_load(tmp_path: Path) -> None:
    """A token that was good at both workers is refused by all with the next request after it was revoked."""
    with burdened(tmp_path) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        for _ in range(5):
            client = live.sign_in(server.base)
            token = client.token or ""
            before = list(pool.map(lambda _, token=token: server.ask(token, "whoami")[0], range(AT_ONCE)))
            form = {"token": token, "client_id": client.registration["client_id"]}
            loopback.send("POST", client.metadata["revocation_endpoint"], data=form).raise_for_status()
            after = list(pool.map(lambda _, token=token: server.ask(token, "whoami")[0], range(AT_ONCE)))
            assert (set(before), set(after)) == ({200}, {401})


def test_operators_revocation_under_load(tmp_path: Path) -> None:
    """What an operator revokes, in a process of its own, every worker refuses from the next request on."""
    with burdened(tmp_path) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        token = server.people["ada-fixture"].token or ""
        before = list(pool.map(lambda _: server.ask(token, "whoami")[0], range(AT_ONCE)))
        done = live.run([*live.MXCP, "auth", "revoke", "--person", "github:4711"], server.site.environ)
        after = list(pool.map(lambda _: server.ask(token, "whoami")[0], range(AT_ONCE)))

    assert done.returncode == 0, done.stderr
    assert (set(before), set(after)) == ({200}, {401})


def test_sandbox_under_load(tmp_path: Path) -> None:
    """Each way out of the sandbox is refused as it is without load, and shows nothing."""
    with burdened(tmp_path) as server, ThreadPoolExecutor(AT_ONCE) as pool:
        statements = {name: sql.format(project=server.site.project) for name, sql in WAYS_OUT.items()}
        token = server.people["ada-fixture"].token or ""
        texts = list(pool.map(lambda sql: server.ask(token, "execute_sql_query", {"sql": sql}), statements.values()))

    results = dict(zip(statements, texts, strict=True))
    assert [name for name, (status, answer) in results.items() if status != 200 or not is_error(answer)] == []
    assert [name for name, told in results.items() if any(secret in str(told) for secret in SECRETS)] == []


def asked(server: Burdened, login: str) -> str:
    """Return what the server tells ``login`` about who asks."""
    status, answer = server.ask(server.people[login].token or "", "who")
    assert status == 200, answer
    text: str = answer["result"]["content"][0]["text"]
    return text


def is_error(answer: dict[str, dict[str, object]]) -> bool:
    """Tell whether the tool refused."""
    return bool(answer["result"].get("isError"))
