"""The official TypeScript SDKs, version 1 and 2, from knowing a URL to a tool that needs another scope."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from mxcp_flask.demo.browser import location_of
from mxcp_flask.demo.loopback import TIMEOUT
from tests.clients.people import Person, outlive_tokens
from tests.clients.programs import Program, running

pytestmark = pytest.mark.clients
DRIVER = Path(__file__).with_name("sdk.mjs")
V1, V2 = "@modelcontextprotocol/sdk", "@modelcontextprotocol/client"
REVISIONS = {  # by package and mode
    (V1,): "2025-11-25",
    (V2, "legacy"): "2025-11-25",
    (V2, "auto"): "2026-07-28",
    (V2, "2026-07-28"): "2026-07-28",
}
every_sdk = pytest.mark.parametrize("sdk", REVISIONS, ids=" ".join)
every_version = pytest.mark.parametrize("sdk", [(V1,), (V2, "auto")], ids=" ".join)


class SdkClient:
    """A client on an SDK, used by ``person``."""

    def __init__(self, program: Program, person: Person) -> None:
        self.program = program
        self.person = person
        self.scope = ""
        self.revision = ""

    def ask(self, command: str) -> Any:
        """Return the answer to ``command``; the person consents whenever the client asks for it."""
        self.program.write(command)
        while url := (told := self._read()).get("open"):
            self.program.write(location_of(self.person.consent(url)))
        assert "error" not in told, told
        self.scope, self.revision = told["scope"], told["revision"]
        return told["answer"]

    def _read(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.program.output.find(r"^{.*}$").group())
        return told


@contextmanager
def using(
    sdk: tuple[str, ...], base: str, person: Person, home: Path, grants: str = "authorization_code refresh_token"
) -> Iterator[SdkClient]:
    """Give a client of ``base`` on the package and in the mode that ``sdk`` names."""
    package, *mode = sdk
    with running(DRIVER, package, f"{base}/mcp", grants, *mode, home=home) as program:
        yield SdkClient(program, person)


@every_sdk
def test_the_sdk_finds_its_way_to_a_tool(base: str, ada: Person, tmp_path: Path, sdk: tuple[str, ...]) -> None:
    """Discovery, registration, consent, sign-in and token must end in SQL that knows the person."""
    with using(sdk, base, ada, tmp_path) as client:
        assert "whoami" in client.ask("tools")
        assert client.ask("call whoami") == "ada-fixture"
        assert (client.revision, client.scope) == (REVISIONS[sdk], "mxcp:access")

    assert ada.scopes == ["mxcp:access"]


@every_sdk
def test_the_sdk_steps_up(base: str, ada: Person, tmp_path: Path, sdk: tuple[str, ...]) -> None:
    """A tool that needs another scope must lead to one more consent, and then answer.

    Not with a refresh token in version 1: that one refreshes, which adds no scope, and gives up (1.32.2).
    """
    grants = "authorization_code" if sdk == (V1,) else "authorization_code refresh_token"
    with using(sdk, base, ada, tmp_path, grants) as client:
        assert client.ask("call whoami") == "ada-fixture"
        assert client.ask("call admin_only") == "hello ada-fixture"
        assert client.scope == "mxcp:access mxcp:admin"

    assert ada.scopes == ["mxcp:access", "mxcp:access mxcp:admin"]


@every_version
def test_the_sdk_refreshes(hasty_base: str, ada: Person, tmp_path: Path, sdk: tuple[str, ...]) -> None:
    """A token that has ended must be renewed without the person; so must the one that came from that."""
    with using(sdk, hasty_base, ada, tmp_path) as client:
        assert client.ask("call whoami") == "ada-fixture"
        for _ in range(2):
            outlive_tokens(hasty_base)
            assert client.ask("call whoami") == "ada-fixture"

    assert len(ada.asked) == 1


@every_version
def test_the_sdk_signs_in_again_after_revocation(base: str, ada: Person, tmp_path: Path, sdk: tuple[str, ...]) -> None:
    """A client whose grant was revoked must be led to one more consent, with the registration that it has."""
    with using(sdk, base, ada, tmp_path) as client:
        assert client.ask("call whoami") == "ada-fixture"
        kept = client.ask("kept")
        revoke(base, kept)
        assert client.ask("call whoami") == "ada-fixture"
        assert client.ask("kept")["client"] == kept["client"]

    assert len(ada.asked) == 2


def revoke(base: str, kept: dict[str, Any]) -> None:
    """Revoke a client's refresh token (RFC 7009)."""
    client, token = kept["client"], kept["tokens"]["refresh_token"]
    answer = requests.post(
        f"{base}/revoke", {"token": token}, auth=(client["client_id"], client["client_secret"]), timeout=TIMEOUT
    )
    assert answer.status_code == 200, answer.text
