"""Holds the two languages of a PDF form, and of a CSV table, against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import Problem
from pipeline.templating.checks.alignment import Pairs, aligned
from pipeline.templating.checks.typed import meaning, noun, tags
from pipeline.templating.pdf_form import FormField, PdfForm
from pipeline.templating.table_rows import TableRow, table_rows

_ADD = "Add it here, or remove it there."
_SAME = "Make both the same."


def form_twin_problems(nb: PdfForm, nn: PdfForm) -> list[Problem]:
    """Every field that only one form has, or that differs in kind, stored options or longest text; by twin-field.

    The words that a choice shows may be in the form's own language, and stand in any order.
    """
    return [
        *_fields_missing(nb, nn),
        *_fields_missing(nn, nb),
        *(
            Problem(nn.path, 0, f"field {name}", what, _SAME, rule="twin-field")
            for name, field in nn.fields.items()
            if name in nb.fields
            for what in _difference(field, nb.fields[name], nb.path.name)
        ),
    ]


def _fields_missing(having: PdfForm, lacking: PdfForm) -> Iterator[Problem]:
    for name, field in having.fields.items():
        if name not in lacking.fields:
            what = f"This {field.kind} field is missing, which stands in {having.path.name} (field {name})."
            yield Problem(lacking.path, 0, f"field {name}", what, _ADD, rule="twin-field")


def _difference(field: FormField, other: FormField, file: str) -> Iterator[str]:
    there = f"in {file} (field {other.name})"
    if field.kind != other.kind:
        yield f"The field is a {field.kind} here, but a {other.kind} {there}."
    elif sorted(_stored(field)) != sorted(_stored(other)):
        yield f"The field offers {_joined(field)} here, but {_joined(other)} {there}."
    elif field.max_length != other.max_length:
        yield f"The field takes {_longest(field)} here, but {_longest(other)} {there}."


def _stored(field: FormField) -> list[str]:
    return [stored for stored, _ in field.options]


def _joined(field: FormField) -> str:
    return ", ".join(_stored(field)) or "nothing"


def _longest(field: FormField) -> str:
    return "any length" if field.max_length is None else f"{field.max_length} characters"


def table_twin_problems(nb: Path, nn: Path) -> list[Problem]:
    """Every difference in header, in codes and their order, and in the placeholders of a row; by twin-row.

    The code of a row is its first cell. For files that can be read as tables and have a header.
    """
    first, second = _Table(nb), _Table(nn)
    pairs = aligned(first.rows, second.rows, lambda row: row.code)
    back = {right: left for left, right in pairs.items()}
    moved = {row.code for row in first.alone(pairs)} & {row.code for row in second.alone(back)}
    problems = [*_headers(first, second), *_rows_moved(first, second, moved)]
    problems += [*_rows_missing(first, second, pairs, moved), *_rows_missing(second, first, back, moved)]
    for left, right in pairs.items():
        one, other = first.rows[left], second.rows[right]
        problems += _placeholders_missing(first, one, second, other)
        problems += _placeholders_missing(second, other, first, one)
    return problems


class _Table:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.header, *self.rows = table_rows(path)

    def alone(self, pairs: Pairs) -> list[TableRow]:
        """The rows without an answer in the other language."""
        return [row for position, row in enumerate(self.rows) if position not in pairs]

    def problem(self, row: TableRow, what: str, todo: str) -> Problem:
        """A problem of a row."""
        place = "header" if row is self.header else row.code
        return Problem(self.path, row.line, place, what, todo, rule="twin-row")

    def place(self, row: TableRow) -> str:
        """The row as a sentence about the other file names it."""
        return f"{self.path.name} (line {row.line})"


def _headers(first: _Table, second: _Table) -> Iterator[Problem]:
    one, other = first.header, second.header
    if one.cells != other.cells:
        what = f"The header is {';'.join(other.cells)} here, but {';'.join(one.cells)} in {first.place(one)}."
        yield second.problem(other, what, _SAME)


def _rows_moved(first: _Table, second: _Table, moved: set[str]) -> Iterator[Problem]:
    places = {row.code: first.place(row) for row in reversed(first.rows)}
    for row in second.rows:
        if row.code in moved:
            what = f"The row {row.code} has another place in {places[row.code]}."
            yield second.problem(row, what, "Put the rows in the same order.")


def _rows_missing(having: _Table, lacking: _Table, pairs: Pairs, moved: set[str]) -> Iterator[Problem]:
    for position, row in enumerate(having.rows):
        if position in pairs or row.code in moved:
            continue
        before = next((pairs[one] for one in range(position, -1, -1) if one in pairs), None)
        what = f"After this the row {row.code} is missing, which stands in {having.place(row)}."
        yield lacking.problem(lacking.header if before is None else lacking.rows[before], what, _ADD)


def _placeholders_missing(having: _Table, row: TableRow, lacking: _Table, other: TableRow) -> Iterator[Problem]:
    present = Counter(meaning(tag) for cell in other.cells for tag in tags(cell))
    for column, cell in zip(having.header.cells, row.cells, strict=False):
        for tag in tags(cell):
            if not present[meaning(tag)]:
                what = f"The {noun(tag)} {tag} is missing, which stands in {having.place(row)}, column {column}."
                yield lacking.problem(other, what, _ADD)
            else:
                present[meaning(tag)] -= 1
