"""``mxcp init``."""

from __future__ import annotations

import json
import os
import re
from contextlib import closing, suppress
from pathlib import Path

import click

from mxcp_flask import logs
from mxcp_flask.cli.init_words import NEXT, NEXT_OF_SAMPLE, SITE
from mxcp_flask.cli.options import DEBUG, JSON
from mxcp_flask.cli.output import JsonCommand, print_result
from mxcp_flask.config import checks, find_project
from mxcp_flask.config.paths import find_places
from mxcp_flask.config.site_file import SITE_FILE
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.errors import FileNotWritable, FolderTaken, ProjectNotFound
from mxcp_flask.records import ANONYMOUS

BOOTSTRAP = Path(__file__).parent / "bootstrap"
README = Path("README.md")
DATA = Path("sql", "sample_data.sql")


def _profile(_ctx: click.Context, _param: click.Parameter, name: str) -> str:
    if not checks.is_profile_name(name):
        raise click.BadParameter(f"a profile's name {checks.profile_name.error}")
    return name


@click.command(cls=JsonCommand)
@click.argument("folder", default=".", type=click.Path(path_type=Path))
@click.option("--project", help="The project's name (default: the folder's).")
@click.option(
    "--profile", envvar="MXCP_PROFILE", default="default", callback=_profile, help="Its profile (default: default)."
)
@click.option("--bootstrap", is_flag=True, help="Add a sample: tools, a resource, a prompt, their tests, and data.")
@DEBUG
@JSON
def init(folder: Path, project: str | None, profile: str, bootstrap: bool, debug: bool, json_output: bool) -> None:
    """Make a project in FOLDER (default: here). Nothing that exists is overwritten."""
    logs.configure(debug=debug)
    target = folder.resolve()
    name = project or _sanitized(target.name)
    site = SITE.format(project=json.dumps(name), profile=json.dumps(profile))
    database = find_places(target, os.environ).absolute(os.environ.get("MXCP_DUCKDB_PATH") or f"db-{profile}.duckdb")
    files = {Path(SITE_FILE): site.encode(), **(_sample(name, profile) if bootstrap else {})}
    _refuse_taken(target, [*files, database])
    _write(target, files)
    if bootstrap:
        _fill(database, (target / DATA).read_text(encoding="utf-8"))
    if json_output:
        made = [*map(str, files), *([str(database)] if bootstrap else [])]
        print_result({"folder": str(target), "project": name, "profile": profile, "files": made})
        return
    click.echo(f"Project {name}, profile {profile}, in {target}:")
    click.echo("\n".join(f"  {path}" for path in files))
    click.echo(f"  {database}\n\n{NEXT_OF_SAMPLE}" if bootstrap else f"\n{NEXT}")


def _sanitized(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.") or "project"


def _sample(project: str, profile: str) -> dict[Path, bytes]:
    paths = sorted(path for path in BOOTSTRAP.rglob("*") if path.suffix in {".yml", ".sql", ".md"})
    sample = {path.relative_to(BOOTSTRAP): path.read_bytes() for path in paths}
    words = sample[README].decode().replace("PROFILE_NAME", profile)
    words = words.replace("PROJECT", json.dumps(project)).replace("PROFILE", json.dumps(profile))
    return {**sample, README: words.encode()}


def _refuse_taken(target: Path, files: list[Path]) -> None:
    """Raise FolderTaken for a folder in a project, or one that has any of ``files``."""
    with suppress(ProjectNotFound):
        project = find_project(target)
        reason = "it is a project already" if project == target else f"it lies inside the project {project}"
        raise FolderTaken(folder=target, reason=f"{reason}, and projects do not nest")
    taken = [str(path) for path in files if (target / path).exists() or (target / path).is_symlink()]
    if taken:
        raise FolderTaken(folder=target, reason=f"these exist already: {', '.join(taken)}")


def _write(target: Path, files: dict[Path, bytes]) -> None:
    for name, data in files.items():
        path = target / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(data)
        except OSError as error:
            raise FileNotWritable(path=path, reason=error.strerror or str(error)) from error


def _fill(database: Path, sql: str) -> None:
    with closing(Database(DatabaseSettings(path=database))) as opened, opened.session(ANONYMOUS) as session:
        session.run(sql, {})
