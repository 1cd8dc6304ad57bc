"""The Excel workbooks: formulas come to what the pipeline reckons, and cells hold facts as what they are."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import DATE, ROOT
from lxml import etree
from openpyxl import Workbook, load_workbook
from small_papers import FONT, changed

from pipeline.data.edges import edges
from pipeline.data.load import Municipality
from pipeline.data.programme import Programme
from pipeline.documents.merge import Assignment, merge
from pipeline.documents.workbook import ReadSheet, holds, read_workbook
from pipeline.errors import TemplateError
from pipeline.templating.catalogue import load_document
from pipeline.templating.data_names import resolve
from pipeline.templating.formula_results import cells_of
from pipeline.templating.names import Edition, facts
from pipeline.templating.office_archive import packed, unpacked
from pipeline.templating.sheets import days

WORKBOOKS = ["net-present-value", "enquiry-workbook"]
SLUGS = sorted(path.stem for path in (ROOT / "municipalities").glob("*.toml"))
EDGES = ["everything optional absent", "amounts of zero", "amounts of millions"]
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OERE = Decimal("0.005")


def _made(edition: Edition, document: str, folder: Path = ROOT / "templates") -> bytes:
    """The finished workbook of an edition."""
    merged = merge(Assignment(load_document(folder / document), edition, None, facts(edition), FONT))
    assert merged.xlsx is not None
    return merged.xlsx


def _without_results(workbook: bytes) -> bytes:
    """The workbook with its formulas alone, so that no result can be taken from it."""
    members = unpacked(workbook)
    for name, content in members.items():
        if name.startswith("xl/worksheets/sheet"):
            tree = etree.fromstring(content)
            for cell in tree.iter(f"{_S}c"):
                if cell.find(f"{_S}f") is not None:
                    for value in cell.findall(f"{_S}v"):
                        cell.remove(value)
            members[name] = etree.tostring(tree)
    return packed(members)


def _recalculated(workbooks: dict[str, bytes], folder: Path) -> dict[str, tuple[ReadSheet, ...]]:
    """What LibreOffice works out of formulas without results."""
    for name, workbook in workbooks.items():
        (folder / f"{name}.xlsx").write_bytes(_without_results(workbook))
    program = shutil.which("soffice")
    assert program
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "made")]
    subprocess.run([*command, *map(str, sorted(folder.glob("*.xlsx")))], capture_output=True, check=False, timeout=600)
    return {name: read_workbook((folder / "made" / f"{name}.xlsx").read_bytes(), results=True) for name in workbooks}


def _differences(workbook: bytes, recalculated: tuple[ReadSheet, ...]) -> Iterator[str]:
    """Each formula whose result in the file is not what was worked out."""
    written = read_workbook(workbook, results=True)
    for formulas, declared, found in zip(read_workbook(workbook), written, recalculated, strict=True):
        for place, cell in formulas.cells.items():
            if cell.is_formula:
                here, there = (one.cells[place].text if place in one.cells else "" for one in (declared, found))
                if not _same(here, there):
                    yield f"{formulas.name} {place}: {here!r}, worked out {there!r} by {cell.text}"


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return abs(Decimal(one) - Decimal(other)) < _OERE
    except ArithmeticError:
        return False


def _formulas(workbook: bytes) -> int:
    return sum(cell.is_formula for sheet in read_workbook(workbook) for cell in sheet.cells.values())


@pytest.mark.libreoffice
@pytest.mark.parametrize("document", WORKBOOKS)
def test_every_formula_comes_to_what_the_file_says(
    document: str,
    edition: Callable[..., Edition],
    municipality: Callable[[str], Municipality],
    programme: Programme,
    tmp_path: Path,
) -> None:
    tried = {f"{slug}-{language}": edition(slug, language) for slug in SLUGS for language in ("nb", "nn")}
    for edge in edges(municipality("bergen"), programme):
        if edge.name in EDGES:
            tried[edge.name.replace(" ", "-")] = Edition(edge.municipality, edge.programme, "nb", DATE)
    workbooks = {name: _made(one, document) for name, one in tried.items()}
    assert all(_formulas(one) > 50 for one in workbooks.values())
    recalculated = _recalculated(workbooks, tmp_path)
    found = {name: list(_differences(one, recalculated[name])) for name, one in workbooks.items()}
    assert {name: differences for name, differences in found.items() if differences} == {}


@pytest.mark.libreoffice
def test_a_changed_assumption_changes_every_net_present_value(edition: Callable[..., Edition], tmp_path: Path) -> None:
    """A price instead of the one in the file gives what the pipeline reckons of it, in sheet and sensitivity alike."""
    given = edition("bergen", "nb")
    dearer = changed(given, tmp_path, "hourly_cost = 480", "hourly_cost = 515.5")
    book = load_workbook(io.BytesIO(_made(given, "net-present-value")))
    sheet = book["Forutsetninger"]
    [place] = [row[1] for row in sheet.iter_rows() if row[0].value == "Timekostnad"]
    assert place.value == 480
    place.value = 515.5
    target = io.BytesIO()
    book.save(target)
    (tmp_path / "work").mkdir()
    [found] = _recalculated({"changed": target.getvalue()}, tmp_path / "work").values()
    assert list(_differences(_made(dearer, "net-present-value"), found)) == []


@pytest.mark.libreoffice
def test_a_filled_count_gives_the_figures_for_the_municipality(edition: Callable[..., Edition], tmp_path: Path) -> None:
    """Two forms from Tuesday 18 May to Monday 31 May 2027; the second has no weekend, and one day without visits."""
    book = load_workbook(io.BytesIO(_made(edition("bergen", "nb"), "enquiry-workbook")))
    sheet = book["Registrering"]
    for row in (*range(6, 20), *(one for one in range(20, 34) if one not in {24, 25, 31, 32})):
        for column, value in zip("DEFGHIJKLMN", (7, 2, 3, 1, 39, 5, 6, 4, 3, 2, 45), strict=True):
            sheet[f"{column}{row}"] = value
    sheet["B6"], sheet["B20"], sheet["J7"], sheet["M33"], sheet["N33"] = "Nord", "Sør", 5, None, None
    target = io.BytesIO()
    book.save(target)
    [(_, grid, sums, figures)] = _recalculated({"filled": target.getvalue()}, tmp_path).values()
    assert [sums.cells[f"{column}9"].text for column in "BCD"] == ["260", "52", "312"]
    assert [sums.cells[f"B{row}"].text for row in (19, 20, 25)] == ["10", "10", "20"]
    assert (sums.cells["A20"].text, sums.cells["F20"].text) == ("2 Sør", "9")
    assert (grid.cells["B33"].text, grid.cells["O7"].text) == ("Sør", "A–D og G–I er ulike")
    assert "O8" not in grid.cells
    assert [figures.cells[f"B{row}"].text for row in range(5, 9)] == ["26", "3", "122", "23"]
    assert [figures.cells[f"A{row}"].text for row in range(11, 16)] == [
        "[home_care]",
        "calls_per_day = 26",
        "minutes_per_call = 3",
        "missed_visits_per_month = 122",
        "minutes_per_missed_visit = 23",
    ]


@pytest.mark.parametrize("slug", ["bergen", "voss"])
@pytest.mark.parametrize("document", WORKBOOKS)
def test_a_cell_with_one_placeholder_holds_the_fact_as_number_date_or_text(
    document: str, slug: str, edition: Callable[..., Edition]
) -> None:
    given = edition(slug)
    names = facts(given)
    template = load_workbook(ROOT / "templates" / document / f"{given.language}.xlsx")
    made = read_workbook(_made(given, document))
    proven = 0
    for asked, sheet in zip(template.worksheets, made, strict=True):
        for row in asked.iter_rows():
            for cell in row:
                text = str(cell.value)
                is_alone = text.startswith("{{ ") and text.endswith(" }}") and text.count("{{") == 1
                if is_alone and "document." not in text:
                    fact = resolve(text.strip("{} "), names, given.language)
                    shown = str(days(fact) if isinstance(fact, datetime.date) else fact)
                    assert holds(sheet.cells.get(cell.coordinate), shown), (sheet.name, cell.coordinate, text)
                    proven += isinstance(fact, (int, Decimal))
    assert proven > 3


@pytest.mark.parametrize("document", WORKBOOKS)
def test_the_results_in_the_file_are_the_names_that_are_declared(
    document: str, edition: Callable[..., Edition]
) -> None:
    given = edition("voss")
    names = facts(given)
    written = read_workbook(_made(given, document), results=True)
    template = load_document(ROOT / "templates" / document)
    for results in template.declaration.results:
        cells = written[results.sheet - 1].cells
        entries = resolve(results.list, names, given.language) if results.list else [names]
        for position, place in enumerate(cells_of(results.cells)):
            value = resolve(results.value, entries[position if results.list else 0], given.language)
            assert _same(cells[place].text if place in cells else "", "" if value is None else str(value)), place


def test_a_fact_that_begins_like_a_formula_stays_text(edition: Callable[..., Edition], tmp_path: Path) -> None:
    fact = '=HYPERLINK(\\"http://x.example\\";\\"x\\")'
    given = changed(edition("bergen"), tmp_path, 'case_number = "2026/104512"', f'case_number = "{fact}"')
    folder = _small(tmp_path, {"A1": "{{ archive.case_number }}", "A2": "Sak {{ archive.case_number }}"})
    cells = read_workbook(_made(given, "paper", folder))[0].cells
    text = fact.replace("\\", "")
    assert [(cells[place].text, cells[place].is_formula) for place in ("A1", "A2")] == [
        (text, False),
        (f"Sak {text}", False),
    ]


def test_a_list_of_another_length_than_its_cells_is_told_at_its_place(
    edition: Callable[..., Edition], tmp_path: Path
) -> None:
    results = '\n[[results]]\nsheet = 1\ncells = "B1:B3"\nlist = "analysis.years"\nvalue = "net"\n'
    folder = _small(tmp_path, {"A1": 1, "B1": "=A1", "B2": "=A1", "B3": "=A1"}, results)
    with pytest.raises(TemplateError) as caught:
        _made(edition("bergen"), "paper", folder)
    [problem] = caught.value.problems
    assert problem.what == "are 3 cells, but analysis.years has 11 entries."
    assert problem.place.startswith("results[1].cells")


def _small(folder: Path, cells: dict[str, str | int], results: str = "") -> Path:
    """A folder with a workbook of one sheet."""
    place = folder / "templates" / "paper"
    place.mkdir(parents=True)
    book = Workbook()
    assert book.active is not None
    for name, value in cells.items():
        book.active[name] = value
    book.save(place / "nb.xlsx")
    book.save(place / "nn.xlsx")
    declaration = 'kind = "xlsx"\ntitle = { nb = "Prøve", nn = "Prøve" }\nfile_name = { nb = "prove", nn = "prove" }\n'
    declaration += 'version = "0.1"\norder = 10\nneeds = ["archive", "analysis"]\n'
    (place / "document.toml").write_text(declaration + results, encoding="utf-8")
    return folder / "templates"
