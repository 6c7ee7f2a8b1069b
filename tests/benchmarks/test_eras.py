"""Requests and answers on the wire."""

from __future__ import annotations

import json

import pytest

from benchmarks import cases, eras


def test_an_answer_may_be_an_event() -> None:
    """The result is found in plain JSON and in an event; an error is no result."""
    text = '{"jsonrpc": "2.0", "id": 1, "result": {"tools": []}}'

    assert eras.result_of(text) == {"tools": []}
    assert eras.result_of(f"event: message\ndata: {text}\n\n") == {"tools": []}
    with pytest.raises(ValueError, match="isError"):
        eras.result_of('{"id": 1, "result": {"isError": true, "content": []}}')
    with pytest.raises(ValueError, match="error"):
        eras.result_of('{"id": 1, "error": {"code": 1}}')


def test_a_request_in_both_eras() -> None:
    """The modern era names method and tool in headers and tells its version; the legacy one has the bare request."""
    headers, body = eras.request_of(cases.SUM.method, cases.SUM.params, eras.MODERN)
    bare, short = eras.request_of(cases.SUM.method, cases.SUM.params, eras.LEGACY)

    assert headers == {"Mcp-Method": "tools/call", "Mcp-Name": "sum"}
    assert json.loads(body)["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] == eras.MODERN
    assert bare == {}
    assert json.loads(short) == {
        "jsonrpc": "2.0", "id": eras.MARK, "method": "tools/call", "params": cases.SUM.params
    }  # fmt: skip


def test_wrong_results_are_not_right() -> None:
    """A sum is right when it is seven, wrapped or not, and wrong when it is anything else."""
    content = [{"type": "text", "text": "7"}]

    assert cases.SUM.is_right({"content": content, "structuredContent": {"result": 7}})
    assert cases.SUM.is_right({"content": content, "structuredContent": 7})
    assert not cases.SUM.is_right({"content": content, "structuredContent": {"result": 8}})
