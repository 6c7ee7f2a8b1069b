"""The official Python SDK, as its tokens end. `tests/flows/test_sdk_client.py` has the rest, which needs no waiting."""

from __future__ import annotations

import anyio.to_thread
import pytest
from mcp import Client

from tests.clients.people import outlive_tokens
from tests.flows.test_sdk_client import Person, call

pytestmark = pytest.mark.clients


def test_the_sdk_refreshes(hasty_base: str) -> None:
    """A token that has ended must be renewed without the person; so must the one that came from that."""
    ada = Person("ada-fixture")

    async def talk(client: Client) -> list[str]:
        answers = [await call(client, "whoami")]
        for _ in range(2):
            await anyio.to_thread.run_sync(outlive_tokens, hasty_base)
            answers.append(await call(client, "whoami"))
        return answers

    assert ada.talk(hasty_base, "auto", talk) == ["ada-fixture"] * 3
    assert len(ada.sign_ins) == 1
