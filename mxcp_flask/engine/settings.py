"""What a database is opened with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mxcp_flask.engine.preparing import Extension, Secret


@dataclass(frozen=True)
class DatabaseSettings:
    """Where the database is and what SQL may do."""

    path: Path
    readonly: bool = False
    project_dir: Path | None = None  # SQL may read and write what is in it, but for hidden and protected files
    allowed_directories: tuple[Path, ...] = ()  # likewise
    protected: tuple[Path, ...] = ()  # files that SQL never sees, and what lies beside them: journals, keys
    memory_limit: str | None = None  # in DuckDB's words, such as 2GB
    threads: int | None = None  # that run a process's statements; None: its share of the cores
    timeout: float = 30.0  # seconds a statement may run
    max_rows: int = 10_000  # of one result, which is cut there
    max_bytes: int = 10_000_000  # of one result as JSON
    model_may_write: bool = False  # in statements that a model wrote
    allowed_hosts: tuple[str, ...] = ()  # that SQL may read from, whatever their addresses (reach.py)
    provider_hosts: tuple[str, ...] = ()  # of the identity provider's API
    secrets: tuple[Secret, ...] = ()
    extensions: tuple[Extension, ...] = ()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Return the folders whose files SQL may see."""
        own = () if self.project_dir is None else (self.project_dir,)
        return (*own, *self.allowed_directories)
