"""The files that remember sign-ins."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.errors import ConfigurationError, FileNotReadable, FileNotWritable
from mxcp_flask.remote.kept import SignIns, sign_ins
from tests.remote.conftest import Stranger, signed_in


def test_sign_ins_are_kept_by_server(kept: SignIns, stranger: Stranger) -> None:
    """Each server must have its own, replaced by the next one, until it is forgotten."""
    one, two = signed_in(stranger), signed_in(stranger, url="https://h.example/team/mcp")
    for each in (one, two, replace(one, access_token="newer")):
        kept.keep(each)

    assert kept.find(one.url) == replace(one, access_token="newer")
    assert [each.url for each in kept.all()] == sorted([one.url, two.url])
    kept.forget(one.url)
    kept.forget(one.url)
    assert kept.all() == [two]


def test_they_are_private(kept: SignIns, stranger: Stranger) -> None:
    """Folder, file and lock must be their owner's alone, and no text must show a token."""
    one = signed_in(stranger)
    kept.keep(one)
    with kept.alone(one.url):
        modes = {path.suffix: stat.S_IMODE(path.stat().st_mode) for path in kept.folder.iterdir()}

    assert modes == {".json": 0o600, ".lock": 0o600}
    assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert "old-access" not in repr(one)
    assert "old-refresh" not in repr(one)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"url": 1, "unknown": 2}', "\ud800"])
def test_a_damaged_file_is_named(kept: SignIns, stranger: Stranger, text: str) -> None:
    """What cannot be read must say what to do."""
    one = signed_in(stranger)
    kept.keep(one)
    (path,) = kept.folder.glob("*.json")
    path.write_bytes(text.encode("utf-8", "surrogatepass"))

    with pytest.raises(FileNotReadable, match="delete it"):
        kept.find(one.url)


def test_a_folder_that_cannot_be(tmp_path: Path, stranger: Stranger) -> None:
    """A file in the place of the folder must be named."""
    (tmp_path / "file").write_text("")

    with pytest.raises(FileNotWritable, match="file"):
        SignIns(tmp_path / "file" / "sign-ins").keep(signed_in(stranger))


def test_they_lie_in_the_home_folder(tmp_path: Path) -> None:
    """They must be below HOME, and it must be said when there is none."""
    assert sign_ins({"HOME": str(tmp_path)}).folder == tmp_path / ".mxcp" / "sign-ins"
    with pytest.raises(ConfigurationError, match="HOME"):
        sign_ins({})
