"""A provider's token whose end nobody knew: SQL meets the refusal, and goes on with a new one."""

from __future__ import annotations

import socket
from pathlib import Path

from tests.outbound.server import http_answer, serve
from tests.support.clock import Clock
from tests.support.providers import identity_provider
from tests.support.site import Site, auth_at
from tests.support.visitor import Visitor

ACCOUNTS = """\
mxcp: 1
tool:
  name: accounts
  description: The caller's accounts
  parameters: [{name: port, type: integer}]
  return: {type: integer}
  source:
    code: |
      SELECT n FROM read_json_auto('http://127.0.0.1:' || $port || '/accounts',
        headers = MAP {'Authorization': 'Bearer ' || get_user_external_token()})
"""


def test_sql_goes_on_with_a_new_token(tmp_path: Path, clock: Clock) -> None:
    """After the API's 401 the tool must answer with the new token's data, and the next call must begin with it."""
    site = Site(tmp_path / "site", auth_at("salesforce"))
    site.write("tools/accounts.yml", ACCOUNTS)
    app, seen = site.app(clock), list[str]()

    def answer(sock: socket.socket) -> None:
        (line,) = (line for line in server.requests[-1].split("\r\n") if line.lower().startswith("authorization:"))
        seen.append(line)
        status = "401 Unauthorized" if line == seen[0] else "200 OK"
        http_answer(b'[{"n": 7}]', status)(sock)

    with identity_provider("salesforce", clock) as provider, serve(answer, None) as server:
        visitor = Visitor(app, provider)
        _, tokens = visitor.get_tokens()
        arguments = {"port": server.port}
        results = [
            visitor.call(tokens["access_token"], "tools/call", name="accounts", arguments=arguments).get_json()
            for _ in range(2)
        ]

    assert [result["result"]["content"][0]["text"] for result in results] == ["7", "7"]
    assert len(seen) == 3
    assert seen[0] != seen[1] == seen[2]
