"""The commands of the ledger: what was issued, what was sent, and how far each paper is."""

from __future__ import annotations

import argparse
import datetime
from itertools import groupby

from pipeline.data.cohort import load_cohort
from pipeline.data.load import find
from pipeline.errors import ExitCode, UsageError
from pipeline.packages.ledger.event import event
from pipeline.packages.ledger.ledger import Ledger
from pipeline.packages.ledger.status import Standing, standings
from pipeline.settings import read_settings


def status(options: argparse.Namespace) -> int:
    """Tells how far each document is that somebody signs."""
    settings = read_settings()
    members = load_cohort(settings.municipalities, options.cohort).members if options.cohort else None
    with Ledger(settings.output) as ledger:
        found = standings(ledger, members)
    for slug, group in groupby(found, key=lambda one: one.issue.municipality):
        print(slug)
        for one in group:
            print(f"  {one.state:8}  {_told(one)}")
    for slug in sorted(set(members or ()) - {one.issue.municipality for one in found}):
        print(f"{slug}\n  nothing was issued that somebody signs")
    counts = {state: sum(one.state == state for one in found) for state in ("issued", "sent", "returned", "verified")}
    print(f"{len(found)} documents to be signed: " + ", ".join(f"{count} {state}" for state, count in counts.items()))
    return ExitCode.OK


def sent(options: argparse.Namespace) -> int:
    """Writes down that documents of a municipality were sent to be signed."""
    settings = read_settings()
    find(settings.municipalities, options.municipality)
    with Ledger(settings.output) as ledger:
        found = {one.issue.document: one for one in standings(ledger, [options.municipality])}
        unknown = [name for name in options.documents if name not in found]
        if unknown or not found:
            known = ", ".join(found) or "none; make the package first"
            raise UsageError(
                f"Nothing to be signed was issued as {', '.join(unknown) or 'a document'} for "
                f"{options.municipality}. There is: {known}."
            )
        for name in options.documents or found:
            issue = found[name].issue
            now = datetime.datetime.now(tz=datetime.UTC)
            ledger.note(event(issue.municipality, issue.document, issue.number, "sent", now))
            print(f"{issue.municipality}: {issue.title}, issue {issue.number}, was sent {now.date()}.")
    return ExitCode.OK


def _told(one: Standing) -> str:
    issue = one.issue
    steps = [f"issue {issue.number} of {issue.date}"]
    steps += [f"sent {one.sent}"] if one.sent else []
    steps += [f"returned {one.returned}: {one.verdict}"] if one.returned else []
    return f"{issue.title} ({', '.join(steps)})"
