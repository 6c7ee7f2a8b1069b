"""Tests of the ways to connect that the landing page shows."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from mxcp_flask.web.connecting import ways_to_connect
from tests.support.site import Site

URL = "https://mcp.example.org/team/mcp"


def test_texts() -> None:
    """Each has this server's URL, as the application reads it."""
    texts = {way.name: way.text for way in ways_to_connect("My Shop!", URL, needs_sign_in=True)}

    assert shlex.split(texts["Claude Code"]) == ["claude", "mcp", "add", "--transport", "http", "my-shop", URL]
    assert json.loads(texts["VS Code"]) == {"servers": {"my-shop": {"type": "http", "url": URL}}}
    assert json.loads(texts["Cursor"]) == {"mcpServers": {"my-shop": {"url": URL}}}
    assert texts["Claude"] == URL
    assert "Authorization: Bearer $TOKEN" in texts["curl"]


def test_curl_works(tmp_path: Path) -> None:
    """What curl would send without a sign-in lists the tools."""
    client = Site(tmp_path / "open", {"provider": "none"}).app().test_client()
    [curl] = [way.text for way in ways_to_connect("demo", URL, needs_sign_in=False) if way.name == "curl"]
    words = shlex.split(curl.replace("\\\n", ""))
    headers = dict(word.split(": ", 1) for word, flag in zip(words[1:], words, strict=False) if flag == "-H")
    answer = client.post("/mcp", data=words[words.index("-d") + 1], headers=headers)

    assert [tool["name"] for tool in answer.get_json()["result"]["tools"] if tool["name"] == "whoami"] == ["whoami"]


def test_project_without_a_letter() -> None:
    """A name that no application would take gets another."""
    [code, *_] = ways_to_connect("***", URL, needs_sign_in=False)

    assert " mxcp " in code.text


def test_offers_are_for_who_may_use_them(tmp_path: Path) -> None:
    """Names of tools are shown where everybody may call them, and not to who has not signed in."""
    opened = Site(tmp_path / "open", {"provider": "none"}).app().test_client().get("/").text
    closed = Site(tmp_path / "closed").app().test_client().get("/").text

    assert "<code>whoami</code>" in opened
    assert "whoami" not in closed
    assert "/account" in closed
