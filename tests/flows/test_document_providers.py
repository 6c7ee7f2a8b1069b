"""The document's configurations for Atlassian and Salesforce serve a sign-in as they stand, at the providers' own URLs.

``tests/flows/test_document_example.py`` is about the one for GitHub.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.config.document_examples import ATLASSIAN, OTHER_PROVIDER_EXAMPLE, SALESFORCE, SANDBOX
from tests.support.forwarding import answering
from tests.support.live_providers import KNOWN, PERSON_TOOL, create_stand_in
from tests.support.site import CLIENT_ID, CLIENT_SECRET, Site
from tests.support.visitor import Visitor

BASE = "https://your-domain.com"
TRANSPORT = f"transport:\n  http:\n    base_url: {BASE}\n"


@dataclass(frozen=True)
class Scene:
    """One of the examples, served, and a person who uses its client."""

    example: Mapping[str, str]
    visitor: Visitor

    @property
    def redirect_uri(self) -> str:
        """Return the client's redirect URI."""
        return f"{BASE}/{self.example['name']}/callback"

    def code(self) -> str:
        """Sign Ada in, and return the client's code."""
        return self.visitor.sign_in(CLIENT_ID, redirect_uri=self.redirect_uri)["code"]


@pytest.fixture(params=[ATLASSIAN, SALESFORCE, SANDBOX], ids=["atlassian", "salesforce", "sandbox"])
def scene(request: pytest.FixtureRequest, site: Site) -> Iterator[Scene]:
    """Serve the project ``my_project`` at the document's domain, with the callback URL that the document registers."""
    example = request.param
    site.write("mxcp-site.yml", "mxcp: 1\nproject: my_project\nprofile: production\n")
    site.write("tools/person.yml", PERSON_TOOL)
    site.config.write_text(OTHER_PROVIDER_EXAMPLE.format_map(example) + TRANSPORT)
    variables = {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET}
    site.environ |= {f"{example['variable']}_{name}": value for name, value in variables.items()}
    stand_in = create_stand_in(example["name"], BASE)
    with answering(stand_in, example["auth_url"], example["token_url"], "https://api.atlassian.com"):
        yield Scene(example, Visitor(site.app(), stand_in, BASE))


def test_the_client_in_the_example_signs_a_person_in(scene: Scene) -> None:
    """The pre-registered client must get a code at its redirect URI, a token with its secret, and the person in SQL."""
    answer = scene.visitor.exchange(
        CLIENT_ID, scene.code(), redirect_uri=scene.redirect_uri, client_secret=CLIENT_SECRET
    ).get_json()
    call = scene.visitor.call(answer["access_token"], "tools/call", name="person", arguments={})

    known = KNOWN[scene.example["name"]].ada
    host = f"https://{urlsplit(scene.example['token_url']).hostname}"
    assert answer["scope"] == "mxcp:access"
    assert json.loads(call.get_json()["result"]["content"][0]["text"]) == {
        **known,
        "instance_url": host if known["instance_url"] else "",
    }


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_the_client_in_the_example_must_prove_itself(scene: Scene, secret: str | None) -> None:
    """A code without the confidential client's secret must be worth nothing."""
    answer = scene.visitor.exchange(CLIENT_ID, scene.code(), redirect_uri=scene.redirect_uri, client_secret=secret)

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
