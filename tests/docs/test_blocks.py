"""Every command that the documentation gives is run by a test, or marked as one that needs the outside world."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import DOCUMENTS, ROOT, Block, blocks_of

BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]
COMMANDS = [block for block in BLOCKS if block.has_commands]


def ids(blocks: list[Block]) -> list[str]:
    """Name the tests by the blocks' places."""
    return [block.place for block in blocks]


@pytest.mark.parametrize("block", COMMANDS, ids=ids(COMMANDS))
def test_commands_are_run_or_marked(block: Block) -> None:
    """A block of commands says which test runs it, or why none can."""
    runner, reason = block.said("run by"), block.said("needs the outside world")

    assert runner or reason, f"say above {block.place} who runs it"
    if runner:
        assert (ROOT / runner).is_file(), runner


@pytest.mark.parametrize("runner", sorted({block.said("run by") or "" for block in COMMANDS} - {""}))
def test_runners_take_their_blocks(runner: str) -> None:
    """Who runs a document's blocks reads them from that document."""
    documents = {block.document.name for block in COMMANDS if block.said("run by") == runner}
    source = (ROOT / runner).read_text(encoding="utf-8")

    assert all(name in source for name in documents)


@pytest.mark.parametrize("block", BLOCKS, ids=ids(BLOCKS))
def test_blocks_have_a_language(block: Block) -> None:
    """A block says what it is, so that commands are known from the rest."""
    assert block.language


def test_unmarked_commands_are_found(tmp_path: Path) -> None:
    """Commands are seen under any fence, and with a note only right above it."""
    document = tmp_path / "page.md"
    document.write_text(
        "```sh\nls\n```\n\n```text\nmxcp serve\n```\n\n```text\nJust words\n```\n\n"
        "<!-- run by: tests/x.py -->\n```sh\nls -l\n```\n\n"
        "  <!-- run by: y -->\n\ntext\n\n- item\n\n  ```console\n  $ ls\n  ```\n"
    )
    found = list(blocks_of(document))

    assert [block.has_commands for block in found] == [True, True, False, True, True]
    assert [block.note for block in found] == ["", "", "", "run by: tests/x.py", ""]
    assert found[-1].text == "$ ls\n"
