"""The project's own file, ``mxcp-site.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from mxcp_flask.config import checks
from mxcp_flask.config.fields import Decimal, FileSchema, Flag, ListOf, MapOf, Section, Text, Version, Whole, messages
from mxcp_flask.config.report import Report
from mxcp_flask.documents import Document
from mxcp_flask.engine import Extension

SITE_FILE = "mxcp-site.yml"


class ExtensionField(Text):
    """An extension's name, or its name and repository."""

    default_error_messages = messages("must be a name, or name and repo")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            return Extension(super()._deserialize(value, attr, data, **kwargs))
        section = ExtensionSchema().load(value)
        return Extension(section["name"], section.get("repo"))


class ExtensionSchema(FileSchema):
    """An extension that is not from DuckDB's own repository."""

    name = Text(required=True)
    repo = Text(validate=validate.OneOf(["community", "core_nightly"], error="must be community or core_nightly"))


class NameList(ListOf):
    """A list of names, or one name."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return super()._deserialize([value] if isinstance(value, str) else value, attr, data, **kwargs)


class SqlToolsSchema(FileSchema):
    """``sql_tools``. What is Raw here belongs to upstream's other features."""

    enabled = Flag()
    write = Flag()
    required_scopes = ListOf(Text(validate=checks.scope_token))
    execute_sql_query = fields.Raw(allow_none=True)
    list_tables = fields.Raw(allow_none=True)
    get_table_schema = fields.Raw(allow_none=True)


class DuckdbSchema(FileSchema):
    """``profiles.<profile>.duckdb``."""

    path = Text(validate=checks.database_path)
    readonly = Flag()
    allowed_directories = ListOf(Text(validate=checks.path))
    allowed_hosts = ListOf(Text(validate=checks.host_name))
    memory_limit = Text(validate=checks.memory)
    threads = Whole(validate=checks.positive)
    timeout = Decimal(validate=checks.above_zero)
    max_rows = Whole(validate=checks.positive)
    max_bytes = Whole(validate=checks.positive)


class SiteProfileSchema(FileSchema):
    """``profiles.<profile>``. What is Raw here belongs to upstream's other features."""

    duckdb = Section(DuckdbSchema, allow_none=True)
    drift = fields.Raw(allow_none=True)
    audit = fields.Raw(allow_none=True)


class SiteFileSchema(FileSchema):
    """The whole file. What is Raw here belongs to upstream's other features."""

    mxcp = Version(required=True)
    project = Text(required=True)
    profile = Text(required=True, validate=checks.profile_name)
    secrets = NameList(Text())
    extensions = ListOf(ExtensionField())
    page_size = Whole(validate=checks.positive)
    sql_tools = Section(SqlToolsSchema, allow_none=True)
    profiles = MapOf(
        keys=Text(validate=checks.profile_name), values=Section(SiteProfileSchema, allow_none=True), allow_none=True
    )
    plugin = fields.Raw(allow_none=True)
    dbt = fields.Raw(allow_none=True)
    paths = fields.Raw(allow_none=True)


def check_site_file(document: Document, report: Report) -> None:
    """Add to ``report`` what is wrong with the document."""
    for fault in document.faults(SiteFileSchema().validate({} if document.data is None else document.data)):
        report.add_fault(fault)
