"""What each command does with its options; each returns its exit code."""

from __future__ import annotations

import argparse
import datetime
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from pipeline.cli.progress import Progress
from pipeline.errors import ExitCode, Problem, UsageError
from pipeline.packages.check import check as check_templates
from pipeline.packages.disk import deliver
from pipeline.packages.fields import names_page
from pipeline.packages.package import Order
from pipeline.packages.preview import preview as make_preview
from pipeline.settings import read_settings
from pipeline.templating.checks.annotate import annotated
from pipeline.templating.checks.formats import formatted
from pipeline.templating.docx_plain_text import form_text, plain_text


def check(options: argparse.Namespace) -> int:
    """Proves the templates and tells every problem, as text or for a machine."""
    settings = read_settings()
    with Progress() as progress:
        checked = check_templates(settings, options.documents, date_of(options), progress.show)
    if options.annotate:
        for path in _annotate(checked.problems, options.annotate, date_of(options)):
            print(f"Comments stand in {path}", file=sys.stderr)
    told = formatted(checked.problems, options.format)
    if told:
        print(told)
    if options.format == "text":
        print(f"{checked.papers} papers were made to find out, and none was kept.")
    return ExitCode.TEMPLATE if checked.problems else ExitCode.OK


def _annotate(problems: Sequence[Problem], folder: Path, date: datetime.date) -> list[Path]:
    """Writes a copy of each Word template that has problems, with each as a comment at its place."""
    written = []
    for path in sorted({problem.path for problem in problems if problem.path.suffix == ".docx"}):
        target = folder / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        here = [problem for problem in problems if problem.path == path]
        try:
            target.write_bytes(annotated(path.read_bytes(), here, date))
        except (OSError, zipfile.BadZipFile, KeyError):
            continue
        written.append(target)
    return written


def fields(options: argparse.Namespace) -> int:
    """Writes the page of every name that a template may use."""
    page = names_page(read_settings(), options.package, date_of(options))
    deliver("The page", options.to, page.encode())
    print(f"{options.to}: {page.count(chr(10) + '| `')} names")
    return ExitCode.OK


def preview(options: argparse.Namespace) -> int:
    """Makes one document to look at."""
    settings = read_settings(converter=options.converter)
    order = Order(options.municipality, options.package, date_of(options), options.language)
    for path in make_preview(settings, order, options.document):
        print(f"  {path}")
    return ExitCode.OK


def text(options: argparse.Namespace) -> int:
    """Prints a Word file or PDF form as text, for git diff."""
    try:
        raw = options.file.read_bytes()
        print(form_text(options.file) if raw.startswith(b"%PDF") else plain_text(raw))
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise UsageError(f"{options.file} is not a Word file or PDF form that can be read.") from error
    return ExitCode.OK


def date_of(options: argparse.Namespace) -> datetime.date:
    """The date that the papers get: the one asked for, or today."""
    asked: datetime.date | None = options.date
    return asked or datetime.datetime.now(tz=datetime.UTC).astimezone().date()
