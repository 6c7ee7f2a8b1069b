"""Where a process listens, as Linux tells its owner in /proc (proc(5)). Every function raises OSError elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

from mxcp_flask.cli.starting import shown_address

_LISTENS = "0A"  # a state of TCP


def addresses_of(pid: int) -> list[str]:
    """Return the addresses at which the process takes connections, such as ``127.0.0.1:8000``; of all, loopback."""
    own = {link for link in _links(pid) if link.startswith("socket:")}
    tables = [Path(f"/proc/{pid}/net/{name}") for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return sorted({_address(row[1]) for row in rows if row[3] == _LISTENS and f"socket:[{row[9]}]" in own})


def _links(pid: int) -> Iterator[str]:
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            yield str(handle.readlink())


def _address(written: str) -> str:
    """Return ``0100007F:1F40`` as others write it: the host is in words of four bytes in this machine's order."""
    host, port = written.split(":")
    words = [bytes.fromhex(host[start : start + 8]) for start in range(0, len(host), 8)]
    packed = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    found = ip_address(packed)
    loopback = "127.0.0.1" if found.version == 4 else "::1"
    return shown_address(loopback if found.is_unspecified else str(found), int(port, 16))
