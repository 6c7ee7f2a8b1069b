"""Gathers what is wrong with the configuration, so that all of it is reported together."""

from __future__ import annotations

from mxcp_flask.documents import Fault
from mxcp_flask.errors import ConfigurationError, ConfigurationFaults


class Report:
    """The faults found so far."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, ConfigurationError]] = []

    def add_fault(self, fault: Fault, error: ConfigurationError | None = None) -> None:
        """Add ``fault``; ``error`` is what is raised when nothing else is wrong."""
        self._entries.append((str(fault), error or ConfigurationFaults(summary=str(fault))))

    def add_error(self, error: ConfigurationError) -> None:
        """Add an error that has no place in a file."""
        self._entries.append((str(error).rstrip("."), error))

    def raise_all(self) -> None:
        """Raise the only error, or ConfigurationFaults with a line for each; do nothing when all is well."""
        if len(self._entries) == 1:
            raise self._entries[0][1]
        if self._entries:
            raise ConfigurationFaults(summary="\n".join(line for line, _ in self._entries))
