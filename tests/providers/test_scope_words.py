"""People read what a provider is asked for in words."""

from __future__ import annotations

import pytest

from mxcp_flask.providers import PROVIDERS, ProviderSettings


@pytest.mark.parametrize("name", PROVIDERS)
def test_default_scopes_have_words(name: str) -> None:
    """Each scope that is asked for by default has words, and one that we do not know is there by its name."""
    handler = PROVIDERS[name]
    defaults = vars(handler.defaults)
    settings = ProviderSettings(client_id="x", client_secret="x", **{**defaults, "scope": f"{defaults['scope']} odd"})
    *known, odd = handler(settings).asked()

    assert [scope for scope, _ in known] == defaults["scope"].split()
    assert all(words for _, words in known)
    assert odd == ("odd", None)
