"""``mxcp query``."""

from __future__ import annotations

from pathlib import Path

import click

from mxcp_flask import logs
from mxcp_flask.cli import table
from mxcp_flask.cli.options import DEBUG, JSON, PARAMS, PROFILE, READONLY, USER
from mxcp_flask.cli.output import JsonCommand, print_result, warn_of_cut
from mxcp_flask.cli.params import read_params
from mxcp_flask.cli.project import open_database, read_settings, with_readonly
from mxcp_flask.cli.user_context import make_identity, read_user
from mxcp_flask.endpoints.json_values import to_json
from mxcp_flask.endpoints.shaping import records
from mxcp_flask.engine import Rows
from mxcp_flask.errors import FileNotReadable

_COUNT = "Count"  # the column of what DuckDB says of a statement that has no result, such as CREATE TABLE


@click.command(cls=JsonCommand)
@click.argument("sql", required=False)
@click.option("--file", type=click.Path(path_type=Path), help="Run the SQL in this file.")
@PARAMS
@USER
@PROFILE
@JSON
@READONLY
@DEBUG
def query(
    sql: str | None,
    file: Path | None,
    params: tuple[str, ...],
    user: str | None,
    profile: str | None,
    json_output: bool,
    readonly: bool,
    debug: bool,
) -> None:
    """Run SQL on the project's database and print its rows; parameters are texts unless their JSON is in a file."""
    if (sql is None) == (file is None):
        raise click.UsageError("Give either the SQL or --file.")
    logs.configure(debug=debug)
    settings = with_readonly(read_settings(profile), readonly=readonly)
    values, identity = read_params(params), make_identity(read_user(user), provider="cli")
    text = _read(file) if sql is None else sql
    with open_database(settings) as database, database.session(identity) as session:
        rows = session.run(text, values)
    (_print_json if json_output else _print_table)(rows)


def _read(file: Path | None) -> str:
    path = file or Path()
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise FileNotReadable(path=path, reason=reason) from error


def _print_json(rows: Rows) -> None:
    print_result(records(rows.columns, rows.rows), cut=len(rows.rows) if rows.cut else None)


def _print_table(rows: Rows) -> None:
    if not rows.columns or (not rows.rows and list(rows.columns) == [_COUNT]):
        click.echo("Done, no rows.")
        return
    for line in table.render(rows.columns, [[to_json(value) for value in row] for row in rows.rows]):
        click.echo(line)
    if rows.cut:
        warn_of_cut(len(rows.rows))
