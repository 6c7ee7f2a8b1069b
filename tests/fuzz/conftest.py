"""Sets Hypothesis up, and gives each module a server to attack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.fuzz.effort import LONG
from tests.fuzz.server import Server

# Without a database nothing is left in the tree; without a deadline a slow machine fails nothing.
settings.register_profile(
    "mxcp",
    database=None,
    deadline=None,
    derandomize=True,  # the same examples in every run: a change is not blamed for an old fault
    print_blob=LONG,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)


def pytest_configure(config: pytest.Config) -> None:
    """Keep what Hypothesis writes out of the tree."""
    if config.cache is not None:
        set_hypothesis_home_dir(config.cache.mkdir("hypothesis"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server; a test's example begins with ``server.reset()``."""
    with Server(tmp_path_factory.mktemp("fuzz") / "site") as server:
        yield server
