"""The door to openpyxl: reads a finished workbook back, and proves that its cells hold what was bound into them."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl import load_workbook

from pipeline.documents.stages import FinalWorkbook, MergedDocument
from pipeline.errors import FinalizeError
from pipeline.templating.sheets import days


@dataclass(frozen=True)
class ReadCell:
    """A cell as a program that reads workbooks finds it."""

    text: str
    """A number as its digits, a date as its count of days, a formula with its equals sign."""
    is_formula: bool


@dataclass(frozen=True)
class ReadSheet:
    """A worksheet by the name on its tab, with the cells that hold something."""

    name: str
    cells: dict[str, ReadCell]


def finish_workbook(merged: MergedDocument) -> FinalWorkbook:
    """The workbook, once it is known to be one that others can open. Raises FinalizeError."""
    workbook = merged.xlsx or b""
    try:
        read_workbook(workbook)
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise FinalizeError(f"{merged.title} is not a workbook that can be opened ({error}).") from error
    return FinalWorkbook(merged, workbook)


def read_workbook(xlsx: bytes, *, results: bool = False) -> tuple[ReadSheet, ...]:
    """Every sheet with its formulas, or with the results that the file holds of them."""
    book = load_workbook(io.BytesIO(xlsx), data_only=results)
    sheets = []
    for sheet in book.worksheets:
        full = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        sheets.append(ReadSheet(sheet.title, {cell.coordinate: _read(cell) for cell in full}))
    return tuple(sheets)


def workbook_texts(xlsx: bytes) -> list[str]:
    """Each sheet as lines: the cell and what is in it, a formula behind its equals sign."""
    return [
        "\n".join([sheet.name, *(f"{place}: {cell.text}" for place, cell in sheet.cells.items())])
        for sheet in read_workbook(xlsx)
    ]


def holds(cell: ReadCell | None, text: str) -> bool:
    """Whether a cell has a value that was bound into it, as text, number or date and not as a formula."""
    if cell is None or cell.is_formula:
        return cell is None and not text
    return cell.text == text or _number(cell.text) == _number(text) is not None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _read(cell: Any) -> ReadCell:
    value = cell.value
    if isinstance(value, datetime.datetime):
        value = days(value.date())
    formula = cell.data_type == "f"
    return ReadCell(str(getattr(value, "text", value)), formula)
