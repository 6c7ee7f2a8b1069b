"""Running what an endpoint declares as the caller, and saying what went wrong in the protocol's errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mxcp_flask.engine import Rows, Sink
from mxcp_flask.errors import (
    ArgumentsInvalid,
    EndpointFailed,
    ParamsInvalid,
    ResultMismatch,
    ResultTooLarge,
    SqlFailed,
    TemplateFailed,
)
from mxcp_flask.mcp.service import Exchange


def query(exchange: Exchange, sql: str, values: Mapping[str, Any], sink: Sink | None = None) -> Rows:
    """Return the result of ``sql`` with the parameters ``values``; raises SqlFailed and DatabaseNotUsable.

    A long one goes into the ``sink``, if there is one.
    """
    with exchange.session() as session:
        session.sink = sink
        return session.run(sql, values)


@contextmanager
def as_protocol_errors() -> Iterator[None]:
    """Turn the failures of an endpoint that is no tool into errors of the protocol, whose texts a client may see.

    Raises:
        ParamsInvalid: arguments do not fit.
        EndpointFailed: the SQL or a template fails, or the result does not fit or is too large.

    """
    try:
        yield
    except ArgumentsInvalid as error:
        raise ParamsInvalid(reason=error.facts["faults"]) from error
    except (ResultMismatch, ResultTooLarge, SqlFailed, TemplateFailed) as error:
        raise EndpointFailed(reason=str(error)) from error
