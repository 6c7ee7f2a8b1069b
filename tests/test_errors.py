"""Every failure has a class, whose docstring is its message."""

from __future__ import annotations

import inspect
import string

import pytest

from mxcp_flask import errors
from mxcp_flask.errors import MxcpError

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, MxcpError)]


def fields_of(kind: type[MxcpError]) -> set[str]:
    """Return the names that the message of ``kind`` asks for."""
    return {name for _, name, _, _ in string.Formatter().parse(kind.__doc__ or "") if name is not None}


@pytest.mark.parametrize("kind", CLASSES)
def test_every_error_has_a_message(kind: type[MxcpError]) -> None:
    """Each class has its own docstring and fills it: one line that shows every fact it asks for."""
    error = kind(**{name: f"<{name}>" for name in fields_of(kind)})

    text = str(error)
    assert kind.__doc__
    assert text == " ".join(text.split())
    assert all(f"<{name}>" in text for name in fields_of(kind))


def test_facts_are_readable() -> None:
    """What an error was told can be read from it."""
    error = errors.UnsetVariable(name="GITHUB_CLIENT_ID")

    assert str(error) == "Environment variable GITHUB_CLIENT_ID is not set."
    assert error.facts == vars(error)["facts"] == {"name": "GITHUB_CLIENT_ID"}
    assert vars(error)["name"] == "GITHUB_CLIENT_ID"


def test_braces_in_facts_are_text() -> None:
    """A value is never taken for a format."""
    assert str(errors.SqlFailed(reason="near {name}")) == "near {name}"


def test_more_facts_than_the_message_shows() -> None:
    """A fact beyond the message is kept, and not shown."""
    error = errors.ScopeMissing(missing="a", needed=("a", "b"))

    assert error.facts["needed"] == ("a", "b")
    assert str(error) == "The access token lacks the scope: a."


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if issubclass(kind, errors.ConfigurationError)])
def test_configuration_errors_are_value_errors(kind: type[MxcpError]) -> None:
    """The user's document promises ValueError for a configuration that cannot be used."""
    assert issubclass(kind, ValueError)


def test_invalid_state_has_the_documents_words() -> None:
    """The user's document names this ValueError and its text."""
    with pytest.raises(ValueError, match=r"^Invalid state parameter\.$"):
        raise errors.InvalidState
