"""Behind a real nginx with TLS people sign in with the SDK's client, in each way to tell the server where it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.flows.test_sdk_client import Person, ask_who_i_am
from tests.services.front import BELOW_BASE, PROXY, ROOT_BASE, Program, documented, standing

pytestmark = pytest.mark.services
PREFIX = {ROOT_BASE: {}, BELOW_BASE: {"path_prefix": "/team/tools"}}


def options(base: str) -> dict[str, dict[str, Any]]:
    """Return the user document's three options, and one of ours, for a server at ``base``."""
    return {
        "scheme": {"host": "0.0.0.0", "scheme": "https", **PREFIX[base]},
        "trust_proxy": {"host": "0.0.0.0", "trust_proxy": True, **PREFIX[base]},
        "base_url": {"base_url": base},
        "list": {"trust_proxy": [PROXY], **PREFIX[base]},
    }


@pytest.mark.parametrize("base", [ROOT_BASE, BELOW_BASE], ids=["root", "below a path"])
@pytest.mark.parametrize(
    ("option", "program"),
    [
        ("scheme", "mxcp serve"),
        ("trust_proxy", "mxcp serve"),
        ("base_url", "mxcp serve"),
        ("list", "mxcp serve"),
        ("trust_proxy", "gunicorn"),
        ("base_url", "gunicorn"),
    ],
)
def test_people_sign_in(tmp_path: Path, base: str, option: str, program: Program) -> None:
    """From the URL to SQL that knows the person, through nginx as our document has it: both eras, two workers."""
    with standing(tmp_path, base, options(base)[option], documented()[base], program) as front:
        for login, mode in (("ada-fixture", "auto"), ("bo-fixture", "legacy")):
            person = Person(login, front.certificate.authority)
            _, names, username = person.talk(front.base, mode, ask_who_i_am)

            assert username == login
            assert "whoami" in names
            assert person.answer["iss"] == base
            assert [asked["resource"] for asked in person.sign_ins] == [f"{base}/mcp"]
    log = front.server.log.read_text()
    assert "Traceback" not in log
    assert "shows that the browser" not in log


def speaking_rfc_7239(configuration: str) -> str:
    """Return the configuration with ``Forwarded`` in place of the other headers that tell of the client."""
    spoken = re.sub(
        r"proxy_set_header X-Forwarded-(\w+) +[^;]+;", r'proxy_set_header X-Forwarded-\1 "";', configuration
    )
    element = r"for=\"[$remote_addr]:$remote_port\";host=\"$http_host\";proto=$scheme"
    return re.sub(r'proxy_set_header Forwarded +"";', lambda _: f'proxy_set_header Forwarded "{element}";', spoken)


@pytest.mark.parametrize("base", [ROOT_BASE, BELOW_BASE], ids=["root", "below a path"])
def test_a_proxy_that_speaks_rfc_7239(tmp_path: Path, base: str) -> None:
    """A proxy that tells of the client in ``Forwarded`` alone is understood."""
    configuration = speaking_rfc_7239(documented()[base])
    with standing(tmp_path, base, {"trust_proxy": [PROXY], **PREFIX[base]}, configuration) as front:
        person = Person("ada-fixture", front.certificate.authority)

        assert person.talk(base, "auto", ask_who_i_am)[2] == "ada-fixture"
        assert person.answer["iss"] == base


@pytest.mark.parametrize("option", ["scheme", "trust_proxy", "base_url"])
def test_a_proxy_that_takes_the_path_off(tmp_path: Path, option: str) -> None:
    """Below a path nothing changes when nginx takes the path off before it asks us."""
    whole = "location /team/tools/ {\n        proxy_pass http://127.0.0.1:8000"
    configuration = documented()[BELOW_BASE]
    assert whole in configuration
    stripping = configuration.replace(whole, f"{whole}/")
    with standing(tmp_path, BELOW_BASE, options(BELOW_BASE)[option], stripping) as front:
        person = Person("ada-fixture", front.certificate.authority)

        assert person.talk(BELOW_BASE, "auto", ask_who_i_am)[2] == "ada-fixture"
        assert person.answer["iss"] == BELOW_BASE
