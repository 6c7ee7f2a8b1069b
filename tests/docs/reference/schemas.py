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
    found = reached(root)
    for schema in found:
        names, extended = names_of(type(schema)), extended_by(schema, found)
        about = words.find(names, "about")
        if extended:
            about = f"{about.rstrip()} It has every key of {_link(type(extended), words)}, and these."
        yield f"## {words.find(names, 'section')}\n\n{about}\n\n{_table(schema, extended, words)}"


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


def extended_by(schema: Schema, others: list[Schema]) -> Schema | None:
    """Return the one of ``others`` that ``schema`` extends, whose keys need not be told twice."""
    return next((each for each in others if type(each) is not type(schema) and isinstance(schema, type(each))), None)


def names_of(schema: type[Schema]) -> list[str]:
    """Return the names under which something may be said of ``schema``: its own, then those that it extends."""
    return [kind.__name__ for kind in schema.__mro__ if issubclass(kind, Schema) and kind.__name__ != "GeneratedSchema"]


def key_of(name: str, field: fields.Field[Any]) -> str:
    """Return how the key is written in the file."""
    return field.data_key or name


def _table(schema: Schema, extended: Schema | None, words: Words) -> str:
    names = names_of(type(schema))
    rows = []
    for name, field in schema.fields.items():
        if extended and _is_inherited(name, type(schema), type(extended)):
            continue
        key = key_of(name, field)
        said = _said(words, names, key, field)
        default = said.get("default") or default_of(type(schema), name) or ("required" if field.required else "")
        kind = kind_of(field, lambda kind: _link(kind, words))
        rows.append(f"| `{key}` | {kind} | {default} | {said['says']} |\n")
    return _HEAD + "".join(rows)


def _is_inherited(name: str, schema: type[Schema], extended: type[Schema]) -> bool:
    return schema._declared_fields[name] is extended._declared_fields.get(name)


def _link(kind: type[Schema], words: Words) -> str:
    title = words.find(names_of(kind), "section")
    return f"[{title}](#{_anchor(title)})"


def _said(words: Words, names: list[str], key: str, field: fields.Field[Any]) -> dict[str, str]:
    if isinstance(field, fields.Nested) and issubclass(type(field.schema), ProviderSchema):
        return {"says": f"The OAuth app at {PROVIDERS[key].title}"}
    said = words.find(names, key)
    return said if isinstance(said, dict) else {"says": said}


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
