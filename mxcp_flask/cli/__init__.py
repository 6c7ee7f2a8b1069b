"""The command line: ``mxcp``. One file per command, one line here.

====================  ==================================================================
what commands share   what it does
====================  ==================================================================
``options.py``        the options that several commands have
``params.py``         reads ``--param``; ``user_context.py`` reads ``--user-context``
``project.py``        finds the project, and opens its database
``running.py``        runs an endpoint; ``answers.py`` what it would ask its client for
``testing.py``        runs an endpoint's tests
``missing.py``        which tables the SQL names though they are not there
``server_url.py``     which running server is meant; ``asking.py`` answers what a tool asks first
``progress.py``       bars on a terminal; ``colours.py`` colours there; ``counting.py`` numbers of things
``output.py``         JSON and safe text; ``table.py`` rows as a table
====================  ==================================================================

An error that we know is exit code 1 and one message: on standard error, or as JSON on standard output where that was
asked for. Wrong usage is click's exit code 2.
"""

from __future__ import annotations

import click

from mxcp_flask import __version__
from mxcp_flask.cli.auth import auth
from mxcp_flask.cli.call import call
from mxcp_flask.cli.completion import completion
from mxcp_flask.cli.demo import demo
from mxcp_flask.cli.doctor import doctor
from mxcp_flask.cli.init import init
from mxcp_flask.cli.lint import lint
from mxcp_flask.cli.listing import list_endpoints
from mxcp_flask.cli.output import printable
from mxcp_flask.cli.query import query
from mxcp_flask.cli.run import run
from mxcp_flask.cli.serve import serve
from mxcp_flask.cli.test import test
from mxcp_flask.cli.validate import validate
from mxcp_flask.errors import MxcpError

COMMANDS = (init, serve, validate, lint, list_endpoints, run, query, test, auth, call, doctor, completion, demo)


class Commands(click.Group):
    """Turns our errors into click's, whatever command raised them."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. Raises ClickException, which click prints, for a MxcpError."""
        try:
            return super().invoke(ctx)
        except MxcpError as error:
            raise click.ClickException(printable(str(error))) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mxcp")
def main() -> None:
    """Serve tools written in YAML and SQL to MCP clients, to people who signed in."""


for command in COMMANDS:
    main.add_command(command)
