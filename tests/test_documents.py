"""YAML files: their data, and where in the file a value stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from mxcp_flask import documents
from mxcp_flask.documents import Document, Fault, load_document
from mxcp_flask.errors import FileNotReadable

TEXT = """\
mxcp: 1
tool:
  name: whoami
  parameters:
    - name: limit
      type: integer
    - {name: order, type: string}
  "quoted": yes
1: one
"""


def write(folder: Path, text: str | bytes) -> Path:
    """Write a file, and return its path."""
    path = folder / "file.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


@pytest.fixture
def document(tmp_path: Path) -> Document:
    """Return ``TEXT``, parsed."""
    return load_document(write(tmp_path, TEXT))


def test_data_is_plain(document: Document) -> None:
    """The data is what PyYAML's safe loader gives."""
    assert document.data["tool"]["parameters"][1] == {"name": "order", "type": "string"}
    assert document.data["tool"]["quoted"] is True


@pytest.mark.parametrize(
    ("where", "line", "shown"),
    [
        ((), 1, ""),
        (("mxcp",), 1, "mxcp"),
        (("tool",), 2, "tool"),
        (("tool", "parameters"), 4, "tool.parameters"),
        (("tool", "parameters", 0, "type"), 6, "tool.parameters.0.type"),
        (("tool", "parameters", 1, "type"), 7, "tool.parameters.1.type"),
        (("tool", "quoted"), 8, "tool.quoted"),
        (("tool", "missing"), 2, "tool.missing"),
        (("tool", "parameters", 7, "type"), 4, "tool.parameters.7.type"),
        (("elsewhere", "deep"), 1, "elsewhere.deep"),
    ],
)
def test_fault_names_its_line(document: Document, where: tuple[str | int, ...], line: int, shown: str) -> None:
    """A fault stands at its key, or at the nearest ancestor that the file has."""
    fault = document.fault(where, "is wrong")

    assert (fault.line, fault.where) == (line, shown)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault(Path("a.yml"), 3, "tool.name", "is missing"), "a.yml:3: tool.name: is missing"),
        (Fault(Path("a.yml"), 3, "", "is empty"), "a.yml:3: is empty"),
        (Fault(Path("a.yml"), None, "", "is empty"), "a.yml: is empty"),
    ],
)
def test_fault_is_one_line(fault: Fault, text: str) -> None:
    """A fault reads as compilers' messages do."""
    assert str(fault) == text


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        (["a", "b"], ["file.yml:1: a", "file.yml:1: b"]),
        ("a", ["file.yml:1: a"]),
        ({"tool": {"name": ["a"], "_schema": ["b"]}}, ["file.yml:3: tool.name: a", "file.yml:2: tool: b"]),
        ({"tool": {"parameters": {0: {"type": ["a"]}}}}, ["file.yml:6: tool.parameters.0.type: a"]),
        ({}, []),
    ],
)
def test_marshmallows_messages_become_faults(document: Document, messages: Any, expected: list[str]) -> None:
    """Nested messages are flattened, each with its own place."""
    assert [str(fault).partition(f"{document.path.parent}/")[2] for fault in document.faults(messages)] == expected


def test_both_loaders_agree(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyYAML was built without libyaml, data and lines are the same."""
    monkeypatch.setattr(documents, "_QUICK", yaml.SafeLoader)

    slow = load_document(document.path)

    assert (slow.data, slow.lines) == (document.data, document.lines)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_empty_file_is_a_document(tmp_path: Path, text: str) -> None:
    """A file without content has no data, and a fault of it can still be shown."""
    document = load_document(write(tmp_path, text))

    assert document.data is None
    assert str(document.fault((), "is empty")).endswith(": is empty")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [1", "line 1: "),
        ("a: b\nc: d: e\n", "line 2: "),
        ("a: \t- b", "line 1: "),
        ("a: 1\n---\nb: 2\n", "line 2: "),
        ("{[]: 1}", "line 1: "),
        ("a: *unknown", "line 1: "),
        ("a: !!python/object/apply:os.system [x]", "line 1: "),
        ("a: \x00", "special characters"),
        ("a: 2026-13-45", "month"),
        ("a: " + "9" * 5000, "digits"),
        ("[" * 2_000, "recursion"),
        ("a: !!int ''", "tag"),
        ("a: !!float ''", "tag"),
        ("a: !!bool maybe", "tag"),
        ("a: !!timestamp noon", "tag"),
        (b"a: \xff", "utf-8"),
    ],
)
def test_what_is_no_yaml_is_reported(tmp_path: Path, text: str | bytes, reason: str) -> None:
    """Whatever the file holds, the error names it, and the line where PyYAML knows it."""
    path = write(tmp_path, text)
    with pytest.raises(FileNotReadable) as caught:
        load_document(path)

    assert str(path) in str(caught.value)
    assert reason in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """The system's own words say why a file cannot be read."""
    with pytest.raises(FileNotReadable, match="No such file or directory"):
        load_document(tmp_path / "missing.yml")
    with pytest.raises(FileNotReadable, match="directory"):
        load_document(tmp_path)


def test_aliases_have_lines_too(tmp_path: Path) -> None:
    """A value that is used twice is found under both names; one that holds itself ends."""
    document = load_document(write(tmp_path, "a: &a\n  b: 1\nc: *a\nd: &d\n  - *d\n"))

    assert document.fault(("c", "b"), "x").line == 2
    assert document.data["c"] == {"b": 1}
    assert document.data["d"][0] is document.data["d"]


def test_byte_order_mark_and_dates(tmp_path: Path) -> None:
    """An editor's byte order mark is no part of the data; a date is a date."""
    assert load_document(write(tmp_path, "\ufeffa: 2026-01-31\n")).data == {"a": date(2026, 1, 31)}


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "x:\n  - {b: 1, b: 2}\n", "? c\n: 1\n? c\n: 2\n"])
def test_repeated_key(tmp_path: Path, text: str) -> None:
    """A mapping that has a key twice is refused, with its line; the last one does not silently win."""
    with pytest.raises(FileNotReadable, match=r"line \d: the key '.' is repeated"):
        load_document(write(tmp_path, text))


def test_aliases_of_aliases_end(tmp_path: Path) -> None:
    """A small file whose aliases multiply is read all the same."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]

    assert load_document(write(tmp_path, "\n".join(lines))).data["a0"] == ["x"]
