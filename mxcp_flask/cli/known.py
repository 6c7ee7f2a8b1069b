"""What the first process knows of a project, so that its workers need not read a thousand files again."""

from __future__ import annotations

from collections.abc import Callable

from mxcp_flask.cli.reloading import fingerprint
from mxcp_flask.config import Settings
from mxcp_flask.endpoints.catalogue import Catalogue


class Known:
    """A catalogue, read with ``settings``, and the files as they were before it was.

    A worker has it from the fork, in memory that all of them share. One that starts later may find other files.
    """

    def __init__(self, settings: Settings, read: Callable[[Settings], Catalogue]) -> None:
        self._settings = settings
        self._files = fingerprint(settings.project_dir)
        self.catalogue = read(settings)

    def catalogue_for(self, settings: Settings) -> Catalogue | None:
        """Return the catalogue unless ``settings`` or files are others now."""
        if settings != self._settings or fingerprint(settings.project_dir) != self._files:
            return None
        return self.catalogue
