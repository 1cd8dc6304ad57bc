"""The ledger: which documents were issued as what, and what became of them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.errors import LedgerError
from pipeline.packages.issued import FIRST, Issue
from pipeline.packages.ledger.database import DamagedError, Database, unusable
from pipeline.packages.ledger.event import Event, as_json
from pipeline.packages.ledger.files import keep, kept_events, kept_lists
from pipeline.packages.ledger.issue import IssueRecord, as_issue, of_packing_list

_FILE = "ledger.sqlite"


class Ledger:
    """Beside the database lie the files that it can be made again from: packing lists, events and issued documents.

    A database that is missing or damaged is made again. Every method raises LedgerError where it cannot be used.
    """

    def __init__(self, output: Path) -> None:
        """`output` is the folder of the packages."""
        self.folder = output / "ledger"
        self._output = output
        self._opened: Database | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._opened:
            self._opened.close()
        self._opened = None

    def issues_of(self, municipality: str, documents: Mapping[str, str]) -> dict[str, Issue]:
        """As what each document is, or would be, issued; `documents` gives the SHA-256 by name.

        One with the bytes of the latest issue is that issue; any other is the next, and replaces the latest.
        """
        known = self._by_document(municipality)
        return {name: _issue(known.get(name, []), sha256) for name, sha256 in documents.items()}

    def holds(self, municipality: str, documents: Mapping[str, str]) -> bool:
        """Whether the latest issue of each document has these bytes."""
        known = self._by_document(municipality)
        return all(name in known and known[name][-1].sha256 == sha256 for name, sha256 in documents.items())

    def record(self, packing_list: bytes, folder: str, signable: Mapping[str, bytes]) -> None:
        """Writes down everything that a package issues, before it is put in its place.

        `signable` are the files that are signed, by SHA-256; they are kept to hold what comes back against. Raises
        LedgerError where another run issued one of the documents meanwhile.
        """
        records = list(of_packing_list(json.loads(packing_list), folder))
        try:
            with self._database.writing():
                for record in records:
                    self._require_next(record)
                    self._database.add_issue(record)
            for sha256, content in signable.items():
                keep(self.folder / "issued" / f"{sha256}.pdf", content)
            keep(self.folder / "lists" / f"{folder}.{hashlib.sha256(packing_list).hexdigest()}.json", packing_list)
        except OSError as error:
            raise self._unusable(error) from error

    def note(self, event: Event) -> None:
        """Writes down what happened to an issue."""
        try:
            keep(self.folder / "events" / f"{event.id}.json", as_json(event))
            with self._database.writing():
                self._database.add_event(event)
        except OSError as error:
            raise self._unusable(error) from error

    def issues(self, municipality: str | None = None) -> list[IssueRecord]:
        """Every issue, of one municipality or of all, the oldest of each document first."""
        return self._database.issues("municipality = ?", [municipality]) if municipality else self._database.issues()

    def events(self, municipality: str | None = None) -> list[Event]:
        """Everything that happened, to one municipality's issues or to all, the oldest first."""
        return self._database.events("municipality = ?", [municipality]) if municipality else self._database.events()

    def issued_file(self, record: IssueRecord) -> Path | None:
        """Where a document that is signed lies as it was issued; None where it is lost."""
        kept = self.folder / "issued" / f"{record.sha256}.pdf"
        packed = self._output / record.folder / record.file
        if kept.is_file():
            return kept
        is_there = packed.is_file() and hashlib.sha256(packed.read_bytes()).hexdigest() == record.sha256
        return packed if is_there else None

    def _by_document(self, municipality: str) -> dict[str, list[IssueRecord]]:
        found: dict[str, list[IssueRecord]] = {}
        for record in self.issues(municipality):
            found.setdefault(record.document, []).append(record)
        return found

    def _require_next(self, record: IssueRecord) -> None:
        known = self._database.issues("municipality = ? AND document = ?", [record.municipality, record.document])
        latest = known[-1] if known else None
        if latest and (latest.number, latest.sha256) == (record.number, record.sha256):
            return
        if record.number != (latest.number + 1 if latest else 1):
            raise LedgerError(
                f"Another run issued {record.title} for {record.municipality} meanwhile. Run again, so that the cover "
                "tells which issue it replaces."
            )

    @property
    def _database(self) -> Database:
        """The database, opened when it is first asked for."""
        if self._opened is None:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                self._opened = self._open(self.folder / _FILE)
            except OSError as error:
                raise self._unusable(error) from error
        return self._opened

    def _open(self, path: Path) -> Database:
        if not path.exists():
            self._rebuild(path)
        try:
            return Database(path)
        except DamagedError:
            path.replace(path.with_suffix(".damaged"))
            for rest in ("-wal", "-shm"):
                path.with_name(path.name + rest).unlink(missing_ok=True)
            self._rebuild(path)
            return Database(path)

    def _rebuild(self, path: Path) -> None:
        """Makes the database from the files beside it, out of sight until it is whole."""
        work = path.with_name(f".{path.name}.{os.getpid()}")
        database = Database(work)
        with database.writing():
            for packing_list, folder in kept_lists(self._output, self.folder):
                with suppress(AttributeError, KeyError, TypeError, ValueError):
                    for record in list(of_packing_list(packing_list, folder)):
                        database.add_issue(record)
            for one in kept_events(self.folder):
                with suppress(ValueError):
                    database.add_event(one)
        database.close()
        with suppress(FileExistsError):  # another run was as quick
            os.link(work, path)
        work.unlink()

    def _unusable(self, error: OSError) -> LedgerError:
        return unusable(self.folder, error.strerror or str(error))


def _issue(known: list[IssueRecord], sha256: str) -> Issue:
    if not known:
        return FIRST
    latest = known[-1]
    if latest.sha256 == sha256:
        return as_issue(latest.number, known[-2] if len(known) > 1 else None)
    return as_issue(latest.number + 1, latest)
