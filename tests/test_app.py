"""The composition, where it does more than put things together."""

from __future__ import annotations

import logging

import pytest

from tests.support.site import Site


def test_keys_that_are_not_in_force_are_named(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Who configures what this version does not act on is told so at start, key by key."""
    site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\nextensions: [httpfs]\n")
    with caplog.at_level(logging.WARNING):
        site.app()

    assert [record.getMessage() for record in caplog.records if record.name == "mxcp.app"] == [
        "the configuration sets extensions, which this version reads but does not act on"
    ]


def test_a_plain_configuration_warns_of_nothing(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Without such keys there is no warning."""
    with caplog.at_level(logging.WARNING):
        site.app()

    assert caplog.records == []
