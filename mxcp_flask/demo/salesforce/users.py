"""How Salesforce names a person, and where it keeps their data. An ID has 18 characters."""

from __future__ import annotations

from flask import current_app, request

from mxcp_flask.demo.people import Person

ORGANIZATION = "00D000000000001EAA"


def user_id(person: Person) -> str:
    """Return the person's user ID, such as ``005000000004711AAA``."""
    return f"005{person.id:012d}AAA"


def username(person: Person) -> str:
    """Return the person's user name, which has the form of an e-mail address but need not be one."""
    return f"{person.login}@example.org"


def identity_url(person: Person) -> str:
    """Return the URL that names the person in tokens and answers."""
    return f"{request.host_url}id/{ORGANIZATION}/{user_id(person)}"


def instance_url() -> str:
    """Return the base URL of the organization's own API."""
    return current_app.config["INSTANCE_URL"] or request.host_url.rstrip("/")
