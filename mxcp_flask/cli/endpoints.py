"""``mxcp validate`` and ``mxcp list``: what is in the project's endpoint files."""

from __future__ import annotations

import json
from typing import Any

import click

from mxcp_flask.app import read_catalogue
from mxcp_flask.cli.options import JSON, PROFILE
from mxcp_flask.cli.project import read_settings
from mxcp_flask.documents import Fault
from mxcp_flask.endpoints.catalogue import Catalogue


@click.command()
@PROFILE
@JSON
@click.pass_context
def validate(ctx: click.Context, profile: str | None, json_output: bool) -> None:
    """Check the configuration and every endpoint file. Exit code 1 when something is wrong."""
    catalogue = _catalogue(profile)
    (_validate_json if json_output else _validate_text)(catalogue)
    ctx.exit(1 if catalogue.faults else 0)


@click.command("list")
@PROFILE
@JSON
def list_endpoints(profile: str | None, json_output: bool) -> None:
    """List the project's endpoints, those that cannot be loaded too."""
    entries = _entries(_catalogue(profile))
    if json_output:
        click.echo(json.dumps({"status": "ok", "result": {"endpoints": entries}}, indent=2))
        return
    for entry in entries:
        click.echo(f"{entry['kind']:<9}{entry['name']:<32}{entry['path']}{'  ERROR' if entry['error'] else ''}")
    click.echo(f"{len(entries)} endpoints")


def _catalogue(profile: str | None) -> Catalogue:
    return read_catalogue(read_settings(profile))


def _validate_text(catalogue: Catalogue) -> None:
    for warning in catalogue.warnings:
        click.echo(f"warning: {warning}")
    for fault in catalogue.faults:
        click.echo(f"error: {fault}", err=True)
    counts = {"tool": catalogue.tools, "error": catalogue.faults, "warning": catalogue.warnings}
    click.echo(", ".join(f"{len(found)} {name}{'' if len(found) == 1 else 's'}" for name, found in counts.items()))


def _validate_json(catalogue: Catalogue) -> None:
    report = {
        "tools": sorted(catalogue.tools),
        "errors": [_fault(fault) for fault in catalogue.faults],
        "warnings": [_fault(warning) for warning in catalogue.warnings],
    }
    status = "error" if catalogue.faults else "ok"
    click.echo(json.dumps({"status": status, "result": report}, indent=2))


def _fault(fault: Fault) -> dict[str, Any]:
    return {"path": str(fault.path), "line": fault.line, "where": fault.where, "message": fault.message}


def _entries(catalogue: Catalogue) -> list[dict[str, Any]]:
    errors = {fault.path: fault.message for fault in reversed(catalogue.faults)}
    return [
        {"path": str(found.path), "kind": found.kind, "name": found.name, "error": errors.get(found.path)}
        for found in catalogue.found
    ]
