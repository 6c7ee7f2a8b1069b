"""Two people call at the same time, from eight threads, and nobody ever gets the other one's answer."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.records import ANONYMOUS
from tests.support import live

pytestmark = pytest.mark.slow
THREADS = 8
CALLS = 500  # of each tool, in each thread
ROWS = 250_000  # three of DuckDB's row groups, so that several threads scan the table

# 3 of 10 rows are Ada's, 2 are Bo's: a row of the other's, or one too few, changes the answer.
TABLE = f"""
CREATE TABLE holdings AS
SELECT
    number, CASE WHEN number % 10 < 3 THEN 'ada-fixture' WHEN number % 10 < 5 THEN 'bo-fixture' ELSE 'cy' END AS owner
FROM range({ROWS}) AS numbers(number);
CREATE VIEW my_holdings AS SELECT * FROM holdings WHERE owner = get_username();
"""
HOLDINGS = """\
mxcp: 1
tool:
  name: my_holdings
  description: Counts what the caller owns
  return: {type: string}
  source: {code: "SELECT count(*) || ' of ' || get_username() FROM my_holdings"}
"""
EXPECTED = {
    "ada-fixture": {"whoami": "ada-fixture", "my_holdings": "75000 of ada-fixture"},
    "bo-fixture": {"whoami": "bo-fixture", "my_holdings": "50000 of bo-fixture"},
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, provider_url: str, port: int) -> Iterator[str]:
    """Serve the table read-write: one worker process with eight threads."""
    folder = tmp_path_factory.mktemp("two")
    site = live.live_site(folder, provider_url, persistence=live.sqlite(folder))
    site.write("tools/my_holdings.yml", HOLDINGS)
    with (
        closing(Database(DatabaseSettings(path=site.settings().duckdb.path))) as database,
        database.session(ANONYMOUS) as session,
    ):
        session.run(TABLE, {})
    with servers.serve_project(site.project, site.config, port, site.environ, "--threads", str(THREADS)) as url:
        yield url


class Caller:
    """One connection that stays open, with one person's token."""

    def __init__(self, base: str, token: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
        self.headers = {"Authorization": f"Bearer {token}", "MCP-Protocol-Version": "2025-11-25"}

    def call(self, name: str) -> str:
        """Return the text that the tool answers with, or the whole answer of a call that failed."""
        params = {"name": name, "arguments": {}}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
        self.connection.request("POST", "/mcp", body, {**self.headers, "Content-Type": "application/json"})
        answer = self.connection.getresponse().read().decode()
        try:
            text: str = json.loads(answer)["result"]["content"][0]["text"]
        except (ValueError, LookupError):
            return answer
        return text


@pytest.mark.parametrize("tool", ["whoami", "my_holdings"])
def test_nobody_gets_the_other_ones_answer(base: str, tool: str) -> None:
    """Of 500 calls in each of eight threads, four Ada's and four Bo's, every answer must be the caller's own."""
    logins = ["ada-fixture", "bo-fixture"] * (THREADS // 2)
    tokens = {login: live.sign_in(base, login).token or "" for login in EXPECTED}
    start = threading.Barrier(THREADS)

    def call_often(login: str) -> Counter[tuple[str, str]]:
        caller = Caller(base, tokens[login])
        with closing(caller.connection):
            start.wait(30)
            return Counter((login, caller.call(tool)) for _ in range(CALLS))

    with ThreadPoolExecutor(THREADS) as pool:
        answers = sum(pool.map(call_often, logins), Counter())

    assert answers == {(login, texts[tool]): CALLS * THREADS // 2 for login, texts in EXPECTED.items()}
