"""What a project's site file may say, and how its faults are reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.engine import DatabaseSettings, Extension
from mxcp_flask.errors import ConfigurationFaults
from tests.config.conftest import SITE, Project

DUCKDB = "profiles:\n  dev:\n    duckdb:\n      "

# Text behind the three required lines; the fault's line, its key, its message.
BROKEN = [
    ("plugins: []", 4, "plugins", "unknown key"),
    ("secrets: {a: b}", 4, "secrets", "must be a list"),
    ("secrets: [1]", 4, "secrets.0", "must be text; put it in quotes"),
    ("extensions:\n  - {name: h3, repo: mine}", 5, "extensions.0.repo", "must be community or core_nightly"),
    ("extensions:\n  - {repo: community}", 5, "extensions.0.name", "is required"),
    ("extensions:\n  - 7", 5, "extensions.0", "must be a name, or name and repo"),
    ("sql_tools: true", 4, "sql_tools", "must hold keys and values, indented below it"),
    ("sql_tools: {enabled: 2}", 4, "sql_tools.enabled", "must be true or false"),
    ("profiles: []", 4, "profiles", "must hold keys and values, indented below it"),
    ("profiles:\n  a/b: {}", 5, "profiles.a/b", "may hold letters, digits, '_', '-' and '.'"),
    ("profiles:\n  dev:\n    duckdb: {file: x}", 6, "profiles.dev.duckdb.file", "unknown key"),
    ("profiles:\n  other:\n    duck: {}", 6, "profiles.other.duck", "unknown key"),
    (
        DUCKDB + "path: ':memory:'",
        7,
        "profiles.dev.duckdb.path",
        "in-memory databases are not supported; name a file",
    ),
    (DUCKDB + "readonly: never", 7, "profiles.dev.duckdb.readonly", "must be true or false"),
    (DUCKDB + "allowed_directories: data", 7, "profiles.dev.duckdb.allowed_directories", "must be a list"),
    (
        DUCKDB + "allowed_hosts: ['https://a.example/x']",
        7,
        "profiles.dev.duckdb.allowed_hosts.0",
        "must be a host name such as api.example.com",
    ),
    (DUCKDB + "memory_limit: 512", 7, "profiles.dev.duckdb.memory_limit", "must be text; put it in quotes"),
    (DUCKDB + "memory_limit: much", 7, "profiles.dev.duckdb.memory_limit", "must be a size such as 512MB"),
    (DUCKDB + "threads: 0", 7, "profiles.dev.duckdb.threads", "must be at least 1"),
    (DUCKDB + "timeout: 0", 7, "profiles.dev.duckdb.timeout", "must be more than 0"),
    (DUCKDB + "timeout: .nan", 7, "profiles.dev.duckdb.timeout", "must be a number"),
    (DUCKDB + "max_rows: 0", 7, "profiles.dev.duckdb.max_rows", "must be at least 1"),
    ("page_size: 0", 4, "page_size", "must be at least 1"),
    (DUCKDB + "max_bytes: 1.5", 7, "profiles.dev.duckdb.max_bytes", "must be a whole number"),
]


@pytest.mark.parametrize(("text", "line", "key", "message"), BROKEN)
def test_a_fault_has_its_place(project: Project, text: str, line: int, key: str, message: str) -> None:
    """One broken thing gives exactly one line: file, line, key and what to write instead."""
    project.write_site(SITE + text)

    with pytest.raises(ConfigurationFaults) as caught:
        project.load()

    assert str(caught.value) == f"{project.site_file}:{line}: {key}: {message}."


@pytest.mark.parametrize("key", ["mxcp", "project", "profile"])
def test_a_required_key_is_named(project: Project, key: str) -> None:
    """The three keys that every project has are asked for by name."""
    project.write_site("\n".join(line for line in SITE.splitlines() if not line.startswith(f"{key}:")))

    with pytest.raises(ConfigurationFaults, match=rf"mxcp-site.yml:1: {key}: is required\.$"):
        project.load()


def test_an_empty_site_file_lacks_all_required_keys(project: Project) -> None:
    """An empty file is reported key by key."""
    project.write_site("")

    with pytest.raises(ConfigurationFaults) as caught:
        project.load()

    assert [line.split(": ", 1)[1] for line in str(caught.value).splitlines()] == [
        "mxcp: is required",
        "project: is required",
        "profile: is required.",
    ]


def test_every_key_is_read(project: Project) -> None:
    """A site file with everything in it comes out as written, relative paths below the project folder."""
    project.write_site(
        SITE
        + """
secrets: []
extensions: [httpfs, {name: h3, repo: community}, {name: json}]
sql_tools: {enabled: false}
profiles:
  dev:
    duckdb:
      path: data/shop.duckdb
      readonly: true
      allowed_directories: [data, /srv/shared, ~/exports]
      allowed_hosts: [api.github.com]
      memory_limit: 512MB
      threads: 3
      timeout: 2.5
      max_rows: 10
      max_bytes: 1000
"""
    )

    settings = project.load()

    assert settings.duckdb.extensions == (Extension("httpfs"), Extension("h3", "community"), Extension("json"))
    assert settings.sql_tools.enabled is False
    assert settings.duckdb == DatabaseSettings(
        path=project.folder / "data" / "shop.duckdb",
        readonly=True,
        allowed_directories=(project.folder / "data", Path("/srv/shared"), project.home / "exports"),
        allowed_hosts=("api.github.com",),
        memory_limit="512MB",
        threads=3,
        timeout=2.5,
        max_rows=10,
        max_bytes=1000,
        project_dir=project.folder,
        protected=(project.site_file, project.user_file),
        extensions=settings.duckdb.extensions,
    )


def test_keys_of_upstreams_other_features_are_accepted(project: Project) -> None:
    """A file that was written for upstream loads, whatever these sections hold."""
    project.write_site(
        SITE
        + """
plugin: [{name: a, module: b, config: c}]
dbt: {enabled: true, model_paths: [models]}
paths: {tools: tools}
sql_tools:
  enabled: true
  execute_sql_query: {description: Runs SQL}
  list_tables: {description: Lists}
  get_table_schema: {description: Describes}
profiles:
  dev: {drift: {path: drift.json}, audit: {enabled: true, path: log.jsonl}}
  other:
"""
    )

    assert project.load().sql_tools.enabled is True


@pytest.mark.parametrize("key", ["sql_tools", "profiles", "dbt", "plugin", "paths"])
def test_an_empty_section_is_an_absent_one(project: Project, key: str) -> None:
    """A key with nothing below it leaves the defaults."""
    default = project.load()
    project.write_site(SITE + f"{key}:\n")

    assert project.load() == default


def test_one_secret_may_stand_without_a_list(project: Project) -> None:
    """A single name means a list of one."""
    project.write_site(SITE + "secrets: store\n")

    with pytest.raises(ConfigurationFaults, match=r"mxcp-site.yml:4: secrets.0: is not defined in "):
        project.load()


def test_the_size_of_a_page(project: Project) -> None:
    """A page must have 500 entries unless the file says otherwise."""
    assert project.load().page_size == 500

    project.write_site(SITE + "page_size: 20")
    assert project.load().page_size == 20
