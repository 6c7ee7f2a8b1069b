"""docs/limits.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mxcp_flask.cli import stopping
from mxcp_flask.cli.gunicorn_options import GRACE
from mxcp_flask.cli.gunicorn_rounds import SLOWEST
from mxcp_flask.config.auth_section import LimitsSchema, RegistrationSchema, TokensSchema
from mxcp_flask.config.fields import FileSchema
from mxcp_flask.config.model import Limits, Registration, Settings, Tokens, Transport
from mxcp_flask.config.site_file import DuckdbSchema, SiteFileSchema
from mxcp_flask.config.transport_section import HttpSchema
from mxcp_flask.engine import DatabaseSettings, fetching, session
from mxcp_flask.mcp import completion, json_text, legacy
from mxcp_flask.oauth import client_documents
from mxcp_flask.oauth.requests import LONGEST_VALUE
from mxcp_flask.providers import http
from mxcp_flask.store.opening import BUSY_TIMEOUT
from mxcp_flask.store.postgres import address, connections
from mxcp_flask.web import forms, housekeeping
from tests.docs.blocks import ROOT

DATABASE = DatabaseSettings(path=Path("x"))
DEFAULTS: dict[str, tuple[float, ...]] = {
    "calls of a person": (Limits().calls_per_person,),
    "calls of a client": (Limits().calls_per_client,),
    "messages in a batch (2025-03-26)": (legacy.MAX_BATCH,),
    "a request's body": (Transport().max_request_bytes,),
    "a form, or a registration": (forms.LARGEST_FORM,),
    "a parameter of OAuth": (LONGEST_VALUE,),
    "nesting of a message": (json_text.MAX_DEPTH,),
    "rows of a result": (DATABASE.max_rows,),
    "a result as JSON": (DATABASE.max_bytes,),
    "a statement that a model wrote": (session.LONGEST_STATEMENT,),
    "a download of SQL": (fetching.LARGEST,),
    "all downloads of a call": (fetching.LARGEST_SUM, fetching.MOST_DOWNLOADS),
    "entries on a page of a list": (Settings.page_size,),
    "values of a completion": (completion.MOST_VALUES,),
    "a pause within a request (`mxcp serve`)": (SLOWEST,),
    "a pause in taking an answer (`mxcp serve`)": (SLOWEST,),
    "a statement of SQL": (DATABASE.timeout,),
    "an answer of the identity provider": (http.TOTAL_SECONDS,),
    "the document of a client": (client_documents.PATIENCE,),
    "a DuckDB file that another process still has open": (stopping.PATIENCE,),
    "the turn to write to the SQLite store": (BUSY_TIMEOUT,),
    "a connection to the PostgreSQL store": (address.CONNECT_TIMEOUT,),
    "a free connection among `pool_size`": (connections.PATIENCE,),
    "a statement of the PostgreSQL store": (address.STATEMENT_TIMEOUT, address.LOCK_TIMEOUT),
    "what runs when the server is told to end": (GRACE,),
    "a sweep of the store, beside requests": (housekeeping.LONGEST,),
    "registrations from an address": (Registration().rate_limit,),
    "registered clients": (Registration().total_limit,),
    "life of a client that nobody used": (Registration().unused_ttl,),
    "life of a client since its last use": (Registration().idle_ttl,),
    "look-ups of client documents at once, in a process": (client_documents.MOST_AT_ONCE,),
    "life of a code": (Tokens().code_ttl,),
    "life of an access token": (Tokens().access_ttl,),
    "life of a refresh token": (Tokens().refresh_ttl,),
}
TIMES: dict[str, tuple[float, ...]] = {"a download of SQL": (fetching.SECONDS,)}
SECTIONS: dict[str, type[FileSchema]] = {
    "auth.limits": LimitsSchema,
    "auth.registration": RegistrationSchema,
    "auth.tokens": TokensSchema,
    "transport.http": HttpSchema,
    "duckdb": DuckdbSchema,
    "": SiteFileSchema,
}


def rows() -> list[list[str]]:
    """Return the cells of the page's tables, without their heads."""
    text = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| limit |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_limit_is_checked() -> None:
    """The page has the limits that this test knows, and no others."""
    assert {row[0] for row in rows()} == DEFAULTS.keys()


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_defaults_are_the_code_s(row: list[str]) -> None:
    """The numbers in a row are those of the code, in its units."""
    told = tuple(float(number) for number in re.findall(r"[0-9]+(?:\.[0-9]+)?", row[1]))
    expected = TIMES if row[1].endswith("seconds") and row[0] in TIMES else DEFAULTS

    assert told == expected[row[0]]


@pytest.mark.parametrize(
    "row", [row for row in rows() if row[2].startswith("`") and "--" not in row[2]], ids=lambda row: row[0]
)
def test_keys_are_known(row: list[str]) -> None:
    """Each key can be written where the page says."""
    section, _, key = row[2].strip("`").rpartition(".")
    known = SECTIONS[section]().fields

    assert key in known
