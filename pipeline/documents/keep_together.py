"""Heeds Word's "keep with next" and "keep lines together" for an engine that does not, by breaking pages earlier."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from pipeline.documents.body_text import BodyText
from pipeline.documents.docx_text import bare, paragraph_text
from pipeline.documents.numbering import W


@dataclass(frozen=True)
class _Unit:
    """A paragraph of the body or a row of a table, with the pages on which it begins and ends."""

    element: etree._Element
    keeps_with_next: bool
    keeps_lines: bool
    first_page: int
    last_page: int


class KeptTogether:
    """Remembers which pages were broken, so that what fits on no page is left as it is."""

    def __init__(self, body: etree._Element, styles: etree._Element) -> None:
        self._body = body
        self._styles = {name: _styles_with(name, styles) for name in ("keepNext", "keepLines")}
        self._broken: set[etree._Element] = set()

    def mend(self, body: BodyText) -> bool:
        """Breaks the page before the first group that the PDF parts; whether there was one."""
        units = self._units(body)
        for index, unit in enumerate(units):
            follower = units[index + 1] if index + 1 < len(units) else unit
            parted = unit.keeps_with_next and unit.last_page < follower.first_page
            torn = unit.keeps_lines and unit.first_page < unit.last_page
            if (parted or torn) and self._break_before(_group(units, index)):
                return True
        return False

    def _units(self, body: BodyText) -> list[_Unit]:
        units = []
        position = 0
        for element in self._body.iterfind(f".//{W}body/*"):
            for row in [element] if element.tag == f"{W}p" else element.iterfind(f"{W}tr"):
                texts = [text for paragraph in row.iter(f"{W}p") if (text := bare(paragraph_text(paragraph)))]
                places = [place for text in texts if (place := body.place(text, position))]
                if places:
                    position = min(end for _, end in places)
                    pages = [body.page(at) for start, end in places for at in (start, end - 1)]
                    keeps = self._has(row, "keepNext"), self._has(row, "keepLines")
                    units.append(_Unit(row, *keeps, min(pages), max(pages)))
        return units

    def _has(self, unit: etree._Element, name: str) -> bool:
        """Whether the first paragraph has a yes-or-no property, by itself or by its style."""
        properties = next(unit.iter(f"{W}p")).find(f"{W}pPr")
        if properties is None:
            return False
        own, style = properties.find(f"{W}{name}"), properties.find(f"{W}pStyle")
        return _is_on(own) if own is not None else style is not None and style.get(f"{W}val") in self._styles[name]

    def _break_before(self, unit: etree._Element) -> bool:
        """Whether a page break could be set; not a second time, and not inside a table."""
        if unit in self._broken:
            return False
        self._broken.add(unit)
        if unit.tag == f"{W}p":
            _set_break(unit)
            return True
        table = unit.getparent()
        if table is None or next(table.iterfind(f"{W}tr")) is not unit:
            return False
        table.addprevious(_breaking_paragraph())
        return True


def _group(units: list[_Unit], index: int) -> etree._Element:
    """The first of the units before `index` that are kept with it and begin on the same page."""
    page = units[index].first_page
    while index and units[index - 1].keeps_with_next and units[index - 1].first_page == page:
        index -= 1
    return units[index].element


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


def _set_break(paragraph: etree._Element) -> None:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    style = properties.find(f"{W}pStyle")
    properties.insert(0 if style is None else 1, etree.Element(f"{W}pageBreakBefore"))


def _breaking_paragraph() -> etree._Element:
    """An empty paragraph of a point's height that begins a page."""
    paragraph = etree.Element(f"{W}p")
    properties = etree.SubElement(paragraph, f"{W}pPr")
    etree.SubElement(properties, f"{W}pageBreakBefore")
    spacing = etree.SubElement(properties, f"{W}spacing")
    for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
        spacing.set(f"{W}{name}", value)
    return paragraph
