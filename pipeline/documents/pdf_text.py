"""The door to pdfium: reads the text of a PDF and where it stands on the page, and draws its pages."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from pipeline.documents import pdf_characters as signs
from pipeline.documents.font_file import Box, lacking_box

_ALIKE = 0.005
"""How far the edges of the same glyph may lie apart, as a share of the type size."""
_COLOURS = 64
_OCTREE = 2
"""Pillow's quick way to choose the colours of a picture."""
_KEPT: dict[tuple[str, int | None], tuple[bytes, PdfText]] = {}
"""The PDF read last in each way, still open; none while it is being read."""


class Rectangle(NamedTuple):
    """A place on a page, in points from its lower left corner."""

    page: int
    """From 0."""
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class FilledField:
    """A field of a form as the file stores it."""

    name: str
    value: str
    """Of a choice, what is stored and not what is shown; of a checkbox, its state."""
    ticked: bool
    place: Rectangle


class PdfText:
    """The text of an open PDF, or of its first pages."""

    def __init__(self, document: pypdfium2.PdfDocument, pages: list[pypdfium2.PdfPage] | None = None) -> None:
        """`pages` are those to be read, where they are loaded already."""
        self._document = document
        pages = pages or list(document)
        self._pages = [page.get_textpage() for page in pages]
        self.sizes = [page.get_size() for page in pages]
        self._characters: dict[int, str] = {}
        self._boxes: dict[int, list[Rectangle]] = {}
        self._windows: dict[tuple[int, int], Rectangle] = {}
        """Through what each of a page's text objects can be seen."""
        self._lacking: dict[int, Box | None] = {}
        """For each font, the edges of what it draws for signs that it lacks."""
        self._drawn: dict[tuple[int, int], bool] = {}
        """For each font and code point, whether it has a glyph."""

    def __len__(self) -> int:
        return len(self._pages)

    def close(self) -> None:
        """Frees the PDF; nothing can be read afterwards."""
        self._document.close()

    def page(self, number: int) -> str:
        """All text of a page, in the order in which it was drawn; pdfium marks a hyphen at a line's end with U+0002."""
        return str(self._pages[number].get_text_bounded()).replace("\x02", "-")

    def inside(self, place: Rectangle) -> str:
        """The text within a rectangle."""
        page = self._pages[place.page]
        return str(page.get_text_bounded(place.left, place.bottom, place.right, place.top)).strip()

    def find(self, text: str) -> list[Rectangle]:
        """Every place where `text` stands on one line."""
        return [place for number in range(len(self._pages)) for place in self._on_page(number, text)]

    def picture(self, page: int, scale: float) -> bytes:
        """A page, counted from 0, as a PNG of `scale` pixels to the point; few colours keep it small."""
        drawn = self._document[page].render(scale=scale).to_pil().quantize(_COLOURS, method=_OCTREE)
        target = io.BytesIO()
        drawn.save(target, "PNG")
        return target.getvalue()

    def small_picture(self, page: int, width: int) -> bytes:
        """A page, counted from 0, as a WebP of `width` pixels in about two kilobytes: to know it by its shape."""
        drawn = self._document[page].render(scale=width / self.sizes[page][0]).to_pil().convert("RGB")
        target = io.BytesIO()
        drawn.save(target, "WEBP", quality=30, method=6)
        return target.getvalue()

    def grey_rows(self, page: int, scale: float) -> list[bytes]:
        """The rows of a page's pixels, each pixel a byte from 0, black, to 255, white."""
        drawn = self._document[page].render(scale=scale, grayscale=True)
        content = bytes(drawn.buffer)
        return [content[start : start + drawn.width] for start in range(0, len(content), drawn.stride)]

    def marked(self) -> dict[tuple[int, int], str]:
        """The text of each piece of marked content, by its page from 0 and its id there (ISO 32000-1, 14.7.4.2)."""
        found: dict[tuple[int, int], str] = {}
        for number, texts in enumerate(self._pages):
            for position in range(raw.FPDFPage_CountObjects(texts.page.raw)):
                drawn = raw.FPDFPage_GetObject(texts.page.raw, position)
                identity = raw.FPDFPageObj_GetMarkedContentID(drawn)
                if identity >= 0 and raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_TEXT:
                    text = signs.string_of(raw.FPDFTextObj_GetText, drawn, texts.raw)
                    found[number, identity] = found.get((number, identity), "") + text
        return found

    def characters(self, page: int) -> str:
        """A page's characters in the order drawn, each at its index; those outside the page are among them."""
        if page not in self._characters:
            self._characters[page] = signs.all_characters(self._pages[page].raw)
        return self._characters[page]

    def box(self, page: int, index: int, *, loose: bool = False) -> Rectangle:
        """Where a character is drawn: as far as its ink reaches, or when loose, as high as its line."""
        edges = (
            signs.loose_box(self._pages[page].raw, index) if loose else signs.tight_box(self._pages[page].raw, index)
        )
        return Rectangle(page, *edges)

    def boxes(self, page: int) -> list[Rectangle]:
        """Where each character of a page is drawn, as far as its ink reaches."""
        if page not in self._boxes:
            self._boxes[page] = [self.box(page, index) for index in range(len(self.characters(page)))]
        return self._boxes[page]

    def window(self, page: int, index: int) -> Rectangle:
        """Through what a character can be seen: the page, or what the PDF cuts its text to."""
        drawn = raw.FPDFText_GetTextObject(self._pages[page].raw, index)
        key = page, ctypes.addressof(drawn.contents) if drawn else 0
        if key not in self._windows:
            path = raw.FPDFPageObj_GetClipPath(drawn) if drawn else None
            count = raw.FPDFClipPath_CountPaths(path) if path else 0
            edges = [(0.0, 0.0, *self.sizes[page]), *(signs.clip(path, number) for number in range(count))]
            lefts, bottoms, rights, tops = zip(*edges, strict=True)
            self._windows[key] = Rectangle(page, max(lefts), max(bottoms), min(rights), min(tops))
        return self._windows[key]

    def has_glyph(self, page: int, index: int) -> bool:
        """Whether the font draws the character, and not its sign for whatever it lacks; inserted blanks pass."""
        drawn = raw.FPDFText_GetTextObject(self._pages[page].raw, index)
        font = raw.FPDFTextObj_GetFont(drawn) if drawn else None
        if not font:
            return True
        sign = ctypes.addressof(font.contents), raw.FPDFText_GetUnicode(self._pages[page].raw, index)
        if sign not in self._drawn:
            self._drawn[sign] = self._draws(font, *sign)
        return self._drawn[sign] or signs.in_a_ligature(self._pages[page].raw, index, len(self.characters(page)))

    def _draws(self, font: Any, address: int, code: int) -> bool:
        if address not in self._lacking:
            self._lacking[address] = lacking_box(signs.font_file(font))
        shape, lacking = signs.shape_of(font, code), self._lacking[address]
        alike = shape and lacking and all(abs(one - other) < _ALIKE for one, other in zip(shape, lacking, strict=True))
        return bool(shape) and not alike

    def _on_page(self, number: int, text: str) -> Iterator[Rectangle]:
        page = self._pages[number]
        searcher = page.search(text, match_case=True)
        while found := searcher.get_next():
            boxes = [page.get_charbox(index) for index in range(found[0], found[0] + found[1])]
            yield Rectangle(
                number,
                left=min(box[0] for box in boxes),
                bottom=min(box[1] for box in boxes),
                right=max(box[2] for box in boxes),
                top=max(box[3] for box in boxes),
            )


@contextmanager
def open_text(pdf: bytes) -> Iterator[PdfText]:
    """Opens a PDF for reading. Raises pypdfium2.PdfiumError, a RuntimeError, when it is not a whole PDF."""
    with _kept_open(("as it is", None), pdf, lambda: PdfText(pypdfium2.PdfDocument(pdf))) as text:
        yield text


@contextmanager
def open_shown(pdf: bytes, first: int | None = None) -> Iterator[PdfText]:
    """Opens a PDF, or its `first` pages, as a reader sees it: what is filled into its fields is text and picture."""
    with _kept_open(("as shown", first), pdf, lambda: _read_shown(pdf, first)) as text:
        yield text


@contextmanager
def _kept_open(how: tuple[str, int | None], pdf: bytes, read: Callable[[], PdfText]) -> Iterator[PdfText]:
    """The PDF read last stays open, since steps that follow one another ask about the same one."""
    kept = _KEPT.pop(how, None)
    if kept and kept[0] != pdf:
        kept[1].close()
        kept = None
    text = kept[1] if kept else read()
    try:
        yield text
    finally:
        if other := _KEPT.pop(how, None):
            other[1].close()
        _KEPT[how] = pdf, text


def _read_shown(pdf: bytes, first: int | None) -> PdfText:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    return PdfText(document, _shown(document, first))


def _shown(document: pypdfium2.PdfDocument, first: int | None) -> list[pypdfium2.PdfPage]:
    """The pages with their fields and other annotations drawn onto them, which then are to be read anew."""
    pages = [document[number] for number in range(len(document))[:first]]
    for number, page in enumerate(pages if document.formenv else ()):
        if raw.FPDFPage_GetAnnotCount(page.raw):
            page.flatten()
            page.close()
            pages[number] = document[number]
    return pages


def filled_fields(pdf: bytes) -> list[FilledField]:
    """Every field of a form, page by page; none where there is no form."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        return [field for number in range(len(document)) for field in _fields(document, number)]
    finally:
        document.close()


def _fields(document: pypdfium2.PdfDocument, number: int) -> Iterator[FilledField]:
    page = document[number]
    for position in range(raw.FPDFPage_GetAnnotCount(page.raw) if document.formenv else 0):
        annotation = raw.FPDFPage_GetAnnot(page.raw, position)
        if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET:
            form, edges = document.formenv.raw, raw.FS_RECTF()
            raw.FPDFAnnot_GetRect(annotation, edges)
            name = signs.string_of(raw.FPDFAnnot_GetFormFieldName, form, annotation)
            value = signs.string_of(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
            place = Rectangle(number, edges.left, edges.bottom, edges.right, edges.top)
            yield FilledField(name, value, bool(raw.FPDFAnnot_IsChecked(form, annotation)), place)
        raw.FPDFPage_CloseAnnot(annotation)
