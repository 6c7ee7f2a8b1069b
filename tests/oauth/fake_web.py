"""A web of client metadata documents that answers as a test says."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mxcp_flask.outbound import Fetched, Outbound

URL = "https://app.test/client.json"


def document(url: str = URL, name: str = "An app") -> bytes:
    """Return the document at ``url``."""
    return json.dumps({"client_id": url, "client_name": name, "redirect_uris": ["https://app.test/callback"]}).encode()


class Web(Outbound):
    """Answers with ``answer``, or raises it, and notes what was asked for."""

    def __init__(self, answer: Fetched | Exception | None = None) -> None:
        super().__init__()
        self.answer = answer or self.page(document())
        self.urls: list[str] = []

    @staticmethod
    def page(body: bytes, **directives: str) -> Fetched:
        """Return an answer with ``body``."""
        return Fetched(200, {"Content-Type": "application/json", **directives}, body)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """Give the answer."""
        assert headers == {"Accept": "application/json"}
        self.urls.append(url)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer
