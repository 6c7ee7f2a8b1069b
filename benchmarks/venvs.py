"""Pythons of their own for the peers, with their packages from PyPI, kept from run to run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mxcp-flask" / "benchmarks"
_MOST = 900.0  # seconds for pip


class NotInstalled(Exception):
    """What pip said when it could not install a peer."""


def python_with(packages: tuple[str, ...], folder: Path = FOLDER) -> Path:
    """Return a Python with ``packages``, whose first names it; install them when it is not there yet.

    Raises:
        NotInstalled: pip failed; the message has its last line.

    """
    home = folder / re.sub(r"[^\w.]+", "-", packages[0])
    python, done = home / "bin" / "python", home / "installed.txt"
    wanted = "\n".join([*packages, sys.version])
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        venv.create(home, clear=True, with_pip=False)
        command = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", *packages]
        pip = subprocess.run(command, capture_output=True, text=True, timeout=_MOST, check=False)
        if pip.returncode:
            raise NotInstalled(_last_error(pip.stderr))
        done.write_text(wanted, encoding="utf-8")
    return python


def versions_of(python: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Return the versions of the packages ``names`` that ``python`` has."""
    code = "import sys, importlib.metadata as m; print(*(m.version(name) for name in sys.argv[1:]))"
    told = subprocess.run([str(python), "-c", code, *names], capture_output=True, text=True, check=True)
    return dict(zip(names, told.stdout.split(), strict=True))


def _last_error(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if "ERROR" in line or "Error" in line]
    return (lines or ["pip failed"])[-1][:200]
