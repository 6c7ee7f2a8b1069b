"""Clients that call a tool without pause on connections that they keep, and count whatever is not as it must be."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from mxcp_flask.demo import servers

CONNECTIONS = 32
PATIENCE = 60.0  # seconds for an answer, as clients have


@dataclass(frozen=True)
class Person:
    """Whose calls a connection sends, and whom the tool must answer."""

    username: str
    token: str


class Load:
    """Calls of the tool ``say``, whose answer is the caller's name and a word; made by ``running``."""

    def __init__(self, port: int, people: Sequence[Person]) -> None:
        self.answers = 0
        self.faults: list[str] = []
        self.latest = [""] * CONNECTIONS  # the word that each connection's last answer held
        self._counts = [0] * CONNECTIONS
        self._port = port
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._call, args=(number, people[number % len(people)]))
            for number in range(CONNECTIONS)
        ]

    def start(self) -> None:
        """Open the connections."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each call come to its end, and close the connections."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def await_round(self, calls: int = 2) -> None:
        """Return when each connection has had so many more answers or faults."""
        before = list(self._counts)
        self._await(lambda: all(now - then >= calls for now, then in zip(self._counts, before, strict=True)))

    def await_word(self, word: str) -> None:
        """Return when the last answer of every connection held ``word``."""
        self._await(lambda: set(self.latest) == {word})

    def summary(self) -> str:
        """Return the counts in a line, for the person who runs the test."""
        kinds = Counter(fault.split(":")[0] for fault in self.faults)
        return f"{self.answers} calls answered, {len(self.faults)} not {dict(kinds) or ''}".rstrip()

    def _await(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE), (self.summary(), self.faults[:3], self.latest)

    def _call(self, number: int, person: Person) -> None:
        connection = http.client.HTTPConnection(servers.HOST, self._port, timeout=PATIENCE)
        while not self._stop.is_set():
            fault = self._call_once(connection, number, person)
            with self._changed:
                self._counts[number] += 1
                if fault:
                    self.faults.append(fault)
                else:
                    self.answers += 1
                self._changed.notify_all()
        connection.close()

    def _call_once(self, connection: http.client.HTTPConnection, number: int, person: Person) -> str | None:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {person.token}"}
        body = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": "say", "arguments": {}}}
        try:
            connection.request("POST", "/mcp", json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            with suppress(OSError):
                connection.close()
            return f"{type(error).__name__}: {error}"
        if answer.status != 200:
            return f"{answer.status}: {text}"
        return self._judge(text, number, person)

    def _judge(self, text: str, number: int, person: Person) -> str | None:
        answer = json.loads(text)
        said = answer.get("result", {}).get("content", [{}])[0].get("text", "")
        username, _, word = said.partition(" ")
        if answer.get("id") != number or username != person.username or not word:
            return f"wrong: {text}"
        self.latest[number] = word
        return None


@contextmanager
def running(port: int, people: Sequence[Person]) -> Iterator[Load]:
    """Call through ``port`` while the block lasts, which begins when every connection has been answered."""
    load = Load(port, people)
    load.start()
    try:
        load.await_round()
        yield load
    finally:
        load.stop()
