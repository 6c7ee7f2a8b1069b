"""Faults are raised together."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.config.report import Report
from mxcp_flask.documents import Fault
from mxcp_flask.errors import ConfigurationError, ConfigurationFaults, UnsetVariable

FAULT = Fault(Path("a.yml"), 3, "x.y", "is required")
UNSET = UnsetVariable(name="X", where="a.yml:4")


def test_nothing_is_raised_when_all_is_well() -> None:
    """An empty report is silent."""
    assert Report().raise_all() is None  # type: ignore[func-returns-value]


def test_one_fault_is_its_line() -> None:
    """A single fault is a ConfigurationFaults with one line."""
    report = Report()
    report.add_fault(FAULT)

    with pytest.raises(ConfigurationFaults, match=r"^a\.yml:3: x\.y: is required\.$"):
        report.raise_all()


def test_one_error_is_raised_as_it_is() -> None:
    """What has a class of its own keeps it when it is alone."""
    report = Report()
    report.add_fault(FAULT, UNSET)

    with pytest.raises(UnsetVariable) as caught:
        report.raise_all()

    assert caught.value is UNSET


def test_several_are_one_error_with_a_line_each() -> None:
    """In company every fault and error is a line of one report."""
    report = Report()
    report.add_fault(FAULT)
    report.add_fault(FAULT, UNSET)
    report.add_error(ConfigurationError(reason="it is late"))

    with pytest.raises(ConfigurationFaults) as caught:
        report.raise_all()

    assert str(caught.value) == (
        "a.yml:3: x.y: is required\na.yml:3: x.y: is required\nThe configuration cannot be used: it is late."
    )
