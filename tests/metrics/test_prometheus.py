"""What Prometheus reads of one process."""

from __future__ import annotations

import os

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from mxcp_flask.meter import Meter
from mxcp_flask.metrics import names, open_meter
from mxcp_flask.oauth.audit import Audit
from mxcp_flask.oauth.measured_audit import MeasuredAudit
from tests.support.meters import report_everything


def families(meter: Meter) -> dict[str, Metric]:
    """Return what Prometheus's own parser makes of the exposition."""
    media_type, text = meter.exposition()
    assert media_type.startswith("text/plain; version=0.0.4")
    return {family.name: family for family in text_string_to_metric_families(text.decode())}


@pytest.fixture
def meter() -> Meter:
    """Return a meter to which one of each was reported."""
    made = open_meter(enabled=True, version="1.2.3")
    report_everything(made)
    return made


def value(meter: Meter, sample: str, **labels: str) -> float:
    """Return the value of the one sample of that name with exactly these labels."""
    found = [one for family in families(meter).values() for one in family.samples if one.name == sample]
    [only] = [one.value for one in found if one.labels == labels]
    return float(only)


@pytest.mark.parametrize(
    ("sample", "labels", "expected"),
    [
        ("mxcp_calls_total", {"method": "tools/call", "kind": "tool", "name": "whoami", "outcome": "ok"}, 1),
        ("mxcp_call_duration_seconds_sum", {"method": "tools/call", "kind": "tool", "name": "whoami"}, 0.2),
        ("mxcp_http_requests_total", {"route": "/mcp", "method": "POST", "status": "200"}, 1),
        ("mxcp_http_request_duration_seconds_bucket", {"route": "/mcp", "le": "0.25"}, 0),
        ("mxcp_http_request_duration_seconds_bucket", {"route": "/mcp", "le": "0.5"}, 1),
        ("mxcp_refusals_total", {"reason": "TokenMissing"}, 1),
        ("mxcp_failures_total", {"reason": "StoreNotUsable"}, 1),
        ("mxcp_security_events_total", {"event": "code_replayed"}, 1),
        ("mxcp_sign_ins_total", {"provider": "github", "outcome": "completed"}, 1),
        ("mxcp_tokens_issued_total", {"grant_type": "refresh_token"}, 1),
        ("mxcp_store_duration_seconds_count", {"operation": "find_token"}, 1),
        ("mxcp_store_errors_total", {"operation": "find_token"}, 1),
        ("mxcp_store_connections", {"state": "used"}, 3),
        ("mxcp_store_connections", {"state": "idle"}, 2),
        ("mxcp_statements_total", {"outcome": "late"}, 1),
        ("mxcp_statement_duration_seconds_sum", {}, 30),
        ("mxcp_statements_running", {}, 1),
        ("mxcp_build_info", {"version": "1.2.3"}, 1),
        ("mxcp_workers", {}, 1),
    ],
)
def test_each_report_is_read(meter: Meter, sample: str, labels: dict[str, str], expected: float) -> None:
    """Every report is a sample under its name and labels."""
    assert value(meter, sample, **labels) == expected


def test_all_metrics_of_the_table_and_the_process(meter: Meter) -> None:
    """The table names what is exposed besides the process's own, each with its type and meaning."""
    found = families(meter)
    own = {name: family for name, family in found.items() if name.startswith("mxcp_")}

    assert {(named.name.removesuffix("_total"), named.type) for named in names.METRICS} == {
        (name, family.type) for name, family in own.items()
    }
    assert all(family.documentation for family in own.values())
    assert {"process_resident_memory_bytes", "process_cpu_seconds", "process_open_fds"} <= found.keys()
    assert {sample.labels["pid"] for name in found.keys() - own.keys() for sample in found[name].samples} == {
        str(os.getpid())
    }


def test_labels_are_those_of_the_table(meter: Meter) -> None:
    """No sample has a label that the table does not name."""
    found = families(meter)
    for named in names.METRICS:
        for sample in found[named.name.removesuffix("_total")].samples:
            assert set(sample.labels) - {"le"} == set(named.labels)


def test_counts_begin_with_nothing() -> None:
    """What an alert waits for is there from the beginning, so that its first time is seen too."""
    meter = open_meter(enabled=True, version="1")
    MeasuredAudit(Audit(), meter, "github")

    assert value(meter, "mxcp_security_events_total", event="code_replayed") == 0
    assert value(meter, "mxcp_sign_ins_total", provider="github", outcome="failed") == 0
    assert value(meter, "mxcp_tokens_issued_total", grant_type="refresh_token") == 0
    assert value(meter, "mxcp_statements_total", outcome="late") == 0


def test_methods_that_http_does_not_know(meter: Meter) -> None:
    """A method is the client's word, unless it is one of HTTP's."""
    meter.answered("", "ADA@EXAMPLE.ORG", 405, 0.1)

    assert value(meter, "mxcp_http_requests_total", route="", method="other", status="405") == 1
    assert b"ADA" not in meter.exposition()[1]


def test_two_servers_in_one_process(meter: Meter) -> None:
    """Each has its own numbers."""
    report_everything(open_meter(enabled=True, version="1.2.3"))

    assert value(meter, "mxcp_refusals_total", reason="TokenMissing") == 1


def test_meter_that_is_off() -> None:
    """Without metrics everything may be reported, and nothing is kept."""
    meter = open_meter(enabled=False, version="1.2.3")
    report_everything(meter)

    assert (type(meter), meter.is_counting, meter.exposition()[1]) == (Meter, False, b"")
