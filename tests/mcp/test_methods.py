"""Tests of mxcp_flask.mcp.methods."""

from __future__ import annotations

import pytest
from mcp_types.methods import CACHEABLE_METHODS, CLIENT_REQUESTS

from mxcp_flask.mcp.methods import METHODS
from mxcp_flask.mcp.revisions import REVISIONS


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("version", REVISIONS)
def test_a_method_is_served_in_the_eras_that_have_it(name: str, version: str) -> None:
    """The table must agree with the official package about which revision has which method."""
    assert (REVISIONS[version].era in METHODS[name].eras) == ((name, version) in CLIENT_REQUESTS)


def test_results_may_be_kept_where_the_protocol_says_so() -> None:
    """Cache hints are required on exactly these methods (2026-07-28, caching)."""
    cacheable = {name for name, method in METHODS.items() if method.ttl_ms is not None}

    assert cacheable == set(CACHEABLE_METHODS) & set(METHODS)
