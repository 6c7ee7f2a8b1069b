"""Runs the tests of endpoints, and says how each ended: passed, failed (not as expected) or error (it did not run)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any

from mxcp_flask.cli.running import Runner
from mxcp_flask.cli.user_context import make_identity
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Endpoint, EndpointTest
from mxcp_flask.endpoints.testing import failures
from mxcp_flask.errors import MxcpError
from mxcp_flask.records import Identity

Json = dict[str, Any]


class Examiner:
    """Runs tests as ``context`` says, else as each test's ``user_context`` says; ``clock`` gives seconds."""

    def __init__(self, runner: Runner, context: Mapping[str, Any] | None, clock: Callable[[], float]) -> None:
        self._runner = runner
        self._context = context
        self._clock = clock

    def examine(self, endpoint: Endpoint) -> Json:
        """Return the endpoint's entry in the report."""
        tests = [self._entry(endpoint, each) for each in endpoint.tests]
        statuses = {each["status"] for each in tests}
        status = next((each for each in ("error", "failed") if each in statuses), "ok")
        results: Json = {"status": status, "tests_run": len(tests), "tests": tests}
        if not tests:
            results["no_tests"] = True
        return _endpoint(endpoint.kind, endpoint.key, endpoint.path, results)

    def _entry(self, endpoint: Endpoint, case: EndpointTest) -> Json:
        start = self._clock()
        status, error = self._outcome(endpoint, case)
        entry = {"name": case.name, "description": case.description, "status": status, "error": error}
        return {**entry, "time": round(self._clock() - start, 6)}

    def _outcome(self, endpoint: Endpoint, case: EndpointTest) -> tuple[str, str | None]:
        try:
            outcome = self._runner.run(endpoint, case.arguments, self._identity(case))
        except MxcpError as error:
            return "error", str(error)
        if outcome.cut is not None:
            return "error", f"the result has more than {outcome.cut} rows (max_rows, max_bytes), so it cannot be judged"
        found = failures(case.expected, outcome.value)
        return ("failed", "; ".join(found)) if found else ("passed", None)

    def _identity(self, case: EndpointTest) -> Identity:
        if self._context is not None:
            return make_identity(self._context, provider="cli")
        return make_identity(case.user_context, provider="test")


def untestable(catalogue: Catalogue) -> Iterator[Json]:
    """Give an entry for each endpoint file that cannot be loaded."""
    found = {each.path: each for each in catalogue.found}
    for path, faults in groupby(sorted(catalogue.faults, key=lambda fault: fault.path), key=lambda fault: fault.path):
        kind, name = (found[path].kind, found[path].name) if path in found else ("unknown", "")
        error = "\n".join(map(str, faults))
        yield _endpoint(kind, name, path, {"status": "error", "tests_run": 0, "tests": [], "error": error})


def _endpoint(kind: str, key: str, path: Any, results: Json) -> Json:
    return {"endpoint": f"{kind}/{key}", "path": str(path), "test_results": results}
