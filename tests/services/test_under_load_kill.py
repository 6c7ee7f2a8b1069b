"""A worker is killed under load: what it had in hand is lost, and nothing else."""

from __future__ import annotations

import os
import signal

import pytest

from mxcp_flask.demo import servers
from tests.services.sockets import connections_of
from tests.services.stage import HOSTS, Host, Stage, workers_of

pytestmark = pytest.mark.services


@pytest.mark.parametrize("host", HOSTS)
def test_kill(stage: Stage, host: Host) -> None:
    """At most the calls on the connections that it had accepted are not answered; a new worker takes its place.

    A connection that no worker has accepted waits in the kernel for one that lives. nginx opens one for each call, so
    each accepted one is a call in hand: one that runs in a thread, or waits for a thread. nginx repeats no POST that
    may have been carried out: its client is told 502.
    """
    port = servers.free_port()
    with stage.serving(host, port) as server, stage.proxied(port), stage.under_load() as load:
        workers = workers_of(server.process.pid)
        os.kill(workers[0], signal.SIGSTOP)  # it accepts no more, so that they can be counted
        in_hand = connections_of(workers[0], port)
        os.kill(workers[0], signal.SIGKILL)
        load.await_round()
        after = workers_of(server.process.pid)

    print(f"{in_hand} in hand, {len(load.faults)} lost")
    assert len(load.faults) <= in_hand
    assert {fault.partition(":")[0] for fault in load.faults} <= {"502"}
    assert len(after) == len(workers)
    assert set(workers) - set(after) == {workers[0]}
    if stage.mode == "read-write":
        assert load.answers <= stage.calls() <= load.answers + len(load.faults)
