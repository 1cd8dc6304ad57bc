"""Reads the rows of a CSV table as typed, for checks that fill in nothing."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class TableRow:
    """A row with the line it begins on; the header is one too."""

    line: int
    cells: tuple[str, ...]

    @property
    def code(self) -> str:
        """What the row is called: its first cell."""
        return self.cells[0]


def table_rows(path: Path) -> list[TableRow]:
    """The rows that are not empty, the header first. Raises UnicodeDecodeError or csv.Error where filling would too."""
    reader = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";", strict=True)
    rows, begins = [], 1
    for cells in reader:
        if cells:
            rows.append(TableRow(begins, tuple(cells)))
        begins = reader.line_num + 1
    return rows
