"""CONTRIBUTING's "add a provider", tried: a class and a line in ``PROVIDERS`` are enough."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.errors import ConfigurationFaults, IncompleteProvider
from mxcp_flask.providers import PROVIDERS
from mxcp_flask.records import User
from tests.contracts.provider import ProviderContract
from tests.contracts.sign_in import Party, SignInContract
from tests.flows.lighthouse import LighthouseOAuthHandler, create_lighthouse
from tests.support.live_providers import Known, facts
from tests.support.site import Site

CREDENTIALS = {"client_id": "keeper-app", "client_secret": "keeper-secret"}
TOKEN_ANSWER = {"access_token": "lh-token-0001", "token_type": "bearer"}
USER_ANSWERS = {"https://api.lighthouse.example/v1/keeper": {"number": "keeper-1", "login": "ada-fixture"}}


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Add the provider, and return all that there are."""
    monkeypatch.setitem(PROVIDERS, "lighthouse", LighthouseOAuthHandler)
    return PROVIDERS


class TestLighthouse(ProviderContract):
    """The class keeps what every provider promises."""

    handler_class = LighthouseOAuthHandler
    token_answer = TOKEN_ANSWER
    user_answers = USER_ANSWERS
    user = User(provider="lighthouse", id="keeper-1", username="ada-fixture")


class TestSignIn(SignInContract):
    """Callback, consent page and errors follow from the class."""

    @pytest.fixture
    def party(self) -> Party:
        """Return the provider at its own URLs."""
        known = Known("/v1/keeper", facts("lighthouse", "ada-fixture"), "keeper-1", "bo-fixture")
        return Party(LighthouseOAuthHandler, create_lighthouse(), known)


def test_every_key_of_its_section_is_read(site: Site) -> None:
    """The section has the provider's name, and the keys that every provider has."""
    urls = {name: f"https://sandbox.example/{name}" for name in ("auth_url", "token_url", "api_url")}
    section = {**CREDENTIALS, **urls, "scope": "keeper:all", "callback_path": "/back"}
    site.configure({"provider": "lighthouse", "lighthouse": section})

    settings = site.settings().auth.settings

    assert vars(settings) == section


def test_its_section_may_stand_unused(site: Site) -> None:
    """A profile may hold the section while another provider is selected."""
    site.configure({"provider": "github", "github": CREDENTIALS, "lighthouse": CREDENTIALS})

    assert site.settings().auth.provider == "github"


@pytest.mark.parametrize("section", [{}, {"lighthouse": {}}, {"lighthouse": {"client_id": "", "client_secret": None}}])
def test_incomplete_section(site: Site, section: dict[str, Any]) -> None:
    """What is missing is told in the document's words, with the provider's title."""
    site.configure({"provider": "lighthouse", **section})

    with pytest.raises(IncompleteProvider, match=r"^Lighthouse OAuth configuration is incomplete\. Missing: client_id"):
        site.settings()


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("token_uri", "https://x.example/token", "token_uri: unknown key"),
        ("token_url", "http://x.example/token", "token_url: http is only allowed for localhost"),
        ("callback_path", "/token", "callback_path: is a path of this server's own"),
        ("scope", ["a"], "scope: must be text"),
    ],
)
def test_fault_in_its_section(site: Site, key: str, value: object, message: str) -> None:
    """A wrong key or value is told with its place, as it is for every provider."""
    site.configure({"provider": "lighthouse", "lighthouse": {**CREDENTIALS, key: value}})

    with pytest.raises(ConfigurationFaults, match=rf"auth\.lighthouse\.{message}"):
        site.settings()


def test_provider_that_is_not_registered(site: Site, registry: dict[str, Any]) -> None:
    """Without its line in the registry, neither the provider nor its section is known."""
    del registry["lighthouse"]
    site.configure({"provider": "lighthouse", "lighthouse": CREDENTIALS})

    with pytest.raises(ConfigurationFaults) as caught:
        site.settings()

    assert "The provider 'lighthouse' is not available" in str(caught.value)
    assert "auth.lighthouse: unknown key" in str(caught.value)
