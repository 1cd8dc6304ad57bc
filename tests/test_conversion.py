"""What conversion promises: nothing lost, no other font, numbers and page breaks as Word shows them."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from reportlab.pdfgen.canvas import Canvas

from pipeline.documents.convert import convert
from pipeline.documents.docx_text import read_docx_text
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.pdf_text import open_text
from pipeline.documents.preparation import PreparedDocx
from pipeline.documents.stages import MergedDocument
from pipeline.errors import ConversionError
from pipeline.templating.catalogue import DocumentTemplate, load_document

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "templates" / "fonts"
DATE = datetime.date(2026, 11, 23)


def _word() -> WordDocument:
    document = Document()
    document.styles["Normal"].font.name = "Calibri"
    for name in ("Heading 1", "Heading 2"):
        fonts = document.styles[name].element.rPr.rFonts
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        fonts.set(qn("w:ascii"), "Calibri")
        fonts.set(qn("w:hAnsi"), "Calibri")
    document.core_properties.title, document.core_properties.language = "Prøve", "nb-NO"
    return document


def _bytes(document: WordDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.fixture(scope="module")
def template() -> DocumentTemplate:
    return load_document(ROOT / "templates" / "project-plan")


@pytest.fixture
def merged(template: DocumentTemplate) -> Callable[[WordDocument], MergedDocument]:
    def make(document: WordDocument) -> MergedDocument:
        return MergedDocument(template, {}, "nb", "Prøve", "Bergen kommune", _bytes(document), None, None, {})

    return make


@dataclass
class _OtherDocument:
    """An engine that converts another document than it was given."""

    engine: EmbeddedEngine
    docx: bytes
    name: str = "another engine"

    def convert(self, office: bytes, kind: str = "docx", /, *, has_pictures: bool = False) -> bytes:  # noqa: ARG002
        return self.engine.convert(self.docx)


def _numbered_headings(document: WordDocument) -> None:
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:pStyle w:val="Heading{depth + 1}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, text in enumerate(("%1", "%1.%2"))
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for depth in range(2):
        properties = document.styles[f"Heading {depth + 1}"].element.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>')
        )


def test_headings_get_the_numbers_that_word_shows(
    engine: EmbeddedEngine, merged: Callable[[WordDocument], MergedDocument]
) -> None:
    document = _word()
    _numbered_headings(document)
    for heading, level in (("Parter", 1), ("Kommunen", 2), ("KS", 2), ("Pris", 1), ("Engangsbeløp", 2)):
        document.add_heading(heading, level)
        document.add_paragraph("Ledd en", style="List Number")
    converted = convert(merged(document), engine, FONTS)
    with open_text(converted.pdf) as text:
        lines = [line.replace("\u2003", " ") for line in text.page(0).splitlines()]
    headings = [line for line in lines if "Ledd" not in line]
    assert headings == ["1 Parter", "1.1 Kommunen", "1.2 KS", "2 Pris", "2.1 Engangsbeløp"]


def test_labels_follow_word_for_letters_roman_numerals_restarts_and_levels() -> None:
    document = _word()
    numbering = document.part.numbering_part.element
    formats = ("upperRoman", "lowerLetter")
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{name}"/>'
        f'<w:lvlText w:val="%{depth + 1})"/></w:lvl>'
        for depth, name in enumerate(formats)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="91">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="91"/></w:num>'))
    for text, depth in (("Først", 0), ("under", 1), ("under", 1), ("Så", 0), ("under igjen", 1)):
        properties = document.add_paragraph(text)._p.get_or_add_pPr()  # noqa: SLF001  # python-docx has no numbering
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="91"/></w:numPr>')
        )
    assert read_docx_text(_bytes(document)).paragraphs == ("I)Først", "a)under", "b)under", "II)Så", "a)under igjen")


def test_a_heading_is_not_left_alone_at_the_foot_of_a_page(
    engine: EmbeddedEngine, merged: Callable[[WordDocument], MergedDocument]
) -> None:
    """Every filling of the page above is tried, so that the heading would stand last for some of them."""
    for lines in range(28, 46):
        document = _word()
        document.styles["Normal"].paragraph_format.space_after = Pt(2)
        for number in range(lines):
            document.add_paragraph(f"Linje {number}")
        document.add_heading("Overskriften", 1)
        document.add_paragraph("Teksten under overskriften " * 20)
        converted = convert(merged(document), engine, FONTS)
        with open_text(converted.pdf) as text:
            pages = [text.page(number) for number in range(len(text))]
        with_heading = next(page for page in pages if "Overskriften" in page)
        assert "Teksten under" in with_heading, f"parted after {lines} lines"


def test_a_row_that_is_kept_with_the_next_is_not_parted_from_it(
    engine: EmbeddedEngine, merged: Callable[[WordDocument], MergedDocument]
) -> None:
    for lines in range(34, 46):
        document = _word()
        document.styles["Normal"].paragraph_format.space_after = Pt(2)
        for number in range(lines):
            document.add_paragraph(f"Linje {number}")
        table = document.add_table(rows=3, cols=1)
        for row, label in zip(table.rows, ("Underskrift for kommunen", "", "Sted og dato"), strict=True):
            row.cells[0].text = label
            row.cells[0].paragraphs[0].paragraph_format.keep_with_next = label != "Sted og dato"
        converted = convert(merged(document), engine, FONTS)
        with open_text(converted.pdf) as text:
            page = next(text.page(number) for number in range(len(text)) if "Underskrift" in text.page(number))
        assert "Sted og dato" in page, f"parted after {lines} lines"


def test_a_date_at_the_beginning_of_a_paragraph_is_not_taken_for_a_list() -> None:
    document = _word()
    document.add_paragraph("20.\u00a0januar 2027")
    prepared = PreparedDocx(_bytes(document)).docx()
    assert read_docx_text(prepared).paragraphs == ("20. januar 2027",)


def test_a_text_that_the_pdf_lacks_is_a_problem_with_its_beginning(
    engine: EmbeddedEngine, merged: Callable[[WordDocument], MergedDocument]
) -> None:
    less, more = _word(), _word()
    for document in (less, more):
        document.add_paragraph("Kommunen betaler engangsbeløpet.")
    more.add_paragraph("KS kan ikke kreve mer enn dette.")
    with pytest.raises(ConversionError) as raised:
        convert(merged(more), _OtherDocument(engine, _bytes(less)), FONTS)
    assert [problem.place for problem in raised.value.problems] == ["«KS kan ikke kreve mer enn dette.»"]
    assert raised.value.message == "Prøve did not come through another engine whole."


def test_a_paragraph_that_stands_twice_must_be_found_twice(
    engine: EmbeddedEngine, merged: Callable[[WordDocument], MergedDocument]
) -> None:
    once, twice = _word(), _word()
    for document, times in ((once, 1), (twice, 2)):
        for _ in range(times):
            document.add_paragraph("Signert i to eksemplarer.")
    with pytest.raises(ConversionError) as raised:
        convert(merged(twice), _OtherDocument(engine, _bytes(once)), FONTS)
    assert len(raised.value.problems) == 1


def test_a_header_and_a_footer_must_be_there_and_do_not_part_paragraphs(
    engine: EmbeddedEngine, merged: Callable[[WordDocument], MergedDocument]
) -> None:
    document, without = _word(), _word()
    document.sections[0].header.paragraphs[0].text = "Bergen kommune"
    for each in (document, without):
        for number in range(4):
            each.add_paragraph(f"{number} " + "Bergen kommune inngår avtalen på disse vilkårene. " * 60)
    convert(merged(document), engine, FONTS)
    with pytest.raises(ConversionError) as raised:
        convert(merged(document), _OtherDocument(engine, _bytes(without)), FONTS)
    assert "This text is not in the PDF." in {problem.what for problem in raised.value.problems}


def test_a_font_that_set_up_does_not_bring_is_a_problem_and_not_a_warning(
    engine: EmbeddedEngine, merged: Callable[[WordDocument], MergedDocument], tmp_path: Path
) -> None:
    (tmp_path / "Lato-Regular.ttf").write_bytes(b"")
    document = _word()
    document.add_paragraph("Skrevet med en annen skrift.")
    with pytest.raises(ConversionError) as raised:
        convert(merged(document), engine, tmp_path)
    assert [str(problem.what) for problem in raised.value.problems] == [
        "The PDF would show the font Carlito, which set-up does not bring."
    ]


def test_a_form_must_bring_its_fonts(template: DocumentTemplate, engine: EmbeddedEngine) -> None:
    target = io.BytesIO()
    canvas = Canvas(target)
    canvas.drawString(100, 700, "Helvetica is not embedded")
    canvas.save()
    form = MergedDocument(template, {}, "nb", "Skjema", "Bergen kommune", None, target.getvalue(), None, {})
    with pytest.raises(ConversionError) as raised:
        convert(form, engine, FONTS)
    assert [problem.what for problem in raised.value.problems] == ["The font Helvetica is not in the file."]
