"""How much is tried."""

from __future__ import annotations

import os

from hypothesis import settings

LONG = os.environ.get("MXCP_FUZZ") == "long"
_FACTOR = 5


def examples(count: int) -> settings:
    """Return the settings of a test that tries ``count`` examples, and many more in a long run."""
    return settings(settings.get_profile("mxcp"), max_examples=count * _FACTOR if LONG else count)
