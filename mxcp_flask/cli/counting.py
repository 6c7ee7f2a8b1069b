"""How many endpoints there are, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mxcp_flask.endpoints.catalogue import Catalogue


def counts(catalogue: Catalogue) -> str:
    """Return such as ``2 tools, 1 resource, 0 prompts``."""
    found: Mapping[str, Collection[Any]] = {
        "tool": catalogue.tools,
        "resource": catalogue.resources,
        "prompt": catalogue.prompts,
    }
    return ", ".join(counted(name, len(each)) for name, each in found.items())


def counted(name: str, count: int) -> str:
    """Return such as ``1 fault`` or ``2 faults``."""
    return f"{count} {name}{'' if count == 1 else 's'}"
