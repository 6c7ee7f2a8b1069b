"""SQL that reads over HTTP as the person: the user's document, statement for statement, against a TLS server."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.engine.fetching import MOST_DOWNLOADS, open_outbound
from mxcp_flask.engine.reach import Reach
from mxcp_flask.errors import SqlFailed
from mxcp_flask.outbound import Outbound, client, connection
from mxcp_flask.records import Identity
from tests.engine.conftest import ANN, BOB, OpenDatabase
from tests.outbound.resolver import Resolver
from tests.outbound.server import Handler, http_answer, make_certificate, serve

ACCOUNTS_PATH = "/services/data/v58.0/sobjects/Account"
GITHUB, SALESFORCE, ELSEWHERE = "api.github.com", "your-instance.salesforce.com", "elsewhere.test"
REPOSITORIES = """\
SELECT *
FROM read_json_auto(
'https://api.github.com/user/repos',
headers = MAP {
'Authorization': 'Bearer ' || get_user_external_token(),
'User-Agent': 'MXCP-' || get_username()
}
);
"""
ACCOUNTS = """\
-- Example: Query Salesforce accounts using the user's token
SELECT *
FROM read_json_auto(
'https://your-instance.salesforce.com/services/data/v58.0/sobjects/Account',
headers = MAP {
'Authorization': 'Bearer ' || get_user_external_token(),
'Content-Type': 'application/json'
}
);
"""
WHERE = (
    "CREATE TABLE my_data_table AS FROM (VALUES ('ann', 1), ('bob', 2)) t(owner, id);"
    "CREATE TABLE user_documents AS FROM (VALUES ('ann', 'a'), ('bob', 'b')) t(created_by, title);"
    "CREATE TABLE audit_log (user_id VARCHAR, action VARCHAR, timestamp TIMESTAMPTZ)"
)


class Api:
    """The stand-in for every host: what it answers by path (else who asked), and the heads of its requests."""

    def __init__(self, certificate: Path) -> None:
        self.certificate = certificate
        self.answers: dict[str, Handler] = {}
        self.requests: list[str] = []
        self.port = 0

    def __call__(self, sock: socket.socket) -> None:
        """Answer the request that was read last."""
        path, token = self.requests[-1].split(" ")[1], self.header("authorization")
        body = json.dumps([{"path": path, "token": token}]).encode()
        self.answers.get(path, http_answer(body))(sock)

    def header(self, name: str, index: int = -1) -> str | None:
        """Return a header of a request."""
        for line in self.requests[index].split("\r\n")[1:]:
            key, _, value = line.partition(": ")
            if key.lower() == name:
                return value
        return None

    def open(self, reach: Reach) -> Outbound:
        """Return the product's client, for which every host's address is this server's and counts as public."""
        real = open_outbound(reach)
        real.resolve, real.ca_file = Resolver(["127.0.0.1"]), str(self.certificate)
        real.allow_hosts |= {GITHUB, SALESFORCE, ELSEWHERE}
        return real


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """Serve the stand-in, and let connections to port 443 end there."""
    stand_in = Api(make_certificate(tmp_path, GITHUB, SALESFORCE, ELSEWHERE))
    with serve(stand_in, stand_in.certificate) as server:
        stand_in.requests, stand_in.port = server.requests, server.port
        real = connection.pinned
        monkeypatch.setattr(client, "pinned", lambda target, *rest: real(replace(target, port=server.port), *rest))
        yield stand_in


@pytest.fixture
def database(api: Api, path: Path) -> Iterator[Database]:
    """Return a database whose readers meet the stand-in."""
    database = Database(DatabaseSettings(path, provider_hosts=(GITHUB,)), api.open)
    yield database
    database.close()


def run(database: Database, identity: Identity, sql: str, **parameters: object) -> list[tuple[object, ...]]:
    """Return the rows of an endpoint's SQL."""
    with database.session(identity) as session:
        return session.run(sql, parameters).rows


def failure(database: Database, sql: str, identity: Identity = ANN, *, model: bool = False) -> str:
    """Return why the SQL fails."""
    with database.session(identity) as session, pytest.raises(SqlFailed) as caught:
        session.run_single(sql) if model else session.run(sql, {})
    assert identity.external_token not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(("sql", "asked"), [(REPOSITORIES, "/user/repos"), (ACCOUNTS, ACCOUNTS_PATH)])
def test_the_documents_http_statements_run_as_they_stand(database: Database, api: Api, sql: str, asked: str) -> None:
    """Two people at the same time must each be answered, and be known to the API, by their own token."""

    def ask(identity: Identity) -> list[tuple[object, ...]]:
        return run(database, identity, sql)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(ask, [ANN, BOB] * 10))

    expected = [[(asked, f"Bearer {person.external_token}")] for person in (ANN, BOB)]
    assert answers == expected * 10
    tokens = [api.header("authorization", index) for index in range(len(api.requests))]
    assert sorted(map(str, tokens)) == sorted(f"Bearer {each.external_token}" for each in [ANN, BOB] * 10)


def test_the_documents_header_names_the_person(database: Database, api: Api) -> None:
    """The User-Agent that the statement writes must be what the API sees."""
    run(database, ANN, REPOSITORIES)

    assert api.header("user-agent") == "MXCP-ann"


def test_the_documents_other_statements_run_as_they_stand(database: Database) -> None:
    """The functions, both filters and the audit INSERT must see the person who asks."""
    run(database, ANN, WHERE)

    for person in (ANN, BOB):
        assert run(database, person, "SELECT get_user_external_token() as external_token;") == [
            (person.external_token,)
        ]
        assert run(database, person, "SELECT get_username() as username;") == [(person.username,)]
        assert run(database, person, "SELECT get_user_provider() as provider; -- 'github', 'atlassian', etc.") == [
            (person.provider,)
        ]
        assert run(database, person, "SELECT get_user_email() as email;") == [(person.email,)]
        assert run(database, person, "SELECT *\nFROM my_data_table\nWHERE owner = get_username();")[0][0] == (
            person.username
        )
        assert run(database, person, "SELECT *\nFROM user_documents\nWHERE created_by = get_username();")[0][0] == (
            person.username
        )
        run(
            database,
            person,
            "INSERT INTO audit_log (user_id, action, timestamp)\nVALUES (get_username(), 'data_query', NOW());",
        )
    assert run(database, ANN, "SELECT user_id, action FROM audit_log ORDER BY 1") == [
        ("ann", "data_query"),
        ("bob", "data_query"),
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("FROM read_text('https://api.github.com/x', headers := MAP {'A': 'b'}) SELECT size > 0", [(True,)]),
        (
            "SELECT path FROM read_json('https://api.github.com/x', headers => MAP {'A': 'b'}, format = 'array')",
            [("/x",)],
        ),
        ("SELECT path FROM read_json_auto($url)", [("/x",)]),
        ("SELECT path FROM read_json_auto('https://' || 'api.github.com/x')", [("/x",)]),
        ("WITH r AS (FROM read_json_auto('https://api.github.com/x')) SELECT path FROM r", [("/x",)]),
        (
            "SELECT 'read_json_auto(''https://a.test'', headers = 1)'",
            [("read_json_auto('https://a.test', headers = 1)",)],
        ),
        ("SELECT 1 -- read_json_auto('https://a.test')", [(1,)]),
        (
            "CREATE OR REPLACE TEMP VIEW v AS FROM read_json_auto('https://api.github.com/x'); SELECT path FROM v",
            [("/x",)],
        ),
    ],
)
def test_every_way_to_write_it(database: Database, sql: str, expected: list[tuple[object, ...]]) -> None:
    """Other readers, spellings and places must work, and look-alikes in strings and comments must stay."""
    parameters = {"url": "https://api.github.com/x"} if "$url" in sql else {}

    assert run(database, ANN, sql, **parameters) == expected


def test_csv_and_parquet_are_read_too(database: Database, api: Api, tmp_path: Path) -> None:
    """Formats that DuckDB reads in pieces must come whole."""
    writer = Database(DatabaseSettings(tmp_path / "other.duckdb", allowed_directories=(tmp_path,)))
    run(writer, ANN, f"COPY (FROM range(5000) t(i)) TO '{tmp_path}/t.parquet'")
    writer.close()
    api.answers["/t.parquet"] = http_answer((tmp_path / "t.parquet").read_bytes())
    api.answers["/t.csv"] = http_answer(b"a,b\n1,x\n2,y\n")

    assert run(
        database, ANN, "SELECT sum(i) FROM read_parquet('https://api.github.com/t.parquet', headers = MAP {'a': 'b'})"
    ) == [(12497500,)]
    assert run(database, ANN, "FROM read_csv('https://api.github.com/t.csv', header = true)") == [(1, "x"), (2, "y")]


def test_a_redirect_to_another_host_loses_the_token(database: Database, api: Api) -> None:
    """What identifies the person must go to the host that the SQL names, and nowhere else."""
    api.answers["/near"] = http_answer(status="302 Found", Location="/far")
    api.answers["/far"] = http_answer(status="302 Found", Location=f"https://{ELSEWHERE}/there")
    token = "get_user_external_token()"
    headers = f"MAP {{'Authorization': 'Bearer ' || {token}, 'X-Key': {token}, 'X-Plain': 'p'}}"
    sql = f"FROM read_json_auto('https://{GITHUB}/near', headers = {headers})"

    assert run(database, ANN, sql) == [("/there", None)]
    assert [api.header("authorization", index) is not None for index in range(3)] == [True, True, False]
    assert [api.header(name) for name in ("host", "x-key", "x-plain")] == [ELSEWHERE, None, "p"]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://api.github.com/x", "may not leave https"),
        ("https://169.254.169.254/latest", "not a public one"),
        ("https://[::1]/x", "not a public one"),
        ("file:///etc/passwd", "may not leave https"),
        ("/near", "redirects more than 5 times"),
    ],
)
def test_redirects_are_checked_anew(database: Database, api: Api, location: str, reason: str) -> None:
    """A redirect must reach nothing that the SQL could not have named, and must end."""
    api.answers["/near"] = http_answer(status="302 Found", Location=location)
    database._open_outbound = lambda reach: _strict(api, reach)

    assert reason in failure(database, f"FROM read_text('https://{GITHUB}/near')")


def test_an_answer_that_is_no_success_fails_without_its_secrets(database: Database, api: Api) -> None:
    """Status, host and path must be told; query, headers and body not."""
    api.answers["/x?key=hidden-key"] = http_answer(b"body-secret", status="404 Not Found")
    text = failure(
        database,
        f"FROM read_text('https://{GITHUB}/x?key=hidden-key', headers = MAP {{'Authorization': 'Basic hidden-value'}})",
    )

    assert f"https://{GITHUB}/x: it answers with status 404" in text
    assert "hidden" not in text
    assert "body-secret" not in text


def test_a_refused_token_is_renewed_once(database: Database, api: Api) -> None:
    """After a 401 the person's new token must take the old one's place in the header."""
    old = f"Bearer {ANN.external_token}"

    def answer(sock: socket.socket) -> None:
        refused = api.header("authorization") == old
        http_answer(b'[{"n": 1}]', status="401 Unauthorized" if refused else "200 OK")(sock)

    api.answers["/user/repos"] = answer
    person = replace(ANN, renew=lambda: "gho_new_0123456789abcdef")

    assert run(database, person, REPOSITORIES) == [(1,)]
    assert [api.header("authorization", index) for index in (0, 1)] == [old, "Bearer gho_new_0123456789abcdef"]
    assert "status 401" in failure(database, REPOSITORIES)


def test_a_renewed_token_is_used_for_what_follows(database: Database, api: Api) -> None:
    """Once the provider has refused the old token, no later download of the session may be sent with it."""
    old = f"Bearer {ANN.external_token}"

    def answer(sock: socket.socket) -> None:
        refused = api.header("authorization") == old
        http_answer(b"a", status="401 Unauthorized" if refused else "200 OK")(sock)

    headers = "headers = MAP {'Authorization': 'Bearer ' || get_user_external_token()}"
    texts = [f"read_text('https://{GITHUB}/{number}', {headers})" for number in (1, 2)]
    api.answers |= {"/1": answer, "/2": answer}
    person = replace(ANN, renew=lambda: "gho_new_0123456789abcdef")

    assert run(database, person, f"SELECT count(*) FROM {', '.join(texts)}") == [(1,)]
    assert [api.header("authorization", index) == old for index in range(len(api.requests))] == [True, False, False]


def test_a_model_reaches_the_provider_only(database: Database) -> None:
    """The provider's API, and the person's own instance, must be all that a model's SQL reads from."""
    person = replace(ANN, instance_url=f"https://{SALESFORCE}")
    with database.session(person) as session:
        assert session.run_single(REPOSITORIES.rstrip().rstrip(";")).rows
        assert session.run_single(f"FROM read_text('https://{SALESFORCE}/x')").rows

    assert "may not read from this host" in failure(database, f"FROM read_text('https://{ELSEWHERE}/x')", model=True)
    assert "may not read from this host" in failure(database, ACCOUNTS, model=True)


def test_a_site_that_lists_hosts_reaches_no_others(api: Api, path: Path) -> None:
    """With allowed_hosts an endpoint's SQL must reach these, and a model's these and the provider."""
    database = Database(DatabaseSettings(path, allowed_hosts=(ELSEWHERE,), provider_hosts=(GITHUB,)), api.open)

    assert run(database, ANN, f"FROM read_text('https://{ELSEWHERE}/x') SELECT size > 0") == [(True,)]
    assert "may not read from this host" in failure(database, REPOSITORIES)
    with database.session(ANN) as session:
        assert session.run_single(f"FROM read_text('https://{ELSEWHERE}/x')").rows
    database.close()


def test_a_download_belongs_to_its_session(database: Database) -> None:
    """Neither by listing nor by name must a later session find what an earlier one has read."""
    with database.session(ANN) as session:
        [(name,)] = session.run(f"SELECT filename FROM read_text('https://{GITHUB}/x')", {}).rows
        with database.session(BOB) as other:
            for sql in ("FROM glob('mxcp://*')", "FROM glob('mxcp://**')"):
                assert other.run_single(sql).rows == []

    assert name.startswith("mxcp://")
    assert run(database, ANN, f"FROM read_text('{name}')") == []
    assert "cannot be written" in failure(database, f"COPY (SELECT 1) TO '{name}'")


def test_only_a_readers_argument_downloads(database: Database, api: Api) -> None:
    """A call for each row must fail, whichever thread meets it, and ask for few of them."""
    sql = f"SELECT count(mxcp_fetch('https://{GITHUB}/' || i, NULL)) FROM range(300000) t(i)"

    failure(database, sql)

    assert len(api.requests) <= MOST_DOWNLOADS


def test_http_is_for_this_machine_only(open_database: OpenDatabase, path: Path) -> None:
    """Plain http must reach a loopback address for development, and no other host."""
    with serve(http_answer(b'[{"n": 1}]'), None) as server:
        sql = f"SELECT n FROM read_json_auto('http://127.0.0.1:{server.port}/x')"
        database = open_database(DatabaseSettings(path))

        assert run(database, ANN, sql) == [(1,)]
        assert "only https is allowed" in failure(database, "FROM read_text('http://example.org/x')")
        assert "may not read from this host" in failure(database, sql, model=True)


def test_an_argument_does_not_reach_this_machine(open_database: OpenDatabase, path: Path) -> None:
    """A loopback URL must be refused where only an argument names it, for whoever calls chooses that."""
    with serve(http_answer(b"internal"), None) as server:
        url = f"http://127.0.0.1:{server.port}/x"
        database = open_database(DatabaseSettings(path))
        with database.session(ANN) as session, pytest.raises(SqlFailed, match="only https is allowed"):
            session.run("FROM read_text($file)", {"file": url})

    assert server.requests == []


def test_a_public_host_does_not_redirect_to_this_machine(database: Database, api: Api) -> None:
    """Only the SQL itself may name a loopback address: what answers elsewhere must not lead there."""
    api.answers["/near"] = http_answer(status="302 Found", Location=f"https://localhost:{api.port}/x")
    database._open_outbound = lambda reach: _strict(api, reach)

    assert "not a public one" in failure(database, f"FROM read_text('https://{GITHUB}/near')")
    assert len(api.requests) == 1


def test_downloads_end_with_the_statement(database: Database, api: Api) -> None:
    """Once a call is cancelled, or its time is over, nothing more must be asked for."""
    sql = f"FROM read_text('https://{GITHUB}/first'), read_text('https://{GITHUB}/second')"
    with database.session(ANN) as session:

        def cancel(sock: socket.socket) -> None:
            session.interrupt()
            http_answer(b"x")(sock)

        api.answers["/first"] = cancel
        with pytest.raises(SqlFailed, match="was cancelled"):
            session.run(sql, {})
    assert len(api.requests) == 1


def test_a_slow_answer_is_bounded_by_the_statements_time(api: Api, path: Path) -> None:
    """A host that does not answer must not hold a call for longer than its SQL may run."""
    over = threading.Event()

    def wait(_: socket.socket) -> None:
        over.wait(30)

    api.answers["/slow"] = wait
    database = Database(DatabaseSettings(path, timeout=0.3), api.open)
    failure(database, f"FROM read_text('https://{GITHUB}/slow')")
    assert not over.is_set()
    over.set()
    database.close()


@pytest.mark.parametrize("sql", ["FROM 'https://api.github.com/x.csv'", "FROM read_csv(['https://api.github.com/x'])"])
def test_a_url_where_none_can_be_read_says_how(database: Database, sql: str) -> None:
    """A URL as a table or in a list must fail with the way to write it."""
    assert "FROM read_json_auto('https://...')" in failure(database, sql)


def test_parameters_may_be_lists_of_files(tmp_path: Path) -> None:
    """A reader must take a list of local files as a parameter, as DuckDB does."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.csv").write_text("a\n1\n")
    files = Database(DatabaseSettings(tmp_path / "b.duckdb", allowed_directories=(tmp_path / "files",)))

    assert run(files, ANN, "FROM read_csv($files)", files=[str(tmp_path / "files" / "a.csv")]) == [(1,)]
    files.close()


def test_a_stored_macro_does_not_take_the_downloads_place(database: Database) -> None:
    """What somebody stored under our function's name must not be given another person's headers."""
    run(database, BOB, "CREATE MACRO mxcp_fetch(url, headers) AS error('stolen: ' || headers::VARCHAR)")

    assert run(database, ANN, f"SELECT token FROM ({REPOSITORIES.strip().rstrip(';')})") == [
        (f"Bearer {ANN.external_token}",)
    ]


def test_a_stored_view_reads_as_whoever_asks(api: Api, path: Path) -> None:
    """A view of an API must bring each person's own token, now and after the database was opened again."""
    for number in range(2):
        database = Database(DatabaseSettings(path), api.open)
        if number == 0:
            run(database, ANN, f"CREATE VIEW repositories AS {REPOSITORIES}")
        for person in (BOB, ANN):
            assert run(database, person, "SELECT token FROM repositories") == [(f"Bearer {person.external_token}",)]
        database.close()


@pytest.mark.parametrize("address", ["10.0.0.7", "169.254.169.254", "127.0.0.1", "100.64.0.1"])
def test_names_of_private_addresses_are_refused(api: Api, path: Path, address: str) -> None:
    """A name that leads inside must not be asked, unless the site lists it, by endpoints and models alike."""

    def inside(reach: Reach) -> Outbound:
        real = open_outbound(reach)
        real.resolve, real.ca_file = Resolver([address]), str(api.certificate)
        return real

    database, sql = Database(DatabaseSettings(path), inside), f"FROM read_text('https://{SALESFORCE}/x')"
    person = replace(ANN, instance_url=f"https://{SALESFORCE}")

    assert "not a public one" in failure(database, sql)
    assert "not a public one" in failure(database, sql, person, model=True)
    assert api.requests == []
    database.close()


def _strict(api: Api, reach: Reach) -> Outbound:
    """Return a client for which only GitHub is at the stand-in, and other addresses count as they are."""
    real = api.open(reach)
    real.allow_hosts = frozenset({GITHUB})
    real.resolve = lambda host, *rest, **more: (
        Resolver(["127.0.0.1"])(host, *rest) if host == GITHUB else socket.getaddrinfo(host, *rest, **more)
    )
    return real
