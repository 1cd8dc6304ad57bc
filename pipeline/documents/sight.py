"""Looks at characters of a PDF: whether each has a glyph, is not cut off and is not written over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.documents.geometry import area, common, lies_within, lines
from pipeline.documents.pdf_text import PdfText, Rectangle
from pipeline.documents.placed_text import Index

_SEEN = 0.75
"""The share of each character's box that must not be cut off."""
_COVERED = 0.3
"""The share of a character's box that another may cover, as letters set close do."""
_LIGATURE = 3
"""So many neighbours of a character may share its box, as in ffi drawn as one sign."""
_FIRST_TO_CHECK = "\x80"
"""Every font has the signs before this; two of them drawn as one have no glyph of their own."""
_ANY_HYPHEN = "\u2010\u2011"
"""Drawn as an ordinary hyphen where a font lacks them."""
_BAND = 6
"""The height of a band in points; only characters that share one are compared."""
_SHOWN = 60


@dataclass(frozen=True)
class Fault:
    """What is wrong with a value in the PDF, and what to do."""

    rule: str
    what: str
    todo: str

    def words(self, value: str) -> tuple[str, str]:
        """What is wrong with this value, and what to do about it."""
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN].rstrip()}…"
        return f"«{shown}» {self.what}", self.todo


NO_GLYPH = "Replace the sign, or use a font that has it."
CUT = Fault("clipped", "is cut off.", "Give it more room: a wider column, or a row or line of no fixed height.")
WRITTEN_OVER = Fault("clipped", "and other text are written over one another.", CUT.todo)


class Sight:
    """The characters of an open PDF, looked at page by page."""

    def __init__(self, pdf: PdfText) -> None:
        self._pdf = pdf
        self.characters, self.boxes = pdf.characters, pdf.boxes
        self._box = cache(pdf.box)
        self._by_band = cache(self._by_band_of)

    def faults(self, characters: Sequence[Index]) -> list[Fault]:
        """What is wrong with these characters of one page or more."""
        found = []
        missing = sorted({self.characters(page)[index] for page, index in characters if self._lacks(page, index)})
        if missing:
            signs = ", ".join(f"{one} (U+{ord(one):04X})" for one in missing)
            found.append(Fault("missing-glyph", f"has signs that its font cannot draw: {signs}.", NO_GLYPH))
        if any(self._is_cut(page, index) for page, index in characters):
            found.append(CUT)
        elif any(self._is_written_over(page, characters) for page in {page for page, _ in characters}):
            found.append(WRITTEN_OVER)
        return found

    def _lacks(self, page: int, index: int) -> bool:
        sign = self.characters(page)[index]
        return sign >= _FIRST_TO_CHECK and sign not in _ANY_HYPHEN and not self._pdf.has_glyph(page, index)

    def _is_cut(self, page: int, index: int) -> bool:
        box, window = self._box(page, index), self._pdf.window(page, index)
        return not lies_within(box, window) and common(box, window) < _SEEN * area(box)

    def _is_written_over(self, page: int, characters: Sequence[Index]) -> bool:
        own = [index for number, index in characters if number == page]
        around_own = {index + step for index in own for step in range(-_LIGATURE, _LIGATURE + 1)}
        boxes = [self._box(page, index) for index in own]
        for line in lines(boxes):
            if self._is_alone(line, around_own):
                continue
            near = {index for band in _bands(line) for index in self._by_band(page).get(band, ())} - around_own
            over = [box for box in (self._box(page, index) for index in near) if _meet(box, line)]
            if any(common(one, other) > _COVERED * area(one) for other in over for one in boxes):
                return True
        return False

    def _is_alone(self, line: Rectangle, known: set[int]) -> bool:
        """Whether nothing reaches into a line but what is known to stand there: so it is nearly always."""
        signs = self.characters(line.page)
        places = (index for index in sorted(known) if 0 <= index < len(signs))
        expected = "".join(signs[index] for index in places if _meet(self._box(line.page, index), line))
        return "".join(expected.split()) == "".join(self._pdf.inside(line).split())

    def _by_band_of(self, page: int) -> dict[int, list[int]]:
        """The characters that reach into each band of a page's height."""
        found: dict[int, list[int]] = {}
        for index, box in enumerate(self.boxes(page)):
            for band in _bands(box) if area(box) else ():
                found.setdefault(band, []).append(index)
        return found


def _meet(one: Rectangle, other: Rectangle) -> bool:
    """Whether two of a page have a place in common."""
    across = one.left < other.right and other.left < one.right
    return across and one.bottom < other.top and other.bottom < one.top


def _bands(box: Rectangle) -> range:
    return range(int(box.bottom // _BAND), int(box.top // _BAND) + 1)
