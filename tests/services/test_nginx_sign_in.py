"""Behind a real nginx with TLS people sign in with the SDK's client, in each way to tell the server where it is."""

from __future__ import annotations

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
