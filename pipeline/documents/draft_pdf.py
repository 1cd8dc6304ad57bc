"""Draws a large light UTKAST across every page of a PDF, and a yellow ground behind what is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.documents.geometry import lines
from pipeline.documents.pdf_objects import Overlay, PdfObjects
from pipeline.documents.pdf_text import PdfText, Rectangle, open_text
from pipeline.templating.form_text import Box, draw
from pipeline.templating.missing import BLANK

WORD = "UTKAST"
"""What a draft is called in both languages."""
_WIDTH, _HEIGHT, _TEXT = 44.0, 12.0, 34.0
"""The page that the word is drawn on in points, and about how much of it the word takes."""
_SHARE = 0.62
"""Of the page's diagonal."""


def drawn_as_draft(pdf: bytes, fields: Iterable[Rectangle], font: Path) -> bytes:
    """The PDF with the word on every page; `fields` are the places of what is missing beside those in its text.

    Both are artifacts, which a screen reader passes over (ISO 32000-2, 14.8.2.2).
    """
    word = draw([Box(WORD, WORD, _WIDTH, _HEIGHT, multiline=False)], font)
    with open_text(pdf) as text:
        sizes = text.sizes
        grounds = [*fields, *_blanks(text)]
    overlays = [_overlay(number, width, height, grounds) for number, (width, height) in enumerate(sizes)]
    with PdfObjects(pdf) as opened:
        opened.overlay(word, overlays)
        return opened.save()


def _overlay(page: int, width: float, height: float, grounds: list[Rectangle]) -> Overlay:
    """The word from the lower left to the upper right, its middle in the middle of the page."""
    angle, size = math.atan2(height, width), _SHARE * math.hypot(width, height) / _TEXT
    across, up = math.cos(angle) * size, math.sin(angle) * size
    middle_x, middle_y = _TEXT / 2, _HEIGHT / 2
    left = width / 2 - across * middle_x + up * middle_y
    bottom = height / 2 - up * middle_x - across * middle_y
    return Overlay((across, up, -up, across, left, bottom), tuple(one for one in grounds if one.page == page))


def _blanks(text: PdfText) -> Iterator[Rectangle]:
    for page in range(len(text)):
        for found in BLANK.finditer(text.characters(page)):
            signs = [index for index in range(*found.span()) if not text.characters(page)[index].isspace()]
            yield from lines(text.box(page, index, loose=True) for index in signs)
