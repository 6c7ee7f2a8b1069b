"""What may stand under ``tool``, ``resource`` and ``prompt`` alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from mxcp_flask.endpoints.case_schema import CaseSchema
from mxcp_flask.endpoints.definition_schema import DefinitionSchema, ParameterSchema
from mxcp_flask.endpoints.input_schema import InputRequestSchema
from mxcp_flask.endpoints.input_variables import find_undeclared
from mxcp_flask.endpoints.schema_base import FileSchema, holding, matching, nested
from mxcp_flask.endpoints.schema_fields import Items, Refused, flag, text

NO_POLICIES = (
    "policies are not supported by this version, so the endpoint is not loaded; "
    "remove them, and protect it by required_scopes"
)


class EndpointSchema(FileSchema):
    """What every kind of endpoint may say."""

    title = text()
    description = text()
    tags = Items(text())
    parameters = Items(nested(ParameterSchema))
    enabled = flag()
    input_requests = Items(nested(InputRequestSchema))
    tests = Items(nested(CaseSchema), allow_none=True)
    metadata = fields.Raw(allow_none=True)
    policies = Refused(NO_POLICIES)
    required_scopes = Items(text(validate=matching(r"[\x21\x23-\x5b\x5d-\x7e]+", "one scope, without white space")))

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_names(self, _: Any, original: Any, **__: Any) -> None:
        """Refuse the second mention of a parameter or input request; DuckDB does not tell ``$Top`` from ``$top``."""
        seen: set[str] = set()
        faults: dict[str, Any] = {}
        for key, index, name in _names(original):
            if name.casefold() in seen:
                message = f'is declared twice (got "{name}"); names must differ in more than case'
                faults.setdefault(key, {})[index] = {"name": [message]}
            seen.add(name.casefold())
        if faults:
            raise ValidationError(faults)

    @validates_schema
    def check_requests(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse an input request whose text uses what is not known when it is made."""
        faults = find_undeclared(data.get("input_requests", ()), [each["name"] for each in data.get("parameters", ())])
        if faults:
            raise ValidationError({"input_requests": faults})


def check_language(language: str) -> None:
    """Refuse every language but SQL."""
    if language == "python":
        raise ValidationError(
            "endpoints in Python are not supported by this version; write the endpoint in SQL (language: sql)"
        )
    if language != "sql":
        raise ValidationError(f'must be sql (got "{language}")')


class SourceSchema(FileSchema):
    """Where the SQL is: in the file, or in one beside it."""

    code = text(validate=holding("SQL"))
    file = text(validate=validate.Length(min=1, error="must name a file"))
    language = text(validate=check_language)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def check_one(self, _: Any, original: Any, **__: Any) -> None:
        """Refuse both and neither."""
        if isinstance(original, Mapping) and ("code" in original) == ("file" in original):
            raise ValidationError("needs exactly one of code and file")


class SqlEndpointSchema(EndpointSchema):
    """What tools and resources say more."""

    returns = nested(DefinitionSchema, data_key="return")
    language = text(validate=check_language)
    source = nested(SourceSchema, required=True)


def _names(endpoint: Any) -> Iterator[tuple[str, int, str]]:
    for key in ("parameters", "input_requests"):
        entries = endpoint.get(key) if isinstance(endpoint, Mapping) else None
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, Mapping) and isinstance(entry.get("name"), str):
                yield key, index, entry["name"]
