"""The table of all metrics. Every label has few values: none takes a person's identity or a client's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Named:
    """A metric: its name as Prometheus has it, its type, labels, and meaning."""

    name: str
    type: Literal["counter", "histogram", "gauge"]
    labels: tuple[str, ...]
    meaning: str
    buckets: tuple[float, ...] = ()


_CALL = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)  # seconds
_STEP = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0, 30.0)

CALLS = Named("mxcp_calls_total", "counter", ("method", "kind", "name", "outcome"), "Requests of MCP")
CALL_DURATION = Named(
    "mxcp_call_duration_seconds", "histogram", ("method", "kind", "name"), "Seconds until their end", _CALL
)
HTTP_REQUESTS = Named("mxcp_http_requests_total", "counter", ("route", "method", "status"), "HTTP requests")
HTTP_DURATION = Named("mxcp_http_request_duration_seconds", "histogram", ("route",), "Seconds until their end", _CALL)
REFUSALS = Named("mxcp_refusals_total", "counter", ("reason",), "Requests refused: class or code of the error")
FAILURES = Named(
    "mxcp_failures_total", "counter", ("reason",), "Requests that the server failed on: class of the error"
)
SIGN_INS = Named("mxcp_sign_ins_total", "counter", ("provider", "outcome"), "Sign-ins that ended")
TOKENS = Named("mxcp_tokens_issued_total", "counter", ("grant_type",), "Times that tokens were issued")
EVENTS = Named("mxcp_security_events_total", "counter", ("event",), "Events of the audit, with or without its file")
STORE_DURATION = Named("mxcp_store_duration_seconds", "histogram", ("operation",), "Seconds at the OAuth state", _STEP)
STORE_ERRORS = Named("mxcp_store_errors_total", "counter", ("operation",), "Operations that the OAuth state failed at")
STORE_CONNECTIONS = Named(
    "mxcp_store_connections", "gauge", ("state",), "Connections to the OAuth state in PostgreSQL: used, idle"
)
STATEMENTS = Named("mxcp_statements_total", "counter", ("outcome",), "Statements in DuckDB")
STATEMENT_DURATION = Named("mxcp_statement_duration_seconds", "histogram", (), "Seconds until their end", _STEP)
RUNNING = Named("mxcp_statements_running", "gauge", (), "Statements that run at the moment")
BUILD = Named("mxcp_build_info", "gauge", ("version",), "1, for the version that runs")
WORKERS = Named("mxcp_workers", "gauge", (), "Worker processes")

#: What workers count themselves.
COUNTED = (
    CALLS,
    CALL_DURATION,
    HTTP_REQUESTS,
    HTTP_DURATION,
    REFUSALS,
    FAILURES,
    SIGN_INS,
    TOKENS,
    EVENTS,
    STORE_DURATION,
    STORE_ERRORS,
    STORE_CONNECTIONS,
    STATEMENTS,
    STATEMENT_DURATION,
    RUNNING,
    BUILD,
)
METRICS = (*COUNTED, WORKERS)
