"""Which papers have been issued and are to be signed, as the ledger keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from pipeline.documents.returned.verdict import ExpectedSigner, IssuedPaper
from pipeline.errors import LedgerError
from pipeline.packages.ledger.issue import IssueRecord
from pipeline.packages.ledger.ledger import Ledger


def issued_papers(ledger: Ledger) -> list[IssuedPaper]:
    """Every issue that somebody signs, also those that were replaced; of equal ones, the latest. Lost ones lack.

    Reading a paper's PDF raises LedgerError where the ledger's copy is gone or no longer what was issued.
    """
    latest: dict[tuple[str, str], int] = {}
    found: dict[tuple[str, str, str], IssueRecord] = {}
    for record in ledger.issues():
        if record.signatories:
            latest[record.municipality, record.document] = record.number
            found[record.municipality, record.document, record.sha256] = record
    return [
        _paper(record, path, latest[record.municipality, record.document])
        for record in found.values()
        if (path := ledger.issued_file(record))
    ]


def _paper(record: IssueRecord, path: Path, latest: int) -> IssuedPaper:
    return IssuedPaper(
        slug=record.municipality,
        municipality=record.name,
        document=record.document,
        title=record.title,
        issue=record.number,
        language=record.language,
        sha256=record.sha256,
        size=path.stat().st_size,
        signatories=tuple(ExpectedSigner(one["field"], one["role"], one["name"]) for one in record.signatories),
        read=_reader(path, record.sha256),
        latest=latest if latest != record.number else 0,
    )


def _reader(path: Path, sha256: str) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise LedgerError(f"{path} is gone. Put it back from a copy of the package that was sent out.") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise LedgerError(f"{path} is no longer what was issued. Put back the file from a copy of the package.")
        return content

    return read
