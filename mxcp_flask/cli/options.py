"""Options that several commands have."""

import click

JSON = click.option("--json-output", is_flag=True, help="Print JSON.")
PROFILE = click.option("--profile", envvar="MXCP_PROFILE", help="Profile (default: that of mxcp-site.yml).")
