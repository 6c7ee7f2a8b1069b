"""How Atlassian names a person."""

from __future__ import annotations

from mxcp_flask.demo.people import Person


def account_id(person: Person) -> str:
    """Return the person's Atlassian account ID, such as ``557058:fixture-4711``."""
    return f"557058:fixture-{person.id}"
