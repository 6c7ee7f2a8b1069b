"""docs/observability.md says what the log and the metrics are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from mxcp_flask.app import create_app
from mxcp_flask.config import load_settings
from mxcp_flask.metrics import names
from tests.docs.blocks import ROOT, Block, blocks_of
from tests.support.records import json_log
from tests.support.site import Site
from tests.support.visitor import Visitor
from tests.web.test_health import FailingStore

PAGE = ROOT / "docs" / "observability.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = list(blocks_of(PAGE))
ROW = re.compile(r"^\| `(mxcp_\w+)` \| (\w+) \| (.*?) ?\| (.*) \|$", re.MULTILINE)


def configurations() -> list[Block]:
    """Return the blocks that are parts of the user file."""
    return [block for block in BLOCKS if block.text.startswith("# ~/.mxcp/config.yml\n")]


def samples() -> list[dict[str, Any]]:
    """Return the sample lines and answers."""
    return [json.loads(line) for block in BLOCKS if block.language == "json" for line in block.text.splitlines()]


def test_table_of_metrics() -> None:
    """The table has every metric, with its type, labels and meaning, and no other."""
    rows = [
        (name, kind, tuple(re.findall(r"`(\w+)`", labels)), meaning)
        for name, kind, labels, meaning in ROW.findall(TEXT)
    ]

    assert rows == [(named.name, named.type, named.labels, named.meaning) for named in names.METRICS]


def test_alerts_name_metrics_that_exist() -> None:
    """Whatever is to wake somebody watches a metric of the table, by labels that it has."""
    [rules] = [block for block in BLOCKS if block.text.startswith("# mxcp-rules.yml")]
    alerts = yaml.safe_load(rules.text)["groups"][0]["rules"]
    known = {named.name: named for named in names.METRICS}

    for alert in alerts:
        for name, labels in re.findall(r"(mxcp_\w+?)(?:_bucket)?(?:\{(.*?)\})?\[", alert["expr"]):
            assert set(re.findall(r"(\w+)=", labels)) <= set(known[name].labels), alert
    assert len(alerts) > 5


def test_configurations_load(tmp_path: Path) -> None:
    """What the page says to write into the user file is understood, all of it together."""
    site = Site(tmp_path / "site", {"provider": "none"})
    site.config.write_text("".join(block.text for block in configurations()))
    settings = load_settings(site.project, {**site.environ, "METRICS_TOKEN": "0123456789abcdef"})

    assert (settings.logging.format, settings.metrics.enabled) == ("json", True)
    assert str(settings.logging.path) == "/var/log/mxcp/server.log"
    assert len(configurations()) == 2


def keys(line: dict[str, Any]) -> list[str]:
    """Return what a line has besides the exception that it may have."""
    return [key for key in line if key != "exception"]


def test_lines_of_a_call(visitor: Visitor) -> None:
    """The sample lines have the keys of real ones, in their order, and the same constant values."""
    token = visitor.get_token()
    with json_log() as log:
        visitor.whoami(token)
    access, call, _ = samples()

    for sample, [real] in ((access, log.of("mxcp.access")), (call, log.of("mxcp.calls"))):
        assert keys(sample) == keys(real)
        assert {key: type(value) for key, value in sample.items()} == {key: type(value) for key, value in real.items()}
        for key in ("level", "logger", "message", "user_id", "username", "name", "email", "called", "method", "path"):
            assert sample.get(key) == real.get(key)


def test_table_of_keys() -> None:
    """The table names the keys that the sample lines share."""
    table = TEXT.partition("Each line has these keys")[2].partition("Each request leaves")[0]
    named = set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines() if line.startswith("|")))
    )
    access, call, _ = samples()

    assert named == (access.keys() & call.keys()) - {"method"} | {"exception"}


@pytest.fixture
def failing(site: Site) -> FlaskClient:
    """Return a client of a server whose store does not answer."""
    return create_app(site.settings(), store=FailingStore()).test_client()


def test_answer_of_a_server_that_is_not_ready(failing: FlaskClient) -> None:
    """The sample is what the server answers, but for the reference."""
    real = failing.get("/ready").get_json()

    assert {**samples()[-1], "reference": ""} == {**real, "reference": ""}
