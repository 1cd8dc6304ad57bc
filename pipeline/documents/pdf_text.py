"""The door to pdfium: reads the text of a PDF and where it stands on the page, and draws its pages."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2
from pypdfium2 import raw

from pipeline.documents.font_file import Box, lacking_box

_ALIKE = 0.005
"""How far the edges of the same glyph may lie apart, as a share of the type size."""
_COLOURS = 64
_OCTREE = 2
"""Pillow's quick way to choose the colours of a picture."""


@dataclass(frozen=True)
class Rectangle:
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

    def __init__(self, document: pypdfium2.PdfDocument, first: int | None = None) -> None:
        self._document = document
        pages = [document[number] for number in range(len(document))[:first]]
        self._pages = [page.get_textpage() for page in pages]
        self.sizes = [page.get_size() for page in pages]
        self._characters: dict[int, str] = {}
        self._clips: dict[tuple[int, int], list[Box]] = {}
        """What each of a page's text objects is cut to."""
        self._lacking: dict[int, Box | None] = {}
        """For each font, the edges of what it draws for signs that it lacks."""

    def __len__(self) -> int:
        return len(self._pages)

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
                    text = _string(raw.FPDFTextObj_GetText, drawn, texts.raw)
                    found[number, identity] = found.get((number, identity), "") + text
        return found

    def characters(self, page: int) -> str:
        """A page's characters in the order drawn, each at its index; those outside the page are among them."""
        if page not in self._characters:
            read, text = raw.FPDFText_GetUnicode, self._pages[page]
            codes = [read(text.raw, index) for index in range(text.count_chars())]
            self._characters[page] = "".join(map(chr, codes)).replace("\x02", "-")
        return self._characters[page]

    def box(self, page: int, index: int, *, loose: bool = False) -> Rectangle:
        """Where a character is drawn: as far as its ink reaches, or when loose, as high as its line."""
        return Rectangle(page, *self._pages[page].get_charbox(index, loose=loose))

    def window(self, page: int, index: int) -> Rectangle:
        """Through what a character can be seen: the page, or what the PDF cuts its text to."""
        edges = [(0.0, 0.0, *self.sizes[page])]
        drawn = raw.FPDFText_GetTextObject(self._pages[page].raw, index)
        address = ctypes.addressof(drawn.contents) if drawn else 0
        if (page, address) not in self._clips:
            path = raw.FPDFPageObj_GetClipPath(drawn) if drawn else None
            count = raw.FPDFClipPath_CountPaths(path) if path else 0
            self._clips[page, address] = [_clip(path, number) for number in range(count)]
        edges += self._clips[page, address]
        left, bottom = max(edge[0] for edge in edges), max(edge[1] for edge in edges)
        return Rectangle(page, left, bottom, min(edge[2] for edge in edges), min(edge[3] for edge in edges))

    def has_glyph(self, page: int, index: int) -> bool:
        """Whether the font draws the character, and not its sign for whatever it lacks; inserted blanks pass."""
        drawn = raw.FPDFText_GetTextObject(self._pages[page].raw, index)
        font = raw.FPDFTextObj_GetFont(drawn) if drawn else None
        if not font:
            return True
        address = ctypes.addressof(font.contents)
        if address not in self._lacking:
            self._lacking[address] = lacking_box(_font_file(font))
        shape = _shape(font, raw.FPDFText_GetUnicode(self._pages[page].raw, index))
        lacking = self._lacking[address]
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
    document = pypdfium2.PdfDocument(pdf)
    try:
        yield PdfText(document)
    finally:
        document.close()


@contextmanager
def open_shown(pdf: bytes, first: int | None = None) -> Iterator[PdfText]:
    """Opens a PDF, or its `first` pages, as a reader sees it: what is filled into its fields is text and picture."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        document.init_forms()
        for number in range(len(document))[:first] if document.formenv else ():
            page = document[number]
            page.flatten()
            page.close()
        yield PdfText(document, first)
    finally:
        document.close()


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
            name = _string(raw.FPDFAnnot_GetFormFieldName, form, annotation)
            value = _string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
            place = Rectangle(number, edges.left, edges.bottom, edges.right, edges.top)
            yield FilledField(name, value, bool(raw.FPDFAnnot_IsChecked(form, annotation)), place)
        raw.FPDFPage_CloseAnnot(annotation)


def _string(read: Callable[..., int], *of: Any) -> str:
    """A string that pdfium gives in UTF-16 once it has told its length."""
    length = read(*of, None, 0)
    buffer = ctypes.create_string_buffer(length)
    read(*of, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[:length].decode("utf-16-le").rstrip("\0")


def _font_file(font: Any) -> bytes:
    """The font as the PDF embeds it; empty where it does not."""
    length = ctypes.c_size_t()
    raw.FPDFFont_GetFontData(font, None, 0, length)
    buffer = (ctypes.c_uint8 * length.value)()
    raw.FPDFFont_GetFontData(font, buffer, length.value, length)
    return bytes(buffer)


def _shape(font: Any, code: int) -> Box | None:
    """The edges of the glyph that a font draws for a code point; None where it knows none."""
    path = raw.FPDFFont_GetGlyphPath(font, code, 1.0)
    count = raw.FPDFGlyphPath_CountGlyphSegments(path) if path else 0
    return _edges(raw.FPDFGlyphPath_GetGlyphPathSegment(path, number) for number in range(count)) if path else None


def _clip(path: Any, number: int) -> Box:
    """The edges of one of the paths that text is cut to."""
    count = raw.FPDFClipPath_CountPathSegments(path, number)
    return _edges(raw.FPDFClipPath_GetPathSegment(path, number, position) for position in range(count))


def _edges(segments: Iterable[Any]) -> Box:
    points = []
    for segment in segments:
        across, up = ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, across, up)
        points.append((across.value, up.value))
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return (min(xs), min(ys), max(xs), max(ys)) if points else (0.0, 0.0, 0.0, 0.0)
