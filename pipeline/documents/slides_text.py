"""Reads from a merged .pptx what its PDF must show: each slide's paragraphs, and which of them are titles."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pipeline.documents.docx_text import paragraph_text
from pipeline.templating.office_archive import unpacked
from pipeline.templating.office_format import FORMATS, is_notes
from pipeline.templating.places import W

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_TITLES = {"title", "ctrTitle"}


@dataclass(frozen=True)
class SlideParagraph:
    """A paragraph that a slide shows, with a NUL character where the slide's number stands."""

    text: str
    role: str
    """Its tag in the PDF: H1 for the title of the first slide, H2 for that of the others, else P."""


def slide_paragraphs(pptx: bytes) -> tuple[SlideParagraph, ...]:
    """The paragraphs of all slides in their order; notes are for the one who speaks and not among them."""
    members = unpacked(pptx)
    found: list[SlideParagraph] = []
    slides = FORMATS["pptx"]
    for part in slides.texts(members):
        if not is_notes(part):
            title = "H2" if found else "H1"
            for paragraph in etree.fromstring(slides.opened(part, members)).iter(f"{W}p"):
                text = paragraph_text(paragraph)
                if text.strip():
                    found.append(SlideParagraph(text, title if _is_title(paragraph) else "P"))
    return tuple(found)


def _is_title(paragraph: etree._Element) -> bool:
    shape = next(paragraph.iterancestors(f"{_P}sp"), None)
    marks = [] if shape is None else list(shape.iterfind(f"{_P}nvSpPr/{_P}nvPr/{_P}ph"))
    return any(mark.get("type") in _TITLES for mark in marks)
