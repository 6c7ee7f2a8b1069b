"""Marshmallow schemas become sections, one a schema, with a table of its keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields

from mxcp_flask.config.auth_section import ProviderSchema
from mxcp_flask.config.site_file import ExtensionField, ExtensionSchema
from mxcp_flask.endpoints.definition_schema import Properties
from mxcp_flask.providers import PROVIDERS
from tests.docs.reference.defaults import default_of
from tests.docs.reference.kinds import kind_of
from tests.docs.reference.words import Words

_HEAD = "| key | takes | default | |\n|---|---|---|---|\n"


def sections(root: Schema, words: Words) -> Iterator[str]:
    """Yield the section of ``root`` and of every schema in it, in the order in which they are met."""
    for schema in reached(root):
        names = names_of(type(schema))
        yield f"## {words.find(names, 'section')}\n\n{words.find(names, 'about')}\n\n{_table(schema, names, words)}"


def reached(root: Schema) -> list[Schema]:
    """Return ``root`` and the schemas within it, each class once."""
    found: dict[type[Schema], Schema] = {}
    waiting = [root]
    while waiting:
        schema = waiting.pop(0)
        if type(schema) not in found:
            found[type(schema)] = schema
            waiting = [*inner_schemas(schema), *waiting]
    return list(found.values())


def inner_schemas(schema: Schema) -> Iterator[Schema]:
    """Yield the schemas of the mappings that stand right in one of ``schema``."""
    for field in schema.fields.values():
        inner: Any = field.inner if isinstance(field, fields.List) else field
        inner = inner.value_field if isinstance(inner, fields.Dict) else inner
        if isinstance(inner, (fields.Nested, Properties)):
            yield inner.schema
        elif isinstance(inner, ExtensionField):
            yield ExtensionSchema()


def names_of(schema: type[Schema]) -> list[str]:
    """Return the names under which something may be said of ``schema``: its own, then those that it extends."""
    return [kind.__name__ for kind in schema.__mro__ if issubclass(kind, Schema) and kind.__name__ != "GeneratedSchema"]


def key_of(name: str, field: fields.Field[Any]) -> str:
    """Return how the key is written in the file."""
    return field.data_key or name


def _table(schema: Schema, names: list[str], words: Words) -> str:
    def link(kind: type[Schema]) -> str:
        title = words.find(names_of(kind), "section")
        return f"[{title}](#{_anchor(title)})"

    rows = []
    for name, field in schema.fields.items():
        key = key_of(name, field)
        said = _said(words, names, key, field)
        default = said.get("default") or default_of(type(schema), name) or ("required" if field.required else "")
        rows.append(f"| `{key}` | {kind_of(field, link)} | {default} | {said['says']} |\n")
    return _HEAD + "".join(rows)


def _said(words: Words, names: list[str], key: str, field: fields.Field[Any]) -> dict[str, str]:
    if isinstance(field, fields.Nested) and issubclass(type(field.schema), ProviderSchema):
        return {"says": f"The OAuth app at {PROVIDERS[key].title}"}
    said = words.find(names, key)
    return said if isinstance(said, dict) else {"says": said}


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
