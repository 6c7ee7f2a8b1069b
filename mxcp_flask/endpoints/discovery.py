"""Find the files of a project that may be endpoint files."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

_SUFFIXES = (".yml", ".yaml")
_OTHER_FILES = frozenset({"mxcp-site.yml", "mxcp-site.yaml"})
_EVALS = ("-evals", ".evals")
_OTHER_FOLDERS = frozenset({"venv", "node_modules", "target", "dbt_packages", "build"})


def find_files(project_dir: Path, *, skip: Collection[Path] = ()) -> list[Path]:
    """Return the YAML files below ``project_dir`` in the order of their paths, each once.

    Left out: hidden files and folders, folders of tools and builds, the site file, evaluations, what ``skip`` names,
    and links that lead out of the project. Linked folders are not entered: what is in the project is found there.
    """
    root = project_dir.resolve()
    skipped = {path.resolve() for path in skip}
    found: dict[Path, Path] = {}
    for path in sorted(_yaml_files(project_dir), key=lambda path: (path.is_symlink(), path)):
        target = path.resolve()
        if target.is_relative_to(root) and skipped.isdisjoint((target, *target.parents)):
            found.setdefault(target, path)
    return sorted(found.values())


def visible_files(project_dir: Path) -> Iterator[Path]:
    """Yield every file below ``project_dir`` but hidden ones, and those of the folders of tools and builds."""
    for folder, folders, files in os.walk(project_dir):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _OTHER_FOLDERS]
        yield from (Path(folder, name) for name in files if not name.startswith("."))


def _yaml_files(project_dir: Path) -> Iterator[Path]:
    return (path for path in visible_files(project_dir) if _may_be_endpoint(path.name))


def _may_be_endpoint(name: str) -> bool:
    stem, suffix = os.path.splitext(name)
    return suffix in _SUFFIXES and name not in _OTHER_FILES and not stem.endswith(_EVALS)
