"""Where and when something was measured."""

from __future__ import annotations

import os
import platform
import re
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGES = ("mxcp-flask", "duckdb", "flask", "gunicorn", "psycopg")


def describe() -> dict[str, Any]:
    """Return the machine, the versions and the time; nothing that names the machine or its user."""
    return {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "processor": _first("/proc/cpuinfo", r"model name\s*: (.*)"),
        "memory_mb": int(_first("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0) // 1024,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in _PACKAGES},
        "load_at_start": load(),
    }


def measured_on(machine: dict[str, Any]) -> str:
    """Return when and where, as a sentence."""
    packages = machine["packages"]
    return " ".join(
        [
            f"Measured {machine['time'][:10]} on {machine['cores']} cores ({machine['processor']}) with Python",
            f"{machine['python']}, DuckDB {packages['duckdb']} and gunicorn {packages['gunicorn']};",
            f"{machine['load_at_start']} processes wanted a core at the start, {machine['load_at_end']} at the end.",
        ]
    )


def load() -> float:
    """Return how many processes wanted a core in the last minute, on average."""
    return round(os.getloadavg()[0], 2)


def _first(path: str, pattern: str) -> str:
    found = re.search(pattern, Path(path).read_text(encoding="utf-8"))
    return found.group(1).strip() if found else ""
