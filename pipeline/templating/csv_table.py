"""Reads a document's CSV table, fills its placeholders and writes it as a spreadsheet program opens it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Template
from jinja2 import TemplateError as JinjaError

from pipeline.errors import Problem, TemplateError
from pipeline.templating.data_names import UnknownNameError, resolve
from pipeline.templating.declaration import Table
from pipeline.templating.draft_names import DRAFT
from pipeline.templating.environment import MissingValueError, environment
from pipeline.templating.names import Names

Row = dict[str, str]
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")
"""A spreadsheet program takes a cell that begins so for a formula (OWASP, CSV injection)."""
_QUOTE = "Put a text with a semicolon in quotes."


def filled_rows(path: Path, table: Table, names: Names, language: str) -> list[Row]:
    """The rows that hold for these names, placeholders filled. Raises TemplateError with every problem."""
    columns, rows = _read(path)
    problems = [
        Problem(path, 1, column, "There is no such column.", "Add it, or correct [table.only] in document.toml.")
        for column in table.only
        if column not in columns
    ]
    filler = _Filler(path, names, language, problems)
    wanted = {column: filler.wanted(column, name) for column, name in table.only.items()}
    filled = [
        {column: filler.cell(line, column, text) for column, text in row.items()}
        for line, row in rows
        if all(row.get(column, "") in {"", value} for column, value in wanted.items())
    ]
    if not filled:
        problems.append(
            Problem(path, 0, "", "No row holds for this municipality.", "Correct [table.only] or the rows.")
        )
    if problems:
        raise TemplateError("A table of texts is not right.", problems=problems)
    return filled


def write_csv(rows: list[Row]) -> bytes:
    """The rows with their header: semicolons, UTF-8 with BOM, CRLF, as Norwegian Excel reads it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _read(path: Path) -> tuple[list[str], list[tuple[int, Row]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        todo = "Save it from Excel as «CSV UTF-8»."
        raise TemplateError("A table cannot be read.", problems=[Problem(path, 0, "", "Not UTF-8.", todo)]) from error
    lines = _lines(path, text)
    columns = lines[0][1] if lines else []
    problems = [
        Problem(path, line, "", f"The row has {len(cells)} cells, the header {len(columns)}.", _QUOTE)
        for line, cells in lines
        if cells and len(cells) != len(columns)
    ]
    if problems:
        raise TemplateError("A table of texts is not right.", problems=problems)
    return columns, [(line, dict(zip(columns, cells, strict=True))) for line, cells in lines[1:] if cells]


def _lines(path: Path, text: str) -> list[tuple[int, list[str]]]:
    """The cells of each row with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    lines: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            lines.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        problem = Problem(path, begins, "", f"The row cannot be read: {error}.", "Close and double its quotes.")
        raise TemplateError("A table of texts is not right.", problems=[problem]) from error
    return lines


@dataclass(frozen=True)
class _Filler:
    path: Path
    names: Names
    language: str
    problems: list[Problem]

    def wanted(self, column: str, name: str) -> str:
        """The value of the data name that rows are chosen by; what is wrong with it is noted."""
        try:
            return str(resolve(name, self.names, self.language))
        except UnknownNameError as error:
            self._note(1, column, str(error), "Correct [table.only] in document.toml.")
            return ""

    def cell(self, line: int, column: str, text: str) -> str:
        """The cell with its placeholders filled; what is wrong with it is noted."""
        try:
            filled = _template(text, self.language, draft=DRAFT in self.names).render(self.names)
        except JinjaError as error:
            what = f"A placeholder cannot be filled: {str(error.message).rstrip('.')}."
            self._note(line, column, what, "Check its spelling and what document.toml names in needs.")
        except MissingValueError:
            self._note(line, column, "A placeholder stands for an absent fact.", "Guard it with {% if %}.")
        except (TypeError, AttributeError, ValueError, ArithmeticError) as error:
            what = f"The value cannot be written: {str(error).rstrip('.')}."
            self._note(line, column, what, "Check the filter and the kind of value it takes.")
        else:
            if filled.startswith(_FORMULA_STARTS):
                what = f"The cell begins with {filled[0]!r}, which a spreadsheet takes for a formula."
                self._note(line, column, what, "Begin it with a letter.")
            return filled
        return text

    def _note(self, line: int, column: str, what: str, todo: str) -> None:
        self.problems.append(Problem(self.path, line, column, what, todo))


@lru_cache(maxsize=4096)
def _template(cell: str, language: str, *, draft: bool) -> Template:
    """A cell, compiled once for all municipalities. Raises jinja2.TemplateError."""
    return environment(language, draft=draft).overlay(autoescape=False).from_string(cell)
