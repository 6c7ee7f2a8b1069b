"""What the official SDK's client makes of a refused call, over real sockets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from mxcp_flask.demo import servers
from tests.flows.test_sdk_client import Person, call, every_mode
from tests.support import live

pytestmark = pytest.mark.slow


async def call_often(client: Client) -> None:
    """Call more often than two minutes allow: a new one may begin meanwhile."""
    for _ in range(9):
        await call(client, "whoami")


@every_mode
def test_the_client_learns_that_there_were_too_many_calls(
    tmp_path: Path, provider_url: str, port: int, mode: str, revision: str
) -> None:
    """A refused call must reach the client's user as an error that says how many calls there may be, and when again."""
    site = live.live_site(tmp_path, provider_url, limits={"calls_per_person": 4})

    async def call_until_refused(client: Client) -> Any:
        with pytest.raises(MCPError) as caught:
            await call_often(client)
        return client.protocol_version, caught.value.error

    with servers.serve_project(site.project, site.config, port, site.environ) as base:
        version, error = Person("ada-fixture").talk(base, mode, call_until_refused)

    assert version == revision
    assert error.code == 429
    assert error.message.startswith("Too many calls: a person may make 4 a minute here. Try again in ")
