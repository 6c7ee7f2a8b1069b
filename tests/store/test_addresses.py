"""What is shown of a database's URL."""

from __future__ import annotations

import pytest

from mxcp_flask.store.addresses import shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://mxcp:s3cr3t@db.example:5432/state", "postgresql://db.example:5432/state"),
        ("postgres://db.example/state?password=s3cr3t#s3cr3t", "postgresql://db.example/state"),
        ("postgresql://mxcp:s3@cr3t@a:1,b:2/state", "postgresql://a:1,b:2/state"),
        ("postgresql:///state?host=/run/postgresql", "postgresql:///state"),
        ("postgresql://mxcp:s3cr/3t@db.example/state", "postgresql"),
    ],
)
def test_no_password_is_shown(url: str, expected: str) -> None:
    """Hosts, ports and the database's name are shown, and nothing else."""
    assert shown(url) == expected
