"""``mxcp validate``."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from mxcp_flask.app import read_catalogue
from mxcp_flask.cli.colours import paint
from mxcp_flask.cli.counting import counted, counts
from mxcp_flask.cli.options import JSON, PROFILE
from mxcp_flask.cli.output import JsonCommand, print_result, printable
from mxcp_flask.cli.progress import reading
from mxcp_flask.cli.project import read_settings
from mxcp_flask.config.advice import advice
from mxcp_flask.documents import Fault
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.errors import FileNotReadable


@click.command(cls=JsonCommand)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@PROFILE
@JSON
@click.pass_context
def validate(ctx: click.Context, file: Path | None, profile: str | None, json_output: bool) -> None:
    """Check the configuration and every endpoint file, or one FILE. Exit code 1 when something is wrong."""
    settings = read_settings(profile)
    catalogue = read_catalogue(settings, reading)
    catalogue = replace(catalogue, warnings=(*advice(settings), *catalogue.warnings))
    if file is not None:
        catalogue = _only(catalogue, file)
    (_print_json if json_output else _print_text)(catalogue)
    ctx.exit(1 if catalogue.faults else 0)


def _only(catalogue: Catalogue, file: Path) -> Catalogue:
    """Return the part of ``catalogue`` that is from ``file``; raises FileNotReadable when nothing is."""
    target = file.resolve()
    named = {each.path for each in catalogue.found}
    named |= {fault.path for fault in (*catalogue.faults, *catalogue.warnings)}
    if target not in {path.resolve() for path in named}:
        reason = "it is no endpoint file of this project" if target.exists() else "No such file or directory"
        raise FileNotReadable(path=file, reason=reason)
    return replace(
        catalogue,
        tools={key: each for key, each in catalogue.tools.items() if each.path.resolve() == target},
        resources={key: each for key, each in catalogue.resources.items() if each.path.resolve() == target},
        prompts={key: each for key, each in catalogue.prompts.items() if each.path.resolve() == target},
        faults=tuple(each for each in catalogue.faults if each.path.resolve() == target),
        warnings=tuple(each for each in catalogue.warnings if each.path.resolve() == target),
    )


def _print_text(catalogue: Catalogue) -> None:
    for warning in catalogue.warnings:
        click.echo(paint("warning", "yellow") + printable(f": {warning}"))
    for fault in catalogue.faults:
        click.echo(paint("error", "red", sys.stderr) + printable(f": {fault}"), err=True)
    faults, warnings = counted("error", len(catalogue.faults)), counted("warning", len(catalogue.warnings))
    click.echo(f"{counts(catalogue)}, {faults}, {warnings}")


def _print_json(catalogue: Catalogue) -> None:
    report = {
        "tools": sorted(catalogue.tools),
        "resources": sorted(catalogue.resources),
        "prompts": sorted(catalogue.prompts),
        "errors": [_fault(fault) for fault in catalogue.faults],
        "warnings": [_fault(warning) for warning in catalogue.warnings],
    }
    print_result(report, ok=not catalogue.faults)


def _fault(fault: Fault) -> dict[str, Any]:
    return {"path": str(fault.path), "line": fault.line, "where": fault.where, "message": fault.message}
