"""``mxcp demo`` without a folder: the sample project, and a walk through it."""

from __future__ import annotations

import signal
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from mxcp_flask.digests import new_secret


def serve_sample(port: int | None, *, once: bool) -> None:
    """Serve the sample, walk through it, and unless ``once`` go on until a signal. Raises StepFailed."""
    from mxcp_flask.demo import sample, servers

    port = port or servers.free_port()
    secret = new_secret()
    with (
        tempfile.TemporaryDirectory(prefix="mxcp-demo-") as name,
        servers.stand_in(f"http://{servers.HOST}:{port}", secret) as provider_url,
    ):
        folder = Path(name)
        project = sample.unpack(folder / "project")
        state = folder / "state" / "oauth.db"
        config = servers.write_config(folder / "config.yml", provider_url, state, level="warning")
        click.echo(f"Stand-in for GitHub: {provider_url}\nSample project:      {project}")
        with servers.serve_project(project, config, port, {servers.SECRET: secret}) as base:
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

This was the sample project. `mxcp demo .` serves the one in the working directory (mxcp init --bootstrap makes one).

Press Ctrl-C to stop."""
    )
    with suppress(KeyboardInterrupt):
        signal.pause()
    click.echo("Stopped.")
