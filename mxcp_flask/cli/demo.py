"""``mxcp demo``."""

from __future__ import annotations

import logging
import signal
from pathlib import Path

import click

from mxcp_flask.cli.demo_project import serve_project
from mxcp_flask.cli.demo_sample import serve_sample


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--once", is_flag=True, help="End after the walk; exit code 0 only if every step held.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port of the server (default: any that is free; with FOLDER the configuration's, 8000).",
)
@click.option("--ignore-errors", is_flag=True, help="Serve FOLDER although some of its endpoint files have faults.")
def demo(folder: Path | None, once: bool, port: int | None, ignore_errors: bool) -> None:
    """Serve the project in FOLDER with a stand-in for GitHub, where invented people sign in without a password.

    Changes of its files are followed. Of your user file (~/.mxcp/config.yml) only the port counts. Without FOLDER,
    serve a sample project so, and walk once through the whole path as a client. Only this machine reaches the servers.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    _end_as_by_ctrl_c()
    if folder is None:
        if ignore_errors:
            raise click.UsageError("--ignore-errors is for a project in FOLDER, such as: mxcp demo . --ignore-errors")
        serve_sample(port, once=once)
        return
    if once:
        raise click.UsageError("--once is for the walk, which goes through the sample project, not through FOLDER")
    serve_project(folder, port, ignore_errors=ignore_errors)


def _end_as_by_ctrl_c() -> None:
    """Let what ends this command end its server, too."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has SIGHUP ignored
            signal.signal(number, signal.default_int_handler)
