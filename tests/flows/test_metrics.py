"""What is counted of whole sign-ins and calls, and that nobody can be recognised by it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from mxcp_flask.app import create_app
from tests.support.clock import Clock
from tests.support.meters import Recording
from tests.support.site import Site, github_auth
from tests.support.visitor import BASE, Visitor

MARK = "mark4711"
TOOLS = {
    "broken": "source: {code: \"SELECT error('no')\"}",
    "slow": 'source: {code: "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"}',
    "asks": "input_requests: [{name: sure, elicitation: {message: Sure, properties: {a: {type: string}}}}]\n"
    "  source: {code: SELECT 1}",
}
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
}
RESOURCE = """\
mxcp: 1
resource:
  uri: "shop://orders/{id}"
  parameters: [{name: id, type: integer, description: Order}]
  source: {code: SELECT $id}
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a site with tools that end in every way, where one of the people may not come in."""
    site = Site(tmp_path / "site", github_auth(authorization={"allow": {"users": ["ada-fixture"]}}))
    site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\nprofiles: {dev: {duckdb: {timeout: 0.2}}}\n")
    site.write("resources/order.yml", RESOURCE)
    for name, body in TOOLS.items():
        site.write(f"tools/{name}.yml", f"mxcp: 1\ntool:\n  name: {name}\n  description: A tool\n  {body}\n")
    return site


@pytest.fixture
def meter() -> Recording:
    """Return what is reported to."""
    return Recording()


@pytest.fixture
def app(site: Site, clock: Clock, meter: Recording) -> Iterator[Flask]:
    """Return the application, which reports."""
    app = create_app(site.settings(), clock=clock, meter=meter)
    app.testing = False
    yield app
    app.extensions["mxcp"].database.close()


def test_calls(visitor: Visitor, meter: Recording) -> None:
    """Each request of MCP is reported once, by what it was for and how it ended; what is not known has no name."""
    token = visitor.get_token()
    meter.calls.clear()
    for name in ("whoami", "broken", "slow", "admin_only", MARK):
        visitor.call(token, "tools/call", name=name, arguments={})
    visitor.call(token, "tools/call", name="whoami", arguments={MARK: MARK})
    visitor.call(token, "resources/read", uri="shop://orders/7")
    visitor.call(token, "resources/read", uri="shop://orders/none")
    visitor.call(token, "tools/list")
    visitor.call(token, f"tools/{MARK}")

    assert meter.calls == [
        ("tools/call", "tool", "whoami", "ok"),
        ("tools/call", "tool", "broken", "error"),
        ("tools/call", "tool", "slow", "error"),
        ("tools/call", "tool", "admin_only", "refused"),
        ("tools/call", "", "", "refused"),
        ("tools/call", "tool", "whoami", "error"),
        ("resources/read", "resource", "shop://orders/{id}", "ok"),
        ("resources/read", "resource", "shop://orders/{id}", "refused"),
        ("tools/list", "", "", "ok"),
        ("", "", "", "refused"),
    ]
    assert Counter(meter.statements) == {"began": 4, "ok": 2, "failed": 1, "late": 1}
    assert meter.failures == []


def test_question_to_the_client(visitor: Visitor, meter: Recording) -> None:
    """A call that asks its client first is neither a result nor an error yet."""
    token = visitor.get_token()
    meter.calls.clear()
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "asks", "arguments": {}, "_meta": META},
    }
    headers = {
        "Authorization": f"Bearer {token}",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": "asks",
    }
    answer = visitor.client.post("/mcp", json=body, headers=headers, base_url=BASE)

    assert answer.get_json()["result"]["resultType"] == "input_required"
    assert meter.calls == [("tools/call", "tool", "asks", "asked")]


def test_sign_ins_and_tokens(visitor: Visitor, meter: Recording, provider: Flask) -> None:
    """Each sign-in that ends is reported once with how, and each issue of tokens."""
    client, answer = visitor.get_tokens()
    visitor.refresh(client, answer["refresh_token"])
    visitor.at_provider = provider.test_client()  # another person
    visitor.sign_in(client, "bo-fixture")
    visitor.answer(visitor.ask(visitor.authorization_request(client)), "deny")
    departure = visitor.answer(visitor.ask(visitor.authorization_request(client)))
    provider.config["FAULTS"]["/user"] = lambda: ("", 500)
    visitor.come_back(visitor.meet_provider(departure))

    outcomes = ["completed", "refused", "declined", "failed"]
    assert meter.sign_ins == [("github", outcome) for outcome in outcomes]
    assert meter.tokens == ["authorization_code", "refresh_token"]
    assert {"client_registered", "consent_given", "signed_in", "token_refreshed"} <= set(meter.events)


def test_refusals(visitor: Visitor, meter: Recording) -> None:
    """What is refused is reported by the name of our error or the code of RFC 6749."""
    token = visitor.get_token()
    meter.refusals.clear()
    visitor.call(None, "ping")
    visitor.call(f"{token}x", "ping")
    visitor.call(token, "tools/call", name="admin_only", arguments={})
    visitor.exchange("nobody", "code")
    visitor.client.post("/mcp", data="{", headers={"Authorization": f"Bearer {token}"}, base_url=BASE)
    visitor.client.post("/mcp", json=[], headers={"Authorization": f"Bearer {token}"}, base_url=BASE)
    visitor.client.get("/", headers={"Host": "evil.example"})
    visitor.browser.get("/github/callback?state=x", base_url=BASE)

    assert meter.refusals == [
        "TokenMissing",
        "TokenInvalid",
        "ScopeMissing",
        "invalid_client",
        "NotJson",
        "NotAMessage",
        "HostRefused",
        "StateElsewhere",
    ]


def test_requests_and_operations(visitor: Visitor, meter: Recording) -> None:
    """Requests are reported by the route as it was declared, and the store's operations by name."""
    token = visitor.get_token()
    meter.requests.clear()
    meter.operations.clear()
    visitor.call(token, "ping")
    visitor.client.get(f"/{MARK}", base_url=BASE)
    visitor.client.get(f"/.well-known/oauth-protected-resource/{MARK}", base_url=BASE)
    visitor.client.open("/token", method=MARK.upper(), base_url=BASE)

    assert meter.requests == [
        ("/mcp", "POST", 200),
        ("", "GET", 404),
        ("/.well-known/oauth-protected-resource/<path:inserted>", "GET", 404),
        ("", MARK.upper(), 405),
    ]
    assert ("find_token", False) in meter.operations


def exposition_of(app: Flask) -> str:
    """Return what Prometheus reads."""
    answer = app.test_client().get("/metrics", base_url=BASE)
    assert answer.status_code == 200
    return answer.text


def test_nobody_is_recognised(tmp_path: Path, clock: Clock, provider: Flask) -> None:
    """After sign-ins and calls with marked names in every place, no mark, and nothing of a person, is exposed."""
    site = Site(tmp_path / "site", github_auth())
    document: dict[str, Any] = json.loads(site.config.read_text())
    document["metrics"] = {"enabled": True}
    site.config.write_text(json.dumps(document))
    app = site.app(clock)
    visitor = Visitor(app, provider)
    client = visitor.register(client_name=MARK, client_uri=f"https://{MARK}.example")["client_id"]
    answer = visitor.exchange(client, visitor.sign_in(client, "bo-fixture", state=MARK)["code"]).get_json()
    token = answer["access_token"]
    visitor.call(token, "tools/call", name="whoami", arguments={MARK: MARK})
    visitor.call(token, "tools/call", name=MARK, arguments={})
    visitor.call(token, MARK, **{MARK: MARK})
    visitor.call(MARK, "ping")
    visitor.exchange(MARK, MARK, grant_type=MARK, state=MARK)
    visitor.ask({**visitor.authorization_request(client), "response_type": MARK, "scope": MARK})
    visitor.browser.get(f"/github/callback?error={MARK}&state={MARK}", base_url=BASE)
    for headers in ({"Host": f"{MARK}.example"}, {"X-Request-ID": MARK}, {"Origin": f"https://{MARK}.example"}):
        visitor.client.open(f"/{MARK}?{MARK}", method=MARK.upper(), headers=headers, base_url=BASE)
        visitor.client.post("/mcp", data=MARK, headers=headers, base_url=BASE)
    text = exposition_of(app)

    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert sum(sample.value for sample in families["mxcp_sign_ins"].samples) == 1
    assert sum(sample.value for sample in families["mxcp_calls"].samples) >= 3
    marks = (MARK, MARK.upper(), "bo-fixture", "Bo Fixture", "bo@example.org", "4712", client, token, "127.0.0.1")
    assert [mark for mark in marks if mark in text] == []
