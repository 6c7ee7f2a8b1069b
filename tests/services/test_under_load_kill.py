"""A worker is killed under load: what it had in hand is lost, and nothing else."""

from __future__ import annotations

import os
import signal

import pytest

from mxcp_flask.cli.workers import choose
from mxcp_flask.demo import servers
from tests.services.sockets import connections_of, freeze
from tests.services.stage import Stage
from tests.support.live import HOSTS, Host
from tests.support.processes import workers_of

pytestmark = pytest.mark.services


@pytest.mark.parametrize("host", HOSTS)
def test_kill(stage: Stage, host: Host) -> None:
    """At most the calls in its threads are not answered, and a new worker takes its place."""
    # A worker accepts a connection when it has a thread for it, and nginx opens one for each call. All others wait in
    # the kernel for a worker that lives. nginx repeats no POST that may have been carried out: its client is told 502,
    # or finds the answer cut when it had begun.
    port = servers.free_port()
    with stage.serving(host, port) as server, stage.proxied(port), stage.under_load() as load:
        workers = workers_of(server.process.pid)
        freeze(workers[0])  # so that what it has in hand can be counted
        in_hand = connections_of(workers[0], port)
        os.kill(workers[0], signal.SIGKILL)
        load.await_round()
        after = workers_of(server.process.pid)

    print(f"{in_hand} in hand, {len(load.faults)} lost")
    assert len(load.faults) <= min(in_hand, choose(stage.site.settings(), None, None).threads)
    assert {fault.partition(":")[0] for fault in load.faults} <= {"502", "IncompleteRead"}
    assert len(after) == len(workers)
    assert set(workers) - set(after) == {workers[0]}
    if stage.mode == "read-write":
        assert load.answers <= stage.calls() <= load.answers + len(load.faults)
