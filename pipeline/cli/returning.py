"""The commands for a file that came back: the verdict on it, and the mail that takes it on."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pipeline
from pipeline.cli.commands import date_of
from pipeline.data.load import find
from pipeline.errors import ExitCode, SettingsError, UsageError
from pipeline.packages.disk import deliver
from pipeline.packages.ledger.ledger import Ledger
from pipeline.packages.sending.returned import (
    PROVEN,
    Accepted,
    ReturnedFile,
    ReturnOrder,
    read_returned,
    write_return_mail,
)
from pipeline.settings import Settings, read_settings

if TYPE_CHECKING:  # pyHanko is an extra that making packages does without
    from pipeline.documents.returned.verdict import Verdict

_FOLDER = "returned"
_CODES = {"proven": ExitCode.OK, "wrapped": ExitCode.WRAPPED}


def verify(options: argparse.Namespace) -> int:
    """Says which issued paper a file is, whether it still is that paper, and who signed it; the ledger keeps it."""
    settings = read_settings()
    verdict, page = _judged(settings, read_returned(options.file), options.municipality, options.by)
    _say(verdict, page)
    return _CODES.get(verdict.kind, ExitCode.NOT_PROVEN) if verdict.accepted else ExitCode.NOT_PROVEN


def return_signed(options: argparse.Namespace) -> int:
    """Makes the mail of a file that came back signed, if the return check accepts it."""
    settings = read_settings()
    kinds = tuple(dict.fromkeys((PROVEN, *options.accept)))
    order = ReturnOrder(options.package, options.file, kinds, date_of(options))
    file = read_returned(options.file)
    verdict, page = _judged(settings, file, options.municipality, None)
    _say(verdict, page)
    for path in write_return_mail(settings, _accepted(verdict, file), order):
        print(f"  {path}")
    print("Nothing was sent. Open the .eml in your mail program, or copy the .txt; read it, and send it.")
    return ExitCode.OK


def _judged(settings: Settings, file: ReturnedFile, municipality: str | None, by: str | None) -> tuple[Verdict, Path]:
    """The verdict, and the page that tells it; both are kept."""
    if municipality:
        find(settings.municipalities, municipality)
    try:
        from pipeline.documents.returned.check import check_return  # noqa: PLC0415  # as above
        from pipeline.documents.returned.trust import Terms, read_trust  # noqa: PLC0415
        from pipeline.packages.returned.issued import issued_papers  # noqa: PLC0415
        from pipeline.packages.returned.page import returned_page  # noqa: PLC0415
        from pipeline.packages.returned.record import is_known, returned_event  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise SettingsError(f"{error.name} is not installed, which this needs. Run: make setup-signing") from error
    now = datetime.datetime.now(tz=datetime.UTC)
    terms = Terms(read_trust(settings.trust), now, by or f"pipeline {pipeline.__version__}")
    with Ledger(settings.output) as ledger:
        verdict = check_return(file.content, issued_papers(ledger), terms, municipality)
        event = returned_event(verdict, file.content, now)
        if event and not is_known(event, ledger.events(event.municipality)):
            ledger.note(event)
    path = settings.output / _FOLDER / f"{file.path.stem}-{file.sha256[:8]}.html"
    return verdict, deliver("The page", path, returned_page(verdict, file.path.name).encode())


def verdict_of(settings: Settings, path: Path, municipality: str) -> str:
    """The verdict on a file that was fetched: the ledger's, or a new one that it keeps."""
    file = read_returned(path)
    with Ledger(settings.output) as ledger:
        known = [one.verdict for one in ledger.events(municipality) if one.file == file.sha256 and one.verdict]
    return known[-1] if known else _judged(settings, file, municipality, None)[0].kind


def _accepted(verdict: Verdict, file: ReturnedFile) -> Accepted:
    """What a mail needs of the verdict; where only the other party has not signed yet, the paper goes to it."""
    paper = verdict.paper
    if paper is None or not (verdict.accepted or verdict.awaited):
        raise UsageError(
            f"No mail is made of {file.path}: the return check says {verdict.kind}, and only what is proven is sent."
        )
    if paper.latest:
        raise UsageError(
            f"No mail is made of {file.path}: it is issue {paper.issue} of {paper.title}, which issue {paper.latest} "
            "replaces. Have the latest signed, or make the mail by hand."
        )
    return Accepted(
        sha256=file.sha256,
        kind=PROVEN if verdict.awaited else verdict.kind,
        municipality=paper.slug,
        document=paper.document,
        title=paper.title,
        language=paper.language,
        signers=tuple(one.signer for one in verdict.signatures),
        awaited=verdict.awaited,
    )


def _say(verdict: Verdict, page: Path) -> None:
    print(f"verdict: {verdict.kind}")
    if paper := verdict.paper:
        print(f"  {paper.municipality}: {paper.title} ({paper.document}, issue {paper.issue})")
    for reason in verdict.reasons:
        print(f"  {reason.english}")
    if noark := verdict.noark:
        print(f"  Noark 5: {noark.elektronisk_signatur_verifisert}")
    print(f"Open {page} in a browser.")
