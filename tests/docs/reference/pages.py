"""The pages of docs/reference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mxcp_flask.cli import main
from mxcp_flask.config.site_file import SiteFileSchema
from mxcp_flask.config.user_file import UserFileSchema
from mxcp_flask.endpoints.file_schemas import PromptFileSchema, ResourceFileSchema, ToolFileSchema
from mxcp_flask.providers import PROVIDERS, ProviderDefaults
from tests.docs.blocks import ROOT
from tests.docs.reference import commands, routes, schemas
from tests.docs.reference.words import Words

_NOTE = "<!-- Made by `python -m tests.docs.reference` from the code and tests/docs/reference/words. -->\n"
_OTHERS = "NO_COLOR|WEB_CONCURRENCY|LISTEN_FDS|BROWSER|[A-Z_]+_CA_BUNDLE|PROMETHEUS_MULTIPROC_DIR"
_VARIABLE = re.compile(rf"[\"']((?!MXCP_DEMO)MXCP_[A-Z_]+|{_OTHERS})[\"']")


def configuration() -> str:
    """Return the page of both configuration files and of the environment."""
    words = Words("configuration.yml")
    site = schemas.sections(SiteFileSchema(), words)
    user = schemas.sections(UserFileSchema(), words)
    return _page(words, "configuration", *user, _providers(), *site, _variables(words))


def endpoint_files() -> str:
    """Return the page of endpoint files."""
    words = Words("endpoint-files.yml")
    found = dict.fromkeys(
        section
        for schema in (ToolFileSchema, ResourceFileSchema, PromptFileSchema)
        for section in schemas.sections(schema(), words)
    )
    return _page(words, "endpoint files", *found)


def all_commands() -> str:
    """Return the page of the command line."""
    return _page(Words("commands.yml"), "commands", *commands.sections(main))


def all_routes() -> str:
    """Return the page of routes."""
    words = Words("routes.yml")
    return _page(words, "routes", routes.table(words))


PAGES: dict[str, Callable[[], str]] = {
    "configuration.md": configuration,
    "commands.md": all_commands,
    "routes.md": all_routes,
    "endpoint-files.md": endpoint_files,
}


def variables() -> list[str]:
    """Return the environment variables that the code reads, but for those that every program does."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "mxcp_flask").rglob("*.py")]
    return sorted({name for text in texts for name in _VARIABLE.findall(text)})


def _page(words: Words, key: str, *sections: str) -> str:
    title, about = words.find(["page"], "section"), words.find(["page"], "about").strip()
    assert title.lower() == key, title
    words.check_all_used()
    return "\n\n".join([_NOTE + f"# {title}", about, *(section.strip() for section in sections)]) + "\n"


def _providers() -> str:
    keys = ProviderDefaults.__annotations__
    rows = (
        f"| {provider.title} | `{key}` | {_quoted(getattr(provider.defaults, key))} |\n"
        for provider in PROVIDERS.values()
        for key in keys
    )
    return "## Defaults of the providers\n\n| provider | key | default |\n|---|---|---|\n" + "".join(rows)


def _quoted(text: str) -> str:
    return f"`{text}`" if text else "the host of `token_url`"


def _variables(words: Words) -> str:
    return "".join(["## The environment\n\n| variable | |\n|---|---|\n", *_variable_rows(words)])


def _variable_rows(words: Words) -> Iterator[str]:
    return (f"| `{name}` | {words.find(['environment'], name)} |\n" for name in variables())
