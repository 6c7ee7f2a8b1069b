"""SIGHUP under load: 32 connections of steady calls, behind nginx, and not one that is refused, cut or wrong."""

from __future__ import annotations

import signal

import pytest

from mxcp_flask.demo import servers
from tests.services.stage import Stage
from tests.support.live import HOSTS, Host

pytestmark = pytest.mark.services


@pytest.mark.parametrize("host", HOSTS)
def test_reload(stage: Stage, host: Host) -> None:
    """New files are served after SIGHUP; broken ones change nothing; no call is lost meanwhile."""
    port = servers.free_port()
    with stage.serving(host, port) as server, stage.proxied(port), stage.under_load() as load:
        stage.say("two")
        server.process.send_signal(signal.SIGHUP)
        load.await_word("two")
        stage.site.write("tools/broken.yml", "mxcp: 1\ntool: {name: broken, source: {code: 1}}\n")
        server.process.send_signal(signal.SIGHUP)
        load.await_round()

    assert load.faults == []
    assert set(load.latest) == {"two"}
    assert "the server goes on as before: 1 of the endpoint files cannot be loaded" in stage.log.read_text()


def test_gunicorns_own_reload(stage: Stage) -> None:
    """Without our settings gunicorn replaces its workers at SIGHUP, and calls wait for the new ones where they must."""
    port = servers.free_port()
    with stage.serving("gunicorn as it comes", port) as server, stage.proxied(port), stage.under_load() as load:
        stage.say("two")
        server.process.send_signal(signal.SIGHUP)
        load.await_word("two")

    assert load.faults == []
