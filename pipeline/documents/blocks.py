"""Measures in a laid out PDF how high each paragraph and table row is and how far it stands from the one before."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from lxml import etree

from pipeline.documents.docx_text import bare
from pipeline.documents.line_breaks import begins_with_break, breaks_after, ends_with_break
from pipeline.documents.numbering import W
from pipeline.documents.pdf_text import PdfText
from pipeline.documents.placed_text import Index, PlacedText
from pipeline.documents.units import Unit

_LEADING = 0.274
"""What a line has above its letters, as a share of their height, with the fonts that set-up brings."""
_PITCH = 1.5
"""The distance of lines, as a share of their height, where no paragraph shows it."""
_UNEVEN = 1.25
"""How much further apart than others lines may stand that have signs of another font."""
_ROW_PADDING = 4.2
_BY_STYLE, _GUESSED = 0.5, 60.0
"""How far a gap may be wrong that was taken from others of the same styles, or from anywhere."""
_ROOM = 30.0
"""What is left empty at the foot of a page only if the page was broken there."""
_Style = tuple[str, str]
_Pair = tuple[_Style, _Style, int]


@dataclass(frozen=True)
class Block:
    """A unit as it was measured, in points; "letters" reach from the top of the first line to the foot of the last."""

    unit: Unit
    page: int
    top: float
    bottom: float
    height: float
    """Of its letters, were they on one page."""
    lines: int
    pitch: float
    first_may_part: bool = False
    """Whether its first line may stand alone at the foot of a page, as it may before an empty one."""
    last_may_part: bool = False
    """Whether its last line may stand alone at the top of a page, as it may after an empty one."""
    padding: float = 0.0
    """What it has above its letters at the top of a page."""
    foot: float = 0.0
    """What it has below its letters at the foot of a page."""
    gap: float = 0.0
    """From the letters of the unit before to its own, were they on one page."""
    doubt: float = 0.0
    """How far the gap may be wrong."""
    foot_doubt: float = 0.0
    """How far that may be wrong."""
    begins_page: bool = False
    """Whether the page was broken before it, as it seems, and not because it was full."""
    is_told_to: bool = False
    """Whether the document says so."""

    @property
    def style(self) -> _Style:
        """What units that look alike have in common."""
        style = self.unit.element.find(f".//{W}pPr/{W}pStyle")
        return str(self.unit.element.tag), "" if style is None else str(style.get(f"{W}val"))


@dataclass(frozen=True)
class Frame:
    """Between which heights a page holds its body."""

    top: float
    bottom: float


def measured(pdf: PdfText, text: PlacedText, units: list[Unit], frame: Frame) -> list[Block]:
    """The units as blocks, each with the gap to the one before it."""
    blocks = [_row(pdf, text, unit) if unit.is_row else _paragraph(pdf, text, unit) for unit in units]
    paddings, gaps = _paddings(blocks, frame), _gaps(blocks)
    done: list[Block] = []
    for block in blocks:
        done.append(_after(done[-1] if done else None, _padded(block, paddings, gaps), gaps, frame))
    return done


@dataclass(frozen=True)
class _Line:
    """A line that is not empty."""

    page: int
    top: float
    breaks: int
    """How many line breaks end it: more than one make empty lines."""


def _paragraph(pdf: PdfText, text: PlacedText, unit: Unit) -> Block:
    start, end = min(unit.spans)[0], max(span[1] for span in unit.spans)
    first, last = (pdf.box(*text.indexes[one], loose=True) for one in (start, end - 1))
    lines = _lines(pdf, unit, text.indexes[start:end])
    letters = first.top - first.bottom
    steps = [(one.top - other.top) / max(1, one.breaks) for one, other in pairwise(lines) if one.page == other.page]
    steps = [step for step in steps if step > 0]
    pitch = median([step for step in steps if step < min(steps) * _UNEVEN] or [letters * _PITCH])
    height = lines[-1].top - last.bottom
    for one, other in pairwise(lines):
        height += one.top - other.top if one.page == other.page else max(1, one.breaks) * pitch
    return Block(
        *(unit, first.page, first.top, last.bottom, height, 1 + max(0, round((height - letters) / pitch)), pitch),
        first_may_part=lines[0].breaks > 1,
        last_may_part=len(lines) > 1 and lines[-2].breaks > 1,
    )


def _lines(pdf: PdfText, unit: Unit, indexes: list[Index]) -> list[_Line]:
    lines, signs = [], 0
    for begin, finish in _on_pages(indexes):
        page, first = begin
        for found in re.finditer(r"\S.*", pdf.characters(page)[first : finish[1] + 1]):
            signs += len(bare(found[0]))
            top = pdf.box(page, first + found.start(), loose=True).top
            lines.append(_Line(page, top, breaks_after(unit.element, signs)))
    return lines


def _on_pages(indexes: list[Index]) -> list[tuple[Index, Index]]:
    """The first and the last character on each page."""
    pages: dict[int, list[Index]] = defaultdict(list)
    for index in indexes:
        pages[index[0]].append(index)
    return [(min(found), max(found)) for found in pages.values()]


def _row(pdf: PdfText, text: PlacedText, unit: Unit) -> Block:
    """A row; what its other cells hold may have been found too early, so its end is the lowest."""
    top = pdf.box(*text.indexes[unit.spans[0][0]], loose=True)
    ends = [pdf.box(*text.indexes[end - 1], loose=True) for _, end in unit.spans]
    bottom = (
        min(end.bottom for end in ends if end.page == top.page) if top.page in {e.page for e in ends} else top.bottom
    )
    return Block(unit, top.page, top.top, bottom, top.top - bottom, 1, 0.0)


def _line(block: Block) -> float:
    return block.height - (block.lines - 1) * block.pitch


def _last_page(block: Block) -> int:
    return block.page if block.unit.is_row else block.unit.last_page


def _pair(before: Block, block: Block) -> _Pair:
    """The styles of two neighbours, and how many empty paragraphs, pictures or rows are between them."""
    return before.style, block.style, len(_between(before, block))


def _between(before: Block, block: Block) -> list[etree._Element]:
    """What stands between two units and shows no text."""
    ends = {before.unit.element, *before.unit.element.iterancestors()}
    found: list[etree._Element] = []
    for element in (block.unit.element, *block.unit.element.iterancestors()):
        for sibling in element.itersiblings(f"{W}p", f"{W}tr", f"{W}tbl", preceding=True):
            if sibling in ends:
                return found
            found.append(sibling)
    return found


def _gaps(blocks: list[Block]) -> dict[_Pair, float]:
    """The usual gap between neighbours that are alike."""
    found = defaultdict(list)
    for before, block in pairwise(blocks):
        if _last_page(before) == block.page and before.bottom > block.top:
            found[_pair(before, block)].append(before.bottom - block.top)
    return {pair: median(gaps) for pair, gaps in found.items()}


def _paddings(blocks: list[Block], frame: Frame) -> dict[_Style, float]:
    """What units of a style have above them where they stand first on a page; rows may have their heading there."""
    found = defaultdict(list)
    for before, block in [(None, blocks[0]), *pairwise(blocks)] if blocks else []:
        first = before is None or _last_page(before) < block.page
        if first and (not block.unit.is_row or block.unit.can_begin_a_page):
            broken = block.unit.element.find(f"{W}pPr/{W}pageBreakBefore") is not None
            found[block.style].append(frame.top - block.top - (block.unit.space_before if broken else 0))
    return {style: min(paddings) for style, paddings in found.items() if 0 < min(paddings)}


def _padded(block: Block, paddings: dict[_Style, float], gaps: dict[_Pair, float]) -> Block:
    plain = _ROW_PADDING if block.unit.is_row else _LEADING * _line(block)
    padding = paddings.get(block.style, plain)
    foot, doubt = padding, abs(padding - plain)
    if block.unit.is_row:
        gap = gaps.get((block.style, block.style, 0))
        foot, doubt = (padding, _GUESSED) if gap is None else (max(0.0, gap - padding), _BY_STYLE)
    return replace(block, padding=padding, foot=foot, foot_doubt=doubt)


def _after(before: Block | None, block: Block, gaps: dict[_Pair, float], frame: Frame) -> Block:
    if before is None:
        return replace(block, begins_page=True, is_told_to=True)
    if _last_page(before) == block.page and before.bottom > block.top:
        return replace(block, gap=before.bottom - block.top)
    hidden = ends_with_break(before.unit.element) or begins_with_break(block.unit.element)
    usual = None if hidden else gaps.get(_pair(before, block))
    gap, doubt = (max(before.padding, block.padding), _GUESSED) if usual is None else (usual, _BY_STYLE)
    needed = block.height if block.lines <= 3 else block.height - (block.lines - 2) * block.pitch
    room = before.bottom - gap - needed - block.foot - frame.bottom
    begins = _last_page(before) < block.page and room > _ROOM and block.unit.can_begin_a_page
    told = begins and any(map(_breaks_page, (block.unit.element, *_between(before, block))))
    return replace(block, gap=gap, doubt=doubt, begins_page=begins, is_told_to=told)


def _breaks_page(element: etree._Element) -> bool:
    """Whether a paragraph is told to begin a page, or holds a page break."""
    breaks = element.iterfind(f".//{W}br")
    return element.find(f"{W}pPr/{W}pageBreakBefore") is not None or any(
        one.get(f"{W}type") == "page" for one in breaks
    )
