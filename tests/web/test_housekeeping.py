"""Tests of the sweep that each new sign-in makes."""

from __future__ import annotations

from flask import Flask

from tests.support import state
from tests.support.clock import Clock
from tests.support.visitor import Visitor


def test_new_sign_in_removes_what_expired(visitor: Visitor, app: Flask, clock: Clock) -> None:
    """Requests that nobody answered in time are gone when the next one is asked."""
    client_id = visitor.register()["client_id"]
    for _ in range(3):
        visitor.ask(visitor.authorization_request(client_id))
    before = len(state.pending(app))
    clock.advance(601)
    visitor.ask(visitor.authorization_request(client_id))

    assert (before, len(state.pending(app))) == (3, 1)
