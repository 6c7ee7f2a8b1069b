"""Processes that do everything at once with one store, and what must hold afterwards."""

from __future__ import annotations

from collections import Counter
from functools import partial

from tests.endurance.desk import Desk
from tests.endurance.worker import THREADS, Done, merged, work
from tests.store.places import look
from tests.store.processes import run_at_once

PROCESSES = 4
SHARED = ["shared0", "shared1", "shared2"]  # people whose provider's token all processes need


def do_everything_at_once(desk: Desk, seconds: int) -> None:
    """Let the processes work for so many seconds with what ``desk`` prepares, and check what they leave."""
    for name in SHARED:
        desk.board.post("shared", desk.family(name).access)
    task = partial(work, board=desk.board, seconds=seconds, start=desk.start)
    results = run_at_once(task, desk.place, PROCESSES, patience=seconds + 60)
    failures = [result for result in results if not isinstance(result, dict)]
    assert not failures, "\n".join(failures)
    done = merged(results)
    print(table(done, seconds))

    assert [name for name, (count, _) in done.items() if count == 0] == []
    check_single_use(desk)
    check_provider(desk)
    check_registrations(desk)
    assert [access for access, *_ in desk.board.lines("dead") if desk.is_alive(access)] == []


def check_single_use(desk: Desk) -> None:
    """Require that what was presented once was good, and of what was presented again the grant is dead."""
    tries = Counter(secret for [secret] in desk.board.lines("tries"))
    wins = desk.board.lines("wins")

    assert sorted(secret for secret, _ in wins) == sorted(tries)
    assert max(tries.values()) > 1
    assert [secret for secret, access in wins if desk.is_alive(access) != (tries[secret] == 1)] == []


def check_provider(desk: Desk) -> None:
    """Require that each of the provider's refresh tokens was used once, and that the last token is in the store."""
    grants = [desk.grant(access) for [access] in desk.board.lines("shared")]
    kept = {grant.provider_token.access_token for grant in grants if grant.provider_token}
    used = [file.name.split(".") for file in desk.board.folder.glob("refreshed.shared*")]
    refreshes = Counter(code for _, code, _ in used)

    assert min(refreshes[name] for name in SHARED) > 0
    assert kept == {f"{name}.{refreshes[name]}" for name in SHARED}


def check_registrations(desk: Desk) -> None:
    """Require that each client was counted and kept."""
    [[counted]] = look(desk.place, "SELECT sum(amount) FROM tally")

    assert counted == desk.store.count_clients()


def table(done: Done, seconds: int) -> str:
    """Return what was done as lines for people."""
    head = f"\n{PROCESSES} processes, {THREADS} threads each, {seconds} s"
    rows = [f"{'operation':<10}{'per second':>12}{'longest, ms':>14}"]
    rows += [f"{name:<10}{count / seconds:>12.1f}{longest * 1000:>14.0f}" for name, (count, longest) in done.items()]
    return "\n".join([head, *rows])
