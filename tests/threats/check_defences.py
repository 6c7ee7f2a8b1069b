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
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.threats.defence import ROOT, Defence
from tests.threats.defences import DEFENCES

PYTEST = (sys.executable, "-m", "pytest", "-q", "-rf", "--tb=short", "--color=no", "-p", "no:cacheprovider")
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
    chosen = [defence for defence in DEFENCES if not arguments or str(defence.threat) in arguments]
    started = time.monotonic()
    with TemporaryDirectory(prefix="defences-") as folder:
        tree = copy_of_repository(Path(folder) / "unchanged")
        unchanged = run_tests(tree, ["tests/threats"])
        passed = unchanged.exit_code == 0
        print(f"unchanged: {unchanged.output.splitlines()[-1] if passed else unchanged.output}", flush=True)
        faults = report(tree, chosen) if passed else 1
    print(f"{len(chosen)} defences, {faults} faults, {time.monotonic() - started:.0f} seconds")
    return 0 if chosen and not faults else 1


def report(tree: Path, defences: list[Defence]) -> int:
    """Check ``defences``, print what each without it comes to, and return how many faults there are."""
    faults = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for defence, (proven, text) in zip(defences, pool.map(partial(check, tree), defences), strict=True):
            print(f"{'' if proven else 'FAULT '}{defence}\n    {text}", flush=True)
            faults += not proven
    return faults


def check(tree: Path, defence: Defence) -> tuple[bool, str]:
    """Tell whether the defence's tests fail in a copy of ``tree`` without it, and how, or why this is not shown."""
    try:
        text = defence.taken_out((tree / defence.file).read_text(encoding="utf-8"))
    except ValueError as error:
        return False, str(error)
    with TemporaryDirectory(dir=tree.parent) as folder:
        copy = shutil.copytree(tree, Path(folder) / "without", copy_function=os.link)
        (copy / defence.file).unlink()  # the copy's name for it; to write through it would change the tree
        (copy / defence.file).write_text(text, encoding="utf-8")
        run = run_tests(copy, [f"{defence.test_file}::{test}" for test in defence.tests])
    fault = run.fault(defence.tests)
    return fault is None, fault or f"without: {run.reason[:160]}"


def copy_of_repository(tree: Path) -> Path:
    """Copy what the tests need to ``tree``, and return it."""
    for name in ("mxcp_flask", "templates", "tests"):
        shutil.copytree(ROOT / name, tree / name)
    shutil.copy2(ROOT / "setup.cfg", tree)
    return tree


def run_tests(tree: Path, tests: list[str]) -> Run:
    """Run pytest on ``tests`` in ``tree``, whose packages come before installed ones."""
    # Without a width pytest cuts off what its summary says; without its plugins it starts twice as fast.
    environ = {**os.environ, "COLUMNS": "1000", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = (*PYTEST, *tests)
    done = subprocess.run(command, cwd=tree, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False)
    return Run(done.returncode, done.stderr + done.stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
