"""The project: its endpoint files, the addresses that its configuration names, and how many workers may serve it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

from mxcp_flask.app import read_catalogue
from mxcp_flask.cli import workers
from mxcp_flask.cli.counting import counted, counts
from mxcp_flask.cli.doctor.findings import Finding, Patient
from mxcp_flask.cli.missing import A_FEW, tables_missing
from mxcp_flask.cli.reached import base_of, callback_of
from mxcp_flask.config.advice import advice
from mxcp_flask.errors import ConfigurationError, DatabaseNotUsable


def check_endpoints(patient: Patient) -> Iterator[Finding]:
    """Read every endpoint file, and look for the tables that its SQL names."""
    catalogue = read_catalogue(patient.settings)
    broken = {fault.path for fault in catalogue.faults}
    for path in sorted(broken):
        first = next(fault for fault in catalogue.faults if fault.path == path)
        yield Finding("endpoints", "fault", str(first), "mxcp validate shows every fault")
    if not broken:
        yield Finding("endpoints", "ok", counts(catalogue))
    with suppress(DatabaseNotUsable):  # the check of the database says why
        for each in tables_missing(patient.settings, catalogue, told=A_FEW):
            yield Finding("endpoints", "warning", f"{each.path}: {each.location}: {each.message}", each.suggestion)


def check_addresses(patient: Patient) -> Iterator[Finding]:
    """Hold the addresses in the configuration against each other."""
    for fault in advice(patient.settings):
        text, _, fix = fault.message.partition(": ")
        yield Finding("addresses", "warning", f"{fault.where} in {fault.path} {text}", _capital(fix))
    callback = callback_of(patient.settings)
    yield Finding("addresses", "ok", f"the MCP endpoint is {base_of(patient.settings.transport)}/mcp")
    if callback:
        yield Finding("addresses", "ok", f"the callback is {callback}")


def check_workers(patient: Patient) -> Iterator[Finding]:
    """Look at how many processes a server may have, and how many the environment asks for."""
    settings = patient.settings
    asked = os.environ.get("WEB_CONCURRENCY", "")
    team = workers.choose(settings, None, None)
    text = f"{counted('worker', team.processes)} with {team.threads} threads each"
    if asked.isdigit() and int(asked) > 1:
        try:
            workers.check(settings, int(asked))
        except ConfigurationError as error:
            reason, _, fix = str(error).partition(". ")
            yield Finding("workers", "fault", f"WEB_CONCURRENCY is {asked}. {reason}", fix or "Unset WEB_CONCURRENCY")
            return
        text = f"{asked} workers, as WEB_CONCURRENCY says"
    yield Finding("workers", "ok", text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
