"""The door to pdfium: reads the text of a PDF and where it stands on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pypdfium2


@dataclass(frozen=True)
class Rectangle:
    """A place on a page, in points from its lower left corner."""

    page: int
    """From 0."""
    left: float
    bottom: float
    right: float
    top: float


class PdfText:
    """The text of an open PDF."""

    def __init__(self, document: pypdfium2.PdfDocument) -> None:
        self._pages = [page.get_textpage() for page in document]
        self.sizes = [page.get_size() for page in document]

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
