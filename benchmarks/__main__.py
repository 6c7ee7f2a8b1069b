"""``python -m benchmarks``."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks import machine, people, stores, tables
from benchmarks.served import PostgresServer, Shape, serving
from benchmarks.wrk import CASES, drive

_THREADS = {1: 8, 2: 4}  # what mxcp serve chooses
_SIZES = (1_000, 1_000_000)  # tokens


def main() -> None:
    """Measure what the options say, print it, and write it as JSON."""
    options = _options()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    result: dict[str, Any] = {"machine": machine.describe(), "seconds_per_case": options.seconds}
    result |= {"servers": [], "calls": [], "people": [], "stores": []}
    with ExitStack() as stack:
        postgres = stack.enter_context(_postgres()) if "postgresql" in options.stores else None
        for store in options.stores:
            for workers in options.workers:
                shape = Shape(store, workers, _THREADS.get(workers, 4))
                _measure_server(shape, postgres() if postgres and store == "postgresql" else None, options, result)
        for store in options.stores if options.sizes else []:
            database = postgres() if postgres and store == "postgresql" else None
            result["stores"] += _told(stores.measure(store, database, tuple(options.sizes)))
    result["machine"]["load_at_end"] = machine.load()
    for line in tables.all_tables(result).values():
        print(line, end="\n\n")
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="for each case")
    parser.add_argument("--stores", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--workers", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--connections", nargs="+", type=int, default=[1, 8, 32])
    parser.add_argument(
        "--sizes", nargs="*", type=int, default=list(_SIZES), help="tokens in the store; none: leave out"
    )
    parser.add_argument("--out", type=Path, help="file for the result as JSON")
    return parser.parse_args()


def _measure_server(
    shape: Shape, database: PostgresServer | None, options: argparse.Namespace, result: dict[str, Any]
) -> None:
    with serving(shape, database) as served:
        client, _ = people.sign_in(served.base)
        for case in CASES:
            drive(served, client, case, 4, 1.0)  # every thread has opened what it needs
            for connections in options.connections:
                told = drive(served, client, case, connections, options.seconds)
                result["calls"] += _told([{**shape.facts, "load": machine.load(), **told}])
        for measure in (people.measure_sign_ins, people.measure_refreshes):
            told = measure(served, options.seconds)
            result["people"] += _told([{**shape.facts, "load": machine.load(), **told}])
        facts = {"start_seconds": served.start_seconds, **served.memory()}
        result["servers"] += _told([{**shape.facts, **facts}])


def _told(lines: Any) -> Iterator[dict[str, Any]]:
    for line in lines:
        print(json.dumps(line), flush=True)
        yield line


@contextmanager
def _postgres() -> Iterator[Any]:
    """Give what makes an empty database; one server has them all, and writes to disk as in production."""
    from tests.support.postgres import running_postgres

    with running_postgres(fsync="on", shared_buffers="256MB") as server:
        pid = int((server.folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])
        yield lambda: PostgresServer(server.new_database(), pid)


if __name__ == "__main__":
    main()
