"""Small agreements as they are issued, of two municipalities and in two languages, for the tests of what comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from conftest import DATE, ROOT
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from small_papers import FONT, FONTS, saved, word

from pipeline.documents.convert import Engine, convert
from pipeline.documents.finalize import finalize
from pipeline.documents.merge import Assignment, merge
from pipeline.documents.returned.verdict import ExpectedSigner, IssuedPaper
from pipeline.templating.catalogue import load_document
from pipeline.templating.names import Edition, facts

_DECLARATION = """kind = "docx"
title = { nb = "Avtale om prøve", nn = "Avtale om prøve" }
file_name = { nb = "avtale", nn = "avtale" }
version = "0.1"
order = 10
needs = ["municipality", "address", "signatory"]

[[signatures]]
field = "sigMunicipality"
role = { nb = "for kommunen", nn = "for kommunen" }
tooltip = { nb = "Underskrift for kommunen", nn = "Underskrift for kommunen" }
name = "signatory.name"

[[signatures]]
field = "sigKS"
role = { nb = "den andre parten", nn = "den andre parten" }
tooltip = { nb = "Underskrift for den andre parten", nn = "Underskrift for den andre parten" }
"""
_PAGES = (
    ("Avtale om prøve", "Avtalen er mellom {{ municipality.name }} og den andre parten.", "Den gjelder i 24 måneder."),
    ("Pris", "{{ municipality.name }} betaler 120 000 kroner i året.", "Beløpet faktureres en gang i året."),
)


def _template() -> bytes:
    """Three pages with text, the last with the labels of two signature fields."""
    document = word()
    document.sections[0].page_width, document.sections[0].page_height = Mm(210), Mm(297)
    for page in _PAGES:
        for text in page:
            document.add_paragraph(text)
        document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("Underskrifter for {{ municipality.name }}")
    for number, (field, label) in enumerate((("sigMunicipality", "For kommunen"), ("sigKS", "For den andre"))):
        _bookmark(document.add_paragraph(), field, label, number)
        _room(document)
    return saved(document)


def _bookmark(paragraph: Paragraph, name: str, label: str, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number + 100))
    start.set(qn("w:name"), name)
    paragraph._p.append(start)  # noqa: SLF001  # python-docx has no bookmarks
    paragraph.add_run(label)
    paragraph._p.append(end)  # noqa: SLF001


def _room(document: WordDocument) -> None:
    for _ in range(4):
        document.add_paragraph("")


@dataclass(frozen=True)
class Issuer:
    """Makes and issues the small agreement."""

    folder: Path
    engine: Engine

    def paper(self, edition: Edition) -> IssuedPaper:
        """The agreement of a municipality, as the pipeline issues it."""
        place = self.folder / "agreement"
        if not place.exists():
            place.mkdir()
            for language in ("nb", "nn"):
                (place / f"{language}.docx").write_bytes(_template())
            (place / "document.toml").write_text(_DECLARATION, encoding="utf-8")
        merged = merge(Assignment(load_document(place), edition, None, facts(edition), FONT))
        return issued(finalize(convert(merged, self.engine, FONTS), DATE).pdf, edition, "agreement", "Avtale om prøve")


def real_paper(edition: Edition, engine: Engine, name: str) -> IssuedPaper:
    """A paper of the repository's own templates, to be signed by the municipality and whoever else it declares."""
    template = load_document(ROOT / "templates" / name)
    merged = merge(Assignment(template, edition, None, facts(edition), FONT))
    paper = issued(finalize(convert(merged, engine, FONTS), DATE).pdf, edition, name, merged.title)
    fields = {one.field for one in template.declaration.signatures}
    return replace(paper, signatories=tuple(one for one in paper.signatories if one.field in fields))


def issued(pdf: bytes, edition: Edition, document: str, title: str) -> IssuedPaper:
    """A finished PDF as it is issued."""
    signatory = edition.municipality.facts.signatory
    return IssuedPaper(
        slug=edition.municipality.slug,
        municipality=edition.municipality.entry.official_name,
        document=document,
        title=title,
        issue=1,
        language=edition.language,
        sha256=hashlib.sha256(pdf).hexdigest(),
        size=len(pdf),
        signatories=(
            ExpectedSigner("sigMunicipality", "for kommunen", signatory.name),
            ExpectedSigner("sigKS", "den andre parten", None),
        ),
        read=lambda: pdf,
    )


MakeEdition = Callable[..., Edition]
