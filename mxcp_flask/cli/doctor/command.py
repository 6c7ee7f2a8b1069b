"""Runs the checks one after the other, and prints a line for each finding."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

import click

from mxcp_flask.cli.colours import paint
from mxcp_flask.cli.counting import counted
from mxcp_flask.cli.doctor import duckdb_file, files, project, provider, server, state
from mxcp_flask.cli.doctor.findings import Check, Finding, Patient
from mxcp_flask.cli.options import HOST, JSON, PORT, PROFILE, READONLY
from mxcp_flask.cli.output import JsonCommand, print_result, printable
from mxcp_flask.cli.project import read_settings, with_flags
from mxcp_flask.config import Settings
from mxcp_flask.errors import ConfigurationError, MxcpError, UnsetVariable

_COLOURS = {"ok": "green", "warning": "yellow", "fault": "red"}
_HERE: tuple[tuple[str, Check], ...] = (
    ("files", files.check),
    ("endpoints", project.check_endpoints),
    ("addresses", project.check_addresses),
    ("sign-in", provider.check_sign_in),
    ("workers", project.check_workers),
    ("database", duckdb_file.check),
    ("state", state.check),
    ("port", server.check_port),
)
_OUTSIDE: tuple[tuple[str, Check], ...] = (("provider", provider.check), ("public URL", server.check_public))


@click.command(cls=JsonCommand)
@click.option("--offline", is_flag=True, help="Leave out what needs the network: provider, clock, public URL.")
@HOST
@PORT
@READONLY
@PROFILE
@JSON
@click.pass_context
def doctor(
    ctx: click.Context,
    offline: bool,
    host: str | None,
    port: int | None,
    readonly: bool,
    profile: str | None,
    json_output: bool,
) -> None:
    """Find out what keeps the server from working, and what to do. Exit code 1 when there is a fault.

    Run it as the user that the server runs as, with its environment, and with the flags of mxcp serve.
    """

    def read() -> Settings:
        return with_flags(read_settings(profile), host=host, port=port, readonly=readonly, sql_tools=None)

    found = []
    for finding in examine(read, offline=offline):
        found.append(finding)
        if not json_output:
            _print(finding)
    faults, warnings = (sum(each.level == level for each in found) for level in ("fault", "warning"))
    if json_output:
        findings = [asdict(each) for each in found]
        print_result({"faults": faults, "warnings": warnings, "findings": findings}, ok=not faults)
    else:
        click.echo(f"{counted('fault', faults)}, {counted('warning', warnings)}")
    ctx.exit(1 if faults else 0)


def examine(read: Callable[[], Settings], *, offline: bool) -> Iterator[Finding]:
    """Give the findings as they are found; ``read`` reads the settings."""
    try:
        settings = read()
    except ConfigurationError as error:
        place = f" ({error.facts['where']})" if isinstance(error, UnsetVariable) else ""
        for line in str(error).splitlines():
            yield Finding("configuration", "fault", line.rstrip(".") + place, "The other checks need this first")
        return
    user_file = settings.user_file if settings.user_file.exists() else f"no {settings.user_file}"
    text = f"{settings.site_file} and {user_file}, profile {settings.profile}"
    yield Finding("configuration", "ok", text)
    patient = Patient(settings, time.time, offline)
    for name, check in (*_HERE, *(() if offline else _OUTSIDE)):
        yield from _guarded(name, check, patient)


def _guarded(name: str, check: Check, patient: Patient) -> Iterator[Finding]:
    try:
        yield from check(patient)
    except MxcpError as error:
        yield Finding(name, "fault", str(error).rstrip("."))
    except OSError as error:
        yield Finding(name, "fault", f"{error.filename}: {error.strerror}", "Run it as the user of the server")


def _print(finding: Finding) -> None:
    lead = paint(f"{finding.level:<8}", _COLOURS[finding.level])
    fix = f". {finding.fix}" if finding.fix else ""
    line = f"{finding.check:<14}{finding.text}{fix}".replace("\n", " ")
    click.echo(lead + printable(f" {line}"))
