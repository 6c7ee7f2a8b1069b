"""A browser without a screen: it keeps cookies, follows no redirect by itself, and fills in forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from mxcp_flask.demo.loopback import TIMEOUT, direct_session


@dataclass
class Form:
    """A page's form: where it posts to, its hidden inputs, and what its radio buttons offer."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class FormReader(HTMLParser):
    """Reads the first form of a page."""

    def __init__(self, page_url: str) -> None:
        super().__init__()
        self.form = Form(page_url)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a form's target and its inputs (html.parser calls this)."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("action"):
            self.form.action = urljoin(self.form.action, found["action"])
        if tag == "input" and found.get("type") == "hidden":
            self.form.fields[found["name"]] = found["value"]
        if tag == "input" and found.get("type") == "radio":
            self.form.choices.setdefault(found["name"], []).append(found["value"])


class Browser:
    """One person's browser."""

    def __init__(self) -> None:
        self.session = direct_session()

    def get(self, url: str) -> requests.Response:
        """Open ``url``."""
        return self.session.get(url, allow_redirects=False, timeout=TIMEOUT)

    def submit(self, page: requests.Response, **answers: str) -> requests.Response:
        """Send the form on ``page`` with its hidden inputs and ``answers``."""
        form = read_form(page)
        return self.session.post(form.action, {**form.fields, **answers}, allow_redirects=False, timeout=TIMEOUT)

    def follow(self, response: requests.Response) -> requests.Response:
        """Open where ``response`` redirects to."""
        return self.get(location_of(response))


def read_form(page: requests.Response) -> Form:
    """Return the form of ``page``."""
    reader = FormReader(page.url)
    reader.feed(page.text)
    return reader.form


def location_of(response: requests.Response) -> str:
    """Return the absolute URL that ``response`` redirects to, or an empty text."""
    location = response.headers.get("Location", "")
    return urljoin(response.url, location) if location else ""


def query_of(url: str) -> dict[str, str]:
    """Return the query's parameters of ``url``."""
    return dict(parse_qsl(urlsplit(url).query))
