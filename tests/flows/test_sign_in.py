"""The whole sign-in, with plain and with attacked steps."""

from __future__ import annotations

from tests.support.visitor import Visitor


def test_person_calls_a_tool_as_themselves(visitor: Visitor) -> None:
    """A person who consented and signed in is who the tool's SQL sees."""
    assert visitor.whoami(visitor.get_token("bo-fixture")) == "bo-fixture"
