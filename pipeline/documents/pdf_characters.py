"""The door to pdfium for the characters of a page: which they are, where they stand, and the shapes that draw them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from typing import Any

import pypdfium2
from pypdfium2 import raw

from pipeline.documents.font_file import Box

_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})
"""What pdfium gives for a hyphen at the end of a line: one by one, and all at once."""
_USUAL = 256
"""How many units of UTF-16 there is room for at first."""
_LEFT, _RIGHT, _BOTTOM, _TOP = (ctypes.c_double() for _ in range(4))
_EDGES = [ctypes.byref(edge) for edge in (_LEFT, _RIGHT, _BOTTOM, _TOP)]
_RECTANGLE = raw.FS_RECTF()
"""What pdfium writes the edges of a character into; made once, since a paper asks for thousands."""


def all_characters(page: Any) -> str:
    """The characters of a page of text, each at its index.

    pdfium gives them all at once where each is one unit of UTF-16, and else one by one.
    """
    count = raw.FPDFText_CountChars(page)
    units = (ctypes.c_ushort * (count + 1))()
    raw.FPDFText_GetText(page, 0, count, units)
    text = bytes(units)[: 2 * count].decode("utf-16-le", "replace")
    if len(text) != count or "\0" in text or "\ufffd" in text:
        text = "".join(chr(raw.FPDFText_GetUnicode(page, index)) for index in range(count))
    return text.translate(_HYPHENS)


def tight_box(page: Any, index: int) -> Box:
    """Where a character of a page of text is drawn, as far as its ink reaches. Raises pypdfium2.PdfiumError."""
    if not raw.FPDFText_GetCharBox(page, index, *_EDGES):
        raise pypdfium2.PdfiumError("A character has no place.")
    return _LEFT.value, _BOTTOM.value, _RIGHT.value, _TOP.value


def in_a_ligature(page: Any, index: int, count: int) -> bool:
    """Whether one glyph draws a character together with its neighbour, as Carlito's for tï: they are at one place."""
    own = tight_box(page, index)
    return any(tight_box(page, one) == own for one in (index - 1, index + 1) if 0 <= one < count)


def loose_box(page: Any, index: int) -> Box:
    """Where a character of a page of text is drawn, as high as its line. Raises pypdfium2.PdfiumError."""
    if not raw.FPDFText_GetLooseCharBox(page, index, _RECTANGLE):
        raise pypdfium2.PdfiumError("A character has no place.")
    return _RECTANGLE.left, _RECTANGLE.bottom, _RECTANGLE.right, _RECTANGLE.top


def string_of(read: Callable[..., int], *of: Any) -> str:
    """A string that pdfium gives in UTF-16, with its length; asked for again where it is a long one."""
    buffer = (ctypes.c_ushort * _USUAL)()
    length = read(*of, buffer, _USUAL * 2)
    if length > _USUAL * 2:
        buffer = (ctypes.c_ushort * length)()
        read(*of, buffer, length)
    return bytes(buffer)[:length].decode("utf-16-le").rstrip("\0")


def font_file(font: Any) -> bytes:
    """The font as the PDF embeds it; empty where it does not."""
    length = ctypes.c_size_t()
    raw.FPDFFont_GetFontData(font, None, 0, length)
    buffer = (ctypes.c_uint8 * length.value)()
    raw.FPDFFont_GetFontData(font, buffer, length.value, length)
    return bytes(buffer)


def shape_of(font: Any, code: int) -> Box | None:
    """The edges of the glyph that a font draws for a code point; None where it knows none."""
    path = raw.FPDFFont_GetGlyphPath(font, code, 1.0)
    count = raw.FPDFGlyphPath_CountGlyphSegments(path) if path else 0
    return _edges(raw.FPDFGlyphPath_GetGlyphPathSegment(path, number) for number in range(count)) if path else None


def clip(path: Any, number: int) -> Box:
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
