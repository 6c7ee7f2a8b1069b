"""The resources: listing those that the caller may read, and reading one by its URI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints import uris
from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Resource
from mxcp_flask.errors import ParamsInvalid, ProtocolError, ResourceNotFound, ResourceUnknown
from mxcp_flask.mcp.client_capabilities import require
from mxcp_flask.mcp.input_requests import gather
from mxcp_flask.mcp.long_results import long_result
from mxcp_flask.mcp.paging import list_page
from mxcp_flask.mcp.queries import as_protocol_errors, query
from mxcp_flask.mcp.resource_forms import contents
from mxcp_flask.mcp.service import Exchange, Service

MAX_URI = 256  # characters of an unknown resource's URI that the message repeats


def list_resources(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ListResourcesResult: a page, by URI, without the resources whose scopes the caller lacks."""
    return list_page("resources", exchange, params)


def list_templates(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ListResourceTemplatesResult: a page, as with the resources that need no arguments."""
    return list_page("resourceTemplates", exchange, params)


def read_resource(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ReadResourceResult of the resource at ``params["uri"]``, whose variables are the SQL's parameters.

    Raises:
        ResourceUnknown, ResourceNotFound: there is none, in the words of the revision.
        ParamsInvalid: the URI is no text, or a variable does not fit its declaration.
        CapabilitiesMissing, RevisionTooOld, InputDeclined: the client or its person does not answer what is asked.
        EndpointFailed: the SQL failed, or its result does not fit, or is too large to be sent whole.
        DatabaseNotUsable: the SQL could not be run at all.

    """
    uri, resource, variables = found_in(exchange, params)
    require(resource, exchange)
    with as_protocol_errors():
        bound = bind(resource, variables)
        given = gather(resource, exchange, "resources/read", params, bound)
        if given.asking:
            return given.asking
        limit = exchange.service.max_bytes
        sink = long_result(resource, limit)
        rows = query(exchange, resource.sql, {**bound, **given.parameters}, sink)
        return {"contents": [contents(resource, uri, rows, limit, sink)]}


def found_in(exchange: Exchange, params: Mapping[str, Any]) -> tuple[str, Resource, dict[str, str]]:
    """Return ``params["uri"]``, the resource there and its variables' values.

    Raises:
        ResourceUnknown, ResourceNotFound: there is none, in the words of the revision.
        ParamsInvalid: the URI is no text.

    """
    uri = params.get("uri")
    if not isinstance(uri, str):
        raise ParamsInvalid(reason="'uri' must be a string")
    found = find(exchange.service.catalogue, uri)
    if found is None:
        raise _unknown(uri, exchange)
    return (uri, *found)


def resource_of(service: Service, params: Any) -> Resource | None:
    """Return the resource that ``params`` names, if there is one."""
    uri = params.get("uri") if isinstance(params, dict) else None
    found = find(service.catalogue, uri) if isinstance(uri, str) else None
    return found[0] if found else None


def find(catalogue: Catalogue, uri: str) -> tuple[Resource, dict[str, str]] | None:
    """Return the resource at ``uri`` and its variables' values; a URI without variables goes before templates.

    Of several templates that match, the one with the fewest variables is meant, and then the first in their order.
    """
    resource = catalogue.resources.get(uri)
    if resource is not None and not resource.is_template:
        return resource, {}
    matches = (
        (template, uris.match(template.uri, uri)) for template in catalogue.resources.values() if template.is_template
    )
    found = [(template, variables) for template, variables in matches if variables is not None]
    return min(found, key=lambda match: (len(match[1]), match[0].uri), default=None)


def _unknown(uri: str, exchange: Exchange) -> ProtocolError:
    kind = ResourceUnknown if exchange.revision.era == "modern" else ResourceNotFound
    return kind(shown=uri[:MAX_URI], uri=uri)
