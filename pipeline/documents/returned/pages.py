"""Finds the pages of an issued paper again in another file, and says where their text and pictures differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.documents.pdf_text import PdfText, Rectangle
from pipeline.documents.returned.pictures import SCALE, Difference, difference
from pipeline.documents.returned.verdict import PagePair, Region

_SHOWN = 12
"""Pairs of pages that a verdict shows at most."""
_TOLD = 3
"""Changes of a page's words that are told at most."""
_SHORT = 60
"""Signs of a change that are told."""
_LIKE = 0.5
"""From this share of words on, a page may be another one changed."""


@dataclass(frozen=True)
class TextChange:
    """Words of a page that are others now; either side may be empty."""

    before: str
    after: str


@dataclass(frozen=True)
class FoundPage:
    """A page of the issued paper and what stands for it; numbers count from 1."""

    number: int
    returned: int | None
    text: tuple[TextChange, ...] = ()
    picture: Difference | None = None
    """None where there is nothing to compare with, or no need to."""

    @property
    def looks_other(self) -> bool:
        """Whether a reader sees something else."""
        return self.picture is not None and bool(self.picture.regions)


def pages_in_place(issued: PdfText, returned: PdfText, spared: Sequence[Rectangle]) -> list[FoundPage]:
    """Each page beside the one with the same number, which must be the same but for the `spared` places."""
    found = []
    for number in range(len(issued)):
        if number >= len(returned):
            found.append(FoundPage(number + 1, None))
            continue
        here = [place for place in spared if place.page == number]
        picture = difference((issued, number), (returned, number), here, free_margins=False)
        found.append(FoundPage(number + 1, number + 1, picture=picture))
    return found


def pages_found_again(issued: PdfText, returned: PdfText, spared: Sequence[Rectangle]) -> list[FoundPage]:
    """Each page beside the one that has its text, with what differs where none has all of it."""
    befores = [issued.page(number) for number in range(len(issued))]
    afters = [returned.page(number) for number in range(len(returned))]
    found = []
    for number, place in enumerate(_places(befores, afters)):
        if place is None:
            found.append(FoundPage(number + 1, None))
            continue
        here = [one for one in spared if one.page == number]
        picture = difference((issued, number), (returned, place), here, free_margins=True)
        text = () if _holds(afters[place], befores[number]) else tuple(_changes(befores[number], afters[place]))
        found.append(FoundPage(number + 1, place + 1, text, picture))
    return found


def _places(befores: Sequence[str], afters: Sequence[str]) -> list[int | None]:
    """For each page the one that holds all of its text, behind the one before if there is such; or else the likest."""
    places: list[int | None] = []
    last = -1
    for before in befores:
        holding = [number for number, after in enumerate(afters) if _holds(after, before) and number not in places]
        place = next((number for number in holding if number > last), holding[0] if holding else None)
        places.append(place)
        last = last if place is None else place
    for number, place in enumerate(places):
        if place is None:
            places[number] = _likest(number, befores, afters, places)
    return places


def _likest(number: int, befores: Sequence[str], afters: Sequence[str], places: Sequence[int | None]) -> int | None:
    """The page that nobody has claimed with the most of a page's words, if it has enough."""
    free = [place for place in range(len(afters)) if place not in places]
    shares = {place: shared_words(befores[number], afters[place]) for place in free}
    best = max(free, key=lambda place: shares[place], default=None)
    return best if best is not None and shares[best] >= _LIKE else None


def shared_words(before: str, after: str) -> float:
    """The share of a text's words that another has, each as often."""
    wanted = Counter(before.split())
    return sum((wanted & Counter(after.split())).values()) / max(1, sum(wanted.values()))


def _holds(after: str, before: str) -> bool:
    """Whether a page has another's text, without a break; a header and a footer may come before and after it."""
    return _folded(before) in _folded(after)


def _folded(text: str) -> str:
    return "".join(text.split())


def _changes(before: str, after: str) -> Iterator[TextChange]:
    old, new = before.split(), after.split()
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for _, start, end, from_, to in [code for code in codes if code[0] != "equal"][:_TOLD]:
        around = (
            1 if start < end and from_ < to else 0
        )  # a word on each side tells where; what is new or gone has a place
        yield TextChange(
            _shortened(old[max(0, start - around) : end + around]),
            _shortened(new[max(0, from_ - around) : to + around]),
        )


def _shortened(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rstrip()} …"


def added_lines(issued: PdfText, returned: PdfText, pages: Sequence[FoundPage]) -> list[str]:
    """The lines that stand on found pages and not on the issued ones, each once."""
    lines: dict[str, None] = {}
    for page in pages:
        if page.returned is not None:
            old = _folded(issued.page(page.number - 1))
            for line in returned.page(page.returned - 1).splitlines():
                if line.strip() and _folded(line) not in old:
                    lines[_shortened(line.split())] = None
    return list(lines)


def pairs(issued: PdfText, returned: PdfText, pages: Sequence[FoundPage]) -> tuple[PagePair, ...]:
    """Found pages as pictures side by side, with marks where they differ; not more than somebody looks at."""
    return tuple(
        PagePair(
            numbers=(page.number, page.returned),
            pictures=(
                issued.picture(page.number - 1, SCALE),
                None if page.returned is None else returned.picture(page.returned - 1, SCALE),
            ),
            regions=_marks(page),
        )
        for page in pages[:_SHOWN]
    )


def strangers(returned: PdfText, numbers: Sequence[int]) -> tuple[PagePair, ...]:
    """Pages that stand for none of the issued ones."""
    return tuple(PagePair((None, one), (None, returned.picture(one - 1, SCALE))) for one in numbers[:_SHOWN])


def _marks(page: FoundPage) -> tuple[Region, ...]:
    return () if page.picture is None or page.picture.is_redrawn else page.picture.regions
