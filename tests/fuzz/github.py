"""GitHub without HTTP, whose answers a test can alter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.errors import ProviderError
from mxcp_flask.providers.http import Answer, ProviderHttp

TOKEN = {"access_token": "gho_0123456789abcdef", "token_type": "bearer", "scope": "user:email"}
PERSON = {"id": 4711, "login": "ada-fixture", "name": "Ada Fixture"}
EMAILS = [{"email": "ada@example.org", "primary": True, "verified": True}]


class FakeGitHub(ProviderHttp):
    """Answers with ``token``, ``person`` and ``emails``, with ``status``, or fails with ``failure``."""

    def __init__(self) -> None:
        super().__init__("GitHub")
        self.reset()

    def reset(self) -> None:
        """Answer as GitHub does."""
        self.status = 200
        self.failure: ProviderError | None = None
        self.token: Any = TOKEN
        self.person: Any = PERSON
        self.emails: Any = EMAILS

    def post(self, url: str, form: Mapping[str, str], *, as_json: bool = False) -> Answer:  # noqa: ARG002
        """Answer at the token endpoint."""
        if self.failure is not None:
            raise self.failure
        return Answer(self.status, self.token)

    def get(self, url: str, token: str) -> Answer:  # noqa: ARG002
        """Answer at the API."""
        return Answer(self.status, self.emails if url.endswith("/emails") else self.person)
