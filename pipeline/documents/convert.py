"""Converts a merged document to PDF with the chosen engine and proves that text and fonts came through."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from pipeline.documents.body_text import BodyText
from pipeline.documents.chart_pictures import with_chart_pictures
from pipeline.documents.docx_text import DocxText
from pipeline.documents.keep_together import KeptTogether
from pipeline.documents.pdf_objects import NOT_EMBEDDED, embedded_fonts
from pipeline.documents.pdf_text import open_text
from pipeline.documents.pictures import descriptions
from pipeline.documents.preparation import TWINS, PreparedDocx, printable
from pipeline.documents.slides_text import slide_paragraphs
from pipeline.documents.stages import ConvertedDocument, MergedDocument
from pipeline.documents.text_gate import lost_texts
from pipeline.errors import ConversionError, Problem


class Engine(Protocol):
    """What turns a .docx or .pptx into a PDF."""

    name: str
    """Name and version, for the packing list."""

    def convert(self, office: bytes, kind: str = "docx", /, *, has_pictures: bool = False) -> bytes:
        """The PDF/A-2b of a docx or pptx; finalizing adds alternative texts of pictures. Raises ConversionError."""


def convert(merged: MergedDocument, engine: Engine, fonts: Path) -> ConvertedDocument:
    """The document as PDF; a filled form already is one. Raises ConversionError with everything that got lost."""
    source = merged.template.template(merged.language)
    if merged.form is not None:
        return ConvertedDocument(merged, _form_with_its_fonts(source, merged.form))
    try:
        text, pictures, pdf = _made(merged, engine, fonts)
        problems = _problems(source, text, pdf, font_names(fonts))
    except ConversionError as error:
        raise ConversionError(f"{merged.title} was not converted: {error.message}", problems=error.problems) from error
    except RuntimeError as error:
        raise ConversionError(f"{merged.title} was not converted: {engine.name} gave no whole PDF.") from error
    if problems:
        raise ConversionError(f"{merged.title} did not come through {engine.name} whole.", problems=problems)
    roles = text.roles or ("P",) * len(text.paragraphs)
    return ConvertedDocument(merged, pdf, tuple(zip(text.paragraphs, roles, strict=True)), pictures)


def _made(merged: MergedDocument, engine: Engine, fonts: Path) -> tuple[DocxText, tuple[str, ...], bytes]:
    """What the PDF must show, the alternative texts of its pictures, and the PDF."""
    source, font = merged.template.template(merged.language), min(fonts.glob("*-Regular.ttf"))
    if merged.pptx is None:
        drawn = with_chart_pictures(merged.docx or b"", font, source)
        pictures = descriptions(drawn)
        text, pdf = _laid_out(drawn, engine, has_pictures=bool(pictures))
        return text, pictures, pdf
    drawn = printable(with_chart_pictures(merged.pptx, font, source))
    pictures = descriptions(drawn)
    shown = slide_paragraphs(drawn)
    text = DocxText(tuple(one.text for one in shown), (), {}, tuple(one.role for one in shown))
    return text, pictures, engine.convert(drawn, "pptx", has_pictures=bool(pictures))


def _form_with_its_fonts(source: Path, form: bytes) -> bytes:
    """A filled form; its fonts may be any, but the file must bring them (ISO 19005-2, 6.2.11.4)."""
    problems = [
        Problem(
            source,
            0,
            "",
            f"The font {font.removesuffix(NOT_EMBEDDED)} is not in the file.",
            "Embed it, or use another in the form.",
        )
        for font in embedded_fonts(form)
        if font.endswith(NOT_EMBEDDED)
    ]
    if problems:
        raise ConversionError("A form does not bring its fonts.", problems=problems)
    return form


def _laid_out(docx: bytes, engine: Engine, *, has_pictures: bool) -> tuple[DocxText, bytes]:
    """The text of a .docx and its PDF, converted anew as long as a page break parts what belongs together."""
    document = PreparedDocx(docx)
    together = KeptTogether(document.body, document.styles, document.text.margins)
    while True:
        pdf = engine.convert(document.docx(), has_pictures=has_pictures)
        with open_text(pdf) as text:
            if not together.mend(text):
                return document.text, pdf


def font_names(fonts: Path) -> frozenset[str]:
    """The fonts that set-up brings: the families of the files in the folder, named Family-Style."""
    return frozenset(path.stem.partition("-")[0] for path in fonts.glob("*.ttf"))


def _problems(source: Path, docx: DocxText, pdf: bytes, allowed: frozenset[str]) -> list[Problem]:
    problems = []
    for font in foreign_fonts(embedded_fonts(pdf), allowed):
        todo = f"Use {', '.join(sorted({*allowed, *TWINS}))}; a sign that these lack cannot be printed."
        problems.append(
            Problem(source, 0, "", f"The PDF would show the font {font}, which set-up does not bring.", todo)
        )
    with open_text(pdf) as text:
        for lost in lost_texts(docx, BodyText(text, docx.margins)):
            todo = "Simplify the layout there, or try --converter libreoffice."
            problems.append(Problem(source, 0, f"«{lost}»", "This text is not in the PDF.", todo))
    return problems


def foreign_fonts(fonts: Sequence[str], allowed: frozenset[str]) -> list[str]:
    """Which of a PDF's fonts are not of an allowed family; a subset's six-letter tag is left out."""
    families = {font: re.sub(r"^[A-Z]{6}\+", "", font).partition("-")[0] for font in fonts}
    return sorted({re.sub(r"^[A-Z]{6}\+", "", font) for font, family in families.items() if family not in allowed})
