"""Reading ``--user-context``."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.cli.user_context import make_identity, read_user
from mxcp_flask.errors import UserContextInvalid
from mxcp_flask.records import ANONYMOUS, Identity


def test_every_key_reaches_the_identity() -> None:
    """What the user functions tell must come from the context, and the token from either of its keys."""
    context = {"username": "ada", "provider": "github", "email": "a@b.c", "instance_url": "https://x.y", "sites": []}

    assert make_identity({**context, "token": "t"}, provider="cli") == Identity(
        "ada", "github", "a@b.c", "t", "https://x.y", "[]"
    )
    assert make_identity({"external_token": "t"}, provider="cli").external_token == "t"


def test_what_is_missing_is_empty() -> None:
    """Without a context nobody asks; without a provider, or with a null, the default holds."""
    assert make_identity(None, provider="cli") == ANONYMOUS
    assert make_identity({"username": "ada", "email": None}, provider="test") == Identity("ada", "test")


def test_a_file_is_read(tmp_path: Path) -> None:
    """``@`` must read the JSON of a file."""
    file = tmp_path / "ada.json"
    file.write_text('{"username": "ada"}')

    assert read_user(f"@{file}") == {"username": "ada"}
    assert read_user(None) is None


def test_what_nobody_reads_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Keys that no function tells must be a warning."""
    read_user('{"username": "ada", "role": "admin", "permissions": []}')

    assert capsys.readouterr().err == "warning: nothing here reads permissions, role of the user context\n"


@pytest.mark.parametrize("text", ["", "ada", "[]", "5", '{"username": 5}', '{"email": ["a"]}', "{", "[" * 100_000])
def test_what_is_no_context_is_refused(text: str) -> None:
    """Anything but an object of texts must be refused."""
    with pytest.raises(UserContextInvalid):
        read_user(text)
