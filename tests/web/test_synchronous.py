"""What our Flask leaves out."""

from __future__ import annotations

import pytest
from flask import session, url_for

from mxcp_flask.web.synchronous import SynchronousFlask


@pytest.fixture
def app() -> SynchronousFlask:
    """Return an application with routes that show what a view meets."""
    app = SynchronousFlask("bare")
    app.add_url_rule("/link/<name>", "link", lambda name: url_for("link", name=name, _external=True))
    app.add_url_rule("/folder/", "folder", lambda: "folder")
    return app


def test_there_is_no_session(app: SynchronousFlask) -> None:
    """A session is empty, refuses to be written, and sets no cookie, even with a secret key."""
    app.secret_key = "key"

    def write() -> str:
        assert not session
        session["person"] = "ada"
        return "written"

    app.add_url_rule("/write", "write", write)
    app.testing = True
    with pytest.raises(RuntimeError, match="session is unavailable"):
        app.test_client().get("/write")
    answer = app.test_client().get("/link/x")

    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "mount", "link"),
    [
        ("/link/a", "", "http://here.example/link/a"),
        ("/link/a", "/below", "http://here.example/below/link/a"),
        ("/link/%C3%A9%2f", "", "404"),
        ("/link/%C3%A9", "", "http://here.example/link/%C3%A9"),
        ("//link//a", "", "404"),
    ],
)
def test_routes_and_links(app: SynchronousFlask, path: str, mount: str, link: str) -> None:
    """Routes are found, and links made, as Flask does it, also below a mount."""
    app.url_map.merge_slashes = False
    answer = app.test_client().get(path, headers={"Host": "here.example"}, environ_overrides={"SCRIPT_NAME": mount})

    assert (answer.text if answer.status_code == 200 else str(answer.status_code)) == link


def test_redirects_keep_the_query(app: SynchronousFlask) -> None:
    """A folder without its slash leads to itself, with what was asked."""
    answer = app.test_client().get("/folder?a=1", headers={"Host": "here.example"})

    assert (answer.status_code, answer.headers["Location"]) == (308, "http://here.example/folder/?a=1")


def test_links_without_a_request(app: SynchronousFlask) -> None:
    """Outside of a request links need a configured name, as ever."""
    app.config["SERVER_NAME"] = "there.example"
    with app.app_context():
        assert url_for("folder") == "http://there.example/folder/"
