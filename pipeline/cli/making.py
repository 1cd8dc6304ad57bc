"""The commands that make packages: of one municipality, of a cohort, of all."""

from __future__ import annotations

import argparse
import sys

from pipeline.cli.commands import date_of
from pipeline.cli.progress import Progress
from pipeline.cli.watching import Logged, Shown, told
from pipeline.data.cohort import EVERYONE, Cohort, load_cohort
from pipeline.data.load import find, slugs
from pipeline.errors import ExitCode, UsageError
from pipeline.packages.cohort.report import write_cohort_page
from pipeline.packages.outcome import Outcome
from pipeline.packages.packed import Packed, require_packed
from pipeline.packages.run.choice import open_scheduler
from pipeline.packages.run.project import Project, open_project
from pipeline.packages.run.run import Batch, Run, Watcher
from pipeline.settings import Settings, read_settings


def package(options: argparse.Namespace) -> int:
    """Makes one municipality's package."""
    _say_package(*_one(options, draft=False))
    return ExitCode.OK


def draft(options: argparse.Namespace) -> int:
    """Makes a package to look at, of which facts may be missing, and tells which are."""
    outcome, packed = _one(options, draft=True)
    _say_package(outcome, packed)
    _say_missing(packed)
    return ExitCode.OK


def _one(options: argparse.Namespace, *, draft: bool) -> tuple[Outcome, Packed]:
    settings = _settings(options)
    find(settings.municipalities, options.municipality)
    batch = Batch((options.municipality,), date_of(options), options.language, options.force, draft)
    project = open_project(settings, options.package)
    [outcome] = _run(project, options, batch, each_document=True)
    if outcome.error:
        raise outcome.error
    return outcome, require_packed(outcome.folder)


def cohort(options: argparse.Namespace) -> int:
    """Makes the packages of a cohort."""
    settings = _settings(options)
    return _many(settings, options, load_cohort(settings.municipalities, options.cohort))


def everyone(options: argparse.Namespace) -> int:
    """Makes the package of every municipality that has a file."""
    settings = _settings(options)
    members = tuple(slugs(settings.municipalities))
    if not members:
        raise UsageError(f"There is no municipality file in {settings.municipalities}. Add one, and run again.")
    return _many(settings, options, Cohort(EVERYONE, "Alle kommuner", members, "onboarding", None, None))


def _many(settings: Settings, options: argparse.Namespace, whole: Cohort) -> int:
    date = options.date or whole.date or date_of(options)
    batch = Batch(whole.members, date, options.language, options.force)
    project = open_project(settings, options.package or whole.package)
    outcomes = _run(project, options, batch, each_document=False)
    page = write_cohort_page(project, whole.name, whole.title, outcomes)
    _say_outcomes(outcomes, with_problems=options.log == "text")
    print(f"Open {page} in a browser.")
    return ExitCode.OK if all(one.state == "complete" for one in outcomes) else ExitCode.SOME_FAILED


def _settings(options: argparse.Namespace) -> Settings:
    return read_settings(converter=options.converter, workers=options.workers, scheduler=options.scheduler)


def _run(project: Project, options: argparse.Namespace, batch: Batch, *, each_document: bool) -> list[Outcome]:
    with open_scheduler(project.settings) as scheduler, Progress() as progress:
        watcher: Watcher = Logged() if options.log == "json" else Shown(progress, each_document=each_document)
        return Run(project, batch, scheduler, watcher).outcomes()


def _say_package(outcome: Outcome, packed: Packed) -> None:
    for document in packed.documents:
        pages = f", {document.pages} page{'s' if document.pages > 1 else ''}" if document.pages else ""
        to_sign = ", to be signed" if document.signatories else ""
        print(f"  {outcome.folder / document.files[0].path}  ({document.title}{pages}{to_sign})")
    print(f"  {outcome.folder / outcome.folder.name}.zip  (all of it, with the packing list)")
    unchanged = "" if outcome.made else ", unchanged"
    what = "a draft, which nobody can sign," if packed.is_draft else "the package"
    print(f"{packed.name}: {what} of {packed.date} is ready in {outcome.folder}/{unchanged}")


def _say_missing(packed: Packed) -> None:
    lacked = packed.missing
    print(f"Facts that are missing: {len(lacked)}" if lacked else "No fact is missing; make the package.")
    for one in lacked:
        where = f"{one.file}:{one.line}" if one.line else one.file
        print(f"  {where}  {one.key}: {one.what} {one.todo}")


def _say_outcomes(outcomes: list[Outcome], *, with_problems: bool) -> None:
    """What became of all; a log for machines has told the problems already."""
    for outcome in outcomes:
        if outcome.state == "complete":
            print(f"  {outcome.folder}/  ({told(outcome)})")
    for outcome in outcomes:
        if outcome.state != "complete" and with_problems:
            print(f"No package for {outcome.slug}: {outcome.message}", file=sys.stderr)
            for problem in outcome.problems:
                print(f"  {problem}", file=sys.stderr)
    whole = sum(1 for one in outcomes if one.state == "complete")
    print(f"{whole} of {len(outcomes)} packages are ready; {sum(one.made for one in outcomes)} documents were made.")
