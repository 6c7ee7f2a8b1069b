"""The entries of the four lists (schema: Tool, Resource, ResourceTemplate, Prompt), built once for every revision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Endpoint, Parameter, Prompt, Resource
from mxcp_flask.mcp.client_capabilities import needed
from mxcp_flask.mcp.revisions import REVISIONS, Revision
from mxcp_flask.mcp.tool_forms import entry as tool_entry

Json = dict[str, Any]
ListName = Literal["tools", "resources", "resourceTemplates", "prompts"]  # as the results call them
Listing = tuple[tuple[Endpoint, Json], ...]  # each endpoint with its entry, by key


def listings(catalogue: Catalogue) -> dict[str, Mapping[ListName, Listing]]:
    """Return the entries of all lists for every revision, so that no request builds them."""
    return {version: _lists(catalogue, revision) for version, revision in REVISIONS.items()}


def resource_entry(resource: Resource, revision: Revision) -> Json:
    """Return the entry of a resource in resources/list, or of a template in resources/templates/list."""
    form: Json = {
        "uriTemplate" if resource.is_template else "uri": resource.uri,
        "name": resource.name or resource.uri,
        **_descriptions(resource, revision),
    }
    mime_type = resource.mime_type or mime_type_of(resource)
    return {**form, "mimeType": mime_type} if mime_type else form


def prompt_entry(prompt: Prompt, revision: Revision) -> Json:
    """Return the entry of a prompt in prompts/list."""
    form: Json = {"name": prompt.name, **_descriptions(prompt, revision)}
    arguments = [_argument(parameter) for parameter in prompt.parameters]
    return {**form, "arguments": arguments} if arguments else form


def mime_type_of(resource: Resource) -> str | None:
    """Return the MIME type that follows from ``return``; None when it depends on what the SQL returns."""
    if resource.returns is None:
        return None
    return "text/plain" if resource.returns["type"] == "string" else "application/json"


def _lists(catalogue: Catalogue, revision: Revision) -> Mapping[ListName, Listing]:
    resources = _by_key(catalogue.resources, revision)
    return {
        "tools": tuple((tool, tool_entry(tool, revision)) for tool in _by_key(catalogue.tools, revision)),
        "resources": tuple((each, resource_entry(each, revision)) for each in resources if not each.is_template),
        "resourceTemplates": tuple((each, resource_entry(each, revision)) for each in resources if each.is_template),
        "prompts": tuple((prompt, prompt_entry(prompt, revision)) for prompt in _by_key(catalogue.prompts, revision)),
    }


def _by_key(endpoints: Mapping[str, Any], revision: Revision) -> Iterable[Any]:
    """Return what a client of ``revision`` can use: before the modern ones, none could be asked for anything."""
    usable = [endpoints[key] for key in sorted(endpoints)]
    return usable if revision.era == "modern" else [endpoint for endpoint in usable if not needed(endpoint)]


def _descriptions(endpoint: Endpoint, revision: Revision) -> Json:
    form: Json = {"title": endpoint.title} if endpoint.title and revision.titles else {}
    return {**form, "description": endpoint.description} if endpoint.description else form


def _argument(parameter: Parameter) -> Json:
    form: Json = {"name": parameter.name}
    if parameter.definition.get("description"):
        form["description"] = parameter.definition["description"]
    return {**form, "required": not parameter.has_default}
