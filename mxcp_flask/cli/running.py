"""Runs an endpoint for the operator: nobody signs in, so that scopes do not apply, and nobody is asked for input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mxcp_flask.cli.answers import answers_of
from mxcp_flask.cli.prompt_output import filled
from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.content import blocks
from mxcp_flask.endpoints.model import Endpoint, Kind, Prompt, SqlEndpoint, Tool
from mxcp_flask.endpoints.shaping import shape
from mxcp_flask.engine import Database, Rows
from mxcp_flask.errors import EndpointBroken, EndpointUnknown, MxcpError
from mxcp_flask.mcp.resources import find as find_resource
from mxcp_flask.mcp.template_values import template_values
from mxcp_flask.records import Identity

Arguments = Mapping[str, Any]
_MOST_KNOWN = 10  # endpoints that a message names


@dataclass(frozen=True)
class Outcome:
    """What an endpoint gave, as JSON: the shaped value, content blocks, or a prompt's messages."""

    value: Any
    cut: int | None = None  # the rows that are here when there would be more


def find(catalogue: Catalogue, kind: Kind, name: str) -> tuple[Endpoint, Arguments]:
    """Return the endpoint called ``name``, and the arguments that the name holds: the variables of a concrete URI.

    Raises:
        EndpointBroken: its file is at fault.
        EndpointUnknown: there is none.

    """
    known: Mapping[str, Mapping[str, Endpoint]] = {
        "tool": catalogue.tools,
        "resource": catalogue.resources,
        "prompt": catalogue.prompts,
    }
    if name in known[kind]:
        return known[kind][name], {}
    found = find_resource(catalogue, name) if kind == "resource" else None
    if found is None:
        raise _missing(catalogue, kind, name, list(known[kind]))
    return found


class Runner:
    """Runs endpoints on one database."""

    def __init__(self, database: Database, *, checked: bool = True) -> None:
        self._database = database
        self._checked = checked  # whether results must be what `return` declares

    def run(self, endpoint: Endpoint, arguments: Arguments, identity: Identity) -> Outcome:
        """Run ``endpoint``; ``arguments`` hold the answers of ``input_requests`` too, by their names.

        Raises:
            ArgumentsInvalid, AnswerInvalid: the arguments do not fit.
            EndpointError, EngineError: it failed.

        """
        asked = {request.name for request in endpoint.input_requests}
        bound = bind(endpoint, {name: value for name, value in arguments.items() if name not in asked})
        answers = answers_of(endpoint, arguments)
        if isinstance(endpoint, Prompt):
            return Outcome(filled(endpoint, {**template_values(bound), **answers}))
        assert isinstance(endpoint, SqlEndpoint)  # noqa: S101 - there is no other
        rows = self._query(endpoint, {**bound, **{name: json.dumps(each) for name, each in answers.items()}}, identity)
        return Outcome(self._shape(endpoint, rows), len(rows.rows) if rows.cut else None)

    def _query(self, endpoint: SqlEndpoint, bound: Arguments, identity: Identity) -> Rows:
        with self._database.session(identity) as session:
            if isinstance(endpoint, Tool) and endpoint.single_statement:
                return session.run_single(bound["sql"])
            return session.run(endpoint.sql, bound)

    def _shape(self, endpoint: SqlEndpoint, rows: Rows) -> Any:
        if isinstance(endpoint, Tool) and endpoint.content:
            return blocks(rows.columns, rows.rows)
        return shape(endpoint, rows.columns, rows.rows, checked=self._checked)


def _missing(catalogue: Catalogue, kind: str, name: str, known: list[str]) -> MxcpError:
    found = [each for each in catalogue.found if (each.kind, each.name) == (kind, name)]
    if any(not each.enabled for each in found):
        return EndpointBroken(kind=kind, name=name, reason="it has enabled: false.")
    paths = {each.path for each in found}
    faults = [str(fault) for fault in catalogue.faults if fault.path in paths]
    if faults:
        return EndpointBroken(kind=kind, name=name, reason="\n".join(faults))
    more = [f"and {len(known) - _MOST_KNOWN} more"] if len(known) > _MOST_KNOWN else []
    broken = len({fault.path for fault in catalogue.faults})
    hint = f"mxcp validate shows {broken} that cannot be loaded" if broken else "mxcp list shows all endpoints"
    return EndpointUnknown(kind=kind, name=name, known=", ".join(known[:_MOST_KNOWN] + more) or "none", hint=hint)
