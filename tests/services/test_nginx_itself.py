"""The tests' own nginx: it starts, speaks TLS, changes its configuration and stops."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from mxcp_flask.demo.servers import HOST, free_port
from tests.support import nginx
from tests.support.certificates import certify

pytestmark = pytest.mark.services


def answering(text: str, port: int) -> str:
    """Return a server block that answers ``text``."""
    return f"server {{ listen {HOST}:{port}; location / {{ return 200 {text}; }} }}"


def test_it_answers_over_tls(tmp_path: Path) -> None:
    """A client that trusts the tests' authority, and no other, can talk to a server that it certified."""
    port, made = free_port(), certify(tmp_path / "tls", "localhost", HOST)
    tls = f"ssl_certificate {made.chain}; ssl_certificate_key {made.key};"
    server = f"server {{ listen {HOST}:{port} ssl; {tls} location / {{ return 200 hello; }} }}"

    with nginx.running(tmp_path / "nginx", server) as running:
        answer = requests.get(f"https://{HOST}:{port}/", verify=str(made.authority), timeout=10)
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"https://{HOST}:{port}/", timeout=10)

    assert answer.text == "hello"
    assert '"GET / HTTP/1.1" 200' in running.requests[0]
    assert running.process.returncode == 0


def test_it_reloads(tmp_path: Path) -> None:
    """After a reload new connections meet the new configuration."""
    port = free_port()
    with nginx.running(tmp_path / "nginx", answering("old", port)) as running:
        old = requests.get(f"http://{HOST}:{port}/", timeout=10)
        running.reload(answering("new", port))
        new = requests.get(f"http://{HOST}:{port}/", timeout=10)

    assert (old.text, new.text) == ("old", "new")


def test_a_wrong_configuration_is_told(tmp_path: Path) -> None:
    """A configuration that nginx cannot use fails the test with nginx's own words."""
    with pytest.raises(AssertionError, match="unknown directive"), nginx.running(tmp_path / "nginx", "nonsense;"):
        pass
