"""``mxcp list``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from mxcp_flask.app import read_catalogue
from mxcp_flask.cli.colours import paint
from mxcp_flask.cli.counting import counted
from mxcp_flask.cli.options import JSON, PROFILE
from mxcp_flask.cli.output import JsonCommand, print_result, printable
from mxcp_flask.cli.progress import reading
from mxcp_flask.cli.project import read_settings
from mxcp_flask.endpoints.catalogue import Catalogue


@click.command("list", cls=JsonCommand)
@PROFILE
@JSON
def list_endpoints(profile: str | None, json_output: bool) -> None:
    """List the project's endpoints, those that cannot be loaded too."""
    entries = sorted(_entries(read_catalogue(read_settings(profile), reading)), key=lambda entry: str(entry["path"]))
    if json_output:
        print_result({"endpoints": entries})
        return
    for entry in entries:
        error = paint("  ERROR", "red") if entry["error"] else ""
        click.echo(printable(f"{entry['kind']:<9}{entry['name']:<32} {entry['path']}") + error)
    click.echo(counted("endpoint", len(entries)))


def _entries(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    errors = {fault.path: fault.message for fault in reversed(catalogue.faults)}
    for found in (each for each in catalogue.found if each.enabled):
        yield _entry(found.path, found.kind, found.name, errors.pop(found.path, None))
    for path, error in errors.items():
        yield _entry(path, "unknown", "", error)


def _entry(path: Path, kind: str, name: str, error: str | None) -> dict[str, Any]:
    return {"path": str(path), "kind": kind, "name": name, "error": error}
