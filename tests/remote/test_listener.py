"""The listener on loopback: whom it believes, and the page that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from mxcp_flask.errors import SignInFailed
from mxcp_flask.remote.listener import Listener


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Listen."""
    with closing(Listener()) as listener:
        yield listener


def get(listener: Listener, path: str = "/callback", host: str | None = None, **query: str) -> requests.Response:
    """Ask the listener as a browser would."""
    headers = {"Host": host} if host else {}
    return requests.get(f"http://127.0.0.1:{listener.port}{path}", params=query, headers=headers, timeout=10)


def test_the_answer_is_taken(listener: Listener) -> None:
    """What brings the state must be taken, and the browser be told that it can be closed."""
    page = get(listener, state=listener.state, code="c")

    assert listener.wait(1)["code"] == "c"
    assert "Back to the terminal" in page.text
    assert "You can close this window" in page.text


def test_others_are_sent_away(listener: Listener) -> None:
    """Another state, path or host must neither count nor end the waiting."""
    state = listener.state
    for knock in (
        get(listener, code="forged"),
        get(listener, code="forged", state="x" * len(state)),
        get(listener, code="forged", state="\u00e9"),
        get(listener, "/other", code="forged", state=state),
        get(listener, host="rebound.example", code="forged", state=state),
    ):
        assert knock.status_code == 404
        assert "forged" not in knock.text

    with pytest.raises(SignInFailed, match=r"within 0\.01 seconds"):
        listener.wait(0.01)


def test_the_page_is_self_contained(listener: Listener) -> None:
    """The page must load and run nothing, leak no address, and show nothing that came in it."""
    page = get(listener, state=listener.state, error="<script>alert(1)</script>")

    assert "You were not signed in" in page.text
    assert "script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Server"] == "mxcp"


def test_only_this_machine_can_knock(listener: Listener) -> None:
    """It must listen on loopback, at a port that nobody can guess beforehand."""
    assert listener.redirect_uri == f"http://127.0.0.1:{listener.port}/callback"
    with closing(Listener()) as other:
        assert other.port != listener.port
        assert other.state != listener.state
