"""Each provider over real sockets: ``mxcp serve``, the stand-in, the official SDK's client and a person's browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from mcp import Client

from mxcp_flask.demo import servers
from mxcp_flask.demo.identity_provider import DialectName
from mxcp_flask.errors import StepFailed
from tests.flows.test_sdk_client import Person, call
from tests.support import live
from tests.support.live_providers import KNOWN, PERSON_TOOL, StandIn, facts, serving, sites_of
from tests.support.site import Site

pytestmark = pytest.mark.slow
SITE_NAMES = """\
mxcp: 1
tool:
  name: site_names
  description: The caller's sites
  return: {type: array, items: {type: string}}
  source: {code: "SELECT unnest(json_extract_string(get_user_sites(), '$[*].name'))"}
"""


@dataclass(frozen=True)
class Live:
    """A server of ours, and the stand-in that it sends people to."""

    base: str
    stand_in: StandIn

    def ask(self, login: str, tool: str = "person") -> object:
        """Sign ``login`` in, and return what the tool answers."""
        answer: object = json.loads(live.text_of(live.sign_in(self.base, login).send("tools/call", tool)))
        return answer


@contextmanager
def running(dialect: DialectName, folder: Path) -> Iterator[Live]:
    """Serve a project whose people sign in with the provider."""
    port = servers.free_port()
    with serving(dialect, f"http://{servers.HOST}:{port}") as stand_in:
        site = Site(folder, stand_in.auth())
        site.write("tools/person.yml", PERSON_TOOL)
        site.write("tools/site_names.yml", SITE_NAMES)
        with servers.serve_project(site.project, site.config, port, site.environ) as base:
            yield Live(base, stand_in)


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[DialectName], Live]]:
    """Return what gives the module's server for a provider, and starts it when it is first asked for."""
    with ExitStack() as stack:
        yield cache(lambda dialect: stack.enter_context(running(dialect, tmp_path_factory.mktemp(dialect))))


@pytest.fixture
def server(request: pytest.FixtureRequest, start: Callable[[DialectName], Live]) -> Live:
    """Return the server whose people sign in with the provider that is the parameter."""
    return start(request.param)


atlassian = pytest.mark.parametrize("server", ["atlassian"], indirect=True)
salesforce = pytest.mark.parametrize("server", ["salesforce"], indirect=True)


@pytest.mark.parametrize(
    ("server", "mode", "revision"),
    [
        ("github", "auto", "2026-07-28"),
        ("atlassian", "auto", "2026-07-28"),
        ("atlassian", "legacy", "2025-11-25"),
        ("salesforce", "auto", "2026-07-28"),
    ],
    indirect=["server"],
)
def test_the_client_finds_its_way_to_sql_that_knows_the_person(server: Live, mode: str, revision: str) -> None:
    """From the URL alone the SDK's client must get to a tool's answer with what this provider tells of the person."""
    ada = Person("ada-fixture")

    async def meet(client: Client) -> tuple[str, str, str]:
        return client.protocol_version, await call(client, "whoami"), await call(client, "person")

    version, username, person = ada.talk(server.base, mode, meet)

    known = KNOWN[server.stand_in.dialect].ada
    here = {"instance_url": server.stand_in.url} if known["instance_url"] else {}
    assert (version, username) == (revision, known["username"])
    assert json.loads(person) == {**known, **here}


@atlassian
def test_sites_are_usable_in_sql(server: Live) -> None:
    """SQL must get each of the person's sites once, though Atlassian lists them once for every product."""
    assert server.ask("bo-fixture", "site_names") == ["observatory", "planetarium"]
    assert server.ask("bo-fixture") == facts("atlassian", "bo@example.org", email="bo@example.org", sites=sites_of(1))


@atlassian
def test_person_without_an_address(server: Live) -> None:
    """A person whose address Atlassian does not show must come in all the same, by the account's identifier."""
    assert server.ask("cy-fixture") == facts("atlassian", "557058:fixture-4713")


@atlassian
def test_account_that_is_not_active(server: Live) -> None:
    """Somebody whose account was closed must see a page that says so."""
    with pytest.raises(StepFailed, match="the status is 403"):
        server.ask("dee-fixture")


@salesforce
def test_api_is_at_the_configured_host(server: Live) -> None:
    """With auth_url and token_url alone, as for a sandbox, the person must be asked for at token_url's host."""
    log = server.stand_in.app.config["LOG"]
    log.clear()
    server.ask("ada-fixture")

    assert log[-2:] == [("POST", "/services/oauth2/token"), ("GET", "/services/oauth2/userinfo")]


@salesforce
@pytest.mark.parametrize("url", ["https://observatory.my.salesforce.com", "https://observatory.my.site.force.com"])
def test_instance_at_salesforce_is_what_sql_sees(server: Live, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """The host of the person's own data, which the token answer names, must be what SQL sees."""
    monkeypatch.setitem(server.stand_in.app.config, "INSTANCE_URL", url)

    expected = facts("salesforce", "bo-fixture@example.org", email="bo@example.org", instance_url=url)
    assert server.ask("bo-fixture") == expected


@salesforce
@pytest.mark.parametrize("url", ["https://evil.example", "http://127.0.0.1:1", "https://salesforce.com.evil.example"])
def test_instance_elsewhere_is_refused(server: Live, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Nobody must come in whose token SQL would then send to a host that is not Salesforce's."""
    monkeypatch.setitem(server.stand_in.app.config, "INSTANCE_URL", url)

    with pytest.raises(StepFailed, match="the status is 502"):
        server.ask("ada-fixture")
