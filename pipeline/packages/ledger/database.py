"""The door to SQLite: the ledger's file, its tables, and one writer at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from pipeline.errors import LedgerError
from pipeline.packages.ledger.event import Event
from pipeline.packages.ledger.issue import IssueRecord

_WAIT = 60.0
"""Seconds to wait for another run that is writing."""
_VERSION = 2
"""Of the tables: one of an older version is made again, since the ledger can be."""
_TABLES = """
CREATE TABLE issues (
    municipality TEXT NOT NULL, name TEXT NOT NULL, document TEXT NOT NULL, number INTEGER NOT NULL,
    sha256 TEXT NOT NULL, date TEXT NOT NULL, title TEXT NOT NULL, language TEXT NOT NULL, folder TEXT NOT NULL,
    file TEXT NOT NULL, templates TEXT NOT NULL, data TEXT NOT NULL, signatories TEXT NOT NULL,
    PRIMARY KEY (municipality, document, number)
) STRICT;
CREATE INDEX issues_by_hash ON issues (sha256);
CREATE TABLE events (
    id TEXT PRIMARY KEY, municipality TEXT NOT NULL, document TEXT NOT NULL, number INTEGER NOT NULL,
    kind TEXT NOT NULL, at TEXT NOT NULL, verdict TEXT, file TEXT, told TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_issue ON events (municipality, document, number);
"""
_JSON = {"templates", "signatories", "told"}
_ISSUE = tuple(one.name for one in fields(IssueRecord))
_EVENT = tuple(one.name for one in fields(Event))


class DamagedError(Exception):
    """The file is no database, not a whole one, or has the tables of an older version."""


class Database:
    """The ledger's tables in a file.

    Every method raises LedgerError where the file cannot be read or written, and DamagedError where its content is not
    what was written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._errors():
            self._connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
        try:
            with self._errors():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is written within is written whole, or not at all; nobody else writes meanwhile."""
        with self._errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def add_issue(self, record: IssueRecord) -> None:
        """Adds an issue, or leaves the one that is there. Raises ValueError where a value is of another kind."""
        self._add("issues", _ISSUE, asdict(record))

    def add_event(self, event: Event) -> None:
        """Adds an event, or leaves the one that is there. Raises ValueError where a value is of another kind."""
        self._add("events", _EVENT, asdict(event))

    def issues(self, where: str = "1", values: Sequence[Any] = ()) -> list[IssueRecord]:
        """The issues that a condition holds for, the oldest of each document first."""
        rows = self._rows("issues", _ISSUE, where, values, "municipality, document, number")
        return [IssueRecord(**row) for row in rows]

    def events(self, where: str = "1", values: Sequence[Any] = ()) -> list[Event]:
        """The events that a condition holds for, the oldest first."""
        return [Event(**row) for row in self._rows("events", _EVENT, where, values, "at, id")]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:  # locked, or no room: it is not the file that is damaged
            raise unusable(self._path.parent, str(error)) from error
        except sqlite3.DatabaseError as error:
            raise DamagedError(str(error)) from error

    def _prepare(self) -> None:
        """Sees that the file is whole, which its beginning alone does not tell."""
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._make_tables()
        found = [row[0] for row in self._connection.execute("PRAGMA quick_check(1)")]
        if found != ["ok"]:
            raise DamagedError(found[0])

    def _make_tables(self) -> None:
        [(version,)] = self._connection.execute("PRAGMA user_version")
        if version > _VERSION:
            raise LedgerError("The ledger was written by a newer version of this program. Use that version.")
        if 0 < version < _VERSION:
            raise DamagedError("older")
        if version == 0:
            with self.writing():
                [(version,)] = self._connection.execute("PRAGMA user_version")
                if version == 0:
                    for statement in _TABLES.split(";\n"):
                        self._connection.execute(statement)
                    self._connection.execute(f"PRAGMA user_version = {_VERSION}")

    def _add(self, table: str, columns: tuple[str, ...], row: dict[str, Any]) -> None:
        values = [_written(row[name]) if name in _JSON else row[name] for name in columns]
        marks = ", ".join("?" * len(columns))
        adding = f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # our own names
        try:
            self._connection.execute(adding, values)
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError) as error:
            raise ValueError(str(error)) from error

    def _rows(
        self, table: str, columns: tuple[str, ...], where: str, values: Sequence[Any], order: str
    ) -> list[dict[str, Any]]:
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY {order}"  # noqa: S608  # our own names
        with self._errors():
            rows = self._connection.execute(query, values).fetchall()
        return [
            {name: json.loads(value) if name in _JSON else value for name, value in zip(columns, row, strict=True)}
            for row in rows
        ]


def unusable(folder: Path, reason: str) -> LedgerError:
    """What is said when the ledger cannot be read or written."""
    return LedgerError(
        f"The ledger in {folder} cannot be written ({reason}). Make room or give access, and run again; "
        "what was there before is untouched."
    )


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
