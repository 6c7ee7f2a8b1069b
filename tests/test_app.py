"""The composition, where it does more than put things together."""

from __future__ import annotations

import logging

import pytest

from tests.support.site import Site


def test_a_plain_configuration_warns_of_nothing(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What is in order is not talked about."""
    with caplog.at_level(logging.WARNING):
        site.app()

    assert caplog.records == []
