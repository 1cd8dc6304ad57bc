"""Heeds Word's "keep with next" and "keep lines together" for an engine that does not, by breaking pages earlier.

The rule is that of one break at a time: the page is broken before the first group that a layout tears, and the
document laid out anew. What comes before a break stays as it was, so breaks that page_flow.py foresees behind it can
be tried with it; those that the next layout does not bear out are taken back.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from pipeline.documents.blocks import Frame, measured
from pipeline.documents.body_text import BodyText
from pipeline.documents.numbering import W
from pipeline.documents.page_flow import Foreseen, PageFlow
from pipeline.documents.pdf_text import PdfText
from pipeline.documents.placed_text import PlacedText
from pipeline.documents.units import Unit, UnitReader, group_start


class KeptTogether:
    """Remembers which pages were broken, so that what fits on no page is left as it is."""

    def __init__(self, body: etree._Element, styles: etree._Element, margins: Sequence[str]) -> None:
        """`margins` are the headers and footers, with a NUL character where a page number stands."""
        self._reader = UnitReader(body, styles)
        self._margins = margins
        self._margins_of_page = _margins_of_page(body)
        self._broken: dict[etree._Element, etree._Element] = {}
        """What was put in to break the page before a unit."""
        self._foreseen = Foreseen()
        self._taken_back: list[etree._Element] = []
        """Nothing more is foreseen once a break was taken back for the second time, so that it ends."""

    def mend(self, pdf: PdfText) -> bool:
        """Changes page breaks until the PDF tears no group; whether there was something to change."""
        body = BodyText(pdf, self._margins)
        units = self._reader.units(body)
        torn = self._torn(units)
        if torn is None and len(self._foreseen.breaks) < 2:
            return False
        flow = self._flow(pdf, body, units)
        wrong = self._wrong(flow, units, torn)
        for element in wrong:
            self._take_back(element)
        if torn is None and not wrong:
            return False
        start = self._next(units, torn, wrong)
        self._foreseen = Foreseen()
        if start is not None:
            self._break_from(units[start].element, start, flow)
        return True

    def _torn(self, units: list[Unit]) -> int | None:
        """The first unit of the first group that is torn and before which the page can still be broken."""
        for index, unit in enumerate(units):
            follower = units[index + 1] if index + 1 < len(units) else unit
            parted = unit.keeps_with_next and unit.last_page < follower.first_page
            if parted or (unit.keeps_lines and unit.first_page < unit.last_page):
                start = group_start(units, index)
                if units[start].element not in self._broken and units[start].can_begin_a_page:
                    return start
        return None

    def _flow(self, pdf: PdfText, body: BodyText, units: list[Unit]) -> PageFlow | None:
        """What is measured in a layout; None where it cannot be."""
        text = PlacedText(pdf, self._margins)
        if self._margins_of_page is None or text.text != body.text:
            return None
        top, bottom = self._margins_of_page
        frame = Frame(pdf.sizes[0][1] - top, bottom)
        return PageFlow(measured(pdf, text, units, frame), frame)

    def _wrong(self, flow: PageFlow | None, units: list[Unit], torn: int | None) -> list[etree._Element]:
        """The foreseen breaks that this layout does not bear out, or that come after a group torn in it."""
        breaks = self._foreseen.breaks
        trusted = self._foreseen.trusted(flow.blocks) if flow else 1
        if torn is not None:
            before = {unit.element for unit in units[:torn]}
            trusted = min(trusted, sum(1 for one in breaks if one in before))
        return breaks[max(trusted, 1) :]

    def _next(self, units: list[Unit], torn: int | None, wrong: list[etree._Element]) -> int | None:
        """Where to go on: at the torn group, or at the last break that was borne out."""
        places = {unit.element: number for number, unit in enumerate(units)}
        if torn is not None and all(torn < places.get(one, -1) for one in wrong):
            return torn
        return places.get(self._foreseen.breaks[-len(wrong) - 1])

    def _break_from(self, element: etree._Element, number: int, flow: PageFlow | None) -> None:
        """Breaks the page before a unit, and wherever that is foreseen to make it necessary."""
        foreseen = Foreseen([element])
        if flow and len(set(self._taken_back)) == len(self._taken_back):
            foreseen = flow.foresee(number, frozenset(self._broken), frozenset(self._taken_back))
        for one in foreseen.breaks:
            if one not in self._broken:
                self._broken[one] = _break_before(one)
        self._foreseen = foreseen

    def _take_back(self, element: etree._Element) -> None:
        inserted = self._broken.pop(element)
        next(inserted.iterancestors()).remove(inserted)
        self._taken_back.append(element)


def _margins_of_page(body: etree._Element) -> tuple[float, float] | None:
    """The upper and the lower margin in points; None where sections may differ."""
    sections = list(body.iter(f"{W}sectPr"))
    margins = sections[0].find(f"{W}pgMar") if len(sections) == 1 else None
    if margins is None:
        return None
    return float(margins.get(f"{W}top", "0")) / 20, float(margins.get(f"{W}bottom", "0")) / 20


def _break_before(unit: etree._Element) -> etree._Element:
    """What breaks the page before a paragraph or the table of a row, put into the document."""
    if unit.tag == f"{W}p":
        return _set_break(unit)
    breaking = _breaking_paragraph()
    table = next(unit.iterancestors(f"{W}tbl"))
    table.addprevious(breaking)
    return breaking


def _set_break(paragraph: etree._Element) -> etree._Element:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        properties = etree.Element(f"{W}pPr")
        paragraph.insert(0, properties)
    style = properties.find(f"{W}pStyle")
    breaking = etree.Element(f"{W}pageBreakBefore")
    properties.insert(0 if style is None else 1, breaking)
    return breaking


def _breaking_paragraph() -> etree._Element:
    """An empty paragraph of a point's height that begins a page."""
    paragraph = etree.Element(f"{W}p")
    properties = etree.SubElement(paragraph, f"{W}pPr")
    etree.SubElement(properties, f"{W}pageBreakBefore")
    spacing = etree.SubElement(properties, f"{W}spacing")
    for name, value in (("before", "0"), ("after", "0"), ("line", "20"), ("lineRule", "exact")):
        spacing.set(f"{W}{name}", value)
    return paragraph
