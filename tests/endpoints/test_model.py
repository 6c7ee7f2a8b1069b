"""Tests of the tools that files become."""

from __future__ import annotations

from pathlib import Path

from mxcp_flask.endpoints.model import Tool


def test_tool_without_parameters_and_return() -> None:
    """A tool that declares neither takes an empty object, and any result passes."""
    tool = Tool(name="now", path=Path("now.yml"), sql="SELECT 1")

    assert tool.input_schema == {"type": "object", "properties": {}, "additionalProperties": False}
    assert tool.result_validator.is_valid([{"a": 1}])


def test_validators_are_compiled_once() -> None:
    """A tool keeps its compiled checks from call to call."""
    tool = Tool(name="now", path=Path("now.yml"), sql="SELECT 1")

    assert tool.validators is tool.validators
    assert tool.result_validator is tool.result_validator
