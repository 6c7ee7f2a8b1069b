"""What the tests of this package share: tools without files, and projects of a few files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mxcp_flask.endpoints.catalogue import Catalogue, load_catalogue
from mxcp_flask.endpoints.model import Parameter, Tool
from mxcp_flask.endpoints.types import input_schema, output_schema

HEAD = "mxcp: 1\ntool:\n  name: t\n  source: {code: SELECT 1}\n"  # the least that a tool's file may say


def make_tool(*definitions: dict[str, Any], returns: dict[str, Any] | None = None) -> Tool:
    """Return a tool with a parameter for each definition (its ``name`` included)."""
    parameters = tuple(Parameter(d["name"], d, "default" in d, d.get("default")) for d in definitions)
    return Tool(
        name="tried",
        path=Path("tried.yml"),
        sql="SELECT 1",
        parameters=parameters,
        returns=returns,
        input_schema=input_schema({p.name: p.definition for p in parameters}, required=_required(parameters)),
        output_schema=None if returns is None else output_schema(returns),
    )


def load_text(folder: Path, text: str, file: str = "tried.yml") -> Catalogue:
    """Write one endpoint file into ``folder`` and load the catalogue."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_catalogue(folder)


def expect_fault(folder: Path, text: str, line: int, where: str, part: str) -> None:
    """Hold that the file is no tool, and that exactly this fault is reported."""
    catalogue = load_text(folder, text)

    assert [f"{folder / 'tried.yml'}:{line}"] == [str(f).partition(": ")[0] for f in catalogue.faults]
    assert where == catalogue.faults[0].where
    assert part in catalogue.faults[0].message
    assert not catalogue.tools


def _required(parameters: tuple[Parameter, ...]) -> list[str]:
    return [parameter.name for parameter in parameters if not parameter.has_default]
