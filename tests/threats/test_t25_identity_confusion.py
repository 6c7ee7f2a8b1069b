"""T25: somebody comes in as somebody else, by a name or an address that anybody can take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

from mxcp_flask.demo.application import EXTENSION
from mxcp_flask.demo.people import Address, Person
from tests.support import state
from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor


def visitor_of(tmp_path: Path, provider: Flask, allow: dict[str, Any], person: Person) -> Visitor:
    """Return ``person``, in whose place nobody else can sign in, at a site that lets in whom ``allow`` names."""
    provider.extensions[EXTENSION].people[person.login] = person
    site = Site(tmp_path / "site", github_auth(authorization={"allow": allow}))
    return Visitor(site.app(), provider)


def test_t25_login_that_changed_hands(visitor: Visitor, provider: Flask) -> None:
    """A person is the provider's number: whoever takes over the login of someone who left is somebody else."""
    visitor.get_token("ada-fixture")
    heir = Person("ada-fixture", 9999, "Ada Fixture", (Address("heir@example.org", primary=True, verified=True),))
    provider.extensions[EXTENSION].people[heir.login] = heir
    visitor.at_provider = provider.test_client()
    visitor.get_token("ada-fixture")
    grants = state.grants(visitor.client.application)

    assert [grant.user.username for grant in grants] == ["ada-fixture"] * 2
    assert [grant.user.subject for grant in grants] == ["github:4711", "github:9999"]


def test_t25_who_came_before(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """SQL runs as the person whose call it is, whoever's call this worker answered before, in whatever order."""
    people = {name: Visitor(app, provider).get_token(name) for name in ("ada-fixture", "bo-fixture")}
    order = ["ada-fixture", "bo-fixture", "bo-fixture", "ada-fixture", "bo-fixture"]

    assert [visitor.whoami(people[name]) for name in order] == order


def test_t25_login_that_looks_like_a_number(tmp_path: Path, provider: Flask) -> None:
    """A login that is spelled like another person's subject does not make its owner that person."""
    double = Person("github:4711", 9999, "Double", (Address("double@example.org", primary=True, verified=True),))
    visitor = visitor_of(tmp_path, provider, {"users": ["github:4711"]}, double)

    assert visitor.sign_in(visitor.register()["client_id"], "github:4711").get("error") == "access_denied"


def test_t25_address_that_nobody_verified(tmp_path: Path, provider: Flask) -> None:
    """An address counts when the provider verified it and it is the person's primary one; else there is none."""
    claims = (Address("ada@example.org", primary=True), Address("dan@evil.example", verified=True))
    visitor = visitor_of(tmp_path, provider, {"emails": ["*@example.org"]}, Person("dan", 9998, "Dan", claims))

    assert visitor.sign_in(visitor.register()["client_id"], "dan").get("error") == "access_denied"


def test_t25_address_with_several_domains(tmp_path: Path, provider: Flask) -> None:
    """An address that can be read as one of several domains belongs to none."""
    quoted = (Address('"dan@evil.example"@example.org', primary=True, verified=True),)
    visitor = visitor_of(tmp_path, provider, {"emails": ["*@example.org"]}, Person("dan", 9998, "Dan", quoted))

    assert visitor.sign_in(visitor.register()["client_id"], "dan").get("error") == "access_denied"
