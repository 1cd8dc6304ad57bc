"""Checks what a Word template tells programs and screen readers: headings, table headers, pictures, names of places."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lxml import etree

from pipeline.errors import Problem
from pipeline.templating.checks.fonts import font_problems
from pipeline.templating.checks.office_file import OfficeFile, Paragraph
from pipeline.templating.checks.style_sheet import StyleSheet, is_on, style_name, value
from pipeline.templating.checks.tag_reading import around, loops, own, text_in
from pipeline.templating.places import W

_BODY = "word/document.xml"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_VML = "{urn:schemas-microsoft-com:vml}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""What an older Word shows instead of the drawing beside it: the same picture once more."""
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_ROW_TAG = re.compile(r"\s*\{%tr (\w+)")
_SIDES = ("left", "right", "start", "end")


def structure_problems(file: OfficeFile, fonts: Collection[str]) -> list[Problem]:
    """Repeated bookmarks, pictures without a description, skipped heading levels, tables without header, other fonts.

    Every table of the body with more than one row and column is a table of data, except one that holds a bookmark
    whose name begins with sig and has no lines between its cells: there people sign. A row with a tag of {%tr %}
    does not count; a loop counts as more than one row. Tables in headers and footers are layout.
    """
    own_rules = (_repeated, _bookmarks, _pictures, _headings, _tables)
    return [*(problem for rule in own_rules for problem in rule(file)), *font_problems(file, fonts)]


def _is_words_own(bookmark: etree._Element) -> bool:
    """Whether Word made the bookmark for itself; it also mends those."""
    return bookmark.get(f"{W}name", "").startswith("_")


def _repeated(file: OfficeFile) -> Iterator[Problem]:
    """Bookmarks that a loop would write several times. The ids of pictures are counted anew when a document is made."""
    found: dict[etree._Element, None] = {}
    for opener, closer in loops(file):
        order = {node: number for number, node in enumerate(opener.first.getroottree().iter("*"))}
        for bookmark in opener.first.getroottree().iter(f"{W}bookmarkStart"):
            if order[opener.first] < order[bookmark] < order[closer.last] and not _is_words_own(bookmark):
                found[bookmark] = None
    for bookmark in found:
        what = f"The bookmark {bookmark.get(f'{W}name')} stands in a loop and would be there several times."
        yield file.problem(file.spot(bookmark), "repeated-bookmark", what, "Move it out of the loop.")


def _bookmarks(file: OfficeFile) -> Iterator[Problem]:
    seen = set()
    for tree in file.stories.values():
        for bookmark in tree.iter(f"{W}bookmarkStart"):
            name = bookmark.get(f"{W}name", "")
            if name.casefold() in seen and not _is_words_own(bookmark):
                what = f"There is a bookmark {name} already further up."
                yield file.problem(file.spot(bookmark), "duplicate-bookmark", what, "Delete or rename one of them.")
            seen.add(name.casefold())


def _pictures(file: OfficeFile) -> Iterator[Problem]:
    for tree in file.stories.values():
        for picture in tree.iter(f"{_WP}docPr", f"{_VML}imagedata"):
            is_fallback = next(picture.iterancestors(_FALLBACK), None) is not None
            if not is_fallback and _lacks_description(picture):
                what = "The picture has no alternative text, which screen readers read out."
                yield file.problem(file.spot(picture), "no-alt-text", what, "Describe it, or mark it as decorative.")


def _lacks_description(picture: etree._Element) -> bool:
    """Whether a picture says nothing of itself; a text box is read out anyway, an object is refused elsewhere."""
    if picture.tag == f"{_VML}imagedata":
        shape = picture.getparent()
        return around(picture, "pict") is not None and shape is not None and not shape.get("alt", "").strip()
    drawing = picture.getparent()
    is_text = drawing is not None and next(drawing.iter(f"{_WPS}txbx"), None) is not None
    is_decorative = any(mark.get("val") in {"1", "true"} for mark in picture.iter(_DECORATIVE))
    return not (is_text or is_decorative or picture.get("descr", "").strip())


def _headings(file: OfficeFile) -> Iterator[Problem]:
    sheet = StyleSheet(file)
    before = 0
    for paragraph in file.paragraphs:
        level = _level(paragraph, sheet)
        if level > before + 1:
            what = f"This heading is of level {level}, and the one before of level {before}."
            what = what if before else f"The first heading is of level {level}."
            yield file.problem(paragraph.spot, "skipped-heading", what, f"Use level {before + 1}.")
        before = level or before


def _level(paragraph: Paragraph, sheet: StyleSheet) -> int:
    """The level of a heading from 1; 0 when the paragraph is none, is empty, or goes away with its tag."""
    text = text_in(own(paragraph.element)).strip()
    if paragraph.spot.part != _BODY or not text or text.startswith(("{%p ", "{%tr ")):
        return 0
    for place in (paragraph.element, *sheet.of_paragraph(paragraph.element)):
        stated = value(place.find(f"{W}pPr/{W}outlineLvl"))
        if stated.isdigit():
            return int(stated) + 1 if int(stated) < 9 else 0
        if name := _HEADING.fullmatch(style_name(place)):
            return int(name[1])
    return 0


def _tables(file: OfficeFile) -> Iterator[Problem]:
    sheet = StyleSheet(file)
    body = file.stories.get(_BODY)
    for table in () if body is None else body.iter(f"{W}tbl"):
        rows = [row for row in table.iter(f"{W}tr") if around(row, "tbl") is table]
        shown = [row for row in rows if not _ROW_TAG.match(text_in([row]))]
        if _holds_data(table, rows, shown) and not _is_for_signing(table, sheet) and not _is_header(shown[0]):
            what = "The table has no header row, so screen readers cannot tell what a column is about."
            spot = file.spot(next(shown[0].iter(f"{W}p"), table))
            yield file.problem(spot, "no-header-row", what, "Mark its first row as Repeat Header Rows in Word.")


def _holds_data(table: etree._Element, rows: list[etree._Element], shown: list[etree._Element]) -> bool:
    columns = [sum(around(cell, "tbl") is table for cell in row.iter(f"{W}tc")) for row in shown]
    tags = [match[1] for row in rows if (match := _ROW_TAG.match(text_in([row])))]
    return max(columns, default=0) > 1 and len(shown) + tags.count("for") > 1


def _is_header(row: etree._Element) -> bool:
    mark = row.find(f"{W}trPr/{W}tblHeader")
    return mark is not None and is_on(mark)


def _is_for_signing(table: etree._Element, sheet: StyleSheet) -> bool:
    """A bookmark of a signature and no lines between the cells; a line to sign on may be there."""
    names = [bookmark.get(f"{W}name", "") for bookmark in table.iter(f"{W}bookmarkStart")]
    stated = [table.find(f"{W}tblPr/{W}tblBorders")]
    stated += [style.find(f"{W}tblPr/{W}tblBorders") for style in sheet.of_table(table)]
    borders = next((one for one in stated if one is not None), None)
    lines = [] if borders is None else [borders.find(f"{W}insideH"), borders.find(f"{W}insideV")]
    lines += [one for cell in table.iter(f"{W}tcBorders") for side in _SIDES for one in cell.iterfind(f"{W}{side}")]
    is_lined = any(value(line) not in {"", "nil", "none"} for line in lines)
    return any(name.startswith("sig") for name in names) and not is_lined
