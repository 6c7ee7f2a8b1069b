"""Tests of mxcp_flask.mcp.resources and resource_forms."""

from __future__ import annotations

from typing import Any, cast

import pytest
from mcp_types.methods import validate_server_result

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database, Rows
from mxcp_flask.errors import DatabaseNotUsable, ScopeMissing, SqlFailed
from mxcp_flask.mcp import Caller, McpServer
from mxcp_flask.mcp.resources import find
from mxcp_flask.mcp.revisions import REVISIONS
from tests.mcp.client import ALICE, Client
from tests.mcp.fakes import FakeDatabase
from tests.mcp.nouns import FULL, resource

every_revision = pytest.mark.parametrize("version", REVISIONS)
TEXT = Rows(("t",), [("héllo",)])
ONE = Rows(("id",), [(1,)])
TWO = Rows(("id", "note"), [(1, "a"), (2, None)])


def read(client: Client, uri: str, version: str = "2026-07-28") -> Any:
    """Return the only contents of the resource at ``uri``."""
    result = client.call(version, "resources/read", {"uri": uri}).json["result"]
    validate_server_result("resources/read", version, result)
    [contents] = result["contents"]
    assert contents.pop("uri") == uri
    return contents


@every_revision
def test_resources_and_templates_are_listed_apart(full: Client, version: str) -> None:
    """What can be read as it is must not be mixed with what needs arguments, and both come in order."""
    resources = full.call(version, "resources/list").json["result"]
    templates = full.call(version, "resources/templates/list").json["result"]

    validate_server_result("resources/list", version, resources)
    validate_server_result("resources/templates/list", version, templates)
    assert [each["uri"] for each in resources["resources"]] == [
        "shop://about",
        "shop://audit",
        "shop://logo",
        "shop://orders",
        "shop://orders/all/text",
    ]
    assert [each["uriTemplate"] for each in templates["resourceTemplates"]] == [
        "shop://orders/{id}",
        "shop://orders/{id}/notes",
    ]


@every_revision
def test_entries_have_what_the_file_and_the_revision_have(full: Client, version: str) -> None:
    """Title, description and MIME type must be there when they are known, and the name always."""
    title = {"title": "About"} if REVISIONS[version].titles else {}
    about, _, logo, orders, text = full.call(version, "resources/list").json["result"]["resources"]

    assert about == {"uri": "shop://about", "name": "about", "description": "About the shop", **title}
    assert logo == {"uri": "shop://logo", "name": "shop://logo", "mimeType": "image/png"}
    assert orders["mimeType"] == "application/json"
    assert text["mimeType"] == "text/markdown"


@every_revision
def test_lists_show_what_the_caller_may_read(full_server: McpServer, version: str) -> None:
    """A resource or template must be withheld as long as a scope is missing."""
    client = Client(full_server, Caller(ALICE, frozenset()))
    listed = str([client.call(version, f"resources/{each}").json["result"] for each in ("list", "templates/list")])

    assert "shop://orders" in listed
    assert "shop://audit" not in listed
    assert "notes" not in listed


@pytest.mark.parametrize("method", ["resources/list", "resources/templates/list", "resources/read"])
def test_modern_results_say_how_long_they_may_be_kept(full: Client, database: FakeDatabase, method: str) -> None:
    """Lists may be kept a while, contents not at all, and neither between callers."""
    database.answer = TEXT
    result = full.modern(method, {"uri": "shop://about"} if method.endswith("read") else {}).json["result"]

    assert (result["ttlMs"], result["cacheScope"]) == (0 if method.endswith("read") else 60_000, "private")


@every_revision
@pytest.mark.parametrize(
    ("uri", "rows", "contents"),
    [
        ("shop://about", TEXT, {"mimeType": "text/plain", "text": "héllo"}),
        ("shop://about", Rows(("t",), [("",)]), {"mimeType": "text/plain", "text": ""}),
        ("shop://about", ONE, {"mimeType": "application/json", "text": '[{"id":1}]'}),
        ("shop://about", TWO, {"mimeType": "application/json", "text": '[{"id":1,"note":"a"},{"id":2,"note":null}]'}),
        ("shop://about", Rows((), []), {"mimeType": "application/json", "text": "[]"}),
        ("shop://about", Rows(("b",), [(b"\0\1",)]), {"mimeType": "application/octet-stream", "blob": "AAE="}),
        ("shop://logo", Rows(("b",), [(bytearray(b"\0\1"),)]), {"mimeType": "image/png", "blob": "AAE="}),
        ("shop://logo", TEXT, {"mimeType": "image/png", "text": "héllo"}),
        ("shop://orders", ONE, {"mimeType": "application/json", "text": '[{"id":1}]'}),
        ("shop://orders/all/text", TEXT, {"mimeType": "text/markdown", "text": "héllo"}),
        ("shop://orders/all/text", Rows(("t",), [(None,)]), {"mimeType": "text/markdown", "text": ""}),
        ("shop://orders/all/text", Rows(("t",), [(b"\0",)]), {"mimeType": "text/markdown", "blob": "AA=="}),
        ("shop://orders/7", ONE, {"mimeType": "application/json", "text": '{"id":1}'}),
    ],
)
def test_contents_follow_the_result(
    full: Client, database: FakeDatabase, version: str, uri: str, rows: Rows, contents: Any
) -> None:
    """A BLOB must come as such, a text as it is, and everything else as JSON, each with its MIME type."""
    database.answer = rows

    assert read(full, uri, version) == contents


@every_revision
@pytest.mark.parametrize(("number", "value"), [("7", 7), ("%37", 7), ("12", 12)])
def test_the_variables_of_the_uri_are_the_parameters(
    full: Client, database: FakeDatabase, version: str, number: str, value: int
) -> None:
    """The SQL must get values of the declared types, as the caller, in a session that ends."""
    database.answer = ONE
    read(full, f"shop://orders/{number}", version)

    assert database.calls == [(ALICE, "FROM 'shop://orders/{id}'", {"id": value})]
    assert database.open_sessions == 0


@pytest.mark.parametrize(("uri", "text"), [("shop://orders/x", "id"), ("shop://orders/0", "id")])
def test_variables_that_do_not_fit_are_named(full: Client, database: FakeDatabase, uri: str, text: str) -> None:
    """A value of the wrong type or out of bounds must be the client's to correct, and run nothing."""
    answer = full.modern("resources/read", {"uri": uri})

    assert answer.outcome == (400, -32602)
    assert text in answer.json["error"]["message"]
    assert database.calls == []


@pytest.mark.parametrize(
    "uri", ["shop://nothing", "", "shop://orders/", "shop://orders/1/2", "SHOP://about", "\0", "{"]
)
@every_revision
def test_an_unknown_resource_is_named_in_the_words_of_the_revision(full: Client, version: str, uri: str) -> None:
    """The code differs between the eras; both must name the URI as data."""
    answer = full.call(version, "resources/read", {"uri": uri})

    assert answer.outcome == ((400, -32602) if version == "2026-07-28" else (200, -32002))
    assert answer.json["error"]["data"] == {"uri": uri}


def test_the_template_itself_is_no_resource(full: Client) -> None:
    """A URI with its variables unfilled must not be read with a variable's name for its value."""
    assert full.modern("resources/read", {"uri": "shop://orders/{id}"}).outcome == (400, -32602)


@pytest.mark.parametrize("uri", [None, 5, [], {}])
def test_what_is_no_uri_is_refused(full: Client, uri: Any) -> None:
    """The message must say what is expected."""
    answer = full.legacy("resources/read", {"uri": uri})

    assert answer.outcome == (200, -32602)
    assert "'uri' must be a string" in answer.json["error"]["message"]


@every_revision
@pytest.mark.parametrize("uri", ["shop://audit", "shop://orders/7/notes"])
def test_reading_without_the_scopes_asks_for_them(
    full_server: McpServer, database: FakeDatabase, version: str, uri: str
) -> None:
    """The challenge must name the scope before anything runs, for templates too."""
    client = Client(full_server, Caller(ALICE, frozenset({"shop:read"})))

    with pytest.raises(ScopeMissing) as caught:
        client.call(version, "resources/read", {"uri": uri})
    assert caught.value.facts == {"missing": "shop:admin", "needed": ("shop:admin",)}
    assert database.calls == []


@every_revision
@pytest.mark.parametrize(
    ("uri", "answer", "text"),
    [
        ("shop://about", SqlFailed(reason="no such table: x"), "no such table: x"),
        ("shop://orders/7", TWO, "multiple rows"),
        ("shop://about", Rows(("t",), [("x" * 1001,)]), "max_bytes"),
        ("shop://logo", Rows(("b",), [(b"x" * 751,)]), "max_bytes"),
        ("shop://orders", Rows(("id",), [(1,)], cut=True), "max_rows"),
        ("shop://about", Rows(("id",), [(1,)], cut=True), "max_rows"),
    ],
)
def test_what_cannot_be_read_says_why(
    full: Client, database: FakeDatabase, version: str, uri: str, answer: Any, text: str
) -> None:
    """A failure must be an error with the cause, and a part of the rows must not pose as the whole."""
    database.answer = answer
    failed = full.call(version, "resources/read", {"uri": uri})

    assert failed.outcome == (200, -32603)
    assert text in failed.json["error"]["message"]
    assert database.open_sessions == 0


def test_a_database_that_cannot_be_opened_is_not_described(full: Client, database: FakeDatabase) -> None:
    """The client must learn no more than that it failed."""
    database.answer = DatabaseNotUsable(path="/secret/place", reason="locked")
    answer = full.modern("resources/read", {"uri": "shop://about"})

    assert answer.outcome == (200, -32603)
    assert "secret" not in str(answer.json)


def test_the_most_specific_resource_is_read() -> None:
    """A fixed URI must go before templates, and a template with fewer variables before one with more."""
    every = ["a://{x}/{y}", "a://{x}/b", "a://a/{y}", "a://a/b"]
    catalogue = Catalogue(tools={}, resources={uri: resource(uri) for uri in every})

    def found(uri: str) -> str | None:
        match = find(catalogue, uri)
        return match and match[0].uri

    assert [found(f"a://{rest}") for rest in ("a/b", "a/c", "c/b", "c/d", "c")] == [
        "a://a/b",
        "a://a/{y}",
        "a://{x}/b",
        "a://{x}/{y}",
        None,
    ]


def test_the_log_names_the_resource_as_its_file_does(full: Client) -> None:
    """A variable's value may be private, so that the template is logged, and nothing of an unknown URI."""
    assert full.modern("resources/read", {"uri": "shop://orders/7"}).reply.name == "shop://orders/{id}"
    assert full.modern("resources/read", {"uri": "shop://about"}).reply.name == "shop://about"
    assert full.modern("resources/read", {"uri": "shop://secret"}).reply.name is None


def test_the_header_must_name_the_uri(full: Client) -> None:
    """A proxy that routes by the header must not be told another resource than the one that is read."""
    assert full.modern("resources/read", {"uri": "shop://about"}, mcp_name="shop://logo").outcome == (400, -32020)
    assert full.modern("resources/read", {"uri": "shop://about"}, mcp_name=None).outcome == (400, -32020)


def test_a_server_without_resources_has_no_such_methods(database: FakeDatabase) -> None:
    """What is not offered must not exist, in both eras."""
    bare = Catalogue(tools=FULL.tools, prompts=FULL.prompts)
    client = Client(McpServer(bare, cast(Database, database), name="shop", version="1"))

    assert client.modern("resources/list").outcome == (404, -32601)
    assert client.legacy("resources/read", {"uri": "shop://about"}).outcome == (200, -32601)
