"""Reads the texts of a worksheet in Word's words and writes them back as cells, with numbers and dates as such.

A cell that holds one placeholder and nothing else takes the value as it is: a number stays a number, a date a date.
A text of the data never becomes a formula, since it is written as a text and not as a value for Excel to interpret.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

from lxml import etree

from pipeline.templating.places import W

_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_S = f"{{{_SHEETS}}}"
_ALONE = re.compile(r"\s*\{\{((?:(?!\}\}|\{\{).)+)\}\}\s*", re.DOTALL)
_VALUE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_BEGIN, _END = "\ue010", "\ue011"
"""Private use code points around a number; facts cannot hold them, since data/text.py refuses them."""
_NUMBER = re.compile(f"{_BEGIN}(.*?){_END}", re.DOTALL)
_DAY_ZERO = datetime.date(1899, 12, 30)
"""The day that Excel's dates are counted from (ECMA-376-1, 18.17.4.1, the 1900 system after February of that year)."""
_HEADINGS = tuple(f"{_S}{which}{what}" for which in ("odd", "even", "first") for what in ("Header", "Footer"))
_AMPERSAND = "&&"
"""How a header says & (ECMA-376-1, 18.3.1.39)."""


def as_cell(value: Any) -> str:
    """What stands for a value in a cell of its own until `closed_sheet` writes it: numbers and dates are marked.

    Raises TypeError for what is neither text, number nor date.
    """
    match value:
        case bool():
            raise TypeError("yes or no is not text; use the filter yes_no")
        case int() | Decimal():
            return f"{_BEGIN}{value}{_END}"
        case datetime.date():
            return f"{_BEGIN}{days(value)}{_END}"
        case str():
            return value
    raise TypeError("a list or table is not a value for a cell")


def days(date: datetime.date) -> int:
    """A date as Excel counts it."""
    return (date - _DAY_ZERO).days


def shown_cell(text: str) -> str:
    """A cell's text without the marks around a number."""
    return _NUMBER.sub(r"\1", text)


def as_heading(value: Any) -> str:
    """A value in a sheet's header or footer, where & begins a code."""
    return str(value).replace("&", _AMPERSAND)


def opened_sheet(content: bytes, shared: bytes | None) -> bytes:
    """The sheet with each cell's text, header and footer as a paragraph."""
    tree = etree.fromstring(content)
    strings = [] if shared is None else list(etree.fromstring(shared).iterfind(f"{_S}si"))
    for cell in tree.iter(f"{_S}c"):
        value = cell.find(f"{_S}v")
        if cell.get("t") == "s" and value is not None:
            source = strings[int(value.text or "")]
            cell.remove(value)
        elif cell.get("t") == "inlineStr" and (inside := cell.find(f"{_S}is")) is not None:
            source = inside
            cell.remove(inside)
        else:
            continue
        cell.set("t", "inlineStr")
        _write_paragraph(etree.SubElement(cell, f"{_S}is"), source)
    for heading in tree.iter(*_HEADINGS):
        text, heading.text = heading.text or "", None
        _write_run(_paragraph(heading), None, text)
    return etree.tostring(tree)


def asked_sheet(tree: etree._Element) -> etree._Element:
    """The opened sheet, changed so that a placeholder alone in its cell asks for its value as it is."""
    for paragraph in tree.iter(f"{W}p"):
        place = paragraph.getparent()
        if place is None:
            continue
        if place.tag != f"{_S}is":
            for text in paragraph.iter(f"{W}t"):
                text.text = _VALUE.sub(r"{{ (\1) | _heading }}", text.text or "")
        elif alone := _ALONE.fullmatch(_text(paragraph)):
            for run in list(paragraph):
                paragraph.remove(run)
            _write_run(paragraph, None, f"{{{{ ({alone[1].strip()}) | _cell }}}}")
    return tree


def _write_paragraph(place: etree._Element, source: etree._Element) -> None:
    """The runs of a cell's text as Word's runs."""
    paragraph = _paragraph(place)
    for run in source.iterfind(f"{_S}r"):
        _write_run(paragraph, run.find(f"{_S}rPr"), run.findtext(f"{_S}t") or "")
    if source.find(f"{_S}r") is None:
        _write_run(paragraph, None, source.findtext(f"{_S}t") or "")


def _paragraph(place: etree._Element) -> etree._Element:
    return etree.SubElement(place, f"{W}p", nsmap={"w": W.strip("{}")})


def _write_run(paragraph: etree._Element, how: etree._Element | None, text: str) -> None:
    run = etree.SubElement(paragraph, f"{W}r")
    if how is not None:
        run.append(how)
    etree.SubElement(run, f"{W}t").text = text


def closed_sheet(text: str) -> str:
    """The sheet as Excel reads it."""
    tree = etree.fromstring(text.encode())
    for paragraph in list(tree.iter(f"{W}p")):
        place = paragraph.getparent()
        if place is not None and place.tag == f"{_S}is":
            _close_cell(place, paragraph)
        elif place is not None:
            place.remove(paragraph)
            place.text = _text(paragraph)
    etree.cleanup_namespaces(tree)
    return etree.tostring(tree, encoding="unicode")


def _close_cell(place: etree._Element, paragraph: etree._Element) -> None:
    cell = place.getparent()
    if cell is None:
        return
    number = _NUMBER.fullmatch(_text(paragraph))
    cell.remove(place)
    if number:
        cell.attrib.pop("t", "")
        etree.SubElement(cell, f"{_S}v").text = number[1]
        return
    inside = etree.SubElement(cell, f"{_S}is")
    runs = list(paragraph.iterfind(f"{W}r"))
    for run in runs:
        owner = inside if len(runs) == 1 and run.find(f"{_S}rPr") is None else etree.SubElement(inside, f"{_S}r")
        if (how := run.find(f"{_S}rPr")) is not None:
            owner.append(how)
        written = etree.SubElement(owner, f"{_S}t")
        written.text = _text(run)
        written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _text(element: etree._Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def empty_strings() -> bytes:
    """The list of shared texts, with none."""
    none = etree.fromstring(f'<sst xmlns="{_SHEETS}" count="0" uniqueCount="0"/>')
    return etree.tostring(none, encoding="UTF-8", standalone=True)


def recalculated(workbook: bytes) -> bytes:
    """The workbook part, so that Excel works out every formula when it opens the file (ECMA-376-1, 18.2.2)."""
    tree = etree.fromstring(workbook)
    calculation = tree.find(f"{_S}calcPr")
    if calculation is None:
        calculation = etree.Element(f"{_S}calcPr")
        before = [one for one in tree if one.tag in {f"{_S}sheets", f"{_S}definedNames", f"{_S}externalReferences"}]
        before[-1].addnext(calculation)
    calculation.set("fullCalcOnLoad", "1")
    return etree.tostring(tree, encoding="UTF-8", standalone=True)
