"""docs/reference has each key, command, flag and route, as they are today."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from marshmallow import Schema

from mxcp_flask.cli import main
from mxcp_flask.config.fields import Text
from mxcp_flask.config.site_file import SiteFileSchema
from mxcp_flask.config.user_file import UserFileSchema
from mxcp_flask.endpoints.file_schemas import file_schema
from mxcp_flask.endpoints.model import KINDS
from tests.docs.blocks import ROOT
from tests.docs.reference import commands, routes, schemas, words
from tests.docs.reference.pages import PAGES, variables
from tests.docs.reference.words import Wanting, Words

FOLDER = ROOT / "docs" / "reference"
SCHEMAS: list[tuple[str, type[Schema]]] = [
    ("configuration.md", UserFileSchema),
    ("configuration.md", SiteFileSchema),
    *(("endpoint-files.md", type(file_schema(kind))) for kind in KINDS),
]


def page(name: str) -> str:
    """Return the page as it is in the project."""
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_page_is_up_to_date(name: str) -> None:
    """A page is what ``python -m tests.docs.reference`` makes of today's code."""
    assert page(name) == PAGES[name](), "run python -m tests.docs.reference"


def test_no_page_is_left_over() -> None:
    """The folder has these pages only."""
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize(("name", "root"), SCHEMAS)
def test_every_key_has_its_row(name: str, root: type[Schema]) -> None:
    """Each key of each schema is in a table of the page, so that the generator drops none."""
    rows = set(re.findall(r"^\| `(\w+)` \|", page(name), re.MULTILINE))

    for schema in schemas.reached(root()):
        assert {schemas.key_of(key, field) for key, field in schema.fields.items()} <= rows, type(schema)


def test_what_extends_another_section_tells_only_its_own_keys() -> None:
    """Parameters are types with a name: their table has what types lack, and a link to the rest."""
    (section,) = re.findall(r"^## parameters$(.*?)^## ", page("endpoint-files.md"), re.MULTILINE | re.DOTALL)

    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == ["name", "completion"]
    assert "It has every key of [Types](#types)" in section


def test_every_option_has_its_row() -> None:
    """Each command has a section, and each of its options a row there."""
    sections = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page("commands.md"), re.MULTILINE | re.DOTALL))

    assert sections.keys() == {name for name, _ in commands.commands(main)}
    for name, command in commands.commands(main):
        told = set(re.findall(r"`(-[\w-]+)`", "".join(re.findall(r"^\| .*? \|", sections[name], re.MULTILINE))))
        options = [option for option in command.params if isinstance(option, click.Option)]
        assert told == {flag for option in options for flag in (*option.opts, *option.secondary_opts)}, name


def test_every_route_has_its_row() -> None:
    """The table of routes has those of the code."""
    assert re.findall(r"^\| `(/.*?)` \|", page("routes.md"), re.MULTILINE) == list(routes.known())


def test_variables_are_told() -> None:
    """Each environment variable of ours has a row."""
    assert all(f"| `{name}` |" in page("configuration.md") for name in variables())


class Grown(SiteFileSchema):
    """The site file with a key that nobody described."""

    colour = Text()


def test_a_new_key_needs_words() -> None:
    """A key without a sentence stops the generator, which says where to write one."""
    with pytest.raises(Wanting, match=r"say what Grown\.colour is, in configuration\.yml"):
        list(schemas.sections(Grown(), Words("configuration.yml")))


def test_words_about_nothing_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence about what is gone stops it, too."""
    (tmp_path / "some.yml").write_text("TokensSchema: {access_ttl: Long, gone: Away}\n")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    said = Words("some.yml")

    assert said.find(["TokensSchema"], "access_ttl") == "Long"
    with pytest.raises(Wanting, match=r"TokensSchema\.gone: gone from the code"):
        said.check_all_used()


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """Links within a page meet one of its headings."""
    text = page(name)
    headings = {
        re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.*)$", text, re.M)
    }

    assert set(re.findall(r"\]\(#(.*?)\)", text)) <= headings
