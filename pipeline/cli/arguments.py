"""The commands and their options."""

from __future__ import annotations

import argparse
import datetime
import sys
from typing import Any, NoReturn

import pipeline
from pipeline.cli import commands
from pipeline.errors import ExitCode


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"Error: {message[:1].upper()}{message[1:]}.", file=sys.stderr)
        print(f"See: {self.prog} --help", file=sys.stderr)
        raise SystemExit(ExitCode.USAGE)


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; each command sets `run` to its function."""
    whole = _Parser(prog="python -m pipeline", description=pipeline.__doc__)
    whole.add_argument("--version", action="version", version=pipeline.__version__)
    each = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _package(each.add_parser("package", help="make one municipality's package in output/"))
    return whole


def _package(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=commands.package)
    _municipality(command)
    _date_and_language(command)
    command.add_argument("--package", default="onboarding", metavar="NAME", help="a file in templates/packages/")
    command.add_argument("--converter", choices=["embedded", "libreoffice"], help="the engine that makes the PDFs")


def _municipality(command: argparse.ArgumentParser, **options: Any) -> None:
    what = "the name of its file in municipalities/, such as bergen"
    command.add_argument("municipality", help=what, **options)


def _date_and_language(command: argparse.ArgumentParser) -> None:
    command.add_argument("--date", type=_date, metavar="YYYY-MM-DD", help="the date of the papers; today if left out")
    command.add_argument("--language", choices=["nb", "nn"], help="instead of the municipality's own")


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2027-06-01") from error
