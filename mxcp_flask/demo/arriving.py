"""Signs in an invented person without a browser's window: through the consent page and the stand-in's, on loopback."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests

from mxcp_flask.demo.browser import Browser, location_of, read_form
from mxcp_flask.errors import SignInFailed
from mxcp_flask.redirect_uris import is_loopback

_MOST_PAGES = 10


def sign_in_as(login: str, address: str) -> None:
    """Go from ``address``, our consent page, to where the client waits, allow what it asks, and be ``login``.

    Raises:
        SignInFailed: a page is not on this machine, or is another than a server with a stand-in has.

    """
    browser = Browser()
    try:
        page = _arrive(browser, _checked(address))
        people = _arrive(browser, location_of(_sent(browser, page, decision="approve")))
        known = read_form(people).choices.get("login", [])
        if login not in known:
            who = f"it knows {', '.join(known)}" if known else "its server's sign-in is no stand-in (mxcp demo)"
            raise SignInFailed(reason=f"nobody here is called {login}; {who}")
        _arrive(browser, location_of(_sent(browser, people, login=login, decision="approve")))
    except requests.RequestException as error:
        raise SignInFailed(reason=str(error)) from error


def _sent(browser: Browser, page: requests.Response, **answers: str) -> requests.Response:
    _checked(read_form(page).action)
    answer = browser.submit(page, **answers)
    if not location_of(answer):
        raise SignInFailed(reason=f"{_place(page.url)} answered with status {answer.status_code}")
    return answer


def _arrive(browser: Browser, url: str) -> requests.Response:
    """Return the page to which ``url`` leads."""
    for _ in range(_MOST_PAGES):
        answer = browser.get(_checked(url))
        url = location_of(answer)
        if not url:
            return answer
    raise SignInFailed(reason="the pages lead on and on")


def _checked(url: str) -> str:
    if not is_loopback(url):
        raise SignInFailed(reason=f"{_place(url)} is not on this machine, as mxcp demo is; leave out --as")
    return url


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
