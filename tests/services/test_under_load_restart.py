"""Another server takes over under load: 32 connections of steady calls, behind nginx, and none is refused or cut."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest

from mxcp_flask.demo import servers
from tests.services.activation import activated
from tests.services.stage import Stage
from tests.support import live
from tests.support.live import HOSTS, Host
from tests.support.load import Load
from tests.support.processes import master_of, processes_of

pytestmark = [pytest.mark.services, pytest.mark.parametrize("host", HOSTS)]


def all_answered(stage: Stage, load: Load) -> None:
    """Fail unless every call was answered, once, and written once where calls are written."""
    assert load.faults == []
    assert stage.calls() == (load.answers if stage.mode == "read-write" else 0)


@pytest.mark.parametrize("keep", [0, 16])
def test_a_socket_that_outlives_the_server(stage: Stage, host: Host, keep: int) -> None:
    """With the socket of a systemd unit, calls wait for the next server, whether nginx keeps connections or not."""
    with activated(stage, host) as activation, stage.proxied(activation.port, keep=keep), stage.under_load() as load:
        for word in ("two", "three"):
            stage.say(word)
            activation.restart()
            load.await_word(word)

    all_answered(stage, load)


def test_sigusr2(stage: Stage, host: Host) -> None:
    """SIGUSR2 starts a new master, which ends the old one as soon as it has all but the database."""
    port = servers.free_port()
    with stage.serving(host, port) as server, ended(server.process.pid), stage.proxied(port):
        with stage.under_load() as load:
            stage.say("two")
            server.process.send_signal(signal.SIGUSR2)
            assert server.process.wait(2 * live.SECONDS) == 0
            load.await_word("two")
        end(server.process.pid)

    all_answered(stage, load)


@pytest.mark.parametrize("stage", ["read-only"], indirect=True)
def test_two_servers(stage: Stage, host: Host) -> None:
    """With two servers for nginx to choose from, each can be stopped and started while the other answers."""
    ports = [servers.free_port(), servers.free_port()]
    with ExitStack() as running:
        before = [running.enter_context(stage.serving(host, port)) for port in ports]
        with stage.proxied(*ports), stage.under_load() as load:
            stage.say("two")
            for server, port in zip(before, ports, strict=True):
                assert server.stop() == 0
                load.await_round()
                running.enter_context(stage.serving(host, port))
            load.await_word("two")

    all_answered(stage, load)


def end(group: int) -> None:
    """Tell the master of a process group to end, and return when all processes of it have."""
    watched = [os.pidfd_open(process) for process in processes_of(group)]
    os.kill(master_of(group), signal.SIGTERM)
    for descriptor in watched:
        assert select.select([descriptor], [], [], live.SECONDS)[0]
        os.close(descriptor)


@contextmanager
def ended(group: int) -> Iterator[None]:
    """Leave no process of a group behind, whatever happens in the block."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
