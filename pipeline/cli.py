"""The command line: arguments in, sentences and exit codes out; nothing else prints or exits."""

from __future__ import annotations

import argparse
import datetime
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

import pipeline
from pipeline.errors import ExitCode, PipelineError
from pipeline.packages.bundle import Bundle
from pipeline.packages.package import Order, make_package
from pipeline.settings import read_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; errors.py lists the codes."""
    options = _parser().parse_args(arguments)
    try:
        _package(options)
    except PipelineError as error:
        _say_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        print("\nStopped. What was there before is untouched.", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except Exception:  # noqa: BLE001  # whatever is left is our own fault and must be seen whole
        traceback.print_exc()
        print("This is a fault in the pipeline itself; please report it with the lines above.", file=sys.stderr)
        return ExitCode.INTERNAL
    return ExitCode.OK


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"Error: {message[:1].upper()}{message[1:]}.", file=sys.stderr)
        print(f"See: {self.prog} --help", file=sys.stderr)
        raise SystemExit(ExitCode.USAGE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m pipeline", description=pipeline.__doc__)
    parser.add_argument("--version", action="version", version=pipeline.__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    package = commands.add_parser("package", help="make one municipality's package in output/")
    package.add_argument("municipality", help="the name of its file in municipalities/, such as bergen")
    package.add_argument("--date", type=_date, metavar="YYYY-MM-DD", help="the date of the papers; today if left out")
    package.add_argument("--language", choices=["nb", "nn"], help="instead of the municipality's own")
    package.add_argument("--package", default="onboarding", metavar="NAME", help="a file in templates/packages/")
    package.add_argument("--converter", choices=["embedded", "libreoffice"], help="the engine that makes the PDFs")
    return parser


def _package(options: argparse.Namespace) -> None:
    settings = read_settings(converter=options.converter)
    date = options.date or datetime.datetime.now(tz=datetime.UTC).astimezone().date()
    progress = _Progress()
    try:
        order = Order(options.municipality, options.package, date, options.language)
        made = make_package(settings, order, progress.show)
    finally:
        progress.clear()
    _say_package(made)


def _say_package(made: Bundle) -> None:
    edition = made.contents.edition
    for document in made.contents.documents:
        pages = f"{document.final.pages} page{'s' if document.final.pages > 1 else ''}"
        to_sign = ", to be signed" if document.final.signature_fields else ""
        print(f"  {made.folder / document.stem}.pdf  ({document.final.merged.title}, {pages}{to_sign})")
    print(f"  {made.folder / edition.municipality.slug}.zip  (all of it, with the packing list)")
    print(f"{edition.municipality.entry.official_name}: the package of {edition.date} is ready in {made.folder}/")


class _Progress:
    """One line that changes on a terminal, a line for each document elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._width = 0

    def show(self, title: str, number: int, total: int) -> None:
        line = f"{number}/{total} {title}"
        if self._terminal:
            print(f"\r{line:<{self._width}}", end="", file=sys.stderr, flush=True)
            self._width = len(line)
        else:
            print(line, file=sys.stderr, flush=True)

    def clear(self) -> None:
        if self._terminal and self._width:
            print(f"\r{' ' * self._width}\r", end="", file=sys.stderr, flush=True)


def _say_error(error: PipelineError) -> None:
    print(f"Error: {error.message}", file=sys.stderr)
    for problem in error.problems:
        print(f"  {problem}", file=sys.stderr)


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2027-06-01") from error
