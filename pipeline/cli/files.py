"""The commands that look at a file that is there, whoever made it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.documents.preflight.report import Report, report_of
from pipeline.errors import ExitCode, UsageError


def preflight(options: argparse.Namespace) -> int:
    """Holds PDFs against our rules, and tells of each rule whether it is kept."""
    all_clean = True
    for path in list(_pdfs(options.files)):
        try:
            report = report_of(path)
        except OSError as error:
            raise UsageError(f"{path} cannot be read ({error.strerror}).") from error
        print("\n".join(_told(path, report)))
        all_clean = all_clean and report.is_clean
    return ExitCode.OK if all_clean else ExitCode.FINALIZE


def _pdfs(places: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those below folders named."""
    for place in places:
        found = sorted(place.rglob("*.pdf")) if place.is_dir() else [place]
        if not found or not found[0].is_file():
            raise UsageError(f"There is no PDF {place}. Name a file, or a folder that has some.")
        yield from found


def _told(path: Path, report: Report) -> Iterator[str]:
    yield str(path)
    if not report.is_readable:
        yield "  FAULT  The file is not a whole PDF, or locked by a password."
        return
    for rule, faults in report.checked:
        yield f"  {'FAULT' if faults else 'ok   '}  {rule.name:<22} {rule.demands}"
        for fault in faults:
            yield f"           {f'page {fault.page}: ' if fault.page else ''}{fault.what} {rule.todo}"
    yield f"  {'FAULT' if report.syntax else 'ok   '}  {'qpdf':<22} its check of the syntax finds nothing"
    yield from (f"           {fault}" for fault in report.syntax)
    for verdict in report.verdicts:
        yield f"  {'ok   ' if verdict.passed else 'FAULT'}  {'veraPDF':<22} validates it against {verdict.flavour}"
    yield f"  {_summary(report)}"


def _summary(report: Report) -> str:
    """What may be said of the file, and no more."""
    if not report.is_clean:
        return "It is not as it must be to leave."
    if report.verdicts:
        return f"Validated by veraPDF against {' and '.join(one.flavour for one in report.verdicts)}."
    made_to = f"Made to the rules of PDF/A-{report.part}b and PDF/UA-1, as far as the {len(report.checked)} above go"
    return f"{made_to}; veraPDF is not installed, so it was not validated."
