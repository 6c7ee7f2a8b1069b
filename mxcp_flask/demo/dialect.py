"""What makes one stand-in differ from another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Blueprint

from mxcp_flask.demo.approvals import Normalise
from mxcp_flask.demo.people import PEOPLE, Person


@dataclass(frozen=True)
class Dialect:
    """A provider's way to speak OAuth: its routes, its people, and the switches that a test may turn."""

    provider: str
    blueprints: tuple[Blueprint, ...]
    people: tuple[Person, ...] = PEOPLE
    normalise: Normalise = frozenset
    switches: Mapping[str, bool | str] = field(default_factory=dict)  # keys of the Flask app's config, and defaults
