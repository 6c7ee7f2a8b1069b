"""What may stand under ``resource``."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, validates_schema

from mxcp_flask.endpoints import uris
from mxcp_flask.endpoints.endpoint_schema import SqlEndpointSchema
from mxcp_flask.endpoints.schema_base import holding, matching
from mxcp_flask.endpoints.schema_fields import text
from mxcp_flask.endpoints.uri_syntax import check_uri

MIME_TYPE = matching(r"[\w.+\-]+/[\w.+\-]+(?:\s*;\s*[\w.+\-]+=[^;\s]+)*", "a MIME type such as text/plain")


class ResourceSchema(SqlEndpointSchema):
    """A resource, or a template of resources; its parameters are the variables of its URI."""

    uri = text(required=True, validate=check_uri)
    name = text(validate=holding("a name"))
    mime_type = text(validate=MIME_TYPE)

    @validates_schema
    def check_variables(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a variable that is not declared, and a parameter that no URI can give a value."""
        variables = uris.variables(data["uri"])
        names = [parameter["name"] for parameter in data.get("parameters", ())]
        undeclared = [name for name in variables if name not in names]
        faults: dict[str, Any] = {}
        if undeclared:
            faults["uri"] = [f"uses {_braced(undeclared)}, not declared; add it under parameters"]
        unused = {index: {"name": [_unused(name)]} for index, name in enumerate(names) if name not in variables}
        if unused:
            faults["parameters"] = unused
        if faults:
            raise ValidationError(faults)


def _unused(name: str) -> str:
    return f"is not used in the URI, so nothing can give it a value; write {{{name}}} in uri, or remove the parameter"


def _braced(names: list[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)
