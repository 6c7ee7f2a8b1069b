"""``mxcp demo``."""

from __future__ import annotations

import logging
import signal
import tempfile
from pathlib import Path

import click

from mxcp_flask.digests import new_secret


@click.command()
@click.option("--once", is_flag=True, help="End after the walk; exit code 0 only if every step held.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the server (default: any that is free).")
def demo(once: bool, port: int | None) -> None:
    """Serve a sample project with a stand-in for GitHub, and walk once through the whole path as a client."""
    from mxcp_flask.demo import sample, servers
    from mxcp_flask.demo.identity_provider import create_identity_provider

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server is stopped, as by Ctrl-C
    port = port or servers.free_port()
    secret = new_secret()
    callback = f"http://{servers.HOST}:{port}/github/callback"
    provider = create_identity_provider(client_id=servers.CLIENT_ID, client_secret=secret, callback_urls=[callback])
    with tempfile.TemporaryDirectory(prefix="mxcp-demo-") as name, servers.serve_app(provider) as provider_url:
        folder = Path(name)
        project = sample.unpack(folder / "project")
        config = servers.write_config(folder / "config.yml", provider_url, folder / "state" / "oauth.db")
        click.echo(f"Stand-in for GitHub: {provider_url}\nSample project:      {project}")
        with servers.serve_project(project, config, port, {"MXCP_DEMO_CLIENT_SECRET": secret}) as base:
            _walk(base)
            if not once:
                _stay(base)


def _walk(base: str) -> None:
    from mxcp_flask.demo.walk import Walk

    click.echo(f"MCP server:          {base}/mcp")
    count = Walk(f"{base}/mcp", click.echo).run()
    click.echo(f"\nAll {count} steps held.")


def _stay(base: str) -> None:
    click.echo(
        f"""
The servers stay up. Connect a real client, and sign in as whom you like:

  Claude Code   claude mcp add --transport http mxcp-demo {base}/mcp
  VS Code       code --add-mcp '{{"name": "mxcp-demo", "type": "http", "url": "{base}/mcp"}}'
  Inspector     npx @modelcontextprotocol/inspector  and enter  {base}/mcp
  A terminal    mxcp auth login {base}/mcp  and  mxcp call --url {base}/mcp my_observations

Press Ctrl-C to stop."""
    )
    try:
        signal.pause()
    except KeyboardInterrupt:
        click.echo("Stopped.")
