"""One of many threads that do everything that there is to do with the OAuth state, and check what they get."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable

from mxcp_flask.digests import digest
from mxcp_flask.oauth.server import PlainResponse
from tests.contracts.store.samples import race
from tests.endurance.board import Board
from tests.endurance.desk import Desk, Family
from tests.oauth.parties import form
from tests.store.places import Place

THREADS = 8  # of each process
Done = dict[str, tuple[int, float]]  # by operation: how many, and the seconds that the longest took

_MOST_FAMILIES = 4  # of each thread


def work(place: Place, number: int, *, board: Board, seconds: float, start: float) -> Done:
    """Let the threads of process ``number`` work for so many ``seconds``. The shared clock began at ``start``."""
    logging.getLogger("mxcp").setLevel(logging.ERROR)  # each revocation would be a line
    desk = Desk(place, board, start, number)
    names = iter([f"{number}t{thread}" for thread in range(THREADS)])
    done = race(lambda: Worker(desk, next(names)).work(seconds), racers=THREADS)
    for access, _, _ in desk.board.lines("dead"):
        assert not desk.is_alive(access)
    desk.store.close()
    return merged(done)


def merged(parts: list[Done]) -> Done:
    """Add what several did."""
    names = dict.fromkeys(name for part in parts for name in part)
    here = {name: [part[name] for part in parts if name in part] for name in names}
    return {name: (sum(n for n, _ in found), max(longest for _, longest in found)) for name, found in here.items()}


class Worker:
    """One thread. Each operation says whether it did something."""

    def __init__(self, desk: Desk, name: str) -> None:
        self._desk, self._board, self._store = desk, desk.board, desk.store
        self._name = name
        self._choose = random.Random(name)  # noqa: S311 - not a secret
        self._signed_in = 0
        self._families: list[Family] = []

    def work(self, seconds: float) -> Done:
        """Do one thing after the other."""
        operations: dict[str, Callable[[], bool]] = {
            "sign in": self.sign_in,
            "offer": self.offer,
            "race": self.race,
            "refresh": self.refresh,
            "call": self.call,
            "revoke": self.revoke,
            "probe": self.probe,
            "sweep": self.sweep,
            "reseal": self.reseal,
        }
        done, deadline = dict.fromkeys(operations, (0, 0.0)), time.monotonic() + seconds
        while time.monotonic() < deadline:
            name = self._choose.choice(list(operations))
            begun = time.monotonic()
            count, longest = done[name]
            count += operations[name]()
            done[name] = count, max(longest, time.monotonic() - begun)
        return done

    def sign_in(self) -> bool:
        """Register a client and sign in with it, unless there are enough."""
        if len(self._families) >= _MOST_FAMILIES:
            return False
        self._families.append(self._desk.family(self._next_name()))
        return True

    def offer(self) -> bool:
        """Let all processes race for a code, or for a refresh token."""
        if self._choose.random() < 0.5:
            client_id = self._desk.register()
            self._board.post("offers", "code", client_id, self._desk.code(client_id, self._next_name()))
        else:
            family = self._desk.family(self._next_name())
            self._board.post("offers", "refresh_token", family.client_id, family.refresh)
        return True

    def race(self) -> bool:
        """Present what was offered, where nothing may be presented twice."""
        offers = self._board.latest("offers")
        if not offers:
            return False
        kind, client_id, secret = self._choose.choice(offers)
        self._board.post("tries", digest(secret))
        answer = self._present(kind, client_id, secret)
        assert (answer.status, answer.body.get("error")) in {(200, None), (400, "invalid_grant")}, answer.body
        if answer.status == 200:
            self._board.post("wins", digest(secret), answer.body["access_token"])
        return answer.status == 200

    def refresh(self) -> bool:
        """Refresh as a client does that now and then loses the answer and tries again."""
        if not self._families:
            return False
        family = self._families.pop(0)
        answers = [self._refreshed(family) for _ in range(self._choose.choice([1, 1, 2]))]
        assert [answer.status for answer in answers] == [200] * len(answers)
        tokens = answers[-1].body
        self._families.append(Family(family.client_id, tokens["access_token"], tokens["refresh_token"]))
        assert self._desk.is_alive(family.access)
        return self._desk.is_alive(tokens["access_token"])

    def call(self) -> bool:
        """Need a provider's token that all processes need, or one of our own."""
        [access] = self._choose.choice(self._board.lines("shared") + [[family.access] for family in self._families])
        token = self._desk.provider_tokens.alive(self._desk.grant(access)).provider_token
        assert token is not None
        assert token.expires_at is not None
        return token.expires_at > self._desk.server.now()

    def revoke(self) -> bool:
        """End a grant, and tell all when it is done."""
        if not self._families:
            return False
        family = self._families.pop(0)
        token = self._choose.choice([family.access, family.refresh])
        request = self._desk.walk.request({"client_id": family.client_id, "token": token})
        assert self._desk.server.create_endpoint_response("revocation", request).status == 200
        self._board.post("dead", family.access, family.refresh, family.client_id)
        return not self._desk.is_alive(family.access)

    def probe(self) -> bool:
        """Try what somebody has just revoked."""
        revoked = self._board.latest("dead")
        for access, refresh, client_id in revoked:
            assert not self._desk.is_alive(access)
            answer = self._present("refresh_token", client_id, refresh)
            assert (answer.status, answer.body["error"]) == (400, "invalid_grant")
        return bool(revoked)

    def sweep(self) -> bool:
        """Delete some of what has ended."""
        hour_ago = self._desk.server.now() - 3600
        return self._store.sweep(self._desk.server.now(), 50, unused_before=hour_ago, idle_before=hour_ago) > 0

    def reseal(self) -> bool:
        """Seal with our first key what others sealed with theirs."""
        return self._store.reseal() > 0

    def _next_name(self) -> str:
        self._signed_in += 1
        return f"{self._name}n{self._signed_in}"

    def _refreshed(self, family: Family) -> PlainResponse:
        return self._desk.walk.token(_refresh_form(family.client_id, family.refresh))

    def _present(self, kind: str, client_id: str, secret: str) -> PlainResponse:
        sent = form(secret, client_id) if kind == "code" else _refresh_form(client_id, secret)
        answer: PlainResponse = self._desk.strict_server.create_token_response(self._desk.walk.request(sent))
        return answer


def _refresh_form(client_id: str, refresh_token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": refresh_token}
