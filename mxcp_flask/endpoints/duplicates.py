"""Endpoints that cannot be told apart: none is meant more than another, so none of them is served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeVar

from mxcp_flask.documents import Fault
from mxcp_flask.endpoints.model import Endpoint, Resource
from mxcp_flask.endpoints.uri_syntax import are_ambiguous

_Some = TypeVar("_Some", bound=Endpoint)


def distinct(endpoints: Iterable[_Some]) -> tuple[dict[str, _Some], list[Fault]]:
    """Return the ``endpoints``, all of one kind, by name or URI in its order; those of one name become faults."""
    by_key = defaultdict(list)
    for endpoint in endpoints:
        by_key[endpoint.key].append(endpoint)
    faults = [fault for same in by_key.values() for fault in _same(same)]
    return {key: same[0] for key, same in sorted(by_key.items()) if len(same) == 1}, faults


def unambiguous(resources: dict[str, Resource]) -> tuple[dict[str, Resource], list[Fault]]:
    """Return the ``resources`` without the templates that can match one URI, which become faults."""
    templates = [resource for resource in resources.values() if resource.is_template]
    pairs = [pair for pair in combinations(templates, 2) if are_ambiguous(pair[0].uri, pair[1].uri)]
    mixed_up = {resource.uri for pair in pairs for resource in pair}
    faults = [_ambiguous(*pair) for one, other in pairs for pair in ((one, other), (other, one))]
    return {uri: resource for uri, resource in resources.items() if uri not in mixed_up}, faults


def _same(endpoints: Sequence[Endpoint]) -> list[Fault]:
    if len(endpoints) == 1:
        return []
    files = ", ".join(str(endpoint.path) for endpoint in endpoints)
    return [_fault(each, f"{_called(each)} is declared in several files: {files}; keep one") for each in endpoints]


def _called(endpoint: Endpoint) -> str:
    return f"the {'URI' if isinstance(endpoint, Resource) else 'name'} {endpoint.key}"


def _ambiguous(resource: Resource, other: Resource) -> Fault:
    message = f"a URI can be of {resource.uri} and of {other.uri} ({other.path}); tell them apart by a fixed segment"
    return _fault(resource, message)


def _fault(endpoint: Endpoint, message: str) -> Fault:
    key = "uri" if isinstance(endpoint, Resource) else "name"
    return Fault(endpoint.path, endpoint.line, f"{endpoint.kind}.{key}", message)
