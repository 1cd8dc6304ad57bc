"""A document's CSV table: read, chosen by record system, filled, and written for Norwegian Excel."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import TemplateError
from pipeline.templating.csv_table import Row, filled_rows, write_csv
from pipeline.templating.declaration import Table

NAMES: dict[str, Any] = {
    "municipality": {"name": "Bergen & omegn <3", "website": None, "start": datetime.date(2027, 6, 1)},
    "record_system": {"id": "visma"},
    "formula": "=1+1",
}
BY_SYSTEM = {"system": "record_system.id"}
Fill = Callable[..., list[Row]]


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """Writes a table and gives its filled rows."""

    def make(content: str | bytes, only: dict[str, str] | None = None) -> list[Row]:
        path = tmp_path / "nb.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return filled_rows(path, Table(name="messages", only=only or {}), NAMES, "nb")

    return make


def problems_of(fill: Fill, content: str | bytes, only: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(TemplateError) as caught:
        fill(content, only)
    return [str(replace(problem, path=Path(problem.path.name))) for problem in caught.value.problems]


def test_placeholders_are_filled_without_escaping(fill: Fill) -> None:
    assert fill("code;text\nA;Hilsen {{ municipality.name }}\n") == [
        {"code": "A", "text": "Hilsen Bergen & omegn <3"},
    ]


def test_filters_and_conditions_hold_in_cells(fill: Fill) -> None:
    text = "{% if municipality.website %}Se {{ municipality.website }}{% endif %}Fra {{ municipality.start | date }}"
    assert fill(f"code;text\nA;{text}\n") == [{"code": "A", "text": "Fra 1.\u00a0juni 2027"}]


def test_a_quoted_cell_keeps_semicolons_quotes_and_line_breaks(fill: Fill) -> None:
    assert fill('code;text\nA;"Hei!\n\nDag; ""natt"""\n') == [{"code": "A", "text": 'Hei!\n\nDag; "natt"'}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_mark_line_ends_and_blank_lines_do_not_matter(fill: Fill, encoding: str, end: str) -> None:
    content = end.join(["code;text", "", "A;å", "", ""]).encode(encoding)
    assert fill(content) == [{"code": "A", "text": "å"}]


def test_rows_of_another_record_system_are_left_out(fill: Fill) -> None:
    table = "code;system\nA;\nB;visma\nC;dips\nD;Visma\n"
    assert [row["code"] for row in fill(table, BY_SYSTEM)] == ["A", "B"]


def test_a_row_that_is_left_out_need_not_hold(fill: Fill) -> None:
    assert fill("code;system\nA;visma\n{{ unknown }};dips\n", BY_SYSTEM) == [{"code": "A", "system": "visma"}]


@pytest.mark.parametrize("cell", ["=1+1", "+47", "-1", "@SUM(A1)", '"\tx"', "{{ formula }}", '"=HYPERLINK(""x"")"'])
def test_a_cell_that_a_spreadsheet_takes_for_a_formula_is_refused(fill: Fill, cell: str) -> None:
    first = "=" if "formula" in cell else cell.lstrip('"')[0]
    assert problems_of(fill, f"code;text\nA;fine\nB;{cell}\n") == [
        f"nb.csv:3  text: The cell begins with {first!r}, which a spreadsheet takes for a formula. "
        "Begin it with a letter."
    ]


NEEDS = "Check its spelling and what document.toml names in needs."
KIND = "Check the filter and the kind of value it takes."


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (
            'a;b\n1;"over\ntwo lines"\n1;2;3\n\n1\n',
            [
                "nb.csv:4: The row has 3 cells, the header 2. Put a text with a semicolon in quotes.",
                "nb.csv:6: The row has 1 cells, the header 2. Put a text with a semicolon in quotes.",
            ],
        ),
        (
            'a;b\n1;2\n1;"never closed\n2;3\n',
            ["nb.csv:3: The row cannot be read: unexpected end of data. Close and double its quotes."],
        ),
        (
            'a;b\n1;"quoted" and more\n',
            ["nb.csv:2: The row cannot be read: ';' expected after '\"'. Close and double its quotes."],
        ),
        (b"a;b\n1;\xe5\n", ["nb.csv: Not UTF-8. Save it from Excel as «CSV UTF-8»."]),
        (
            "a;b\n{{ z }};{{ municipality.nam }}\n1;{{ municipality.name | uper }}\n",
            [
                f"nb.csv:2  a: A placeholder cannot be filled: 'z' is undefined. {NEEDS}",
                f"nb.csv:2  b: A placeholder cannot be filled: 'dict object' has no attribute 'nam'. {NEEDS}",
                f"nb.csv:3  b: A placeholder cannot be filled: No filter named 'uper'. {NEEDS}",
            ],
        ),
        (
            "a;b\n1;{{ municipality.website }}\n",
            ["nb.csv:2  b: A placeholder stands for an absent fact. Guard it with {% if %}."],
        ),
        (
            "a;b\n1;{{ municipality.name | date }}\n",
            [f"nb.csv:2  b: The value cannot be written: 'Bergen & omegn <3' is not a date. {KIND}"],
        ),
        ("a;b\n1;{{ 1 / 0 }}\n", [f"nb.csv:2  b: The value cannot be written: division by zero. {KIND}"]),
        (
            "a;b\n1;{% if municipality.name %}\n",
            [
                "nb.csv:2  b: A placeholder cannot be filled: Unexpected end of template. Jinja was looking for the "
                "following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'. "
                f"{NEEDS}"
            ],
        ),
    ],
)
def test_a_wrong_table_gives_exactly_its_problems(fill: Fill, content: str | bytes, problems: list[str]) -> None:
    assert problems_of(fill, content) == problems


@pytest.mark.parametrize(
    ("only", "problem"),
    [
        (
            {"sytem": "record_system.id"},
            "nb.csv:1  sytem: There is no such column. Add it, or correct [table.only] in document.toml.",
        ),
        (
            {"system": "record_system.idd"},
            "nb.csv:1  system: There is no name 'record_system.idd'. Correct [table.only] in document.toml.",
        ),
    ],
)
def test_a_choice_by_what_there_is_not_is_a_problem(fill: Fill, only: dict[str, str], problem: str) -> None:
    assert problems_of(fill, "code;system\nA;\n", only) == [problem]


def test_a_written_table_is_as_norwegian_excel_reads_it() -> None:
    rows = [{"code": "A", "text": 'Hei; "du"\nder'}, {"code": "B", "text": "æøå"}]
    assert write_csv(rows) == b'\xef\xbb\xbfcode;text\r\nA;"Hei; ""du""\nder"\r\nB;\xc3\xa6\xc3\xb8\xc3\xa5\r\n'


@given(cells=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")), min_size=2))
@settings(deadline=None, max_examples=100, derandomize=True)
def test_what_is_written_is_read_back_the_same(cells: list[str]) -> None:
    rows = [{"first": cell, "second": cells[0]} for cell in cells]
    text = write_csv(rows).decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";")) == rows


def test_the_tables_of_the_repository_are_in_step() -> None:
    folder = Path(__file__).resolve().parent.parent / "templates" / "standard-messages"
    tables = {}
    for language in ("nb", "nn"):
        text = (folder / f"{language}.csv").read_text(encoding="utf-8-sig")
        tables[language] = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert [(row["code"], row["system"]) for row in tables["nb"]] == [
        (row["code"], row["system"]) for row in tables["nn"]
    ]
