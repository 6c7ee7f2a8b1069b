"""How many endpoints there are, in words."""

from __future__ import annotations

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.sql_tools import is_built_in


def counts(catalogue: Catalogue) -> str:
    """Return such as ``2 tools and 3 for SQL, 1 resource, 0 prompts``."""
    built_in = sum(map(is_built_in, catalogue.tools.values()))
    tools = counted("tool", len(catalogue.tools) - built_in) + (f" and {built_in} for SQL" if built_in else "")
    return f"{tools}, {counted('resource', len(catalogue.resources))}, {counted('prompt', len(catalogue.prompts))}"


def counted(name: str, count: int) -> str:
    """Return such as ``1 fault`` or ``2 faults``."""
    return f"{count} {name}{'' if count == 1 else 's'}"
