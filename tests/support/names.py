"""Lets names that tests make up lead to this machine, in this process."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest


def own_address(port: int) -> str:
    """Return a loopback address that belongs to the test to which ``port`` belongs, with all of its ports free."""
    return f"127.77.{port >> 8}.{port & 255}"


@contextmanager
def leading_to(addresses: Mapping[str, str]) -> Iterator[None]:
    """Let each name lead to its address; other names lead where they did."""
    real = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return real(addresses.get(name, name), *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        yield
