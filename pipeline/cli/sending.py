"""The command that makes the mail which takes a signed paper to its recipient."""

from __future__ import annotations

import argparse

from pipeline.cli.commands import date_of
from pipeline.errors import ExitCode, UsageError
from pipeline.packages.sending.returned import PROVEN, Accepted, ReturnOrder, read_returned, write_return_mail
from pipeline.settings import read_settings


def return_signed(options: argparse.Namespace) -> int:
    """Makes the mail of a file that came back signed, if its return check accepted it."""
    settings = read_settings()
    kinds = tuple(dict.fromkeys((PROVEN, *options.accept)))
    order = ReturnOrder(options.package, options.file, kinds, date_of(options))
    read_returned(options.file)
    for path in write_return_mail(settings, _accepted(options), order):
        print(f"  {path}")
    print("Nothing was sent. Open the .eml in your mail program, or copy the .txt; read it, and send it.")
    return ExitCode.OK


def _accepted(options: argparse.Namespace) -> Accepted:
    """What the return check says of the file. Raises UsageError where there is none, so that nothing goes unproven."""
    raise UsageError(
        f"No mail is made of {options.file}: this version of the pipeline cannot check signed files yet, and only a "
        "file that the check accepted is sent. Check it by hand, and send it from your archive system."
    )
