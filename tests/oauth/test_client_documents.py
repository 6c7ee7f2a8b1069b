"""Tests of mxcp_flask.oauth.client_documents."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from mxcp_flask.errors import OutboundFailed, OutboundRefused, StoreError, TooManyClients
from mxcp_flask.oauth.client_documents import FAILURE_SECONDS, MOST_FAILURES, ClientDocuments
from mxcp_flask.outbound import Fetched, Outbound
from mxcp_flask.records import Client
from mxcp_flask.store.base import Store
from mxcp_flask.store.configured import ConfiguredClients
from mxcp_flask.store.memory import MemoryStore
from tests.oauth.fake_web import URL, Web, document
from tests.outbound.resolver import Resolver
from tests.outbound.server import NAME, http_answer, make_certificate, serve
from tests.support.clock import Clock

FAILURES = [
    OutboundRefused(url=URL, reason="its host is a secret"),
    OutboundFailed(url=URL, reason="nobody listens"),
    Web.page(b"<html>"),
    Web.page(document("https://app.test/other.json")),
    Fetched(404, {}, b""),
]


@pytest.fixture
def web() -> Web:
    """Return a web with one document."""
    return Web()


@pytest.fixture
def store() -> Store:
    """Return an empty store."""
    return MemoryStore()


@pytest.fixture
def documents(web: Web, store: Store, clock: Clock) -> ClientDocuments:
    """Return the documents of that web, cached in the store."""
    return ClientDocuments(web, store, clock)


def test_client_is_read_and_kept(documents: ClientDocuments, web: Web, store: Store) -> None:
    """The client of a document is found, and stands in the store."""
    client = documents.find(URL)

    assert client is not None
    assert client.name == "An app"
    assert store.get_client(URL) == client
    assert web.urls == [URL]


def test_fresh_document_is_not_fetched_again(documents: ClientDocuments, web: Web, clock: Clock) -> None:
    """While it is fresh the document is taken from the store, then it is read again."""
    web.answer = web.page(document(), **{"Cache-Control": "max-age=600"})
    documents.find(URL)
    web.answer = web.page(document(name="Renamed"))
    clock.advance(599)
    before = documents.find(URL)
    clock.advance(1)
    after = documents.find(URL)

    assert before is not None
    assert after is not None
    assert (before.name, after.name) == ("An app", "Renamed")
    assert web.urls == [URL, URL]


def test_other_process_profits(web: Web, store: Store, clock: Clock) -> None:
    """A document that one process has read is known to the others through the store."""
    first, second = ClientDocuments(web, store, clock), ClientDocuments(web, store, clock)

    assert first.find(URL) == second.find(URL)
    assert web.urls == [URL]


def test_only_a_new_document_needs_leave(web: Web, store: Store, clock: Clock) -> None:
    """A document that the store does not know is read when it is admitted; one that it knows is read again anyway."""
    admitted: list[str] = []

    def admit() -> None:
        if admitted:
            raise TooManyClients
        admitted.append("first")

    documents = ClientDocuments(web, store, clock, admit)
    documents.find(URL)
    clock.advance(300)
    web.answer = web.page(document(name="Renamed"))
    again = documents.find(URL)
    with pytest.raises(TooManyClients):
        documents.find(f"{URL}2")

    assert again is not None
    assert again.name == "Renamed"
    assert web.urls == [URL, URL]


@pytest.mark.parametrize("failure", FAILURES, ids=str)
def test_failure_is_not_stored(
    documents: ClientDocuments, web: Web, store: Store, failure: Fetched | Exception
) -> None:
    """A document that cannot be had or is not valid leaves nothing in the store."""
    web.answer = failure

    assert documents.find(URL) is None
    assert store.get_client(URL) is None


@pytest.mark.parametrize("failure", FAILURES, ids=str)
def test_stale_document_is_not_used(
    documents: ClientDocuments, web: Web, clock: Clock, failure: Fetched | Exception
) -> None:
    """When a document cannot be read again, the client is gone."""
    documents.find(URL)
    clock.advance(300)
    web.answer = failure

    assert documents.find(URL) is None


def test_failure_rests(documents: ClientDocuments, web: Web, clock: Clock) -> None:
    """After a failure a URL is left alone for a minute; another URL is not affected."""
    good, web.answer = web.answer, OutboundFailed(url=URL, reason="nobody listens")
    documents.find(URL)
    web.answer = good
    clock.advance(FAILURE_SECONDS - 1)
    assert documents.find(URL) is None
    documents.find(URL + "2")
    clock.advance(1)

    assert documents.find(URL) is not None
    assert web.urls == [URL, URL + "2", URL]


def test_failures_are_bounded(documents: ClientDocuments, web: Web) -> None:
    """The memory of failures holds the latest thousand."""
    web.answer = OutboundFailed(url=URL, reason="nobody listens")
    for number in range(MOST_FAILURES + 1):
        documents.find(f"{URL}{number}")
    web.urls.clear()
    documents.find(f"{URL}1")
    documents.find(f"{URL}0")

    assert web.urls == [f"{URL}0"]


def test_configured_client_is_not_fetched(web: Web, store: Store, clock: Clock) -> None:
    """A client of the configuration may have such an identifier; it stays as it is."""
    configured = Client(URL, "Configured", ("https://app.test/cb",), configured=True)
    documents = ClientDocuments(web, ConfiguredClients(store, [configured]), clock)

    assert documents.find(URL) is configured
    assert web.urls == []


def test_store_error_is_not_a_missing_client(web: Web, clock: Clock) -> None:
    """A store that cannot answer is an error, and no failure of the document."""

    class Broken(MemoryStore):
        broken = True

        def put_client(self, client: Client) -> None:
            if self.broken:
                raise StoreError
            super().put_client(client)

    store = Broken()
    documents = ClientDocuments(web, store, clock)
    with pytest.raises(StoreError):
        documents.find(URL)
    store.broken = False

    assert documents.find(URL) is not None


@pytest.mark.parametrize(
    ("failure", "level", "reason"),
    [
        (FAILURES[0], logging.WARNING, "its host is a secret"),
        (FAILURES[1], logging.INFO, "nobody listens"),
        (FAILURES[2], logging.INFO, "not JSON"),
        (FAILURES[3], logging.INFO, "'client_id' is not the URL"),
        (FAILURES[4], logging.INFO, "status 404"),
    ],
)
def test_log_says_why(
    documents: ClientDocuments,
    web: Web,
    caplog: pytest.LogCaptureFixture,
    failure: Fetched | Exception,
    level: int,
    reason: str,
) -> None:
    """The log has one line with the client and the reason; a forbidden address is a warning."""
    caplog.set_level(logging.INFO, "mxcp.oauth")
    web.answer = failure
    documents.find(URL)

    [record] = caplog.records
    assert record.levelno == level
    assert URL in record.getMessage()
    assert reason in record.getMessage()


def test_other_identifier_is_not_fetched(documents: ClientDocuments, web: Web) -> None:
    """An identifier that is not the URL of a document is unknown without a look."""
    assert documents.find("http://app.test/client.json") is None
    assert documents.find("5b0a4f3e-9b8f-4f0c-8a55-9f1d3f3f2f11") is None
    assert web.urls == []


def test_log_is_not_for_strangers_to_write(documents: ClientDocuments, caplog: pytest.LogCaptureFixture) -> None:
    """An identifier with line breaks gets no line of its own, and not much room."""
    caplog.set_level(logging.INFO, "mxcp.oauth")
    documents.find("x\nERROR mxcp: forged" + "x" * 5000)

    [record] = caplog.records
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 300


def test_document_of_a_real_server(store: Store, clock: Clock, tmp_path: Path) -> None:
    """The whole way: an allowed host on loopback serves its document over TLS."""
    certificate = make_certificate(tmp_path)
    outbound = Outbound(resolve=Resolver(["127.0.0.1"]), allow_hosts={NAME}, ca_file=str(certificate))
    bodies: list[bytes] = []
    with serve(
        lambda sock: http_answer(bodies[0], Content_Type="application/json", Cache_Control="max-age=900")(sock),
        certificate,
    ) as server:
        url = f"https://{NAME}:{server.port}/client.json"
        bodies.append(document(url))
        client = ClientDocuments(outbound, store, clock).find(url)

    assert client is not None
    assert client.client_id == url
    assert client.fresh_until == clock() + 900


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "169.254.169.254", "[::1]", "[64:ff9b::a00:1]"])
def test_document_in_a_private_network(store: Store, clock: Clock, host: str) -> None:
    """The system's own resolver and a real client: private addresses are refused."""
    assert ClientDocuments(Outbound(), store, clock).find(f"https://{host}/client.json") is None
