"""Takes from a Word file, in reading order, what must be the same in its twin in the other language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from pipeline.errors import Spot
from pipeline.templating.checks.office_file import OfficeFile, Paragraph
from pipeline.templating.checks.typed import is_only_tags, meaning, noun, prose, tags
from pipeline.templating.placeholders import placeholders
from pipeline.templating.places import W

_CORE = "docProps/core.xml"
_BODY_TEXT = 9
"""The outline level that Word gives to what is no heading (ECMA-376, 17.3.1.20)."""
_NUMBER = r"(?:\d{1,3}(?:[\s.]\d{3})+|\d+)(?:,\d+)?"
_RANGE = rf"{_NUMBER}(?:\s?[-–]\s?{_NUMBER})?"
_SCALE = r"(?:\s(?:mill\.?|millio\w+|mrd\.?|milliard\w*|tusen))?"
_AMOUNT = re.compile(
    rf"(?<!\w)kr\.?\s?(?P<before>{_RANGE}{_SCALE})|(?P<after>{_RANGE}{_SCALE})\s(?:kroner|kr)(?!\w)"
    rf"|(?P<percent>{_RANGE})\s?(?:%|prosent)",
    re.IGNORECASE,
)
_SIGNATURE_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9]*")

Kind = Literal["paragraph", "heading", "placeholder", "amount", "table", "bookmark"]


@dataclass(frozen=True)
class Mark:
    """Something at a place of the file; a paragraph only helps to find out what stands where."""

    kind: Kind
    same: str
    """What both languages have alike: the level, the name, the figure, the size."""
    told: str
    """How a message names it."""
    spot: Spot
    likely: str = ""
    """What is often alike, to tell headings of one level apart."""


def marks(file: OfficeFile) -> list[Mark]:
    """Every mark of every story and of the document properties, in reading order; within a paragraph by name."""
    own = {paragraph.element: paragraph for paragraph in file.paragraphs}
    styles = _Styles(file)
    found = [mark for tree in file.stories.values() for mark in _of_story(file, tree, own, styles)]
    if _CORE in file.members:
        core = placeholders(_CORE, etree.fromstring(file.members[_CORE]))
        found += [_placeholder(one.typed, one.spot) for one in core]
    return found


def _of_story(
    file: OfficeFile, tree: etree._Element, own: dict[etree._Element, Paragraph], styles: _Styles
) -> Iterator[Mark]:
    for element in tree.iter(f"{W}p", f"{W}tbl", f"{W}bookmarkStart"):
        if element.tag == f"{W}p":
            yield from _of_paragraph(own[element], styles)
        elif element.tag == f"{W}tbl":
            yield _table(element, own)
        elif _SIGNATURE_FIELD.fullmatch(name := element.get(f"{W}name", "")):
            yield Mark("bookmark", name, f"the bookmark {name}", file.spot(element))


def _of_paragraph(paragraph: Paragraph, styles: _Styles) -> Iterator[Mark]:
    text, spot = paragraph.text, paragraph.spot
    level = styles.level(paragraph.element)
    if level and not is_only_tags(text):
        likely = " ".join(word[:2].lower() for word in text.split())
        yield Mark("heading", str(level), f"the heading «{spot.words}» (level {level})", spot, likely)
    elif text:
        yield Mark("paragraph", styles.name(paragraph.element), "", spot)
    yield from sorted((_placeholder(tag, spot) for tag in tags(text)), key=lambda mark: mark.same)
    yield from sorted(_amounts(text, spot), key=lambda mark: mark.same)


def _placeholder(typed: str, spot: Spot) -> Mark:
    return Mark("placeholder", meaning(typed), f"the {noun(typed)} {typed}", spot)


def _amounts(text: str, spot: Spot) -> Iterator[Mark]:
    for match in _AMOUNT.finditer(prose(text)):
        percent = match["percent"]
        figure = percent or match["before"] or match["after"]
        yield Mark("amount", f"{_plain(figure)} {'%' if percent else 'kr'}", f"the amount {match[0]}", spot)


def _plain(figure: str) -> str:
    """1 000 and 1.000 as 1000; of a word such as millioner as much as both languages and abbreviations share."""
    joined = re.sub(r"(?<=\d)[\s.](?=\d{3})", "", figure).lower().replace("-", "–")
    words = joined.replace("milliard", "mrd").split()
    return "".join(word[:4] if word[0] == "m" else word for word in words).rstrip(".")


def _table(table: etree._Element, own: dict[etree._Element, Paragraph]) -> Mark:
    rows = [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]
    columns = max((sum(_span(cell) for cell in _cells(row)) for row in rows), default=0)
    spot = next((own[paragraph].spot for paragraph in table.iter(f"{W}p")), Spot("word/document.xml"))
    return Mark("table", f"{len(rows)} × {columns}", f"the table of {len(rows)} rows × {columns} columns", spot)


def _cells(row: etree._Element) -> list[etree._Element]:
    return [cell for cell in row.iter(f"{W}tc") if next(cell.iterancestors(f"{W}tr")) is row]


def _span(cell: etree._Element) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return 1 if span is None else int(span.get(f"{W}val", "1"))


class _Styles:
    """The paragraph styles of a file: their names, and the outline level each has or inherits."""

    def __init__(self, file: OfficeFile) -> None:
        self._styles = {style.get(f"{W}styleId"): style for style in file.styles.iter(f"{W}style")}

    def name(self, paragraph: etree._Element) -> str:
        """The name Word itself gives the style, the same whatever language Word speaks."""
        style = self._styles.get(_value(paragraph, "pPr/pStyle"))
        return "" if style is None else (_value(style, "name") or "").lower()

    def level(self, paragraph: etree._Element) -> int:
        """The heading's level from 1, by its own outline level or that of its style; 0 when it is no heading."""
        level = _value(paragraph, "pPr/outlineLvl")
        style = self._styles.get(_value(paragraph, "pPr/pStyle"))
        passed: set[str | None] = set()
        while level is None and style is not None and style.get(f"{W}styleId") not in passed:
            passed.add(style.get(f"{W}styleId"))
            level = _value(style, "pPr/outlineLvl")
            style = self._styles.get(_value(style, "basedOn"))
        return 0 if level is None or int(level) >= _BODY_TEXT else int(level) + 1


def _value(element: etree._Element, path: str) -> str | None:
    found = element.find("/".join(f"{W}{step}" for step in path.split("/")))
    return None if found is None else found.get(f"{W}val")
