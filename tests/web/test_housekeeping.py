"""Tests of the sweep that each new sign-in makes."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from flask import Flask

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.host import Host
from mxcp_flask.web.housekeeping import LONGEST, go_on
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


def counting(batches: int, clock: Clock, takes: float = 0.0) -> tuple[Callable[[int], int], list[int]]:
    """Return a sweep that has so many batches, each of which ``takes`` seconds, and what notes them."""
    done: list[int] = []

    def batch(limit: int) -> int:
        clock.advance(takes)
        done.append(limit)
        return limit if len(done) <= batches else 0

    return batch, done


def test_the_rest_goes_until_nothing_is_left(clock: Clock) -> None:
    """What one request's batch left must go, batch by batch."""
    batch, done = counting(3, clock)
    go_on(batch, Host(), clock)

    assert len(done) == 4


def test_the_rest_is_bounded_in_time(clock: Clock) -> None:
    """A sweep must end before it meets the next one."""
    batch, done = counting(100, clock, takes=LONGEST / 4)
    go_on(batch, Host(), clock)

    assert len(done) == 5


def test_a_server_that_ends_does_not_sweep(clock: Clock) -> None:
    """A process that was told to end must not go on."""
    batch, done = counting(100, clock)
    go_on(batch, Host(is_stopping=lambda: True), clock)

    assert len(done) == 1


def test_a_store_that_fails_is_a_line_in_the_log(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """What goes wrong in the thread must be said once, and end it."""

    def batch(_: int) -> int:
        raise StoreNotUsable(path="oauth.db", reason="the disk is full")

    with caplog.at_level(logging.WARNING, "mxcp.web"):
        go_on(batch, Host(), clock)

    assert "the disk is full" in caplog.text
