"""Writes into each formula of a workbook what it comes to, so that a program that does not calculate shows it too."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.missing import Missing
from pipeline.templating.office_archive import packed, unpacked
from pipeline.templating.office_format import format_of
from pipeline.templating.sheets import days

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CELL = re.compile(r"([A-Z]+)([0-9]+)")
_LETTERS = 26


class FormulaResults:
    """The formulas of a merged workbook, to be given their results."""

    def __init__(self, path: Path, workbook: bytes) -> None:
        """`path` is the template, for problems."""
        self._path, self._members = path, unpacked(workbook)
        self._names = format_of(self._members).texts(self._members)
        self._trees = {part: etree.fromstring(self._members[part]) for part in self._names}
        self._open = {
            (position, cell.get("r", "")): cell
            for position, tree in enumerate(self._trees.values(), start=1)
            for cell in tree.iter(f"{_S}c")
            if cell.find(f"{_S}f") is not None
        }
        self._formulas = dict(self._open)

    def put(self, sheet: int, cell: str, value: Any) -> bool:
        """Writes what the formula in a cell of a sheet, counted from 1, comes to; False where there is no formula."""
        found = self._formulas.get((sheet, cell))
        if found is None:
            return False
        self._open.pop((sheet, cell), None)
        _write(found, value)
        return True

    def without_result(self) -> Iterator[Problem]:
        """A problem for each formula that was given no result."""
        stories = list(self._names.items())
        for sheet, cell in self._open:
            part, story = stories[sheet - 1]
            formula = self._open[sheet, cell].findtext(f"{_S}f") or "shared formula"
            spot = Spot(part, words=f"={formula}", story=story, cell=f"cell {cell}")
            what, todo = "No result of this formula is declared.", "Name it under [[results]] in document.toml."
            yield Problem(self._path, 0, str(spot), what, todo, spot, "formula-without-result")

    def workbook(self) -> bytes:
        """The workbook with the results."""
        written = {part: etree.tostring(tree, encoding="UTF-8", standalone=True) for part, tree in self._trees.items()}
        return packed(self._members | written)


def put_blank(cell: etree._Element, blank: str) -> None:
    """Puts a text in the place of a formula."""
    for old in [*cell.findall(f"{_S}f"), *cell.findall(f"{_S}v")]:
        cell.remove(old)
    cell.set("t", "str")
    etree.SubElement(cell, f"{_S}v").text = blank


def cells_of(text: str) -> list[str]:
    """The cells of D6 or D6:D16, by rows. Raises ValueError for what is neither."""
    first, _, last = text.partition(":")
    (left, top), (right, bottom) = (_place(one) for one in (first, last or first))
    return [f"{_column(column)}{row}" for row in range(top, bottom + 1) for column in range(left, right + 1)]


def _place(cell: str) -> tuple[int, int]:
    match = _CELL.fullmatch(cell)
    if match is None:
        raise ValueError(f"{cell} is not a cell")
    column = 0
    for letter in match[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return column, int(match[2])


def _column(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _write(cell: etree._Element, value: Any) -> None:
    """The result behind the formula: a number, the days of a date, or a text; none for what is absent.

    What is missing takes the place of its formula, which would reckon as if a text were nothing.
    """
    if isinstance(value, Missing):
        put_blank(cell, str(value.shortened()))
        return
    for old in cell.findall(f"{_S}v"):
        cell.remove(old)
    cell.attrib.pop("t", "")
    if isinstance(value, datetime.date):
        value = days(value)
    if not isinstance(value, (int, Decimal)):
        cell.set("t", "str")
        value = "" if value is None else value
    etree.SubElement(cell, f"{_S}v").text = str(value)
