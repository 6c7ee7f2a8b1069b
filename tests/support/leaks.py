"""Follows every secret of a sign-in, and finds those that a log line or an answer shows."""

from __future__ import annotations

import base64
import logging
import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.visitor import Visitor, query


class Lines(logging.Handler):
    """Keeps every record as the text that it would be in a log, traceback included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s %(args)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the formatted record."""
        self.lines.append(self.format(record))


class Shown(Lines):
    """Keeps every record as the line that ``form`` makes of it."""

    def __init__(self, form: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(form)


class Secrets:
    """What must not be seen, by what it is."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def add(self, name: str, value: str | None) -> None:
        """Remember a secret."""
        assert value is not None
        assert len(value) >= 8, name
        self.values[f"{name} {len(self.values)}"] = value

    def add_cookies(self, answer: TestResponse) -> None:
        """Remember the values of the cookies that ``answer`` sets."""
        for header in answer.headers.getlist("Set-Cookie"):
            value = header.split(";")[0].split("=", 1)[1]
            if value:
                self.add("cookie", value)

    def seen_in(self, texts: list[str]) -> list[str]:
        """Return the names of the secrets that are in one of ``texts``."""
        return [name for name, value in self.values.items() if any(value in text for text in texts)]


class Walk:
    """A visitor's steps, with the secrets that come up on the way, and the errors that must not show them."""

    def __init__(self, visitor: Visitor, provider: Flask, secrets: Secrets) -> None:
        self.visitor = visitor
        self.provider = provider
        self.secrets = secrets
        self.errors: list[str] = []
        self.form: dict[str, str] = {}

    def refused(self, answer: TestResponse) -> TestResponse:
        """Keep the headers and the body of an answer that refuses."""
        assert answer.status_code >= 400
        self.errors.append(f"{answer.headers}\n{answer.text}")
        return answer

    def register(self, method: str, **metadata: Any) -> str:
        """Register a client; ``metadata`` adds to what it says of itself."""
        client = self.visitor.register(token_endpoint_auth_method=method, client_name="Notebook", **metadata)
        self.form = {name: client[name] for name in ("client_id", "client_secret") if name in client}
        if "client_secret" in client:
            self.secrets.add("client secret", client["client_secret"])
            pair = f"{client['client_id']}:{client['client_secret']}"
            self.secrets.add("client secret, encoded", base64.b64encode(pair.encode()).decode())
        return self.form["client_id"]

    def ask(self, client_id: str) -> TestResponse:
        """Open the consent page."""
        page = self.visitor.ask(self.visitor.authorization_request(client_id))
        self.secrets.add("client's state", self.visitor.state)
        self.secrets.add("client's verifier", self.visitor.verifier)
        for name, value in re.findall(r'name="(authorization|csrf_token)" value="([^"]+)"', page.text):
            self.secrets.add(name, value)
        self.secrets.add_cookies(page)
        return page

    def approve(self, page: TestResponse) -> TestResponse:
        """Approve, and go to the provider."""
        departure = self.visitor.answer(page)
        self.secrets.add("provider's state", query(departure.location)["state"])
        self.secrets.add_cookies(departure)
        return departure

    def callback(self, departure: TestResponse, **answers: str) -> str:
        """Come back from the provider."""
        self.visitor.at_provider = self.provider.test_client()
        callback = self.visitor.meet_provider(departure, **answers)
        if "code" in query(callback):
            self.secrets.add("provider's code", query(callback)["code"])
        return callback

    def code(self, client_id: str) -> str:
        """Walk to the client's authorization code."""
        answer = self.visitor.come_back(self.callback(self.approve(self.ask(client_id))))
        code = query(answer.location)["code"]
        self.secrets.add("code", code)
        return code

    def exchange(self, code: str, **changes: str | None) -> TestResponse:
        """Exchange a code."""
        return self.visitor.exchange(
            self.form["client_id"], code, **{"client_secret": self.form.get("client_secret"), **changes}
        )

    def token(self, code: str) -> str:
        """Exchange a code for a token."""
        body = self.exchange(code).get_json()
        for name in ("access_token", "refresh_token"):
            if name in body:
                self.secrets.add(name, body[name])
        return str(body["access_token"])
