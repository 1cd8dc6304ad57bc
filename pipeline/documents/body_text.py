"""The running text of a PDF: its pages joined, without the headers and footers that interrupt paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from pipeline.documents.docx_text import bare
from pipeline.documents.pdf_text import PdfText


class BodyText:
    """A PDF's text as `bare` compares it, with the page on which each character stands."""

    def __init__(self, pdf: PdfText, margins: Sequence[str]) -> None:
        """`margins` are the headers and footers, with a NUL character where a page number stands."""
        self.pages = [bare(pdf.page(number)) for number in range(len(pdf))]
        patterns = [re.compile(pattern(margin)) for margin in margins]
        bodies = [_without(page, patterns) for page in self.pages]
        self.text = "".join(bodies)
        self._starts = [0, *accumulate(len(body) for body in bodies)][:-1]

    def page(self, position: int) -> int:
        """The page, from 0, of a position in the text."""
        return bisect_right(self._starts, position) - 1

    def place(self, text: str, start: int) -> tuple[int, int] | None:
        """Where a bare text begins and ends, at or after a position; None when it is not there."""
        found = self.text.find(text, start)
        return None if found < 0 else (found, found + len(text))


def pattern(text: str) -> str:
    """A regular expression for the bare form of a text; each NUL stands for a page number."""
    return r"\d+".join(re.escape(bare(piece)) for piece in text.split("\0"))


def _without(page: str, margins: list[re.Pattern[str]]) -> str:
    """The page without its header, which is drawn first, and its footer, which is drawn last."""
    for margin in margins:
        places = [match.span() for match in margin.finditer(page)]
        if places:
            start, end = places[0] if places[0][0] == 0 else places[-1]
            page = page[:start] + page[end:]
    return page
