"""The door to reportlab: draws the values of form fields with an embedded font, or says which do not fit."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

LARGEST, SMALLEST = 10.0, 6.0
"""Sizes in points between which a text is shrunk until it fits."""
_MARGIN = 2.0
_LEADING = 1.2


@dataclass(frozen=True)
class Box:
    """A text and the room it has, in points."""

    name: str
    text: str
    width: float
    height: float
    multiline: bool


@dataclass(frozen=True)
class Misfit:
    """A text that cannot be drawn, and why."""

    name: str
    what: str
    todo: str


class FormTextError(Exception):
    """Some texts cannot be drawn; `misfits` are all of them."""

    def __init__(self, misfits: list[Misfit]) -> None:
        super().__init__()
        self.misfits = misfits


def draw(boxes: list[Box], font: Path) -> bytes:
    """A PDF with a page for each text, as large as its box, in `font` at 10 points or shrunk to at least 6.

    Raises FormTextError with every text that does not fit.
    """
    face = _registered(font)
    laid_out = [_lay_out(box, face) for box in boxes]
    misfits = [one for one in laid_out if isinstance(one, Misfit)]
    if misfits:
        raise FormTextError(misfits)
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1, initialFontName=face)  # type: ignore[arg-type]  # the stub says float
    for box, lines in zip(boxes, laid_out, strict=True):
        if not isinstance(lines, Misfit):
            _draw_page(canvas, box, lines, face)
    canvas.save()
    return target.getvalue()


@dataclass(frozen=True)
class _Lines:
    size: float
    lines: tuple[str, ...]


def _lay_out(box: Box, face: str) -> _Lines | Misfit:
    glyphs = pdfmetrics.getFont(face).face.charToGlyph  # type: ignore[attr-defined]  # a TTFont, by _registered
    missing = sorted({character for character in box.text if character != "\n" and ord(character) not in glyphs})
    if missing:
        what = f"The font {face} has no glyph for {', '.join(f'{one} (U+{ord(one):04X})' for one in missing)}."
        return Misfit(box.name, what, "Replace the character.")
    size = LARGEST
    while size >= SMALLEST:
        lines = _lines(box, face, size)
        if lines is not None:
            return _Lines(size, lines)
        size -= 0.5
    length = len(box.text)
    what = f"The text of {length} characters does not fit, even at {SMALLEST:g} points."
    return Misfit(box.name, what, "Shorten it.")


def _lines(box: Box, face: str, size: float) -> tuple[str, ...] | None:
    """The lines at a size, or None when they need more room than there is."""
    width, height = box.width - 2 * _MARGIN, box.height - _MARGIN
    wrapped = simpleSplit(box.text, face, size, width) if box.multiline else [box.text.replace("\n", " ")]
    fits = all(pdfmetrics.stringWidth(line, face, size) <= width for line in wrapped)
    return tuple(wrapped) if fits and len(wrapped) * size * _LEADING <= max(height, size * _LEADING) else None


def _draw_page(canvas: Canvas, box: Box, text: _Lines, face: str) -> None:
    canvas.setPageSize((box.width, box.height))
    canvas.setFont(face, text.size)
    middle = (box.height - text.size) / 2 + text.size * 0.22
    line_height = text.size * _LEADING
    top = box.height - _MARGIN - text.size * 0.8 if box.multiline else middle
    for number, line in enumerate(text.lines):
        canvas.drawString(_MARGIN, top - number * line_height, line)
    canvas.showPage()


@lru_cache
def _registered(font: Path) -> str:
    pdfmetrics.registerFont(TTFont(font.stem, str(font)))
    return font.stem
