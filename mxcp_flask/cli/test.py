"""``mxcp test``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any

import click

from mxcp_flask import logs
from mxcp_flask.app import read_catalogue
from mxcp_flask.cli.colours import paint
from mxcp_flask.cli.completion import endpoint_names
from mxcp_flask.cli.counting import counted
from mxcp_flask.cli.options import DEBUG, JSON, PROFILE, READONLY, USER
from mxcp_flask.cli.output import JsonCommand, print_result, printable
from mxcp_flask.cli.progress import reading, steps
from mxcp_flask.cli.project import open_database, read_settings, with_readonly
from mxcp_flask.cli.running import Runner, find
from mxcp_flask.cli.testing import Examiner, untestable
from mxcp_flask.cli.user_context import read_user
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import KINDS, Endpoint, Kind

_COLOURS = {"passed": "green", "failed": "red", "error": "red"}
_MARKS = {"passed": "ok", "failed": "FAILED", "error": "ERROR"}


@click.command(cls=JsonCommand)
@click.argument("kind", metavar="[TYPE]", type=click.Choice(KINDS), required=False)
@click.argument("name", required=False, shell_complete=endpoint_names)
@USER
@PROFILE
@JSON
@READONLY
@DEBUG
@click.pass_context
def test(
    ctx: click.Context,
    kind: Kind | None,
    name: str | None,
    user: str | None,
    profile: str | None,
    json_output: bool,
    readonly: bool,
    debug: bool,
) -> None:
    """Run the tests of all endpoint files, or of one endpoint. Exit code 1 unless all of them pass."""
    if kind and not name:
        raise click.UsageError(f"Name the {kind} to test, or neither type nor name.")
    logs.configure(debug=debug)
    settings = with_readonly(read_settings(profile), readonly=readonly)
    context, catalogue = read_user(user), read_catalogue(settings, reading)
    chosen = [find(catalogue, kind, name)[0]] if kind and name else list(_all(catalogue))
    with open_database(settings) as database:
        if any(endpoint.tests for endpoint in chosen):
            database.check()
        examiner = Examiner(Runner(database), context, perf_counter)
        endpoints = [examiner.examine(endpoint) for endpoint in steps(chosen, "Testing", least=5)]
    report = _report([*endpoints, *([] if kind else untestable(catalogue))])
    passed = report["status"] == "ok"
    if json_output:
        print_result(report, ok=passed)
    else:
        _print_text(report)
    ctx.exit(0 if passed else 1)


def _all(catalogue: Catalogue) -> Iterator[Endpoint]:
    for group in (catalogue.tools, catalogue.resources, catalogue.prompts):
        yield from (endpoint for endpoint in group.values() if endpoint.tests)


def _report(endpoints: list[dict[str, Any]]) -> dict[str, Any]:
    results = [entry["test_results"] for entry in endpoints]
    statuses = {each["status"] for each in results}
    status = next((each for each in ("error", "failed") if each in statuses), "ok")
    return {"status": status, "tests_run": sum(each["tests_run"] for each in results), "endpoints": endpoints}


def _print_text(report: Mapping[str, Any]) -> None:
    counts = dict.fromkeys(_MARKS, 0)
    for entry in report["endpoints"]:
        click.echo(printable(f"{entry['endpoint']}  ({entry['path']})"))
        for each in entry["test_results"]["tests"]:
            counts[each["status"]] += 1
            mark = paint(f"{_MARKS[each['status']]:<7}", _COLOURS[each["status"]])
            click.echo(f"  {mark}" + printable(f"{each['name']}  ({each['time']:.2f} s)"))
        for error in _errors(entry["test_results"]):
            click.echo(printable(f"  {error}"), err=True)
    if report["tests_run"] == 0:
        click.echo("There are no tests.")
    broken = sum("error" in entry["test_results"] for entry in report["endpoints"])
    files = f", {counted('file', broken)} cannot be loaded" if broken else ""
    click.echo(f"{counts['passed']} passed, {counts['failed']} failed, {counts['error']} with errors{files}")


def _errors(results: Mapping[str, Any]) -> Iterator[str]:
    if "error" in results:
        yield f"ERROR  {results['error']}"
    for each in results["tests"]:
        if each["error"]:
            yield f"{each['name']}: {each['error']}"
