"""The load and its judgement of answers."""

from __future__ import annotations

import itertools
import os

import pytest
from flask import Flask, request

from benchmarks.eras import MARK
from benchmarks.served import Program, Served
from benchmarks.wrk import Request, WrongAnswer, drive
from mxcp_flask.demo import servers
from tests.docs.blocks import ROOT

pytestmark = pytest.mark.services
BODY = f'{{"id": {MARK}}}'
EXPECTED = f'{{"id": {MARK}, "result": 7}}'


def load(app: Flask) -> dict[str, object]:
    """Return what a second of load says of ``app``."""
    with servers.serve_app(app) as base:
        port = int(base.rpartition(":")[2])
        served = Served(Program((), {}, ROOT, port), os.getpid(), 0.0, "")
        return drive(served, Request(f"{base}/mcp", {}, BODY, ["X-Turn: a", "X-Turn: b"], EXPECTED), 2, 1.0)


def test_every_request_has_its_own_identifier() -> None:
    """Answers are right when they have the request's identifier; no two requests share one, and variants take turns."""
    app, seen, turns = Flask(__name__), list[int](), set[str]()

    @app.post("/mcp")
    def answer() -> str:
        number = request.get_json(force=True)["id"]
        seen.append(number)
        turns.add(request.headers["X-Turn"])
        return EXPECTED.replace(str(MARK), str(number))

    told = load(app)

    assert told["calls"]
    assert len(set(seen)) == len(seen) > 2
    assert turns == {"a", "b"}


@pytest.mark.parametrize(("status", "result"), [(200, 8), (500, 7)])
def test_one_wrong_answer_spoils_it(status: int, result: int) -> None:
    """A single answer with another result, or another status, makes an error of the whole run."""
    app, count = Flask(__name__), itertools.count()

    @app.post("/mcp")
    def answer() -> tuple[str, int]:
        right = EXPECTED.replace(str(MARK), str(request.get_json(force=True)["id"]))
        return (right, 200) if next(count) != 5 else (right.replace("7}", f"{result}}}"), status)

    with pytest.raises(WrongAnswer, match="1 were wrong"):
        load(app)
