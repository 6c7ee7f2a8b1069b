"""``mxcp call``."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import click

from mxcp_flask.cli.asking import answer
from mxcp_flask.cli.completion import endpoint_names
from mxcp_flask.cli.counting import counted
from mxcp_flask.cli.options import JSON, PARAMS
from mxcp_flask.cli.output import JsonCommand, print_result, print_value, printable, warn_of_cut
from mxcp_flask.cli.params import read_params
from mxcp_flask.cli.progress import call_progress
from mxcp_flask.cli.server_url import URL, answering, server_url
from mxcp_flask.errors import CallFailed
from mxcp_flask.remote.access import Access
from mxcp_flask.remote.kept import sign_ins
from mxcp_flask.remote.session import Session

Json = dict[str, Any]


@click.command(cls=JsonCommand)
@click.argument("name", metavar="[TOOL]", required=False, shell_complete=endpoint_names)
@PARAMS
@click.option("--answer", "answers", multiple=True, metavar="NAME=JSON", help="An answer to what the tool asks first.")
@URL
@JSON
def call(
    name: str | None, params: tuple[str, ...], answers: tuple[str, ...], url: str | None, json_output: bool
) -> None:
    """Call a tool of the running server, as you (mxcp auth login). Without TOOL, list the tools that you may call."""
    kept = sign_ins(os.environ)
    address = server_url(url, kept)
    session = Session(address, Access(kept, address, time.time))
    if name is None:
        with answering(url):
            tools = list(session.tools())
        _print_tools(tools, json_output)
        return
    with answering(url):
        result = _call(session, name, read_params(params), read_params(answers))
    value, cut = _value(result), result.get("_meta", {}).get("mxcp/cut", {}).get("rows")
    if result.get("isError"):
        raise CallFailed(url=address, reason=value if isinstance(value, str) else "The tool failed.")
    if json_output:
        print_result(value, cut=cut)
        return
    print_value(value)
    if cut is not None:
        warn_of_cut(cut)


def _call(session: Session, name: str, arguments: Mapping[str, Any], given: dict[str, Any]) -> Json:
    said: Json = {}
    while True:
        with call_progress(name) as told:
            result = session.call(name, arguments, said, told)
        if result.get("resultType") != "input_required":
            return result
        said = {"inputResponses": answer(session.url, name, result.get("inputRequests", {}), given)}
        if "requestState" in result:
            said["requestState"] = result["requestState"]


def _value(result: Mapping[str, Any]) -> Any:
    """Return what the tool says: its JSON, or its only text, or its content blocks."""
    blocks = result.get("content", [])
    if "structuredContent" in result:
        return result["structuredContent"]
    texts = [block.get("text") for block in blocks if block.get("type") == "text"]
    return texts[0] if len(texts) == len(blocks) == 1 else blocks


def _print_tools(tools: list[Json], json_output: bool) -> None:
    if json_output:
        print_result({"tools": tools})
        return
    for tool in tools:
        click.echo(printable(f"{tool.get('name', ''):<28} {_first_line(tool)}"))
        for name, about in tool.get("inputSchema", {}).get("properties", {}).items():
            click.echo(printable(f"  -p {name}={about.get('type', 'value')}"))
    click.echo(counted("tool", len(tools)))


def _first_line(tool: Mapping[str, Any]) -> str:
    return next(iter(str(tool.get("description", "")).splitlines()), "")
