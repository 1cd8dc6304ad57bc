"""A PDF's text in which every character can be traced back to its page and place, and its paragraphs be found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import accumulate

from pipeline.documents.body_text import pattern
from pipeline.documents.docx_text import bare
from pipeline.documents.pdf_text import PdfText

Index = tuple[int, int]
"""A page, from 0, and the index of a character on it."""


@dataclass(frozen=True)
class _Page:
    """A page's bare text, and for each of its characters the index of the character it comes from."""

    text: str
    indexes: tuple[Index, ...]

    def without(self, start: int, end: int) -> _Page:
        return _Page(self.text[:start] + self.text[end:], self.indexes[:start] + self.indexes[end:])


class PlacedText:
    """The running text of a PDF without its headers and footers, as BodyText joins it."""

    def __init__(self, pdf: PdfText, margins: Sequence[str]) -> None:
        """`margins` are the headers and footers, with a NUL character where a page number stands."""
        self._pages = [_page(pdf, number) for number in range(len(pdf))]
        patterns = [re.compile(pattern(margin)) for margin in margins]
        bodies = [_body(page, patterns) for page in self._pages]
        self.text = "".join(body.text for body in bodies)
        self.indexes = [index for body in bodies for index in body.indexes]

    def margins(self, shape: re.Pattern[str]) -> Iterator[list[list[Index]]]:
        """For each page with a header or footer of that shape, the characters of each group of the shape."""
        for page in self._pages:
            found = _margin(page, shape)
            if found:
                yield [list(page.indexes[slice(*found.span(group))]) for group in range(1, shape.groups + 1)]

    def paragraphs(self, texts: Sequence[str]) -> list[list[Index | None]]:
        """Where each character of each bare text is; None for those that the PDF lacks.

        The longest texts are found first and part the rest, so that a short one is looked for only between its
        neighbours; what stands there in another order, such as a footnote, is looked for in what is left over.
        """
        spans: list[tuple[int, int] | None] = [None] * len(texts)
        _find_between(texts, self.text, spans)
        _find_left_over(texts, self.text, spans)
        return [self._traced(text, number, spans) for number, text in enumerate(texts)]

    def _traced(self, text: str, number: int, spans: list[tuple[int, int] | None]) -> list[Index | None]:
        span = spans[number]
        if span:
            return list(self.indexes[span[0] : span[1]])
        start = max((one[1] for one in spans[:number] if one), default=0)
        end = min((one[0] for one in spans[number + 1 :] if one and one[0] >= start), default=len(self.text))
        found: list[Index | None] = [None] * len(text)
        for match in SequenceMatcher(None, text, self.text[start:end], autojunk=False).get_matching_blocks():
            for step in range(match.size):
                found[match.a + step] = self.indexes[start + match.b + step]
        return found


def _page(pdf: PdfText, number: int) -> _Page:
    signs = _signs(pdf.characters(number))
    pieces = list(map(_bare_sign, signs))
    starts = accumulate(map(len, signs), initial=0)
    found = [(number, start) for start, piece in zip(starts, pieces, strict=False) if piece]
    text = "".join(pieces)
    if len(found) < len(text):  # some signs stand for several letters, such as a ligature
        found = [place for place, piece in zip(found, filter(None, pieces), strict=True) for _ in piece]
    return _Page(text, tuple(found))


def _signs(text: str) -> list[str]:
    """Each letter with the accents that follow it, which only together have one code point."""
    if not any(map(_is_accent, set(text))):
        return list(text)
    signs: list[str] = []
    for letter in text:
        if signs and _is_accent(letter):
            signs[-1] += letter
        else:
            signs.append(letter)
    return signs


def _is_accent(letter: str) -> bool:
    return unicodedata.combining(letter) > 0


@cache
def _bare_sign(sign: str) -> str:
    return bare(sign)


def _margin(page: _Page, shape: re.Pattern[str]) -> re.Match[str] | None:
    """The header, which is drawn first, or the footer, which is drawn last."""
    found = list(shape.finditer(page.text))
    return (found[0] if found[0].start() == 0 else found[-1]) if found else None


def _body(page: _Page, margins: list[re.Pattern[str]]) -> _Page:
    for margin in margins:
        found = _margin(page, margin)
        if found:
            page = page.without(*found.span())
    return page


def _find_between(texts: Sequence[str], body: str, spans: list[tuple[int, int] | None]) -> None:
    """Finds the texts in their order, the longest of a stretch first."""
    stretches = [(0, len(texts), 0, len(body))]
    while stretches:
        first, last, start, end = stretches.pop()
        for number in sorted(range(first, last), key=lambda one: -len(texts[one])):
            place = _place(texts, number, first, body, (start, end))
            if place is not None:
                spans[number] = place
                stretches += [(first, number, start, place[0]), (number + 1, last, place[1], end)]
                break


def _place(texts: Sequence[str], number: int, first: int, body: str, within: tuple[int, int]) -> tuple[int, int] | None:
    """The occurrence of a text that has as many before it as there are texts like it before it in the stretch."""
    text = texts[number]
    before = sum(1 for one in texts[first:number] if one == text)
    place = body.find(text, *within)
    while place >= 0 and before:
        further = body.find(text, place + len(text), within[1])
        if further < 0:
            break
        place, before = further, before - 1
    if place < 0 or not text:
        return None
    place = _beside_neighbours(texts, number, first, body, (place, *within))
    return place, place + len(text)


def _beside_neighbours(texts: Sequence[str], number: int, first: int, body: str, within: tuple[int, int, int]) -> int:
    """Of the occurrences that overlap, that which leaves its neighbours whole: 18|8888 is not 1|8888|8.

    `within` is the first occurrence, and the stretch's start and end.
    """
    text, (place, start, end) = texts[number], within
    places = [place]
    while (further := body.find(text, places[-1] + 1, min(places[-1] + 2 * len(text) - 1, end))) >= 0:
        places.append(further)
    if len(places) == 1:
        return place
    earlier = [one for one in texts[first:number] if one]
    after = next((one for one in texts[number + 1 :] if one), "")
    expected = start + sum(map(len, earlier))

    def likeness(one: int) -> tuple[int, int]:
        whole = body.endswith(earlier[-1] if earlier else "", start, one) + body.startswith(after, one + len(text))
        return whole, -abs(one - expected)

    return max(places, key=likeness)


def _find_left_over(texts: Sequence[str], body: str, spans: list[tuple[int, int] | None]) -> None:
    """Finds texts out of order, where no other text is."""
    rest = list(body)
    for span in spans:
        if span:
            rest[slice(*span)] = "\0" * (span[1] - span[0])
    left = "".join(rest)
    for number, text in enumerate(texts):
        place = left.find(text) if text and spans[number] is None else -1
        if place >= 0:
            spans[number] = (place, place + len(text))
            left = left[:place] + "\0" * len(text) + left[place + len(text) :]
