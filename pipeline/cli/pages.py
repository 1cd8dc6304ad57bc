"""The commands that write a page to look at: where values come from, what a change does, how engines differ."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli.commands import date_of
from pipeline.cli.progress import Progress
from pipeline.errors import ExitCode, UsageError
from pipeline.packages.difference.differences import differences
from pipeline.packages.difference.page import difference_page
from pipeline.packages.difference.revision import at_revision
from pipeline.packages.disk import deliver
from pipeline.packages.engines import engine_names
from pipeline.packages.explain import explain_page
from pipeline.packages.fidelity import fidelity
from pipeline.packages.fidelity_page import fidelity_page
from pipeline.packages.package import Order, contents_of
from pipeline.settings import Settings, read_settings

_FOLDER = ".pages"
_PROJECT = Path()
"""Commands run where the project is."""


def explain(options: argparse.Namespace) -> int:
    """Shows where every value of a document comes from and stands."""
    settings = read_settings(converter=options.converter)
    order = Order(options.municipality, options.package, date_of(options), options.language)
    with Progress() as progress:
        documents = contents_of(settings, order, progress.show).documents
    made = {document.final.merged.template.name: document for document in documents}
    if options.document not in made:
        raise UsageError(f"The package has no document {options.document!r}. There is: {', '.join(made)}.")
    page = explain_page(made[options.document])
    return _write(settings, f"explain-{options.municipality}-{options.document}.html", page)


def diff(options: argparse.Namespace) -> int:
    """Shows what changed since a revision, in every municipality's papers."""
    settings = read_settings()
    with at_revision(_PROJECT, options.base) as before, Progress() as progress:
        found = differences(before, _PROJECT, date_of(options), progress.show)
    print(f"{len(found.papers)} papers change in {found.municipalities} municipalities.")
    _write(settings, "diff.html", difference_page(found, options.base, "nå"))
    return ExitCode.TEMPLATE if found.broken else ExitCode.OK


def compare(options: argparse.Namespace) -> int:
    """Converts everything with both engines and shows where they differ."""
    settings = read_settings()
    with Progress() as progress:
        compared = fidelity(settings, date_of(options), options.municipalities, progress.show)
    return _write(settings, "fidelity.html", fidelity_page(compared, engine_names(settings), date_of(options)))


def _write(settings: Settings, name: str, page: str) -> int:
    path = deliver("The page", settings.output / _FOLDER / name, page.encode())
    print(f"Open {path} in a browser.")
    return ExitCode.OK
