"""The whole authorization server under random histories, against a small model of which tokens must be alive."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mxcp_flask.oauth import server as oauth
from mxcp_flask.oauth.pkce import S256Only
from mxcp_flask.records import Client
from mxcp_flask.store import MemoryStore
from tests.fuzz.effort import LONG, examples
from tests.fuzz.machine import AuthorizationServer
from tests.fuzz.server import Server

STEPS = 60 if LONG else 40
FAULTS: tuple[tuple[type, str, Any], ...] = (
    (S256Only, "require_verifier", lambda *_: None),
    (Client, "check_client_secret", lambda *_: True),
    (oauth.AuthorizationServer, "end_grant", lambda *_: None),
    (MemoryStore, "burn_code", lambda *_: None),
    (MemoryStore, "sweep", lambda self, *_, **__: self._clients.clear() or 0),
)


@pytest.fixture
def machine(server: Server, monkeypatch: pytest.MonkeyPatch) -> type[AuthorizationServer]:
    """Return the state machine of that server."""
    monkeypatch.setattr(AuthorizationServer, "server", server, raising=False)
    return AuthorizationServer


def test_random_histories(machine: type[AuthorizationServer]) -> None:
    """Whatever happens in whatever order, exactly the tokens that must be alive are."""
    run_state_machine_as_test(machine, settings=settings(examples(80), stateful_step_count=STEPS))


@pytest.mark.parametrize(("place", "name", "fault"), FAULTS, ids=[name for _, name, _ in FAULTS])
def test_planted_fault_is_found(
    machine: type[AuthorizationServer], monkeypatch: pytest.MonkeyPatch, place: type, name: str, fault: Any
) -> None:
    """The histories reach what they guard: a fault that is planted there does not go unseen."""
    monkeypatch.setattr(place, name, fault)
    finding = settings(examples(80), stateful_step_count=STEPS, phases=[Phase.generate], report_multiple_bugs=False)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=finding)
