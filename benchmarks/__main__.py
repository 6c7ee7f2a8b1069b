"""``python -m benchmarks``: our server against others, or one of the other PARTS alone."""

from __future__ import annotations

import json
import logging
import shutil
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import databases, entrants, ground, growth, growth_tables, machine, plans, scaling, summary, tables
from benchmarks.comparing import Comparison
from benchmarks.ground import Ground

Result = dict[str, Any]


def main() -> None:
    """Measure what the options say, print it, and write it as JSON."""
    options = _options()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not there; it is in the package of that name of Debian and others")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    measure, text_of = _PARTS[options.part]
    described = machine.describe()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mxcp-benchmark-")))
        new_database = stack.enter_context(databases.postgres_server()) if _needs_postgres(options) else None
        result = {"machine": described} | measure(options, stack, ground.lay(folder, new_database))
    result["machine"]["load_at_end"] = machine.load()
    print(text_of(result))
    if options.out:
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _compare(options: Namespace, stack: ExitStack, there: Ground) -> Result:
    plan = plans.BY_SIZE[options.size].changed(options.rounds, options.seconds)
    comparison = Comparison(plan, _tell)
    comparison.start(stack, _entrants(options), replace(there, starts=plan.starts))
    comparison.measure()
    return {"rounds": plan.rounds, **comparison.result}


def _scale(options: Namespace, _: ExitStack, there: Ground) -> Result:
    scale = scaling.Scale(
        options.stores, options.workers, options.connections, options.sizes, options.seconds or scaling.SECONDS
    )
    return scaling.measure(scale, there, _tell)


def _grow(options: Namespace, _: ExitStack, there: Ground) -> Result:
    chosen = growth.SHORT if options.size == "quick" else growth.Growth()
    asked: dict[str, Any] = {name: value for name in ("seconds", "rounds") if (value := getattr(options, name))}
    return growth.measure(replace(chosen, **asked), options.ways, there, _tell)


def _entrants(options: Namespace) -> list[entrants.Entrant]:
    more = plans.BY_SIZE[options.size].more
    return [entrant for entrant in entrants.ALL if entrants.is_chosen(entrant, options.servers, more)]


def _needs_postgres(options: Namespace) -> bool:
    if options.part == "scaling":
        return "postgresql" in options.stores
    return (
        options.part == "peers"
        and databases.is_installed()
        and any("PostgreSQL" in entrant.name for entrant in _entrants(options))
    )


def _tell(line: Result) -> None:
    print(json.dumps(line), flush=True)


def _scaling_text(result: Result) -> str:
    return "\n\n".join(tables.all_tables(result).values())


_PARTS: dict[str, tuple[Callable[[Namespace, ExitStack, Ground], Result], Callable[[Result], str]]] = {
    "peers": (_compare, summary.text_of),
    "scaling": (_scale, _scaling_text),
    "growth": (_grow, growth_tables.text_of),
}


def _options() -> Namespace:
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("part", nargs="?", default="peers", choices=_PARTS, help="what to measure (default: peers)")
    parser.add_argument("--out", type=Path, help="file for the result as JSON")
    parser.add_argument("--seconds", type=float, help="for each measurement, whole ones")
    _add_more_options(parser)
    group = parser.add_argument_group("scaling")
    group.add_argument("--stores", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    group.add_argument("--workers", nargs="+", type=int, default=[1, 2])
    group.add_argument("--connections", nargs="+", type=int, default=[1, 8, 32])
    group.add_argument("--sizes", nargs="*", type=int, default=[1_000, 1_000_000], help="tokens; none: leave out")
    return parser.parse_args()


def _add_more_options(parser: ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--quick", dest="size", action="store_const", const="quick", help="the core, in a few minutes")
    which.add_argument("--full", dest="size", action="store_const", const="full", help="all, in more than an hour")
    parser.set_defaults(size="usual")
    parser.add_argument("--rounds", type=int, help="how often each is measured; medians are told")
    group = parser.add_argument_group("growth")
    group.add_argument("--ways", nargs="+", default=list(growth.WAYS), choices=growth.WAYS, help="only these")
    group = parser.add_argument_group("peers")
    group.add_argument("--servers", nargs="+", default=[], help="parts of the names of those to measure")


if __name__ == "__main__":
    main()
