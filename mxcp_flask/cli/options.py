"""Options that several commands have."""

import click

JSON = click.option("--json-output", is_flag=True, help="Print JSON.")
PROFILE = click.option("--profile", envvar="MXCP_PROFILE", help="Profile (default: that of mxcp-site.yml).")
DEBUG = click.option("--debug", is_flag=True, envvar="MXCP_DEBUG", help="Log everything but secrets.")
READONLY = click.option("--readonly", is_flag=True, help="Open the database read-only, beside other readers.")
HOST = click.option("--host", help="Address to listen on (default: the configuration's, localhost).")
PORT = click.option(
    "--port", type=click.IntRange(1, 65535), help="Port to listen on (default: the configuration's, 8000)."
)
PARAMS = click.option(
    "-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter; NAME=@FILE reads JSON."
)
USER = click.option(
    "-u",
    "--user-context",
    "user",
    metavar="JSON|@FILE",
    help="Who the SQL runs as: username, provider, email, external_token, instance_url. A file keeps a token private.",
)
