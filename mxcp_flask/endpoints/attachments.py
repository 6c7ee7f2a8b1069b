"""What an endpoint file refers to: its SQL, and the data of a prompt's messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from mxcp_flask.documents import Document, Fault, Key, KeyPath
from mxcp_flask.endpoints.sources import read_data, read_sql
from mxcp_flask.errors import FileNotReadable

_Content = TypeVar("_Content", str, bytes)


@dataclass(frozen=True)
class Attachments:
    """What could be read, and what could not."""

    sql: str = ""
    sql_place: tuple[Key, ...] = ()  # where the file has the SQL, or names its file
    data: Mapping[int, bytes] = field(default_factory=dict)  # by the number of the message
    faults: tuple[Fault, ...] = ()


def read_attachments(document: Document, kind: str, endpoint: Any, project_dir: Path) -> Attachments:
    """Read what ``endpoint``, as far as it is valid, refers to."""
    if not isinstance(endpoint, Mapping):
        return Attachments()
    reader = _Reader(document, project_dir)
    if kind == "prompt":
        return Attachments(data=dict(reader.messages(endpoint.get("messages"))), faults=tuple(reader.faults))
    sql, place = reader.sql(kind, endpoint.get("source"))
    return Attachments(sql, place, faults=tuple(reader.faults))


class _Reader:
    def __init__(self, document: Document, project_dir: Path) -> None:
        self.document = document
        self.project_dir = project_dir
        self.faults: list[Fault] = []

    def sql(self, kind: str, source: Any) -> tuple[str, KeyPath]:
        if not isinstance(source, Mapping) or ("code" in source) == ("file" in source):
            return "", ()
        if "code" in source:
            return source["code"], (kind, "source", "code")
        place = (kind, "source", "file")
        return self._read(read_sql, source["file"], place) or "", place

    def messages(self, messages: Any) -> Iterator[tuple[int, bytes]]:
        for index, message in enumerate(messages if isinstance(messages, list) else ()):
            file = message.get("file") if isinstance(message, Mapping) else None
            if isinstance(file, str):
                data = self._read(read_data, file, ("prompt", "messages", index, "file"))
                if data is not None:
                    yield index, data

    def _read(self, read: Callable[[str, Path, Path], _Content], file: str, place: KeyPath) -> _Content | None:
        try:
            return read(file, self.document.path.parent, self.project_dir)
        except FileNotReadable as error:
            self.faults.append(self.document.fault(place, str(error)))
            return None
