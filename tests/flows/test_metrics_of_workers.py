"""Metrics and log of servers with two workers, over real sockets and under load."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import requests
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from mxcp_flask.demo import sample, servers
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.metrics import sharing
from tests.support import live
from tests.support.site import CLIENT_ID, CLIENT_SECRET

pytestmark = pytest.mark.slow
CALLS = 200
PLAIN = "gunicorn with a folder of one's own"
COMMANDS = {
    "mxcp serve": [*live.MXCP, "serve", "--workers", "2", "--host", servers.HOST, "--port"],
    "gunicorn with our settings": [
        str(live.BIN / "gunicorn"), "-c", "python:mxcp_flask.cli.gunicorn_settings", "-w", "2", "wsgi:app", "-b",
    ],
    PLAIN: [str(live.BIN / "gunicorn"), "-w", "2", "--threads", "4", "wsgi:app", "-b"],
    "gunicorn that loads first": [
        str(live.BIN / "gunicorn"), "-c", "python:mxcp_flask.cli.gunicorn_settings", "-w", "2", "--preload", "wsgi:app",
        "-b",
    ],
}  # fmt: skip


class Watched:
    """The demo's project with metrics and a JSON log, and what starts a server for it."""

    def __init__(self, folder: Path, port: int, provider_url: str) -> None:
        self.base = f"http://{servers.HOST}:{port}"
        self.folder = folder
        self.port = port
        project = sample.unpack(folder / "project")
        self.config = servers.write_config(folder / "config.yml", provider_url, folder / "oauth.db")
        document = json.loads(self.config.read_text().replace(servers.CLIENT_ID, CLIENT_ID))
        document["metrics"] = {"enabled": True}
        document["logging"] = {"format": "json", "path": str(folder / "mxcp.log")}
        self.config.write_text(json.dumps(document))
        self.environ = {
            "MXCP_PROJECT": str(project),
            "MXCP_CONFIG": str(self.config),
            "MXCP_DEMO_CLIENT_SECRET": CLIENT_SECRET,
            "HOME": str(folder),
        }

    def running(self, name: str) -> AbstractContextManager[live.Server]:
        """Run the server that ``COMMANDS`` has under ``name``."""
        last = str(self.port) if name == "mxcp serve" else f"{servers.HOST}:{self.port}"
        environ = dict(self.environ)
        if name == PLAIN:
            (self.folder / "shared").mkdir()
            environ[sharing.VARIABLE] = str(self.folder / "shared")
        return live.running([*COMMANDS[name], last], environ, self.base, self.folder / "output")

    def metrics(self) -> dict[str, Metric]:
        """Read the metrics, from whichever worker answers."""
        answer = requests.get(f"{self.base}/metrics", timeout=live.SECONDS)
        assert answer.status_code == 200, answer.text
        return {family.name: family for family in text_string_to_metric_families(answer.text)}

    def lines(self) -> list[dict[str, Any]]:
        """Return the log."""
        return [json.loads(line) for line in (self.folder / "mxcp.log").read_text().splitlines()]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """Return the project, and serve the stand-in to it."""
    port = servers.free_port()
    with live.stand_in(port) as provider_url:
        yield Watched(tmp_path, port, provider_url)


def total(family: Metric, **labels: str) -> float:
    """Return the sum of the samples that have these labels among theirs; of a histogram, of the number of values."""
    ends = ("_bucket", "_sum")
    fitting = (one for one in family.samples if labels.items() <= one.labels.items() and not one.name.endswith(ends))
    return sum(sample.value for sample in fitting)


def workers_of(metrics: dict[str, Metric]) -> set[int]:
    """Return the process ids of the workers."""
    return {int(sample.labels["pid"]) for sample in metrics["process_resident_memory_bytes"].samples}


def call_at_once(people: list[DemoClient], number: int) -> None:
    """Call a tool so often, from eight threads."""

    def call(person: DemoClient) -> str:
        return live.text_of(person.send("tools/call", "my_observations"))

    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(call, people * (number // len(people))))) == number


@pytest.mark.parametrize("name", COMMANDS)
def test_two_workers_count_together(watched: Watched, name: str) -> None:
    """Whatever serves, and whichever worker is asked, the numbers of both are added up exactly."""
    with watched.running(name) as server:
        people = [live.sign_in(watched.base, login) for login in ("ada-fixture", "bo-fixture")]
        before = watched.metrics()
        call_at_once(people, CALLS)
        answers = [watched.metrics() for _ in range(4)]
        workers = workers_of(answers[0])
        files = [path.parent for worker in workers for path in folders_of(worker, watched)]
        server.stop()

    for after in answers:
        assert total(after["mxcp_calls"], name="my_observations", kind="tool", outcome="ok") == CALLS
        assert total(after["mxcp_call_duration_seconds"], name="my_observations") == CALLS
        assert total(after["mxcp_http_requests"], route="/mcp", method="POST", status="200") == CALLS
        assert total(after["mxcp_statements"], outcome="ok") - total(before["mxcp_statements"], outcome="ok") == CALLS
        assert total(after["mxcp_sign_ins"], outcome="completed") == 2
        assert total(after["mxcp_tokens_issued"], grant_type="authorization_code") == 2
        assert total(after["mxcp_store_duration_seconds"], operation="find_token") >= CALLS
        assert total(after["mxcp_statements_running"]) == 0
        assert total(after["mxcp_workers"]) == len(workers) == 2
    calls = [line for line in watched.lines() if line["logger"] == "mxcp.calls"]
    assert {line["pid"] for line in calls} == workers
    assert len(files) == 2
    assert name == PLAIN or not any(folder.exists() for folder in files)


def folders_of(worker: int, watched: Watched) -> Iterator[Path]:
    """Give the file that holds the worker's counters, wherever the server's folder is."""
    for parent in (Path("/dev/shm"), watched.folder / "shared"):  # noqa: S108 (looked at, not written to)
        yield from parent.glob(f"mxcp-metrics-*/counter_{worker}.db")
        yield from parent.glob(f"counter_{worker}.db")


@pytest.mark.parametrize("name", ["mxcp serve", PLAIN])
def test_worker_that_is_killed(watched: Watched, name: str) -> None:
    """What it counted stays, what it was goes, and its successor is counted; the log says what happened, as JSON."""
    with watched.running(name) as server:
        people = [live.sign_in(watched.base)]
        call_at_once(people, 40)
        first = workers_of(watched.metrics())
        killed = min(first)
        os.kill(killed, signal.SIGKILL)
        second = await_others(watched, killed)
        call_at_once(people, 40)
        after = watched.metrics()
        server.stop()

    assert len(second) == 2
    assert total(after["mxcp_calls"], name="my_observations", outcome="ok") == 80
    assert total(after["mxcp_workers"]) == 2
    if name != PLAIN:
        assert any(f"pid:{killed}" in line["message"] for line in watched.lines() if line["logger"] == "gunicorn.error")


def await_others(watched: Watched, gone: int) -> set[int]:
    """Return the workers once there are two, ``gone`` not among them; a worker is seen once it is ready."""
    deadline = time.monotonic() + live.SECONDS
    while time.monotonic() < deadline:
        workers = workers_of(watched.metrics())
        if len(workers) == 2 and gone not in workers:
            return workers
    raise AssertionError(workers)


def test_numbers_outlive_a_reload(watched: Watched) -> None:
    """After SIGHUP the workers go on counting where they were."""
    with watched.running("mxcp serve") as server:
        people = [live.sign_in(watched.base)]
        call_at_once(people, 20)
        server.process.send_signal(signal.SIGHUP)
        call_at_once(people, 20)

        assert total(watched.metrics()["mxcp_calls"], name="my_observations", outcome="ok") == 40
        server.stop()


def test_processes_without_a_folder_are_refused(watched: Watched) -> None:
    """Plain gunicorn with two workers that do not share their numbers must not start, and says what to do."""
    ended = live.run([*COMMANDS[PLAIN], f"{servers.HOST}:{watched.port}"], watched.environ)

    assert ended.returncode != 0
    assert "Each of 2 worker processes would have metrics of its own" in ended.stderr
    assert sharing.VARIABLE in ended.stderr


def test_log_of_two_workers(watched: Watched) -> None:
    """Each line of the file is an object; each request has its access line, and its lines share its identifier."""
    with watched.running("mxcp serve") as server:
        people = [live.sign_in(watched.base, login) for login in ("ada-fixture", "bo-fixture")]
        call_at_once(people, 100)
        answer = people[0].send("tools/call", "my_observations")
        server.stop()

    lines = watched.lines()
    assert (watched.folder / "mxcp.log").stat().st_mode & 0o777 == 0o600
    assert all(line["time"].endswith("Z") and line["pid"] for line in lines)
    named = Counter(line["request"] for line in lines if line["logger"] == "mxcp.access")
    assert set(named.values()) == {1}
    calls = [line for line in lines if line["logger"] == "mxcp.calls"]
    assert len(calls) == 101
    assert {line["request"] for line in calls} <= named.keys()
    assert calls[-1]["request"] == answer.headers["X-Request-ID"]
    assert {line["username"] for line in calls} == {"ada-fixture", "bo-fixture"}
