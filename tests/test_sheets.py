"""Excel templates: cells take numbers and dates as such, formulas stay live and show what they come to."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import DATE, Project, keep_few_papers
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import TypeAdapter, ValidationError

from pipeline.data.text import Text
from pipeline.errors import TemplateError
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.tags import tag_problems
from pipeline.templating.checks.workbooks import workbook_problems
from pipeline.templating.environment import MissingValueError
from pipeline.templating.formula_results import cells_of
from pipeline.templating.office_template import OfficeTemplate

NAMES: dict[str, Any] = {
    "who": "Bergen",
    "count": 12,
    "cost": Decimal("480.50"),
    "start": datetime.date(2027, 6, 1),
    "yes": True,
    "none": None,
    "services": [{"name": "Natt", "users": 7}],
}
DECLARATION = """kind = "xlsx"
title = { nb = "Regneark", nn = "Rekneark" }
file_name = { nb = "regneark", nn = "rekneark" }
version = "0.1"
recipient = "project"
order = 90
needs = ["municipality", "home_care", "services"]

[[results]]
sheet = 1
cells = "B4"
value = "home_care.calls_per_day * 2"

[[results]]
sheet = 1
cells = "C1:C2"
list = "services"
value = "users"
"""


def book(
    cells: dict[str, Any], change: Callable[[Workbook, Worksheet], None] | None = None, language: str = "nb"
) -> bytes:
    """A workbook of one sheet with these cells."""
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Tall"
    for place, value in cells.items():
        sheet[place] = value
    made.properties.title, made.properties.language = "Prøve", f"{language}-NO"
    if change:
        change(made, sheet)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def filled(raw: bytes, names: dict[str, Any] = NAMES) -> Any:
    template = OfficeTemplate(Path("nb.xlsx"), "nb", raw)
    assert template.problems(names) == []
    return load_workbook(io.BytesIO(template.render(names, DATE))).active


def test_a_placeholder_alone_in_its_cell_keeps_what_the_value_is() -> None:
    def style(_: Workbook, sheet: Worksheet) -> None:
        sheet["A4"].number_format = "dd.mm.yyyy"

    raw = book({"A1": "{{ who }}", "A2": "{{ count }}", "A3": "{{ cost }}", "A4": "{{ start }}", "B1": "Fast"}, style)
    sheet = filled(raw)
    values = [sheet[place].value for place in ("A1", "A2", "A3", "A4", "B1")]
    assert values == ["Bergen", 12, 480.5, datetime.datetime(2027, 6, 1), "Fast"]  # noqa: DTZ001  # as Excel has it


def test_a_placeholder_among_text_is_text_and_filters_and_sums_work() -> None:
    raw = book({"A1": "I {{ who }}: {{ count | number }}", "A2": "{{ count * 2 }}", "A3": "{{ start | date }}"})
    sheet = filled(raw)
    assert [sheet[place].value for place in ("A1", "A2", "A3")] == ["I Bergen: 12", 24, "1.\u00a0juni 2027"]


def test_headers_and_footers_are_filled_and_their_codes_are_left_alone() -> None:
    def head(_: Workbook, sheet: Worksheet) -> None:
        assert sheet.oddHeader is not None
        assert sheet.oddFooter is not None
        sheet.oddHeader.left.text, sheet.oddFooter.right.text = "{{ who }}", "Side &P av &N"

    sheet = filled(book({"A1": "x"}, head), NAMES | {"who": "A & B"})
    assert (sheet.oddHeader.left.text, sheet.oddFooter.right.text) == ("A && B", "Side &P av &N")


@settings(max_examples=60, deadline=None)
@given(text=st.one_of(st.text(min_size=1, max_size=30), st.from_regex(r"\A[=+\-@].{1,20}\Z")))
def test_a_text_of_the_data_is_never_a_formula(text: str) -> None:
    try:
        value = TypeAdapter(Text).validate_python(text)
    except ValidationError:
        return
    cell = filled(book({"A1": "{{ who }}"}), {"who": value})["A1"]
    assert (cell.data_type, cell.value) == ("s", value)


def test_formulas_stay_and_are_worked_out_anew_when_the_file_is_opened() -> None:
    raw = OfficeTemplate(Path("nb.xlsx"), "nb", book({"A1": "{{ count }}", "B1": "=A1*2"})).render(NAMES, DATE)
    opened = load_workbook(io.BytesIO(raw))
    assert opened.active is not None
    assert opened.active["B1"].value == "=A1*2"
    assert opened.calculation.fullCalcOnLoad is True


@pytest.mark.parametrize("typed", ["{{ none }}", "{{ services }}", "{{ yes }}"])
def test_what_is_no_value_for_a_cell_is_a_fault(typed: str) -> None:
    template = OfficeTemplate(Path("nb.xlsx"), "nb", book({"B7": typed}))
    with pytest.raises((MissingValueError, TypeError)) as caught:
        template.render(NAMES, DATE)
    found = template.locate(caught.value)
    assert found is not None
    assert str(found[1]) == f"sheet Tall, cell B7 «{typed}», {typed}"


def test_a_fault_is_told_with_its_cell() -> None:
    [problem] = OfficeTemplate(Path("nb.xlsx"), "nb", book({"C3": "{{ how }}"})).problems(NAMES)
    assert str(problem).startswith("nb.xlsx  sheet Tall, cell C3 «{{ how }}», {{ how }}: There is no name 'how' here.")


def test_the_same_facts_and_date_give_the_same_bytes() -> None:
    template = OfficeTemplate(Path("nb.xlsx"), "nb", book({"A1": "{{ count }}"}))
    assert template.render(NAMES, DATE) == template.render(NAMES, DATE)


def test_what_would_make_a_workbook_fail_or_tell_too_much_is_told() -> None:
    def spoil(made: Workbook, sheet: Worksheet) -> None:
        sheet["A5"].comment = Comment("Husk", "x")
        sheet["A6"].font = Font(name="Comic Sans MS")
        made.create_sheet("Skjult").sheet_state = "hidden"
        made.properties.language = None

    cells = {
        "A1": "{%tr for s in services %}",
        "A2": "{%tr endfor %}",
        "A3": '=WEBSERVICE("https://x.example")',
        "A4": "=#REF!+1",
        "A5": "={{ count }}",
    }
    file = OfficeFile(Path("nb.xlsx"), "nb", book(cells, spoil))
    found = [*tag_problems(file), *workbook_problems(file, {"Calibri"})]
    assert [(one.place.partition(" «")[0], one.rule) for one in found] == [
        ("sheet Tall, cell A1", "tag-place"),
        ("sheet Tall, cell A2", "tag-place"),
        ("sheet Tall, cell A1", "tag-place"),
        ("sheet Tall, cell A2", "tag-place"),
        ("sheet Tall, cell A3", "outside-formula"),
        ("sheet Tall, cell A4", "broken-formula"),
        ("sheet Tall, cell A5", "tag-in-formula"),
        ("sheet Skjult", "hidden-sheet"),
        ("comment", "comment"),
        ("styles", "font"),
        ("document properties", "text-language"),
    ]


@pytest.mark.parametrize(
    ("text", "cells"), [("B4", ["B4"]), ("C1:C3", ["C1", "C2", "C3"]), ("Y2:AB2", ["Y2", "Z2", "AA2", "AB2"])]
)
def test_a_range_names_its_cells(text: str, cells: list[str]) -> None:
    assert cells_of(text) == cells


def test_a_range_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="4B is not a cell"):
        cells_of("4B")


@pytest.fixture
def with_book(project: Project) -> Callable[[str], Project]:
    """The project with a workbook in its package."""

    def make(declaration: str = DECLARATION) -> Project:
        folder = project.root / "templates" / "book"
        folder.mkdir()
        (folder / "document.toml").write_text(declaration, encoding="utf-8")
        cells = {"A1": "{{ municipality.full_name }}", "B1": "{{ home_care.calls_per_day }}", "B4": "=B1*2"}
        cells |= {"C1": "=B1+1", "C2": "=B1+2"}
        for language in ("nb", "nn"):
            (folder / f"{language}.xlsx").write_bytes(book(cells, language=language))
        keep_few_papers(project.root / "templates", ("book",))
        return project

    return make


def test_a_workbook_is_delivered_with_results_that_need_no_excel(with_book: Callable[..., Project]) -> None:
    project = with_book()
    ran = project.run("package", "bergen", "--date", "2026-11-23")
    assert ran.code == 0, ran.err
    files = project.files("bergen")
    assert "04-project/regneark.pdf" not in files
    raw = io.BytesIO(files["04-project/regneark.xlsx"])
    live, shown = load_workbook(raw).active, load_workbook(raw, data_only=True).active
    assert live is not None
    assert shown is not None
    assert [live[place].value for place in ("A1", "B1", "B4")] == ["Bergen kommune", 940, "=B1*2"]
    assert [shown[place].value for place in ("B4", "C1", "C2")] == [1880, 5200, 1800]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('cells = "B4"', 'cells = "B5"', "names B5 of sheet 1, where no formula stands. Correct the cells, or write"),
        ('cells = "B4"', 'cells = "B5"', "sheet Tall, cell B4 «=B1*2»: No result of this formula is declared."),
        ("calls_per_day * 2", "calls_a_day", "There is no name 'home_care.calls_a_day'."),
        ('cells = "C1:C2"', 'cells = "C1"', "are 1 cells, but services has 2 entries. Name as many cells as there are"),
        ('cells = "B4"', 'cells = "4B"', "results[1].cells"),
        ('kind = "xlsx"', 'kind = "docx"', "results: is only for xlsx, and this is a docx. Remove it, or correct the"),
    ],
)
def test_results_that_do_not_fit_the_formulas_are_told(
    with_book: Callable[[str], Project], old: str, new: str, problem: str
) -> None:
    ran = with_book(DECLARATION.replace(old, new)).run("package", "bergen", "--date", "2026-11-23")
    assert ran.code == 5
    assert problem in ran.err


def test_a_workbook_that_names_another_municipality_is_told(with_book: Callable[[str], Project]) -> None:
    project = with_book(DECLARATION)
    path = project.root / "templates" / "book" / "nb.xlsx"
    made = load_workbook(path)
    assert isinstance(made.active, Worksheet)
    made.active["A9"] = "Voss herad"
    made.save(path)
    ran = project.run("package", "bergen", "--date", "2026-11-23")
    assert ran.code == 8
    assert "04-project/regneark.xlsx: names Voss herad, which is another municipality (4621)." in ran.err


def test_a_file_that_is_no_workbook_is_refused_in_the_words_of_its_program() -> None:
    with pytest.raises(TemplateError) as caught:
        OfficeTemplate(Path("nb.xlsx"), "nb", b"not a file")
    assert [str(one) for one in caught.value.problems] == [
        "nb.xlsx: The file is not a whole Excel document. Save it again from Excel as .xlsx."
    ]
