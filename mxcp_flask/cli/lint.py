"""``mxcp lint``."""

from __future__ import annotations

from typing import Any

import click

from mxcp_flask.app import read_catalogue
from mxcp_flask.cli.colours import paint
from mxcp_flask.cli.counting import counted
from mxcp_flask.cli.missing import tables_missing_if_seen
from mxcp_flask.cli.options import JSON, PROFILE
from mxcp_flask.cli.output import JsonCommand, print_result, printable
from mxcp_flask.cli.progress import reading
from mxcp_flask.cli.project import read_settings
from mxcp_flask.endpoints.lint import Lint
from mxcp_flask.endpoints.lint import lint as find_lints

_COLOURS = {"warning": "yellow", "info": "cyan"}


@click.command(cls=JsonCommand)
@click.option("--severity", type=click.Choice(["all", "warning", "info"]), default="all", help="Print only these.")
@PROFILE
@JSON
@click.pass_context
def lint(ctx: click.Context, severity: str, profile: str | None, json_output: bool) -> None:
    """Say what the endpoint files leave unsaid, and which tables of their SQL are not there.

    That is advice: exit code 1 is only for files that cannot be loaded.
    """
    settings = read_settings(profile)
    catalogue = read_catalogue(settings, reading)
    files = {found.path for found in catalogue.found}  # the built-in tools have none
    found = [*tables_missing_if_seen(settings, catalogue), *find_lints(catalogue)]
    lints = [each for each in found if each.path in files and severity in {"all", each.severity}]
    lints.sort(key=lambda each: each.path)
    broken = len({fault.path for fault in catalogue.faults})
    if json_output:
        print_result([_entry(each) for each in lints], ok=not broken)
    else:
        _print_text(lints)
    if broken:
        click.echo(f"error: {broken} of the files cannot be loaded (mxcp validate shows them)", err=True)
    ctx.exit(1 if broken else 0)


def _print_text(lints: list[Lint]) -> None:
    for each in lints:
        click.echo(
            paint(each.severity, _COLOURS[each.severity])
            + printable(f": {each.path}: {each.location}: {each.message}. {each.suggestion}")
        )
    warnings = sum(each.severity == "warning" for each in lints)
    click.echo(f"{counted('warning', warnings)}, {len(lints) - warnings} info")


def _entry(each: Lint) -> dict[str, Any]:
    return {
        "severity": each.severity,
        "path": str(each.path),
        "location": each.location,
        "message": each.message,
        "suggestion": each.suggestion,
    }
