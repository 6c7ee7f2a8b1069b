"""Sees where connections are wanted to, without making any."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from urllib3.util import connection as urllib3_connection


def refuse_connections(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Let every connection of urllib3 fail, and return the list that its address and port come into."""
    places: list[tuple[str, int]] = []

    def create_connection(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        places.append(address)
        raise OSError

    monkeypatch.setattr(urllib3_connection, "create_connection", create_connection)
    return places
