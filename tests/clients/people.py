"""The person who signs in when a client asks for it, and the passing of their tokens' time."""

from __future__ import annotations

import time
from contextlib import suppress

import requests

from mxcp_flask.demo.browser import Browser, query_of
from tests.clients.programs import SECONDS, Lines, Program
from tests.support import live

AUTHORIZATION_URL = r"http\S+/authorize\?\S+"
ACCESS_SECONDS = 3  # that the hasty server's access tokens live; clients must connect within it


class Person:
    """Somebody with a browser, who approves what a client asks for. ``asked`` keeps the URLs that clients opened."""

    def __init__(self, login: str = "ada-fixture") -> None:
        self.login = login
        self.browser = Browser()
        self.asked: list[str] = []

    def consent(self, url: str) -> requests.Response:
        """Go from the authorization URL, through our page and the provider, to the redirect back to the client."""
        self.asked.append(url)
        page = self.browser.get(url)
        assert page.status_code == 200, page.text
        response = self.browser.follow(self.browser.submit(page, decision="approve"))
        if response.status_code == 200:
            response = self.browser.submit(response, login=self.login, decision="approve")
        response = self.browser.follow(response)
        assert response.status_code == 302, response.text
        return response

    def sign_in(self, program: Program, told: Lines) -> None:
        """Consent at the URL that ``program`` told, and go back to it; it may begin to listen only now."""
        response = self.consent(told.find(AUTHORIZATION_URL).group())
        for _ in program.ticks():
            with suppress(requests.ConnectionError):
                page = self.browser.follow(response)
                assert page.status_code == 200, page.text
                return

    @property
    def scopes(self) -> list[str]:
        """Return what each authorization request asked for."""
        return [query_of(url)["scope"] for url in self.asked]


def outlive_tokens(base: str) -> None:
    """Return when no access token is alive that ``base`` has issued until now, by its clock and by the clients'."""
    client = live.sign_in(base)
    received = time.monotonic()
    while client.send("tools/list").status_code == 200 or time.monotonic() < received + ACCESS_SECONDS:
        assert time.monotonic() < received + SECONDS
