"""A person who follows docs/deployment.md from nothing, on a machine that boots for it, to its last line."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.demo.identity_provider import create_identity_provider
from tests.docs.blocks import ROOT, blocks_of
from tests.support import live
from tests.support.machine import Machine, booted
from tests.support.site import CLIENT_ID, CLIENT_SECRET
from tests.test_packaging import SOURCES

pytestmark = pytest.mark.services
DOCUMENT = ROOT / "docs/deployment.md"
NAME = "mcp.example.com"
PYTHON = str("/checkout" / Path(sys.executable).relative_to(ROOT))
# Two libraries of the client look for authorities in two places.
_TRUST = (
    "cp /etc/mxcp/tls/certificate.pem /usr/local/share/ca-certificates/mxcp.crt && update-ca-certificates > /dev/null "
    f"&& cat /etc/mxcp/tls/certificate.pem >> $({PYTHON} -c 'import certifi; print(certifi.where())')"
)


def visit(machine: Machine, mode: str) -> dict[str, Any]:
    """Return what somebody finds who signs in with a client that trusts the machine's certificate."""
    program = [PYTHON, "-m", "tests.services.visitor_over_https", f"https://{NAME}", mode, "ada-fixture"]
    answer: dict[str, Any] = json.loads(machine.run("bash", "-c", f"{_TRUST} && cd /checkout && {shlex.join(program)}"))
    return answer


def with_stand_in(text: str, provider_url: str) -> str:
    """Return a file of the document as somebody writes it whose OAuth app is at the stand-in."""
    section = "\n".join(f"            {key}: {url}" for key, url in live.urls_of(provider_url).items())
    return (
        text.replace("YOUR_CLIENT_ID", CLIENT_ID)
        .replace("YOUR_CLIENT_SECRET", CLIENT_SECRET)
        .replace("          github:\n", f"          github:\n{section}\n")
    )


def followed(document: Path, provider_url: str) -> Iterator[str]:
    """Give what a reader does: saves the files that have a place on the machine, and types the commands."""
    for block in blocks_of(document):
        path = block.said("save as") or ""
        if path.startswith("/"):
            text = with_stand_in(block.text, provider_url)
            yield f"mkdir -p {Path(path).parent}\nprintf %s {shlex.quote(text)} > {path}"
        elif block.said("run by") == "tests/services/test_deployment.py":
            yield block.text


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Return the machine of somebody who followed the document."""
    folder = tmp_path_factory.mktemp("machine")
    checkout = folder / "upper/usr/src/mxcp-flask"
    checkout.mkdir(parents=True)
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, checkout / name)
    callback = f"https://{NAME}/github/callback"
    app = create_identity_provider(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, callback_urls=[callback])
    with servers.serve_app(app) as url, booted(folder, "\n".join(followed(DOCUMENT, url)), {NAME: "127.0.0.1"}) as made:
        yield made


def test_the_units_are_in_order(machine: Machine) -> None:
    """Nothing is wrong with the units, and the server runs as its own user, who cannot read the secrets' file."""
    said = machine.run("sh", "-c", "systemd-analyze verify mxcp.socket mxcp.service 2>&1 | grep -i mxcp || true")
    assert said == ""
    pid = machine.run("systemctl", "show", "--property", "MainPID", "--value", "mxcp").strip()
    assert machine.run("ps", "-o", "user=", "-p", pid).strip() == "mxcp"
    assert machine.run("sh", "-c", "runuser -u mxcp -- cat /etc/mxcp/secrets.env || echo refused").strip() == "refused"
    assert machine.run("stat", "-c", "%U %a", "/var/lib/mxcp", "/var/lib/mxcp/oauth.db").split() == [
        "mxcp",
        "700",
        "mxcp",
        "600",
    ]


@pytest.mark.parametrize(("mode", "revision"), [("legacy", "2025-11-25"), ("auto", "2026-07-28")])
def test_people_sign_in_over_https(machine: Machine, mode: str, revision: str) -> None:
    """The SDK's client gets from the URL to a person's own rows, in both eras."""
    answer = visit(machine, mode)

    assert answer["revision"] == revision
    assert "find_plants" in answer["tools"]
    assert [note["plant"] for note in json.loads(answer["notes"])] == ["sunflower", "basil"]


def test_a_restart_refuses_nobody(machine: Machine) -> None:
    """While the service restarts, connections wait for the new one, and who was signed in still is."""
    said = machine.run(
        "bash", "-c",
        "systemctl restart --no-block mxcp; for n in $(seq 40); do "
        f"curl -s --cacert /etc/mxcp/tls/certificate.pem -o /dev/null -w '%{{http_code}} ' https://{NAME}/ready; done; "
        "systemctl reload mxcp; systemctl is-active mxcp",
    )  # fmt: skip
    assert said.split() == ["200"] * 40 + ["active"]
