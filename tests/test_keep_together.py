"""What belongs together stays together, no page is broken without need, and few conversions are needed for it."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Pt

from pipeline.documents.convert import convert
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.pdf_text import open_text
from pipeline.documents.stages import MergedDocument
from pipeline.packages.contents import Workshop, make_contents
from pipeline.templating.catalogue import load_document, load_package
from pipeline.templating.names import Edition

FONTS = ROOT / "templates" / "fonts"
_FOOT = 72.0
"""The lower margin of python-docx's own template."""


@dataclass
class _Counting:
    """An engine that counts what it converts."""

    engine: EmbeddedEngine
    name: str = "counting"
    conversions: int = 0

    def convert(self, office: bytes, kind: str = "docx", *, has_pictures: bool = False) -> bytes:
        self.conversions += 1
        return self.engine.convert(office, kind, has_pictures=has_pictures)


@dataclass
class _Paper:
    """A generated document, and which of its texts must stand on one page."""

    document: WordDocument
    groups: list[list[str]]
    random: random.Random
    number: int = 0

    def text(self, words: int) -> str:
        self.number += 1
        return f"Nr{self.number:03}x " + " ".join(self.random.choices(["kommunen", "skal", "tjenesten", "i"], k=words))

    def chapter(self) -> None:
        """A heading that is kept with a short text."""
        heading, text = self.text(3), self.text(8)
        self.document.add_heading(heading, self.random.choice([1, 2]))
        self.document.add_paragraph(text)
        self.groups.append([heading, text])

    def block(self) -> None:
        """A paragraph whose lines are kept together."""
        text = self.text(40)
        self.document.add_paragraph(text).paragraph_format.keep_together = True
        self.groups.append([text])

    def table(self) -> None:
        """A table whose rows are kept together, with the heading and the text above it."""
        self.chapter()
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        table = self.document.add_table(rows=self.random.randint(2, 6), cols=2)
        for row in table.rows:
            for cell in row.cells:
                cell.text = self.text(self.random.randint(1, 6))
                self.groups[-1].append(cell.text)
            row.cells[0].paragraphs[0].paragraph_format.keep_with_next = row is not table.rows[-1]
        table.rows[-1].cells[0].paragraphs[0].paragraph_format.keep_with_next = False
        self.document.add_paragraph()

    def letter(self) -> None:
        """A paragraph with empty lines, which may be parted."""
        paragraph = self.document.add_paragraph("Hei!")
        for _ in range(self.random.randint(1, 4)):
            paragraph.add_run().add_break()
            paragraph.add_run().add_break()
            paragraph.add_run(self.text(self.random.randint(2, 30)))

    def loose(self) -> None:
        self.document.add_paragraph(self.text(self.random.choice([6, 25, 70])))


def _paper(seed: int) -> _Paper:
    document = Document()
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].paragraph_format.space_after = Pt(seed % 3 * 4)
    for name in ("Heading 1", "Heading 2"):
        fonts = document.styles[name].element.rPr.rFonts
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        fonts.set(qn("w:ascii"), "Calibri")
        fonts.set(qn("w:hAnsi"), "Calibri")
    document.core_properties.title, document.core_properties.language = "Prøve", "nb-NO"
    document.add_heading("Begynnelsen", 1)
    paper = _Paper(document, [], random.Random(seed))  # noqa: S311  # the same paper for the same seed
    for _ in range(45):
        paper.random.choice([paper.chapter, paper.chapter, paper.block, paper.table, paper.loose, paper.letter])()
    return paper


def _merged(document: WordDocument) -> MergedDocument:
    target = io.BytesIO()
    document.save(target)
    template = load_document(ROOT / "templates" / "project-plan")
    return MergedDocument(template, {}, "nb", "Prøve", "Bergen kommune", target.getvalue(), None, None, {})


@pytest.mark.parametrize("seed", range(5))
def test_no_group_is_torn_and_few_conversions_are_needed(engine: EmbeddedEngine, seed: int) -> None:
    paper, counting = _paper(seed), _Counting(engine)
    converted = convert(_merged(paper.document), counting, FONTS)
    with open_text(converted.pdf) as text:
        pages = ["".join(text.page(number).split()) for number in range(len(text))]
    for group in paper.groups:
        holding = [all("".join(one.split()) in page for one in group) for page in pages]
        assert any(holding), f"{group[0]!r} is torn"
    assert len(pages) > 3
    assert counting.conversions <= 4


def test_no_page_is_broken_where_the_group_would_have_fitted(engine: EmbeddedEngine) -> None:
    """All groups are alike, so each page must be filled but for less than one of them."""
    document = _paper(0).document
    for element in list(document.element.body)[:-1]:
        document.element.body.remove(element)
    for number in range(90):
        document.add_heading(f"Overskrift {number}", 1)
        document.add_paragraph(f"Tekst {number}").paragraph_format.space_after = Pt(number % 7)
    converted = convert(_merged(document), engine, FONTS)
    with open_text(converted.pdf) as text:
        places = {number: text.find(f"Tekst {number}")[0] for number in range(90)}
        headings = {number: text.find(f"Overskrift {number}")[0] for number in range(90)}
    for number in range(89):
        assert headings[number].page == places[number].page
        if headings[number + 1].page > places[number].page:
            assert places[number].bottom - _FOOT < 80, f"page {places[number].page + 1} is left half empty"


def test_a_package_needs_few_conversions(
    engine: EmbeddedEngine, edition: Callable[..., Edition], few_templates: Path
) -> None:
    """Three Word papers, two of them of many pages; one break at a time took nine conversions and more."""
    counting = _Counting(engine)
    workshop = Workshop(counting, FONTS, FONTS / "Carlito-Regular.ttf", lambda *_: None)
    make_contents(load_package(few_templates, "onboarding"), edition("bergen", "nb"), workshop)
    assert counting.conversions <= 7
