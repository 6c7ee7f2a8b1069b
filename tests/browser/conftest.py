"""One browser for all tests, a server for each provider, and windows that must have had nothing to complain about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Protocol

import pytest

from mxcp_flask.demo.identity_provider import DialectName
from tests.browser.applications import Application, registered
from tests.browser.chromium import running_chromium
from tests.browser.people import Person
from tests.browser.serving import Place, served
from tests.browser.windows import DESKTOP, Window, origin_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MANY = {"rate_limit": 1000}  # all tests come from one address
LET_IN = {"allow": {"users": ["ada-fixture", "bo-fixture"]}}
Serve = Callable[[DialectName], Place]


class Meet(Protocol):
    """Gives a person with a window of their own."""

    def __call__(  # noqa: D102
        self, login: str = ..., *, size: tuple[int, int] = ..., scheme: str = ..., script: bool = ...
    ) -> Person: ...


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the browser, which all tests share."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Return what starts the server of a provider, once."""
    with ExitStack() as stack:

        def start(dialect: DialectName) -> Place:
            who = LET_IN if dialect == "github" else {}
            return stack.enter_context(
                served(dialect, tmp_path_factory.mktemp(dialect), authorization=who, registration=MANY)
            )

        yield cache(start)


@pytest.fixture
def place(request: pytest.FixtureRequest, serve: Serve) -> Place:
    """Return the server whose people sign in with GitHub, or with the provider that the test is parametrized with."""
    return serve(getattr(request, "param", "github"))


@pytest.fixture
def application(place: Place) -> Iterator[Application]:
    """Return an MCP client that is registered there."""
    with registered(place.base) as client:
        yield client


@pytest.fixture
def meet(chromium: Browser, place: Place, application: Application) -> Iterator[Meet]:
    """Return what makes people, whose windows must have nothing to complain about at the end."""
    own = [origin_of(url) for url in (place.base, place.stand_in.url, application.listener.redirect_uri)]
    windows: list[Window] = []

    def make(
        login: str = "ada-fixture", *, size: tuple[int, int] = DESKTOP, scheme: str = "light", script: bool = True
    ) -> Person:
        windows.append(Window(chromium, own, size, scheme, script=script))
        return Person(windows[-1], login)

    yield make
    for window in windows:
        window.context.close()
    assert [complaint for window in windows for complaint in window.complaints()] == []


@pytest.fixture
def ada(meet: Meet) -> Person:
    """Return Ada, at a desk, in the light."""
    return meet()
