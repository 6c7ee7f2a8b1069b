"""The official SDK's client, which knows only the server's URL, against ``mxcp serve`` over real sockets."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx2
import pytest
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from mcp.types import TextContent
from pydantic import AnyUrl

from mxcp_flask.demo import servers
from mxcp_flask.demo.browser import Browser, location_of, query_of
from tests.support import live

pytestmark = pytest.mark.slow
every_mode = pytest.mark.parametrize(
    ("mode", "revision"), [("legacy", "2025-11-25"), ("auto", "2026-07-28"), ("2026-07-28", "2026-07-28")]
)
Conversation = Callable[[Client], Awaitable[Any]]


class Memory:
    """What the SDK keeps for one client."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.registration: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        """Return the kept tokens."""
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        """Keep the tokens."""
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        """Return the kept registration."""
        return self.registration

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        """Keep the registration."""
        self.registration = client_info


class Person:
    """Somebody who uses the SDK's client, and a browser when it asks for a sign-in.

    ``authority`` is the certificate that both trust instead of the public ones.
    """

    def __init__(self, login: str, authority: Path | None = None) -> None:
        self.login = login
        self.browser = Browser()
        self.tls = ssl.create_default_context(cafile=authority) if authority else True
        if authority is not None:
            self.browser.session.verify = str(authority)
        self.memory = Memory()
        self.sign_ins: list[dict[str, str]] = []  # what each authorization request asked for
        self.answer: dict[str, str] = {}
        self.requests: Counter[str] = Counter()

    def talk(self, base: str, mode: str, conversation: Conversation) -> Any:
        """Return what ``conversation`` returns with a connected client."""
        return anyio.run(self._talk, f"{base}/mcp", mode, conversation)

    async def _talk(self, url: str, mode: str, conversation: Conversation) -> Any:
        metadata = OAuthClientMetadata(
            client_name="an agent", redirect_uris=[AnyUrl("http://127.0.0.1:49153/oauth/callback")]
        )
        auth = OAuthClientProvider(url, metadata, self.memory, self._open_browser, self._come_back)
        hooks = {"request": [self._count]}
        async with (
            httpx2.AsyncClient(auth=auth, verify=self.tls, event_hooks=hooks, timeout=20, trust_env=False) as http,
            Client(streamable_http_client(url, http_client=http), mode=mode) as client,
        ):
            return await conversation(client)

    async def _count(self, request: httpx2.Request) -> None:
        self.requests[f"{request.method} {request.url.path}"] += 1

    async def _open_browser(self, url: str) -> None:
        self.sign_ins.append(query_of(url))
        self.answer = query_of(await anyio.to_thread.run_sync(self._sign_in, url))

    def _sign_in(self, url: str) -> str:
        response = self.browser.submit(self.browser.get(url), decision="approve")
        response = self.browser.follow(response)
        if response.status_code == 200:
            response = self.browser.submit(response, login=self.login, decision="approve")
        return location_of(self.browser.follow(response))

    async def _come_back(self) -> AuthorizationCodeResult:
        return AuthorizationCodeResult(code=self.answer["code"], state=self.answer["state"], iss=self.answer["iss"])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, provider_url: str, port: int) -> Iterator[str]:
    """Serve a project with the tools ``whoami`` and ``admin_only``."""
    site = live.live_site(tmp_path_factory.mktemp("sdk"), provider_url)
    with servers.serve_project(site.project, site.config, port, site.environ) as url:
        yield url


async def ask_who_i_am(client: Client) -> tuple[str, set[str], str]:
    """Return the revision, the tools' names and what ``whoami`` says."""
    names = {tool.name for tool in (await client.list_tools()).tools}
    return client.protocol_version, names, await call(client, "whoami")


async def call(client: Client, name: str) -> str:
    """Return the text that the tool answers with."""
    result = await client.call_tool(name, {})
    assert not result.is_error
    content = result.content[0]
    assert isinstance(content, TextContent)
    return content.text


@every_mode
def test_the_client_finds_its_way_from_the_url_to_a_tool(base: str, mode: str, revision: str) -> None:
    """Discovery, registration, consent, sign-in and token must end in SQL that knows the person, in every era."""
    ada = Person("ada-fixture")

    version, names, username = ada.talk(base, mode, ask_who_i_am)

    assert version == revision
    assert "whoami" in names
    assert "admin_only" not in names
    assert username == "ada-fixture"
    assert ada.memory.tokens is not None
    assert ada.memory.tokens.scope == "mxcp:access"
    for step in (
        "GET /.well-known/oauth-protected-resource/mcp",
        "GET /.well-known/oauth-authorization-server",
        "POST /register",
        "POST /token",
    ):
        assert step in ada.requests


@every_mode
def test_the_client_steps_up(base: str, mode: str, revision: str) -> None:
    """A tool that needs another scope must send the person to one more consent, and then answer."""
    ada = Person("ada-fixture")

    async def use(client: Client) -> tuple[str, str, str]:
        return client.protocol_version, await call(client, "whoami"), await call(client, "admin_only")

    assert ada.talk(base, mode, use) == (revision, "ada-fixture", "hello ada-fixture")
    assert [asked["scope"] for asked in ada.sign_ins] == ["mxcp:access", "mxcp:access mxcp:admin"]
    assert ada.memory.tokens is not None
    assert ada.memory.tokens.scope == "mxcp:access mxcp:admin"
    assert ada.requests["POST /register"] == 1


def test_a_kept_token_needs_no_second_sign_in(base: str) -> None:
    """A client that comes back in the other era with what it kept must be let in without asking the person."""
    ada = Person("ada-fixture")
    ada.talk(base, "legacy", ask_who_i_am)

    *_, username = ada.talk(base, "auto", ask_who_i_am)

    assert username == "ada-fixture"
    assert len(ada.sign_ins) == 1


def test_each_person_is_who_they_are(base: str) -> None:
    """Two people's clients on one server must each be answered as their own person, whoever came last."""
    ada, bo = Person("ada-fixture"), Person("bo-fixture")

    answers = [person.talk(base, "auto", ask_who_i_am)[2] for person in (ada, bo, ada, bo)]

    assert answers == ["ada-fixture", "bo-fixture", "ada-fixture", "bo-fixture"]


def test_a_dead_token_leads_to_a_new_sign_in(base: str) -> None:
    """A client whose kept token is refused must be able to sign in again with its registration."""
    ada = Person("ada-fixture")
    ada.talk(base, "auto", ask_who_i_am)
    ada.memory.tokens = OAuthToken(access_token="mx_at_unknown", token_type="Bearer", scope="mxcp:access")

    *_, username = ada.talk(base, "auto", ask_who_i_am)

    assert username == "ada-fixture"
    assert len(ada.sign_ins) == 2
    assert ada.requests["POST /register"] == 1
