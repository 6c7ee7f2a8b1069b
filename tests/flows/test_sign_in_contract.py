"""The sign-in contract with each provider that the package has."""

from __future__ import annotations

import pytest

from mxcp_flask.demo.identity_provider import DialectName
from mxcp_flask.providers import PROVIDERS
from tests.contracts.sign_in import Party, SignInContract
from tests.support.clock import Clock
from tests.support.live_providers import KNOWN, create_stand_in
from tests.support.visitor import BASE


class TestSignIn(SignInContract):
    """Three providers, two stores."""

    @pytest.fixture(params=PROVIDERS)
    def party(self, request: pytest.FixtureRequest, clock: Clock) -> Party:
        """Return the provider at its own URLs."""
        dialect: DialectName = request.param
        return Party(PROVIDERS[dialect], create_stand_in(dialect, BASE, clock=clock), KNOWN[dialect])
