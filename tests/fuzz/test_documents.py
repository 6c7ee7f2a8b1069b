"""YAML files of any content: read, or refused with one error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.documents import Document, Fault, load_document
from mxcp_flask.errors import FileNotReadable
from tests.fuzz.changes import Alteration, alterations, altered
from tests.fuzz.effort import examples
from tests.fuzz.texts import texts

TOKENS = (
    *(
        "a",
        "b",
        ": ",
        ":",
        "- ",
        "-",
        "\n",
        "\n  ",
        "\n    ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "? ",
        "| \n ",
        ">\n ",
        "'",
        '"',
    ),
    *("&x ", "*x", "<<: ", "<<: *x", "!!int ", "!!bool ", "!!float ", "!!binary ", "!!timestamp ", "!!set ", "!!omap "),
    *(
        "!!pairs ",
        "!!null ",
        "!!merge ",
        "!!value ",
        "!!python/object:os.system ",
        "!x ",
        "! ",
        "%YAML 1.2\n",
        "%TAG ! x\n",
    ),
    *("---\n", "...\n", "# c\n", "\t", "=", "~", "2026-07-28", "2026-13-45", "0x", "1:99:99", ".inf", ".nan", "1e999"),
)
VALUE = {"tool": {"name": "x", "parameters": [{"name": "a", "default": [1, 2.5, None, True]}]}, "mxcp": 1}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the file is written."""
    return tmp_path_factory.mktemp("documents") / "tried.yml"


@examples(400)
@given(tokens=st.lists(st.sampled_from(TOKENS) | texts, max_size=12))
def test_any_yaml(path: Path, tokens: list[str]) -> None:
    """Text that looks like YAML is a document, or FileNotReadable says in one line why not."""
    path.write_bytes("".join(tokens).encode("utf-8", "surrogatepass"))

    check(path)


@examples(150)
@given(content=st.binary(max_size=60))
def test_any_bytes(path: Path, content: bytes) -> None:
    """A file of any bytes is a document, or FileNotReadable says in one line why not."""
    path.write_bytes(content)

    check(path)


@examples(200)
@given(made=alterations(), text=texts, at=st.integers(0, 200))
def test_altered_document(path: Path, made: list[Alteration], text: str, at: int) -> None:
    """A document keeps its values, and each of its keys has a line; with text put in anywhere it may be none."""
    whole = json.dumps(altered(VALUE, made), indent=1)
    at %= len(whole)
    path.write_bytes((whole[:at] + text + whole[at:]).encode("utf-8", "surrogatepass"))

    check(path)


def check(path: Path) -> None:
    """Hold that the file can be read, and that every key has a line; or that it is refused as it should be."""
    try:
        document = load_document(path)
    except FileNotReadable as error:
        document = Document(error.facts["path"], None, {})
    assert document.path == path
    assert all(line > 0 for line in document.lines.values())
    for where in [*document.lines, ("nowhere", 7)]:
        assert isinstance(document.fault(where, "x"), Fault)
