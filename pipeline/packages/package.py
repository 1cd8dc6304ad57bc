"""One municipality's package from its file to its folder: load, make every document, bundle."""

from __future__ import annotations

import datetime
from contextlib import AbstractContextManager
from dataclasses import dataclass

from pipeline.data.load import find, load_municipality
from pipeline.data.programme import load_programme
from pipeline.documents.convert import Engine
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.libreoffice import LibreOfficeEngine
from pipeline.packages.bundle import Bundle, bundle, recover
from pipeline.packages.contents import Contents, Progress, Workshop, folder_of, make_contents
from pipeline.packages.cross_check import require_cross_proof
from pipeline.settings import Settings
from pipeline.templating.catalogue import load_package, require_parties
from pipeline.templating.names import Edition


@dataclass(frozen=True)
class Order:
    """Which package is wanted for whom."""

    slug: str
    package: str
    date: datetime.date
    language: str | None
    """nb or nn, or None for the municipality's own."""


def make_package(settings: Settings, order: Order, progress: Progress) -> Bundle:
    """Makes the package's folder as ordered. Raises PipelineError, and then leaves what was there before."""
    find(settings.municipalities, order.slug)
    recover(settings.output, folder_of(order.slug, load_package(settings.templates, order.package)))
    contents = contents_of(settings, order, progress)
    return bundle(contents, settings.output, settings.lock_file, settings.fonts)


def contents_of(settings: Settings, order: Order, progress: Progress) -> Contents:
    """Every finished document of a package, proven against one another; nothing is written. Raises PipelineError."""
    path = find(settings.municipalities, order.slug)
    template = load_package(settings.templates, order.package)
    programme = load_programme(settings.programme)
    require_parties(template, programme.parties)
    municipality = load_municipality(path, programme)
    edition = Edition(municipality, programme, order.language or municipality.language, order.date)
    with open_engine(settings) as engine:
        workshop = Workshop(engine, settings.fonts, settings.form_font, progress)
        contents = make_contents(template, edition, workshop)
    require_cross_proof(contents)
    return contents


def engine_names(settings: Settings) -> tuple[str, str]:
    """Name and version of the embedded engine and of LibreOffice. Raises SettingsError where that is missing."""
    with LibreOfficeEngine(settings.fonts, settings.timeout) as reference:
        return EmbeddedEngine(settings.fonts, settings.timeout).name, reference.name


def open_engine(settings: Settings) -> AbstractContextManager[Engine]:
    """The converter that the settings choose. Raises SettingsError when it is not installed."""
    if settings.converter == "libreoffice":
        return LibreOfficeEngine(settings.fonts, settings.timeout)
    return EmbeddedEngine(settings.fonts, settings.timeout)
