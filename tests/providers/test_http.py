"""HTTP to a provider over real sockets: a slow, large or silent server costs a bounded time."""

from __future__ import annotations

import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import takewhile
from types import TracebackType

import pytest

from mxcp_flask.errors import ProviderRefused, ProviderUnavailable
from mxcp_flask.providers.http import MOST_BYTES, Answer, ProviderHttp

TOTAL = 0.2  # seconds that a call may take here
MUCH_LATER = 5 * TOTAL
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Script = Callable[[socket.socket, threading.Event], None]


class Provider:
    """A server that reads a request and lets ``script`` answer; the event tells the script to end."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[bytes] = []
        self.ended = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/token"

    def __enter__(self) -> Provider:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        try:
            self.requests.append(read_request(connection))
            self.script(connection, self.ended)
        except OSError:  # the client has left
            return


def read_request(connection: socket.socket) -> bytes:
    """Return a whole request."""
    with connection.makefile("rb") as stream:
        head = b"".join(takewhile(b"\r\n".__ne__, stream))
        length = re.search(rb"(?i)content-length: (\d+)", head)
        return head + b"\r\n" + stream.read(int(length[1]) if length else 0)


def drip(start: bytes, drop: bytes) -> Script:
    """Return a script that sends ``start``, and then ``drop`` again and again."""

    def script(connection: socket.socket, ended: threading.Event) -> None:
        connection.sendall(start)
        while not ended.wait(TOTAL / 20):
            connection.sendall(drop)

    return script


def say(answer: bytes) -> Script:
    """Return a script that sends ``answer`` and hangs up."""
    return lambda connection, _: connection.sendall(answer)


@pytest.fixture
def http() -> Iterator[ProviderHttp]:
    """Return what is tested, with little patience; it leaves no thread behind when the server has ended."""
    yield ProviderHttp("Drip", connect=TOTAL, total=TOTAL)
    for thread in threading.enumerate():
        if thread.name == "provider":
            thread.join(MUCH_LATER)
            assert not thread.is_alive()


@pytest.mark.parametrize(
    "script",
    [
        drip(b"", b""),
        drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-Slow: a\r\n"),
        drip(HEAD + b"Content-Length: 1000\r\n\r\n", b" "),
        drip(HEAD + b"\r\n", b" "),
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n400\r\n", b" "),
    ],
    ids=["silence", "a header", "headers", "a body", "a body without end", "chunks", "a chunk"],
)
def test_slow_answer_is_cut_off(http: ProviderHttp, script: Script) -> None:
    """However an answer drips, every byte in time, all of it together has the total time."""
    with Provider(script) as provider:
        start = time.monotonic()
        with pytest.raises(ProviderUnavailable):
            http.post(provider.url, {"code": "x"})

        assert time.monotonic() - start < MUCH_LATER
        assert len(provider.requests) == 1


@pytest.mark.parametrize(
    "body",
    [b" " * (MOST_BYTES + 1), b"[" + b"0," * MOST_BYTES + b"0]"],
)
@pytest.mark.parametrize("packed", [True, False])
def test_large_answer_is_cut_off(body: bytes, packed: bool) -> None:
    """An answer is at most a mebibyte, counted when it is unpacked."""
    head = HEAD + (b"Content-Encoding: gzip\r\n\r\n" if packed else b"\r\n")
    with (
        Provider(say(head + (gzip.compress(body) if packed else body))) as provider,
        pytest.raises(ProviderRefused, match="larger than 1048576 bytes"),
    ):
        ProviderHttp("Large").post(provider.url, {})


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        HEAD + b"Content-Length: 5\r\n\r\n{}",
        HEAD + b"Content-Encoding: gzip\r\n\r\n{}",
    ],
)
def test_broken_answer_is_no_answer(answer: bytes) -> None:
    """A server that hangs up, or does not speak HTTP, may be asked again later."""
    with Provider(say(answer)) as provider, pytest.raises(ProviderUnavailable):
        ProviderHttp("Broken").post(provider.url, {})


def test_nobody_listens() -> None:
    """A refused connection is told as such, by its kind alone."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ProviderUnavailable, match="POST failed: ConnectionError"):
        ProviderHttp("Nobody").post(f"http://127.0.0.1:{port}/token", {})


def test_whole_answer_arrives() -> None:
    """What comes in time comes whole, with its status."""
    with Provider(say(HEAD.replace(b"200 OK", b"404 No") + b"\r\n" + b'{"a": [1]}')) as provider:
        assert ProviderHttp("Good").get(provider.url, "token") == Answer(404, {"a": [1]})

    assert b"authorization: bearer token\r\n" in provider.requests[0].lower()


@pytest.mark.parametrize(
    ("as_json", "kind", "body"),
    [(False, b"application/x-www-form-urlencoded", b"code=a%26b"), (True, b"application/json", b'{"code": "a&b"}')],
)
def test_form_and_json(as_json: bool, kind: bytes, body: bytes) -> None:
    """The parameters are sent as a form, or as JSON to who wants that."""
    with Provider(say(HEAD + b"\r\n{}")) as provider:
        ProviderHttp("Good").post(provider.url, {"code": "a&b"}, as_json=as_json)

    head, _, sent = provider.requests[0].partition(b"\r\n\r\n")
    assert (kind in head, sent) == (True, body)


def test_redirect_is_not_followed() -> None:
    """A redirect is refused, and nobody else is asked."""
    with Provider(say(HEAD + b"\r\n{}")) as other:
        moved = b"HTTP/1.1 307 Moved\r\nContent-Length: 0\r\nLocation: " + other.url.encode() + b"\r\n\r\n"
        with Provider(say(moved)) as provider, pytest.raises(ProviderRefused, match="redirect"):
            ProviderHttp("Moved").post(provider.url, {"code": "x"})

    assert other.requests == []


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
def test_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch, variable: str, host: str) -> None:
    """A provider on a loopback host is reached without the environment's proxy, whose loopback is another one."""
    with Provider(say(HEAD + b"\r\n{}")) as proxy, Provider(say(HEAD + b'\r\n{"a": 1}')) as provider:
        set_proxy(monkeypatch, variable, proxy)
        near = provider.url.replace("127.0.0.1", host)

        assert ProviderHttp("Near").post(near, {}) == Answer(200, {"a": 1})
        assert ProviderHttp("Near").get(near, "token") == Answer(200, {"a": 1})

    assert proxy.requests == []


def test_proxy_is_asked_for_other_hosts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider elsewhere is reached through the environment's proxy, also after one that was not."""
    with Provider(say(HEAD + b"\r\n{}")) as proxy, Provider(say(HEAD + b"\r\n{}")) as provider:
        set_proxy(monkeypatch, "HTTP_PROXY", proxy)
        ProviderHttp("Near").post(provider.url, {})
        ProviderHttp("Far").post("http://provider.example/token", {})

    assert [request.split(b"\r\n")[0] for request in proxy.requests] == [b"POST http://provider.example/token HTTP/1.1"]


def set_proxy(monkeypatch: pytest.MonkeyPatch, variable: str, proxy: Provider) -> None:
    """Let ``variable`` alone name a proxy, for every host."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv(variable, proxy.url.removesuffix("/token"))
