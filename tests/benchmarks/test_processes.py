"""What processes have used."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.processes import cpu_of, megabytes_of, tree

FAMILY = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "sum(range(3_000_000)); print('ready', flush=True); input()"],
                         stdin=subprocess.PIPE)
input()
child.communicate(b"\\n")
print("alone", flush=True)
input()
"""


def test_a_family_is_counted_also_after_a_death() -> None:
    """CPU is that of a process and all below it, and does not get less when one of them ends."""
    pipe, command = subprocess.PIPE, [sys.executable, "-c", FAMILY]
    with subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        family, used = tree(process.pid), cpu_of(process.pid)
        print(file=process.stdin, flush=True)
        assert process.stdout.readline() == "alone\n"
        alone, later = tree(process.pid), cpu_of(process.pid)
        process.communicate("\n")

    assert (len(family), len(alone)) == (2, 1)
    assert family[0].pid == process.pid
    assert 0 < used < later + 0.005  # a tick is longer


def test_memory_of_this_process() -> None:
    """What is shared counts less in the part than in the whole."""
    resident, part = megabytes_of(os.getpid())

    assert 5 < part <= resident
