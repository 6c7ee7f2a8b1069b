"""``mxcp run``."""

from __future__ import annotations

import click

from mxcp_flask import logs
from mxcp_flask.app import read_catalogue
from mxcp_flask.cli.completion import endpoint_names
from mxcp_flask.cli.options import DEBUG, JSON, PARAMS, PROFILE, READONLY, USER
from mxcp_flask.cli.output import JsonCommand, print_result, print_value, warn_of_cut
from mxcp_flask.cli.params import read_params
from mxcp_flask.cli.project import open_database, read_settings, with_readonly
from mxcp_flask.cli.running import Runner, find
from mxcp_flask.cli.user_context import make_identity, read_user
from mxcp_flask.endpoints.model import KINDS, Kind


@click.command(cls=JsonCommand)
@click.argument("kind", metavar="TYPE", type=click.Choice(KINDS))
@click.argument("name", shell_complete=endpoint_names)
@PARAMS
@USER
@PROFILE
@JSON
@click.option("--skip-output-validation", is_flag=True, help="Accept results that are not what 'return' declares.")
@READONLY
@DEBUG
def run(
    kind: Kind,
    name: str,
    params: tuple[str, ...],
    user: str | None,
    profile: str | None,
    json_output: bool,
    skip_output_validation: bool,
    readonly: bool,
    debug: bool,
) -> None:
    """Run one endpoint. TYPE is tool, resource or prompt; NAME its name, or a resource's URI or URI template."""
    logs.configure(debug=debug)
    settings = with_readonly(read_settings(profile), readonly=readonly)
    given, identity = read_params(params), make_identity(read_user(user), provider="cli")
    endpoint, named = find(read_catalogue(settings), kind, name)
    twice = ", ".join(named.keys() & given.keys())
    if twice:
        raise click.UsageError(f"The URI gives {twice} already; leave out --param, or give the URI template.")
    with open_database(settings) as database:
        outcome = Runner(database, checked=not skip_output_validation).run(endpoint, {**named, **given}, identity)
    if json_output:
        print_result(outcome.value, cut=outcome.cut)
        return
    print_value(outcome.value)
    if outcome.cut is not None:
        warn_of_cut(outcome.cut)
