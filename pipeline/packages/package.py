"""Everything that one municipality's package holds, made in one go and proven; nothing is kept or written."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from pipeline.data.load import find, load_municipality
from pipeline.data.programme import load_programme
from pipeline.packages.contents import Contents, Progress, Workshop, make_contents
from pipeline.packages.cross_check import require_cross_proof
from pipeline.packages.engines import open_engine
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
