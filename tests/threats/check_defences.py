"""Takes out every defence of ``defences.py`` in a copy of the tree, and expects the threat's tests to fail there.

Run as ``python -m tests.threats.check_defences``, with the numbers of some threats or without. Exits with 1 when a
defence is not where the table says, when a test does not notice that its defence is gone, or when the test fails for
another reason than an assertion: a server that crashes without a piece of its source shows nothing about that piece.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.threats.defence import ROOT, Defence
from tests.threats.defences import DEFENCES

COPIED = ("mxcp_flask", "templates", "tests")
FOLDER = "tests/threats"
SECONDS = 120  # for one run of pytest
FAILED = re.compile(r"^FAILED [^:]+::(\w+)(?:\[.*\])? - (.+)$", re.MULTILINE)
ASSERTED = ("assert ", "AssertionError", "Failed: DID NOT RAISE")
CRASHED = "ERROR    mxcp.web"  # what the web edge logs when it answers with 500 or 503


@dataclass(frozen=True)
class Run:
    """A finished run of pytest."""

    exit_code: int
    output: str

    @property
    def reason(self) -> str:
        """Return what the first failure says."""
        found = FAILED.search(self.output)
        return found[2] if found else ""

    def fault(self, tests: Iterable[str]) -> str | None:
        """Say why this run does not show that all ``tests`` noticed what was taken out, or return None."""
        if CRASHED in self.output:
            return "the server crashed"
        failures = FAILED.findall(self.output)
        noticed = {name for name, reason in failures if reason.startswith(ASSERTED)}
        missed = [test for test in tests if test not in noticed]
        return f"not noticed by {', '.join(missed)}: {failures or self.output[-2000:]}" if missed else None


def main(arguments: list[str]) -> int:
    """Check the defences of the threats whose numbers are given, or all, and return the exit code."""
    started = time.monotonic()
    chosen = [defence for defence in DEFENCES if not arguments or str(defence.threat) in arguments]
    unchanged = run_without(None, [FOLDER])
    if unchanged.exit_code != 0:
        print(unchanged.output)
        return 1
    print(f"unchanged: {unchanged.output.strip().splitlines()[-1]}")
    faults = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for defence, (noticed, text) in zip(chosen, pool.map(check, chosen), strict=True):
            print(f"{'' if noticed else 'FAULT '}{defence}\n    {text}", flush=True)
            faults += not noticed
    print(f"{len(chosen)} defences, {faults} not proven, in {time.monotonic() - started:.0f} seconds")
    return 1 if faults else 0


def check(defence: Defence) -> tuple[bool, str]:
    """Tell whether the defence's tests fail without it, and how, or why this is not shown."""
    try:
        run = run_without(defence, [f"{defence.test_file}::{test}" for test in defence.tests])
    except ValueError as error:
        return False, str(error)
    fault = run.fault(defence.tests)
    return fault is None, fault or f"without: {run.reason[:160]}"


def run_without(defence: Defence | None, tests: list[str]) -> Run:
    """Run ``tests`` in a copy of the tree, without ``defence`` there. Raises ValueError when it is not there once."""
    with TemporaryDirectory(prefix="defence-") as folder:
        tree = copy_of_tree(Path(folder) / "tree")
        if defence is not None:
            path = tree / defence.file
            path.write_text(defence.taken_out(path.read_text(encoding="utf-8")), encoding="utf-8")
        return run_tests(tree, tests)


def copy_of_tree(tree: Path) -> Path:
    """Copy what the tests need to ``tree``, compiled files included, and return it."""
    for name in COPIED:
        shutil.copytree(ROOT / name, tree / name)
    shutil.copy2(ROOT / "setup.cfg", tree)
    return tree


def run_tests(tree: Path, tests: list[str]) -> Run:
    """Run pytest on ``tests`` in ``tree``, whose packages come before installed ones."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rf",
        "--tb=short",
        "--color=no",
        "-p",
        "no:cacheprovider",
        *tests,
    ]
    # Without a width pytest cuts off what its summary says; without its plugins it starts twice as fast.
    environ = {**os.environ, "COLUMNS": "1000", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False)
    return Run(done.returncode, done.stdout + done.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
