"""The page of names, made from a real package, since some names only a run has."""

from __future__ import annotations

import datetime

from pipeline.data.load import find, load_municipality
from pipeline.data.programme import load_programme
from pipeline.packages.check import MODEL
from pipeline.packages.contents import Workshop, make_contents
from pipeline.packages.engines import open_engine
from pipeline.settings import Settings
from pipeline.templating.catalogue import load_package
from pipeline.templating.fields_page import fields_page
from pipeline.templating.names import Edition

_OF_A_RUN = ("document", "recipient", "package")


def names_page(settings: Settings, package: str, date: datetime.date) -> str:
    """The Markdown page of every name that the templates of a package may use. Raises PipelineError."""
    programme = load_programme(settings.programme)
    municipality = load_municipality(find(settings.municipalities, MODEL), programme)
    edition = Edition(municipality, programme, "nb", date)
    with open_engine(settings) as engine:
        workshop = Workshop(engine, settings.fonts, settings.form_font)
        contents = make_contents(load_package(settings.templates, package), edition, workshop)
    made = [document.final.merged for document in contents.documents]
    runs = [{name: one.names[name] for name in _OF_A_RUN if name in one.names} for one in made]
    return fields_page(edition, [one.template for one in made], runs)
