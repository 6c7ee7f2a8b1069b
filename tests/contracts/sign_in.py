"""What a sign-in is, whatever the provider and the store: from a client's request to SQL that knows the person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mxcp_flask.providers import ExternalOAuthHandler
from mxcp_flask.records import Grant
from tests.support.clock import Clock
from tests.support.forwarding import Watch, answering
from tests.support.live_providers import PERSON_TOOL, Known
from tests.support.site import Site, auth_at
from tests.support.visitor import BASE, Visitor, query, way_back


@dataclass(frozen=True)
class Party:
    """A provider to sign in with. Its stand-in's people are ``ada-fixture`` and ``bo-fixture``."""

    handler_class: type[ExternalOAuthHandler]
    stand_in: Flask
    known: Known


@dataclass(frozen=True)
class Scene:
    """A server whose people sign in with the party, a person with a browser and a client, and what the party sees."""

    app: Flask
    visitor: Visitor
    watch: Watch
    clock: Clock

    def depart(self, client_id: str) -> TestResponse:
        """Approve the client on our page, and return the redirect to the provider."""
        return self.visitor.answer(self.visitor.ask(self.visitor.authorization_request(client_id)))

    def callback(self, client_id: str, **answers: str) -> str:
        """Return the callback's path and query, with which the provider sends the browser back."""
        return self.visitor.meet_provider(self.depart(client_id), **answers)

    def grants(self) -> list[Grant]:
        """Return what people have granted."""
        store, now = self.app.extensions["mxcp"].oauth.store, int(self.clock())
        return [store.find_grant(grant.id, now) for grant in store.list_grants(now)]

    def person(self, token: str) -> dict[str, str]:
        """Return what SQL knows of the token's owner."""
        answer = self.visitor.call(token, "tools/call", name="person", arguments={})
        assert answer.status_code == 200, answer.text
        found: dict[str, str] = json.loads(answer.get_json()["result"]["content"][0]["text"])
        return found

    def refused_with(self, back: TestResponse) -> str:
        """Return the error that the client was told, with its state and our issuer, and without a code."""
        told = query(way_back(back))
        assert (told["state"], told["iss"]) == (self.visitor.state, BASE)
        assert "code" not in told
        return told["error"]


class SignInContract:
    """A test class inherits this and gives the fixture ``party``; each test runs with state in memory and in SQLite."""

    @pytest.fixture
    def party(self, clock: Clock) -> Party:
        """Return the provider."""
        raise NotImplementedError

    @pytest.fixture(params=["memory", "sqlite"])
    def persistence(self, request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
        """Return the part of the auth section that says where the state is."""
        kept = {"persistence": {"type": "sqlite", "path": str(tmp_path / "oauth.db")}}
        return kept if request.param == "sqlite" else {}

    @pytest.fixture
    def make_scene(
        self, party: Party, persistence: dict[str, Any], tmp_path: Path, clock: Clock
    ) -> Iterator[Callable[..., Scene]]:
        """Return what makes a scene; its arguments are further keys of the auth section."""
        name, defaults = party.handler_class.name, party.handler_class.defaults
        watch = Watch(party.stand_in)

        def make(**auth: Any) -> Scene:
            site = Site(tmp_path / "site", auth_at(name, **persistence, **auth))
            site.write("tools/person.yml", PERSON_TOOL)
            app = site.app(clock)
            return Scene(app, Visitor(app, party.stand_in), watch, clock)

        with answering(party.stand_in, defaults.auth_url, defaults.token_url, defaults.api_url):
            yield make

    @pytest.fixture
    def scene(self, make_scene: Callable[..., Scene]) -> Scene:
        """Return the scene with nothing but what is needed in the configuration."""
        return make_scene()

    @pytest.fixture
    def client_id(self, scene: Scene) -> str:
        """Return the identifier of a client that may refresh."""
        metadata = {"grant_types": ["authorization_code", "refresh_token"], "client_name": "Notebook"}
        return str(scene.visitor.register(**metadata)["client_id"])

    # Who comes in.

    def test_sql_knows_the_person(self, scene: Scene, party: Party) -> None:
        """Whoever signed in is whom SQL sees, by all that the provider tells of them."""
        assert scene.person(scene.visitor.get_token()) == party.known.ada

    def test_each_person_is_who_they_are(self, scene: Scene, party: Party) -> None:
        """Two people with the same client never see each other's identity, whoever asked last."""
        ada, bo = scene.visitor.get_token(), Visitor(scene.app, party.stand_in).get_token("bo-fixture")
        names = [scene.person(token)["username"] for token in (ada, bo, ada)]

        assert names == [party.known.ada["username"], party.known.bo, party.known.ada["username"]]
        assert len({grant.user.subject for grant in scene.grants()}) == 2

    def test_subject_decides_who_may_come_in(self, make_scene: Callable[..., Scene], party: Party) -> None:
        """An allow-list knows a person by the provider's name and identifier; who is not on it sees a page of ours."""
        subject = f"{party.handler_class.name}:{party.known.ada_id}"
        scene = make_scene(authorization={"allow": {"users": [subject]}})
        client_id = scene.visitor.register()["client_id"]
        page = scene.visitor.come_back(scene.callback(client_id, login="bo-fixture"))

        assert (page.status_code, page.mimetype) == (403, "text/html")
        assert scene.person(Visitor(scene.app, party.stand_in).get_token()) == party.known.ada
        assert [grant.user.subject for grant in scene.grants()] == [subject]

    def test_person_stays_when_the_client_refreshes(self, scene: Scene, party: Party, client_id: str) -> None:
        """A refreshed token is the same person's, and the provider is not asked again."""
        answer = scene.visitor.exchange(client_id, scene.visitor.sign_in(client_id)["code"]).get_json()
        asked = len(scene.watch.requests)
        renewed = scene.visitor.refresh(client_id, answer["refresh_token"]).get_json()

        assert renewed["access_token"] != answer["access_token"]
        assert scene.person(renewed["access_token"]) == party.known.ada
        assert len(scene.watch.requests) == asked

    # The person's say.

    def test_consent_comes_first(self, scene: Scene, party: Party, client_id: str) -> None:
        """Our page names the client and the provider before the provider is asked anything."""
        page = scene.visitor.ask(scene.visitor.authorization_request(client_id))

        assert "Notebook" in page.text
        assert f"sign in with {party.handler_class.title}" in page.text
        assert scene.watch.requests == []

    def test_person_declines_here(self, scene: Scene, client_id: str) -> None:
        """A no on our page is the client's answer, and never reaches the provider."""
        page = scene.visitor.ask(scene.visitor.authorization_request(client_id))

        assert scene.refused_with(scene.visitor.answer(page, "deny")) == "access_denied"
        assert scene.watch.requests == []

    def test_person_declines_there(self, scene: Scene, client_id: str) -> None:
        """A no at the provider leads to a page of ours and on to the client, and nothing is granted."""
        back = scene.visitor.come_back(scene.callback(client_id, decision="deny"))

        assert scene.refused_with(back) == "access_denied"
        assert scene.grants() == []

    # What goes wrong.

    @pytest.mark.parametrize(
        ("route", "fault", "error"),
        [("token", ("", 503), "temporarily_unavailable"), ("profile", "<html>", "server_error")],
    )
    def test_provider_fails(
        self, scene: Scene, party: Party, client_id: str, route: str, fault: Any, error: str
    ) -> None:
        """Wherever the provider fails, the client is told what kind of failure it was; the next sign-in may succeed."""
        path = urlsplit(party.handler_class.defaults.token_url).path if route == "token" else party.known.profile
        callback = scene.callback(client_id)
        scene.watch.faults[path] = fault
        told = scene.refused_with(scene.visitor.come_back(callback))
        scene.watch.faults.clear()

        assert told == error
        assert scene.grants() == []
        assert "code" in scene.visitor.sign_in(client_id)

    def test_callback_counts_once(self, scene: Scene, client_id: str) -> None:
        """The same callback again is a page with the document's words, and the provider is not asked again."""
        callback = scene.callback(client_id)
        assert scene.visitor.come_back(callback).status_code == 302
        asked = len(scene.watch.requests)
        again = scene.visitor.come_back(callback)

        assert (again.status_code, again.mimetype) == (400, "text/html")
        assert "Invalid state parameter" in again.text
        assert len(scene.watch.requests) == asked

    def test_callback_counts_in_its_own_browser(self, scene: Scene, client_id: str) -> None:
        """In another browser the callback is worth nothing, and stays good in the one that it belongs to."""
        callback = scene.callback(client_id)
        asked = len(scene.watch.requests)

        assert scene.app.test_client().get(callback, base_url=BASE).status_code == 400
        assert len(scene.watch.requests) == asked
        assert "code" in query(scene.visitor.come_back(callback).location)

    def test_code_counts_once(self, scene: Scene, client_id: str) -> None:
        """A code that is used again is refused, and what came of it before is dead."""
        code = scene.visitor.sign_in(client_id)["code"]
        token = scene.visitor.exchange(client_id, code).get_json()["access_token"]
        again = scene.visitor.exchange(client_id, code)

        assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
        assert scene.visitor.call(token, "ping").status_code == 401
        assert scene.grants() == []
