"""T18: the server is made to send requests, or a person's token, to a place that a stranger chose."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import responses
from flask import Flask

from tests.outbound.resolver import Resolver
from tests.outbound.server import NAME, Handler, http_answer, make_certificate, serve
from tests.providers.test_salesforce import PERSON, TOKEN_ANSWER, USERINFO_URL
from tests.support.site import CLIENT_ID, CLIENT_SECRET, Site, github_auth
from tests.support.sockets import refuse_connections
from tests.support.visitor import Visitor, query

DOCUMENT = {"client_name": "An app", "redirect_uris": ["https://app.test/cb"], "logo_uri": f"https://{NAME}/logo.png"}
JSON = {"Content_Type": "application/json"}


def status_of(visitor: Visitor, url: str) -> int:
    """Return the status of the page for the client that describes itself at ``url``."""
    return visitor.ask(visitor.authorization_request(url, redirect_uri="https://app.test/cb")).status_code


def test_t18_private_addresses(visitor: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client's document is not fetched from an address that is not on the public internet, however it is written."""
    places, outbound = refuse_connections(monkeypatch), app.extensions["mxcp"].oauth.server.documents.outbound
    addresses = [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "0.0.0.0", "::1", "fd00:ec2::254"),
        *("::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"),
    ]
    for number, address in enumerate(addresses):
        outbound.resolve = Resolver(["93.184.216.34", address])
        assert status_of(visitor, f"https://app.test/{number}.json") == 400

    assert places == []


def test_t18_rebinding(visitor: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the very address that was checked; the name is not resolved again."""
    places, resolver = refuse_connections(monkeypatch), Resolver(["93.184.216.34"], ["127.0.0.1"])
    app.extensions["mxcp"].oauth.server.documents.outbound.resolve = resolver
    status_of(visitor, "https://app.test/client.json")

    assert places == [("93.184.216.34", 443)]
    assert resolver.names == ["app.test"]


def test_t18_answers_are_bounded(tmp_path: Path, provider: Flask) -> None:
    """A document that is too large, packed or elsewhere is not taken, and nothing that one links to is fetched."""
    certificate = make_certificate(tmp_path)
    trusted = {"document_hosts": [NAME], "document_ca_file": str(certificate)}
    visitor = Visitor(Site(tmp_path / "site", github_auth(registration=trusted)).app(), provider)
    oauth = visitor.client.application.extensions["mxcp"].oauth
    oauth.server.documents.outbound.resolve = Resolver(["127.0.0.1"])

    def status(padding: int = 0, status_line: str = "200 OK", *, packed: bool = False, **headers: str) -> int:
        with serve(lambda sock: answer(sock), certificate) as server:
            url = f"https://{NAME}:{server.port}/client.json"
            body = json.dumps({"client_id": url, **DOCUMENT}).encode() + b" " * padding
            answer: Handler = http_answer(gzip.compress(body) if packed else body, status_line, **JSON, **headers)
            found = status_of(visitor, url)
        assert len(server.requests) == 1
        return found

    assert status() == 200
    assert status(padding=6 * 1024) == 400
    assert status(packed=True, Content_Encoding="gzip") == 400
    assert status(status_line="302 Found", Location="http://169.254.169.254/") == 400


def test_t18_instance_of_salesforce(tmp_path: Path) -> None:
    """A person whose token answer names a place that is not Salesforce's does not come in: SQL would call it."""
    salesforce = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    app = Site(tmp_path / "site", {"provider": "salesforce", "salesforce": salesforce}).app()
    visitor = Visitor(app, app)
    for instance_url, came_in in (("https://fixture.my.salesforce.com", True), ("https://169.254.169.254", False)):
        departure = visitor.answer(visitor.ask_anew())
        with responses.RequestsMock() as api:
            token_url = "https://login.salesforce.com/services/oauth2/token"
            api.post(token_url, json={**TOKEN_ANSWER, "instance_url": instance_url})
            api.get(USERINFO_URL, json=PERSON)
            back = visitor.come_back(f"/salesforce/callback?code=x&state={query(departure.location)['state']}")

        assert ("code" in query(back.location)) is came_in
