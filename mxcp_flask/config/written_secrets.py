"""Secrets that stand in the user file themselves, where a reference to the environment would keep them out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mxcp_flask.config.references import refers
from mxcp_flask.documents import Fault, KeyPath, load_document

# How the last keys of ours and of DuckDB's secrets end, in lower case.
_SECRET = ("secret", "password", "token", "encryption_keys", "api_key", "account_key", "connection_string")


def written_secrets(path: Path) -> list[Fault]:
    """Return each place in the file, in any profile, with a secret that is no ``${NAME}``. Raises FileNotReadable."""
    document = load_document(path)
    return [document.fault(where, "is written there") for where in dict.fromkeys(_places(document.data, ()))]


def _places(value: Any, where: KeyPath) -> Iterator[KeyPath]:
    if isinstance(value, Mapping):
        for key, nested in value.items():
            yield from _places(nested, (*where, key))
    elif isinstance(value, list):
        for index, nested in enumerate(value):
            yield from _places(nested, (*where, index))
    elif isinstance(value, (str, int)) and not isinstance(value, bool) and _is_secret(str(value), where):
        yield where


def _is_secret(text: str, where: KeyPath) -> bool:
    key = str(where[-1]).lower() if where else ""
    secret = text if key.endswith(_SECRET) else _password(text) if key == "url" else ""
    return bool(secret.strip()) and not refers(secret)


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""
