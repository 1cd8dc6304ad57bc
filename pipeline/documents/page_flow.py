"""Foresees how pages fill after an earlier page break, and before which groups they will have to be broken then.

It never has to be right: what it foresees is compared with the next layout. So it stops where a point or two would
tell whether a group fits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from pipeline.documents.blocks import Block, Frame

_DOUBT = 2.0
"""How far the foot of a page may be from where it is thought to be."""
_ALIKE = 1.0
"""How far a unit may stand from where it was foreseen."""
_BREAKING = 1.0
"""The height of the paragraph that breaks the page before a table."""
_STOP = -1


@dataclass
class Foreseen:
    """Where pages will have to be broken, and where the units will stand then: on which page, how high."""

    breaks: list[etree._Element] = field(default_factory=list)
    places: dict[etree._Element, tuple[int, float]] = field(default_factory=dict)

    def trusted(self, blocks: list[Block]) -> int:
        """How many of the breaks the layout of these blocks bears out: those before the first unit elsewhere."""
        trusted = 0
        for block in blocks:
            if block.unit.element in self.breaks:
                trusted += 1
            page, top = self.places.get(block.unit.element, (block.page, block.top))
            if page != block.page or abs(top - block.top) > _ALIKE:
                return trusted
        return len(self.breaks)


@dataclass(frozen=True)
class _End:
    """The first block that does not fit on a page, and how many of its lines do, earlier pages' among them."""

    block: int
    lines: int
    broken: bool = False
    """Whether the page is broken there, and not full."""


class PageFlow:
    """The blocks of a layout, to be laid out anew."""

    def __init__(self, blocks: list[Block], frame: Frame) -> None:
        self.blocks, self._frame = blocks, frame

    def foresee(self, first: int, broken: frozenset[etree._Element], taken_back: frozenset[etree._Element]) -> Foreseen:
        """What follows from a page break before a block.

        Before the `broken` no other break is needed; those `taken_back` began a page only because it was broken.
        """
        start, page = _End(first, 0, broken=True), self.blocks[first].page
        page += bool(first and self.blocks[first - 1].page == page)
        foreseen = Foreseen([self.blocks[first].unit.element])
        while start.block < len(self.blocks):
            end, places = self._page(start, 0.0, taken_back)
            foreseen.places.update({element: (page, top) for element, top in places.items()})
            known = broken.union(foreseen.breaks)
            ends = [self._page(start, doubt, taken_back)[0] for doubt in (-_DOUBT, 0.0, _DOUBT)]
            groups = {self._torn(start, one, known) for one in ends}
            if len(groups) > 1 or _STOP in groups:
                break
            group = groups.pop()
            if group is not None:
                foreseen.breaks.append(self.blocks[group].unit.element)
            start, page = end if group is None else _End(group, 0, broken=True), page + 1
        return foreseen

    def _page(
        self, start: _End, doubt: float, taken_back: frozenset[etree._Element]
    ) -> tuple[_End, dict[etree._Element, float]]:
        """Where a page ends, were it so much longer, and the heights of the blocks that begin on it."""
        places: dict[etree._Element, float] = {}
        top = self._top(start)
        foot = self._frame.bottom - doubt
        for number in range(start.block, len(self.blocks)):
            block, done = self.blocks[number], start.lines if number == start.block else 0
            foot -= block.doubt * _sign(doubt) if number > start.block else 0
            if number > start.block and self._begins_page(number, doubt, taken_back):
                return _End(number, 0, broken=True), places
            bottom = top - block.height + done * block.pitch
            lowest = foot + block.foot - block.foot_doubt * _sign(doubt)
            if bottom < lowest:
                lines = done + _lines_that_fit(block, done, top - lowest)
                if number == start.block and lines == done:
                    return _End(number + 1, 0), places
                if lines:
                    places[block.unit.element] = top
                    return _End(number, lines), places
                return self._before_headings(start.block, number), places
            if not done:
                places[block.unit.element] = top
            top = bottom - (self.blocks[number + 1].gap if number + 1 < len(self.blocks) else 0)
        return _End(len(self.blocks), 0), places

    def _top(self, start: _End) -> float:
        """How high the first block of a page stands; where the document itself breaks the page, as it was measured."""
        first = self.blocks[start.block]
        if start.broken and first.is_told_to:
            return first.top
        top = self._frame.top - first.padding - self._repeated(start.block)
        return top - ((_BREAKING if first.unit.is_row else first.unit.space_before) if start.broken else 0)

    def _torn(self, start: _End, end: _End, known: frozenset[etree._Element]) -> int | None:
        """The first block of the group that the end of a page tears; _STOP where that begins on an earlier page."""
        blocks = self.blocks
        if end.block >= len(blocks) or end.block < start.block:
            return None
        torn = end.block if end.lines else end.block - 1
        unit = blocks[torn].unit
        if not (unit.keeps_lines if end.lines else unit.keeps_with_next):
            return None
        if torn == start.block and start.lines:
            return None if end.lines else _STOP
        first = start.block + bool(start.lines)
        while torn > first and blocks[torn - 1].unit.keeps_with_next:
            torn -= 1
        unit = blocks[torn].unit
        return None if unit.element in known or not unit.can_begin_a_page else torn

    def _before_headings(self, start: int, number: int) -> _End:
        """The end of a page before a block; the engine leaves no heading rows there without a row under them."""
        end = number
        while end > start and self.blocks[number].unit.is_row and self.blocks[end - 1].unit.is_repeated:
            end -= 1
        return _End(end if end > start else number, 0)

    def _begins_page(self, number: int, doubt: float, taken_back: frozenset[etree._Element]) -> bool:
        """Whether a page is broken before a block; where the document does not say so, that is in doubt."""
        block = self.blocks[number]
        return block.begins_page and block.unit.element not in taken_back and (block.is_told_to or doubt <= 0)

    def _repeated(self, number: int) -> float:
        """The height of the heading rows that a table repeats above a row with which a page begins."""
        unit, height = self.blocks[number].unit, 0.0
        if not unit.is_row or unit.can_begin_a_page:
            return height
        table = unit.element.getparent()
        for before in range(number - 1, -1, -1):
            block = self.blocks[before]
            if block.unit.element.getparent() is not table:
                break
            if block.unit.is_repeated:
                height += block.height + self.blocks[before + 1].gap
        return height


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _lines_that_fit(block: Block, done: int, room: float) -> int:
    """How many of a paragraph's remaining lines stay on a page: as a rule no single one on either side of its end."""
    left = block.lines - done
    if left < 2 or block.unit.is_row:
        return 0
    line = block.height - (block.lines - 1) * block.pitch
    fit = min(left - (1 if block.last_may_part else 2), int((room - line) // block.pitch) + 1)
    return fit if fit >= (1 if done or block.first_may_part else 2) else 0
