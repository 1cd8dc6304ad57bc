"""The commands and their options."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import NoReturn

import pipeline
from pipeline.cli import commands, esigning, files, making, pages, records, returning
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
    what = "make a package to look at, of which facts may be missing, and tell which are"
    _draft(each.add_parser("draft", help=what))
    _cohort(each.add_parser("cohort", help="make the packages of all members of a cohort"))
    _all(each.add_parser("all", help="make the package of every municipality that has a file"))
    _check(each.add_parser("check", help="prove every template, and tell what is wrong and where"))
    _preview(each.add_parser("preview", help="make one document and pictures of its pages, to look at"))
    _explain(each.add_parser("explain", help="show where every value of a document comes from and stands"))
    _diff(each.add_parser("diff", help="show what a change of templates or data does to all papers"))
    _fidelity(each.add_parser("fidelity", help="compare the embedded engine with LibreOffice, page by page"))
    _fields(each.add_parser("fields", help="write the page of every name that a template may use"))
    _status(each.add_parser("status", help="tell what was issued, sent, returned and verified"))
    _sent(each.add_parser("sent", help="write down that documents were sent to be signed"))
    _return(each.add_parser("return", help="make the mail that takes a signed and checked paper to its recipient"))
    _esign(each.add_parser("esign", help="send a package's documents to be signed electronically, and fetch them"))
    _preflight(each.add_parser("preflight", help="hold any PDF against our rules for archive, access and signing"))
    _verify(
        each.add_parser("verify", help="say whether a file that came back is the paper that was issued, and signed")
    )
    _text(each.add_parser("text", help="print a Word file or PDF form as text, for git diff"))
    return whole


def _check(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=commands.check)
    command.add_argument("documents", nargs="*", metavar="DOCUMENT", help="folders in templates/; all if left out")
    command.add_argument("--format", choices=["text", "github", "sarif", "json"], default="text", help="how to tell")
    what = "also write copies of the Word templates with each problem as a comment to this folder"
    command.add_argument("--annotate", type=Path, metavar="FOLDER", help=what)
    _date(command)


def _preview(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=commands.preview)
    _municipality(command)
    _document(command)
    _making(command)


def _explain(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=pages.explain)
    _municipality(command)
    _document(command)
    _making(command)


def _diff(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=pages.diff)
    command.add_argument("base", help="the git revision to compare with, such as HEAD or main")
    _date(command)


def _fidelity(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=pages.compare)
    command.add_argument("municipalities", nargs="*", metavar="MUNICIPALITY", help="all if left out")
    _date(command)


def _fields(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=commands.fields)
    command.add_argument(
        "--to", type=Path, default=Path("docs/fields.md"), metavar="FILE", help="docs/fields.md if left out"
    )
    command.add_argument("--package", default="onboarding", metavar="NAME", help="a file in templates/packages/")
    _date(command)


def _status(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=records.status)
    command.add_argument("cohort", nargs="?", help="the name of its file in municipalities/cohorts/; all if left out")


def _sent(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=records.sent)
    _municipality(command)
    command.add_argument("documents", nargs="*", metavar="DOCUMENT", help="such as project-plan; all if left out")


def _esign(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=esigning.esign)
    _municipality(command)
    command.add_argument("--package", default="onboarding", metavar="NAME", help="a file in templates/packages/")
    what = "the enterprise certificate as .p12; without it nothing is sent, and the manifests are put ready"
    command.add_argument("--certificate", type=Path, metavar="FILE", help=what)
    what = "portal: the service calls the signers; direct: you show each the way"
    command.add_argument("--kind", choices=["portal", "direct"], default="portal", help=what)
    command.add_argument("--endpoint", metavar="ADDRESS", help="of the service, instead of PIPELINE_ESIGN_ENDPOINT")
    what = "only this folder in templates/; may be given several times"
    command.add_argument("--document", action="append", default=[], dest="documents", metavar="DOCUMENT", help=what)
    what = "a signature field for which nobody is asked; may be given several times"
    command.add_argument("--without", action="append", default=[], metavar="FIELD", help=what)
    what = "the service's own choice if left out"
    command.add_argument("--level", choices=["authenticated", "advanced"], help=what)
    what = "how long each signer has; 30 if left out, 90 at most"
    command.add_argument("--days", type=_as_number, default=30, metavar="N", help=what)
    command.add_argument("--wait", type=_as_number, default=0, metavar="SECONDS", help="wait so long for signatures")
    what = "send though a job may be there already: only after you have looked in the service"
    command.add_argument("--again", action="store_true", help=what)


def _verify(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=returning.verify)
    command.add_argument("file", type=Path, help="the PDF that came back")
    command.add_argument("--municipality", metavar="NAME", help="whose it should be, such as bergen")
    command.add_argument("--by", metavar="NAME", help="who answers for it, for Noark 5's verifisertAv")


def _text(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=commands.text)
    command.add_argument("file", type=Path, help="a .docx, or a .pdf with form fields")


def _return(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=returning.return_signed)
    command.add_argument("file", type=Path, help="the signed PDF that came back")
    command.add_argument("--municipality", metavar="MUNICIPALITY", help="whose paper it is; found out if left out")
    what = "also send what a signing service made anew, so that it is compared and not proven; the mail says so"
    command.add_argument("--accept", choices=["wrapped"], action="append", default=[], help=what)
    command.add_argument("--package", default="onboarding", metavar="NAME", help="a file in templates/packages/")
    _date(command)


def _preflight(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=files.preflight)
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a .pdf, or a folder with them")


def _package(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=making.package)
    _municipality(command)
    _making(command)
    _running(command)


def _draft(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=making.draft)
    _municipality(command)
    _making(command)
    _running(command)


def _cohort(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=making.cohort)
    command.add_argument("cohort", help="the name of its file in municipalities/cohorts/, such as 2027-spring")
    _making(command, package=None)
    _running(command)


def _all(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=making.everyone)
    _making(command)
    _running(command)


def _running(command: argparse.ArgumentParser) -> None:
    """The options of every command that puts packages in their place."""
    command.add_argument("--workers", type=_as_count, metavar="N", help="so many processes; the cores if left out")
    command.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask scheduler, such as tcp://10.0.0.5:8786")
    command.add_argument("--force", action="store_true", help="make every document anew, unchanged ones too")
    command.add_argument("--log", choices=["text", "json"], default="text", help="json: one object on each line")


def _making(command: argparse.ArgumentParser, package: str | None = "onboarding") -> None:
    """The options of every command that makes papers; `package` is the one that is made unless another is named."""
    _date(command)
    command.add_argument("--language", choices=["nb", "nn"], help="instead of the municipality's own")
    command.add_argument("--package", default=package, metavar="NAME", help="a file in templates/packages/")
    command.add_argument("--converter", choices=["embedded", "libreoffice"], help="the engine that makes the PDFs")


def _municipality(command: argparse.ArgumentParser) -> None:
    command.add_argument("municipality", help="the name of its file in municipalities/, such as bergen")


def _document(command: argparse.ArgumentParser) -> None:
    command.add_argument("document", help="the name of its folder in templates/, such as cover")


def _date(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--date", type=_as_date, metavar="YYYY-MM-DD", help="the date of the papers; today if left out"
    )


def _as_count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes; write 1 or more")
    return int(text)


def _as_number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _as_date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as 2027-06-01") from error
