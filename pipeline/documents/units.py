"""The paragraphs and table rows of a Word body that keep_together.py moves, and on which pages a PDF shows them."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pipeline.documents.body_text import BodyText
from pipeline.documents.docx_text import bare, paragraph_text
from pipeline.documents.numbering import W

_BETWEEN = 400
"""How many characters may stand between a unit and the one before it."""


@dataclass(frozen=True)
class Unit:
    """A paragraph of the body or a row of a table, with the pages on which it begins and ends."""

    element: etree._Element
    keeps_with_next: bool
    keeps_lines: bool
    first_page: int
    last_page: int
    space_before: float
    """In points; it stands first on a page only where the page was broken before it."""
    spans: tuple[tuple[int, int], ...]
    """Where the text of each of its paragraphs begins and ends in the PDF's body text."""

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return bool(self.element.tag == f"{W}tr")

    @property
    def is_repeated(self) -> bool:
        """Whether it is a heading row, which a table repeats on each page."""
        return self.element.find(f"{W}trPr/{W}tblHeader") is not None

    @property
    def can_begin_a_page(self) -> bool:
        """Whether a page can be broken before it: a table is not broken inside."""
        table = self.element.getparent()
        return not self.is_row or (table is not None and next(table.iterfind(f"{W}tr")) is self.element)


class UnitReader:
    """Knows the units of a body by their text."""

    def __init__(self, body: etree._Element, styles: etree._Element) -> None:
        styled = {name: _styles_with(name, styles) for name in ("keepNext", "keepLines")}
        spaces = _Spaces(styles)
        self._known = []
        for element in body.iterfind(f".//{W}body/*"):
            for row in [element] if element.tag == f"{W}p" else element.iterfind(f"{W}tr"):
                texts = [text for paragraph in row.iter(f"{W}p") if (text := bare(paragraph_text(paragraph)))]
                if texts:
                    keeps = _has(row, "keepNext", styled), _has(row, "keepLines", styled)
                    self._known.append((row, texts, *keeps, spaces.when_broken(row)))

    def units(self, body: BodyText) -> list[Unit]:
        """Those that the PDF shows, in document order."""
        units = []
        position = finish = 0
        for element, texts, keeps_with_next, keeps_lines, space in self._known:
            places = tuple(place for text in texts if (place := body.place(text, position)))
            if places:
                position = min(end for _, end in places)
                pages = [body.page(at) for start, end in places for at in (start, end - 1)]
                spans = _one_after_another(body, texts, finish) or places
                finish = max(finish, spans[-1][1])
                units.append(Unit(element, keeps_with_next, keeps_lines, min(pages), max(pages), space, spans))
        return units


def _one_after_another(body: BodyText, texts: list[str], start: int) -> tuple[tuple[int, int], ...]:
    """Where the texts are if they follow what came before; a short one may also stand in a row above.

    Empty where they do not: a heading row may be repeated between, but no more than that.
    """
    spans: list[tuple[int, int]] = []
    for text in texts:
        place = body.place(text, start)
        if place is None or place[0] - start > _BETWEEN:
            return ()
        spans.append(place)
        start = place[1]
    return tuple(spans)


def group_start(units: list[Unit], index: int) -> int:
    """The first of the units before `index` that are kept with it and begin on the same page."""
    page = units[index].first_page
    while index and units[index - 1].keeps_with_next and units[index - 1].first_page == page:
        index -= 1
    return index


def _has(unit: etree._Element, name: str, styled: dict[str, set[str]]) -> bool:
    """Whether the first paragraph has a yes-or-no property, by itself or by its style."""
    properties = next(unit.iter(f"{W}p")).find(f"{W}pPr")
    if properties is None:
        return False
    own, style = properties.find(f"{W}{name}"), properties.find(f"{W}pStyle")
    return _is_on(own) if own is not None else style is not None and style.get(f"{W}val") in styled[name]


def _is_on(property_element: etree._Element) -> bool:
    return property_element.get(f"{W}val", "1") not in {"0", "false", "off"}


def _styles_with(name: str, styles: etree._Element) -> set[str]:
    """The paragraph styles that have a yes-or-no property, by themselves or from the style they are based on."""
    known = {style.get(f"{W}styleId", ""): style for style in styles.iter(f"{W}style")}

    def has(style_id: str) -> bool:
        style = known.get(style_id)
        if style is None:
            return False
        own, based_on = style.find(f"{W}pPr/{W}{name}"), style.find(f"{W}basedOn")
        return _is_on(own) if own is not None else based_on is not None and has(based_on.get(f"{W}val", ""))

    return {style_id for style_id in known if has(style_id)}


class _Spaces:
    """The space before and after paragraphs."""

    def __init__(self, styles: etree._Element) -> None:
        every = list(styles.iter(f"{W}style"))
        self._styles = {style.get(f"{W}styleId", ""): style for style in every}
        ordinary = (one for one in every if one.get(f"{W}type") == "paragraph" and one.get(f"{W}default") == "1")
        self._ordinary = next((one.get(f"{W}styleId", "") for one in ordinary), "")
        self._default = styles.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr/{W}spacing")

    def when_broken(self, unit: etree._Element) -> float:
        """What the engine leaves above a paragraph where the page is broken: what it has more before than after."""
        return max(0.0, self._space(unit, "before") - self._space(unit, "after")) if unit.tag == f"{W}p" else 0.0

    def _space(self, paragraph: etree._Element, side: str) -> float:
        """In points, by the paragraph itself, its style or those that is based on, or by default."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        chain = [paragraph.find(f"{W}pPr/{W}spacing")]
        known = self._styles.get(self._ordinary if style is None else style.get(f"{W}val", ""))
        while known is not None and len(chain) <= len(self._styles):
            chain.append(known.find(f"{W}pPr/{W}spacing"))
            based_on = known.find(f"{W}basedOn")
            known = None if based_on is None else self._styles.get(based_on.get(f"{W}val", ""))
        found = (one.get(f"{W}{side}") for one in (*chain, self._default) if one is not None)
        return float(next((space for space in found if space), 0)) / 20
