"""What each command does with its options; each returns its exit code."""

from __future__ import annotations

import argparse
import datetime

from pipeline.cli.progress import Progress
from pipeline.errors import ExitCode
from pipeline.packages.bundle import Bundle
from pipeline.packages.package import Order, make_package
from pipeline.settings import read_settings


def package(options: argparse.Namespace) -> int:
    """Makes one municipality's package."""
    settings = read_settings(converter=options.converter)
    order = Order(options.municipality, options.package, date_of(options), options.language)
    with Progress() as progress:
        made = make_package(settings, order, progress.show)
    _say_package(made)
    return ExitCode.OK


def date_of(options: argparse.Namespace) -> datetime.date:
    """The date that the papers get: the one asked for, or today."""
    asked: datetime.date | None = options.date
    return asked or datetime.datetime.now(tz=datetime.UTC).astimezone().date()


def _say_package(made: Bundle) -> None:
    edition = made.contents.edition
    for document in made.contents.documents:
        pages = f"{document.final.pages} page{'s' if document.final.pages > 1 else ''}"
        to_sign = ", to be signed" if document.final.signature_fields else ""
        print(f"  {made.folder / document.stem}.pdf  ({document.final.merged.title}, {pages}{to_sign})")
    print(f"  {made.folder / edition.municipality.slug}.zip  (all of it, with the packing list)")
    print(f"{edition.municipality.entry.official_name}: the package of {edition.date} is ready in {made.folder}/")
