"""Answers that are read from a file while they are sent."""

from __future__ import annotations

import json
import logging
import tempfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.site import Site

MANY = """
mxcp: 1
tool:
  name: many
  description: Very many rows
  source: {code: "SELECT i, 'a \\"note\\" of some length' AS note FROM range(9000) t(i)"}
"""
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "many"}}
HEADERS = {"MCP-Protocol-Version": "2025-11-25"}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """Return a client of a server without sign-in that has a tool with many rows."""
    site = Site(tmp_path / "site", {"provider": "none"})
    site.write("tools/many.yml", MANY)
    return site.app().test_client(use_cookies=False)


def test_a_long_answer_has_its_length(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """The client must know how long the answer is before it comes, and the log say so, too."""
    with caplog.at_level(logging.INFO, "mxcp.access"), client.post("/mcp", json=CALL, headers=HEADERS) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/json")
        assert answer.content_length == len(answer.data) > 900_000
        rows = json.loads(answer.json["result"]["content"][0]["text"])  # type: ignore[index]

    assert rows == answer.json["result"]["structuredContent"]["result"]  # type: ignore[index]
    assert len(rows) == 9000
    assert f"{answer.content_length} bytes" in caplog.text


def test_a_full_disk_is_an_error_and_no_half_answer(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """When there is no place to put the rows, the answer must be an error of JSON-RPC from its first byte."""
    monkeypatch.setattr("mxcp_flask.mcp.spool._IN_MEMORY", 1000)
    monkeypatch.setattr(tempfile, "tempdir", "/dev/full")
    answer = client.post("/mcp", json=CALL, headers=HEADERS)

    assert answer.status_code == 200
    assert answer.json["error"]["code"] == -32603  # type: ignore[index]
    assert "result" not in answer.json  # type: ignore[operator]
