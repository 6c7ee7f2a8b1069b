"""A server whose store has many tokens, and people among them who call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks import ours, people
from benchmarks.cases import SUM
from benchmarks.eras import MODERN
from benchmarks.filling import copy_grant, in_sqlite
from benchmarks.ground import Ground
from benchmarks.ours import Shape
from benchmarks.served import Served
from benchmarks.wrk import Request, request_for

_PEOPLE = 20


@dataclass(frozen=True)
class Filled:
    """A running server, and the tokens of people who call."""

    served: Served
    tokens: list[str]

    def request(self) -> Request:
        """Return a sum, asked by one after the other."""
        request = request_for(self.served, SUM, MODERN, 1)
        return replace(request, variants=[f"Authorization: Bearer {token}" for token in self.tokens])

    @property
    def store(self) -> Path:
        """Return the file of the store."""
        return self.served.program.folder / "state" / "oauth.db"


@contextmanager
def serving(tokens: int, ground: Ground) -> Iterator[Filled]:
    """Serve with so many tokens in the store."""
    with ours.serving(Shape("sqlite", 2, 4, fill=partial(_fill, tokens=tokens)), ground) as served:
        yield Filled(served, [people.sign_in(served.base).access_token for _ in range(_PEOPLE)])


def _fill(store: Path, tokens: int) -> None:
    grants = tokens // 2
    copy_grant(partial(in_sqlite, store), "sqlite", template_of(store), range(1, grants))


def template_of(store: Path) -> str:
    """Return the newest grant, which has an access token and a refresh token."""
    return str(in_sqlite(store, "SELECT id FROM grant_ ORDER BY created_at DESC LIMIT 1")[0][0])
