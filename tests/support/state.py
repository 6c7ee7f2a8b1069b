"""Looks into the OAuth state that an application keeps in memory."""

from __future__ import annotations

from typing import cast

from flask import Flask

from mxcp_flask.records import AuthorizationCode, Client, Grant, PendingAuthorization
from mxcp_flask.store import MemoryStore


def _store(app: Flask) -> MemoryStore:
    return cast(MemoryStore, app.extensions["mxcp"].oauth.store)


def pending(app: Flask) -> list[PendingAuthorization]:
    """Return the authorization requests, oldest first."""
    return list(_store(app)._pending.values())


def codes(app: Flask) -> list[AuthorizationCode]:
    """Return the authorization codes, oldest first."""
    return list(_store(app)._codes.values())


def clients(app: Flask) -> list[Client]:
    """Return the registered clients, oldest first."""
    return list(_store(app)._clients.values())


def grants(app: Flask) -> list[Grant]:
    """Return the grants, oldest first."""
    return list(_store(app)._grants.values())
