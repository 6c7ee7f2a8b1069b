"""Lets a Flask application answer at other sites' URLs without a socket, and notes what it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
import responses
from flask import Flask, request
from flask.typing import ResponseReturnValue


class Watch:
    """What an application is asked, such as ``GET /user``; ``faults`` has, by path, what it answers instead."""

    def __init__(self, app: Flask) -> None:
        self.requests: list[str] = []
        self.faults: dict[str, ResponseReturnValue] = {}
        app.before_request(self._note)

    def _note(self) -> ResponseReturnValue | None:
        self.requests.append(f"{request.method} {request.path}")
        return self.faults.get(request.path)


@contextmanager
def answering(app: Flask, *urls: str) -> Iterator[None]:
    """Let ``app`` answer all that ``requests`` asks of the hosts of ``urls``, and nobody else; an empty one is none."""
    hosts = "|".join({re.escape(f"{parts.scheme}://{parts.netloc}") for parts in map(urlsplit, filter(None, urls))})
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in (responses.GET, responses.POST, responses.DELETE):
            mock.add_callback(method, re.compile(f"(?:{hosts})/.*"), callback=lambda asked: _forward(app, asked))
        yield


def _forward(app: Flask, asked: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(asked.url or "")
    answer = app.test_client().open(
        f"{parts.path}?{parts.query}",
        base_url=f"{parts.scheme}://{parts.netloc}",
        method=asked.method or "GET",
        headers=dict(asked.headers),
        data=asked.body or b"",
    )
    return answer.status_code, dict(answer.headers), answer.get_data()
