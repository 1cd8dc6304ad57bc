"""The command that judges a file that came back."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pipeline
from pipeline.data.load import find
from pipeline.errors import ExitCode, SettingsError, UsageError
from pipeline.settings import Settings, read_settings

if TYPE_CHECKING:  # pyHanko is an extra that making packages does without
    from pipeline.documents.returned.verdict import Verdict

_FOLDER = "returned"
_CODES = {"proven": ExitCode.OK, "wrapped": ExitCode.WRAPPED}


def verify(options: argparse.Namespace) -> int:
    """Says which issued paper a file is, whether it still is that paper, and who signed it."""
    settings = read_settings()
    if options.municipality:
        find(settings.municipalities, options.municipality)
    try:
        content = options.file.read_bytes()
    except OSError as error:
        raise UsageError(f"{options.file} cannot be read. Name the PDF that came back.") from error
    verdict, page = _judged(settings, content, options)
    path = settings.output / _FOLDER / f"{options.file.stem}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    _say(verdict, path)
    return _CODES.get(verdict.kind, ExitCode.NOT_PROVEN) if verdict.accepted else ExitCode.NOT_PROVEN


def _judged(settings: Settings, content: bytes, options: argparse.Namespace) -> tuple[Verdict, str]:
    try:
        from pipeline.documents.returned.check import check_return  # noqa: PLC0415  # as above
        from pipeline.documents.returned.trust import Terms, read_trust  # noqa: PLC0415
        from pipeline.packages.returned.issued import issued_papers  # noqa: PLC0415
        from pipeline.packages.returned.page import returned_page  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise SettingsError(f"{error.name} is not installed, which verify needs. Run: make setup-signing") from error
    now = datetime.datetime.now(tz=datetime.UTC)
    terms = Terms(read_trust(settings.trust), now, options.by or f"pipeline {pipeline.__version__}")
    verdict = check_return(content, issued_papers(settings.output), terms, options.municipality)
    return verdict, returned_page(verdict, options.file.name)


def _say(verdict: Verdict, path: Path) -> None:
    print(f"verdict: {verdict.kind}")
    if paper := verdict.paper:
        print(f"  {paper.municipality}: {paper.title} ({paper.document}, version {paper.version})")
    for reason in verdict.reasons:
        print(f"  {reason.english}")
    if noark := verdict.noark:
        print(f"  Noark 5: {noark.elektronisk_signatur_verifisert}")
    print(f"Open {path} in a browser.")
