"""Reading ``--param``."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from mxcp_flask.cli.params import read_params
from mxcp_flask.errors import FileNotReadable


def test_texts_and_files(tmp_path: Path) -> None:
    """Text must stay text, whatever it looks like; a file must give its JSON."""
    file = tmp_path / "value.json"
    file.write_text('{"a": [1, null]}')

    given = read_params(["n=5", "empty=", "eq=a=b", f"obj=@{file}"])

    assert given == {"n": "5", "empty": "", "eq": "a=b", "obj": {"a": [1, None]}}


@pytest.mark.parametrize(("given", "said"), [(["n"], "NAME=VALUE"), (["=5"], "NAME=VALUE"), (["n=1", "n=2"], "twice")])
def test_what_is_no_parameter_is_wrong_usage(given: list[str], said: str) -> None:
    """A parameter without name or value, or given twice, must be refused."""
    with pytest.raises(click.BadParameter, match=said):
        read_params(given)


@pytest.mark.parametrize("data", [None, b"{", b"\xff", b"[" * 100_000])
def test_a_file_without_json_is_named(tmp_path: Path, data: bytes | None) -> None:
    """A file that is missing or holds no JSON must be named."""
    file = tmp_path / "value.json"
    if data:
        file.write_bytes(data)

    with pytest.raises(FileNotReadable, match=r"value\.json"):
        read_params([f"a=@{file}"])
