"""The examples of docs/extending.md are those of the tests, or are run here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import click
import pytest
from click.testing import CliRunner

from mxcp_flask.cli.options import JSON, PROFILE
from mxcp_flask.cli.output import JsonCommand, print_result, printable
from mxcp_flask.cli.project import read_settings
from mxcp_flask.engine import Database
from mxcp_flask.errors import ParamsInvalid
from mxcp_flask.mcp import McpServer
from mxcp_flask.mcp.methods import BOTH, METHODS, Method
from mxcp_flask.mcp.service import Exchange
from tests.docs.blocks import ROOT, blocks_of
from tests.mcp.client import Client
from tests.mcp.fakes import CATALOGUE, FakeDatabase

BLOCKS = [block.text for block in blocks_of(ROOT / "docs" / "extending.md") if block.language == "python"]
COPIED = {0: "flows/lighthouse.py", 1: "flows/test_fourth_provider.py", 2: "store/test_memory.py"}


@pytest.mark.parametrize(("number", "name"), COPIED.items())
def test_examples_are_those_of_the_tests(number: int, name: str) -> None:
    """A provider, its test and the test of a store stand in tests, where they are run."""
    assert BLOCKS[number] in (ROOT / "tests" / name).read_text(encoding="utf-8")
    assert len(BLOCKS) == 5


def run(example: str, **names: Any) -> dict[str, Any]:
    """Return what the example defines, given ``names``."""
    found: dict[str, Any] = dict(names)
    exec(compile(example, "docs/extending.md", "exec"), found)  # noqa: S102 (our own text)
    return found


def test_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of a method answers, and refuses what does not fit."""
    found = run(
        BLOCKS[3], Exchange=Exchange, Mapping=Mapping, Any=Any, ParamsInvalid=ParamsInvalid, Method=Method, BOTH=BOTH
    )
    monkeypatch.setattr("mxcp_flask.mcp.dispatch.METHODS", {**METHODS, "tools/count": found["METHOD"]})
    client = Client(McpServer(CATALOGUE, cast(Database, FakeDatabase()), name="shop", version="1"))

    assert client.modern("tools/count").json["result"]["count"] == len(CATALOGUE.tools)
    assert client.modern("tools/count", {"kind": "prompt"}).outcome == (400, -32602)


def test_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of a command prints the project's folder."""
    names = {
        "click": click,
        "JsonCommand": JsonCommand,
        "PROFILE": PROFILE,
        "JSON": JSON,
        "read_settings": read_settings,
    }
    found = run(BLOCKS[4], **names, print_result=print_result, printable=printable)
    (tmp_path / "mxcp-site.yml").write_text("mxcp: 1\nproject: shop\nprofile: default\n")
    monkeypatch.setenv("MXCP_PROJECT", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("MXCP_CONFIG", raising=False)

    assert CliRunner().invoke(found["where"], []).output == f"{tmp_path}\n"
