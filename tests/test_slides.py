"""PowerPoint templates: filled, checked, drawn and proven like Word files, with charts that Office edits."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from conftest import DATE, ROOT, Project, keep_few_papers
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn
from pptx.util import Cm
from pydantic import TypeAdapter, ValidationError
from small_papers import FONT, FONTS, MakeEdition

from pipeline.data.text import Text
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.merge import Assignment, merge
from pipeline.documents.stages import FinalDocument
from pipeline.errors import TemplateError
from pipeline.packages.contents import finish
from pipeline.templating.catalogue import load_package
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.slides import slide_problems
from pipeline.templating.checks.tags import tag_problems
from pipeline.templating.checks.unread_tags import unread_tag_problems
from pipeline.templating.names import facts
from pipeline.templating.office_template import OfficeTemplate

NAMES: dict[str, Any] = {"who": "Bergen", "services": [{"name": "Natt", "users": 7}, {"name": "Dag", "users": 12}]}
DECLARATION = """kind = "pptx"
title = { nb = "Lysark", nn = "Lysark" }
file_name = { nb = "lysark", nn = "lysark" }
version = "0.1"
recipient = "project"
order = 90
needs = ["municipality", "services"]

[[charts]]
name = "usersByService"
list = "services"
category = "name"
[[charts.series]]
name = { nb = "Brukere", nn = "Brukarar" }
value = "users"
"""


def deck(*bodies: str, notes: str = "", chart: XL_CHART_TYPE | None = None, language: str = "nb") -> bytes:
    """A slide for each body, whose first line is the title; the chart stands on the first."""
    made = Presentation()
    for number, body in enumerate(bodies):
        title, *lines = body.split("\n")
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text_frame.text = "\n".join(lines)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        if chart is not None and number == 0:
            data = CategoryChartData(number_format="#,##0")
            data.categories, _ = ["a", "b"], data.add_series("x", (1, 2))
            frame = slide.shapes.add_chart(chart, Cm(2), Cm(10), Cm(20), Cm(7), data)
            frame.name = "usersByService"
            frame._element.nvGraphicFramePr.cNvPr.set("descr", "Søyler med brukere")  # noqa: SLF001  # no other way
    for part in (made.slide_master, *made.slide_layouts):
        for font in part._element.iter(qn("a:buFont")):  # noqa: SLF001  # likewise
            font.set("typeface", "Calibri")
    made.core_properties.title, made.core_properties.language = "Prøve", f"{language}-NO"
    return saved(made)


def saved(made: Any) -> bytes:
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def filled(raw: bytes, names: dict[str, Any] = NAMES) -> Any:
    template = OfficeTemplate(Path("nb.pptx"), "nb", raw)
    assert template.problems(names) == []
    return Presentation(io.BytesIO(template.render(names, DATE)))


def texts(shown: Any) -> list[str]:
    return [shape.text_frame.text for slide in shown.slides for shape in slide.shapes if shape.has_text_frame]


def test_placeholders_are_filled_on_slides_and_in_their_notes() -> None:
    raw = deck(
        "Hei {{ who }}\nTall: {% if services %}{{ services[1].users | number }}{% endif %}", notes="Si {{ who }}"
    )
    shown = filled(raw)
    assert texts(shown) == ["Hei Bergen", "Tall: 12"]
    assert shown.slides[0].notes_slide.notes_text_frame.text == "Si Bergen"


def test_a_paragraph_tag_takes_its_paragraph_away_and_a_loop_repeats_those_within() -> None:
    raw = deck(
        "T\nFør\n{%p for s in services %}\n{{ s.name }}\n{%p endfor %}\n{%p if not services %}\nNei\n{%p endif %}"
    )
    assert texts(filled(raw)) == ["T", "Før\nNatt\nDag"]


def test_a_row_tag_repeats_a_table_row() -> None:
    made = Presentation(io.BytesIO(deck("T\n.")))
    cells = made.slides[0].shapes.add_table(4, 1, Cm(2), Cm(8), Cm(20), Cm(4)).table
    for row, text in enumerate(["Hode", "{%tr for s in services %}", "{{ s.name }}", "{%tr endfor %}"]):
        cells.cell(row, 0).text = text
    table = next(shape.table for shape in filled(saved(made)).slides[0].shapes if shape.has_table)
    assert [row.cells[0].text for row in table.rows] == ["Hode", "Natt", "Dag"]


def test_a_placeholder_that_is_split_over_runs_is_one() -> None:
    made = Presentation(io.BytesIO(deck("T\nx")))
    paragraph = made.slides[0].placeholders[1].text_frame.paragraphs[0]
    paragraph.runs[0].text = "{{ w"
    paragraph.add_run().text = "ho }}!"
    assert texts(filled(saved(made)))[1] == "Bergen!"


@settings(max_examples=40, deadline=None)
@given(text=st.text(min_size=1, max_size=40))
def test_any_text_that_a_fact_may_be_stands_on_the_slide(text: str) -> None:
    try:
        value = TypeAdapter(Text).validate_python(text)
    except ValidationError:
        return
    assert texts(filled(deck("T\n[{{ who }}]"), {"who": value}))[1].replace("\v", "\n") == f"[{value}]"


def test_the_same_facts_and_date_give_the_same_bytes() -> None:
    template = OfficeTemplate(Path("nb.pptx"), "nb", deck("Hei {{ who }}\n."))
    assert template.render(NAMES, DATE) == template.render(NAMES, DATE)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("T\n{{ how }}", "nb.pptx  slide 1, paragraph 2 «{{ how }}», {{ how }}: There is no name 'how' here."),
        (
            "T\n{{ who | loud }}",
            "nb.pptx  slide 1, paragraph 2 «{{ who | loud }}», {{ who | loud }}: There is no filter 'loud'.",
        ),
        ("T\n{% if who %}", "nb.pptx  slide 1, paragraph 2 «{% if who %}», {% if who %}: Unexpected end of template."),
    ],
)
def test_a_fault_is_told_with_its_slide(body: str, problem: str) -> None:
    [found] = OfficeTemplate(Path("nb.pptx"), "nb", deck(body)).problems(NAMES)
    assert str(found).startswith(problem)


def test_a_file_that_is_no_presentation_is_refused_in_the_words_of_its_program() -> None:
    with pytest.raises(TemplateError) as caught:
        OfficeTemplate(Path("nb.pptx"), "nb", b"not a file")
    assert [str(one) for one in caught.value.problems] == [
        "nb.pptx: The file is not a whole PowerPoint document. Save it again from PowerPoint as .pptx."
    ]


def _checked(raw: bytes) -> list[str]:
    file = OfficeFile(Path("nb.pptx"), "nb", raw)
    found = [*tag_problems(file), *unread_tag_problems(file), *slide_problems(file, {"Calibri"})]
    return [f"{one.place}: {one.what} [{one.rule}]" for one in found]


def test_a_sound_deck_has_no_problems() -> None:
    assert _checked(deck("En\nTekst {{ who }}", "To\nMer", chart=XL_CHART_TYPE.COLUMN_CLUSTERED)) == []


def test_what_leaves_someone_out_or_should_not_leave_the_house_is_told() -> None:
    made = Presentation(
        io.BytesIO(deck("En\nTekst", "En\nTekst", "\nTekst", "Fire\n{%p if who %} og mer\n{%p endif %}"))
    )
    made.slides[1]._element.set("show", "0")  # noqa: SLF001  # no other way
    run = made.slides[0].placeholders[1].text_frame.paragraphs[0].runs[0]
    run.font.language_id, run.font.name = 1033, "Comic Sans MS"
    table = made.slides[2].shapes.add_table(2, 2, Cm(1), Cm(9), Cm(9), Cm(3))
    table.table.first_row = False
    made.core_properties.language = "en-US"
    assert _checked(saved(made)) == [
        "slide 4, paragraph 2 «{%p if who %} og mer», {%p if who %}: «og mer» goes away with the tag. [beside-tag]",
        "slide 2: The title «En» is that of slide 1 too. [same-slide-title]",
        "slide 3: The slide has no title, by which people find their way with a screen reader. [no-slide-title]",
        "slide 2: The slide is hidden, and the recipient could show it. [hidden-slide]",
        "slide 3: The table has no header row, so screen readers cannot tell what a column is about. [no-header-row]",
        "slide 1, paragraph 2 «Tekst»: «Tekst» is marked as en-US. [text-language]",
        "slide 1: Something here is set in Comic Sans MS. [font]",
        "document properties: The file's language is en-US. [text-language]",
    ]


def test_a_placeholder_in_a_chart_is_told_since_nobody_fills_it() -> None:
    made = Presentation(io.BytesIO(deck("En\nTekst", chart=XL_CHART_TYPE.COLUMN_CLUSTERED)))
    chart = next(shape.chart for shape in made.slides[0].shapes if shape.has_chart)
    chart.has_title, chart.chart_title.text_frame.text = True, "{{ who }}"
    assert [one.rpartition("[")[2] for one in _checked(saved(made))] == ["unread-tag]"]


@pytest.fixture
def with_deck(project: Project) -> Callable[..., Project]:
    """The project with a deck in its package."""

    def make(chart: XL_CHART_TYPE = XL_CHART_TYPE.COLUMN_CLUSTERED, declaration: str = DECLARATION) -> Project:
        folder = project.root / "templates" / "deck"
        folder.mkdir()
        (folder / "document.toml").write_text(declaration, encoding="utf-8")
        body = "Tjenester i {{ municipality.full_name }}\n{{ services[0].name }} fra {{ services[0].start | date }}"
        for language in ("nb", "nn"):
            raw = deck(body, "Slutt\nTakk", notes="Notat {{ municipality.name }}", chart=chart, language=language)
            (folder / f"{language}.pptx").write_bytes(raw)
        keep_few_papers(project.root / "templates", ("deck",))
        return project

    return make


def test_a_deck_is_delivered_as_slides_and_as_an_accessible_pdf(with_deck: Callable[..., Project]) -> None:
    project = with_deck()
    ran = project.run("package", "bergen", "--date", "2026-11-23")
    assert ran.code == 0, ran.err
    files = project.files("bergen")
    pdf = files["04-project/lysark.pdf"]
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]
    assert "Tjenester i Bergen kommune" in pages[0]
    assert "Hjemmebaserte tjenester fra 1. juni 2027" in " ".join(pages[0].replace("\u202f", " ").split())
    assert "Notat" not in "".join(pages)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        elements = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/S" in one]
        assert [str(one.Alt) for one in elements if one.S == "/Figure"] == ["Søyler med brukere"]
        assert sorted(str(one.S) for one in elements if str(one.S) in {"/H1", "/H2"}) == ["/H1", "/H2"]
    delivered = Presentation(io.BytesIO(files["04-project/lysark.pptx"]))
    assert delivered.slides[0].notes_slide.notes_text_frame.text == "Notat Bergen"


@pytest.mark.parametrize("name", ["presentation-leaders", "presentation-staff", "presentation-unions"])
def test_the_title_of_each_slide_is_a_heading(name: str, edition: MakeEdition, engine: EmbeddedEngine) -> None:
    """Also where the slide's number runs into it, as the engine writes both."""
    package = load_package(ROOT / "templates", "onboarding")
    template = next(one for one in package.documents if one.name == name)
    utsira = edition("utsira")
    merged = merge(Assignment(template, utsira, package.recipient(template), facts(utsira), FONT))
    final = finish(merged, DATE, engine, FONTS)
    assert isinstance(final, FinalDocument)
    with pikepdf.open(io.BytesIO(final.pdf)) as opened:
        tags = [str(one.get("/S")) for one in opened.objects if isinstance(one, pikepdf.Dictionary)]
    assert (tags.count("/H1"), tags.count("/H2")) == (1, final.pages - 1)


def test_the_delivered_chart_and_the_workbook_behind_it_hold_the_figures(with_deck: Callable[..., Project]) -> None:
    project = with_deck()
    assert project.run("package", "bergen", "--date", "2026-11-23").code == 0
    delivered = Presentation(io.BytesIO(project.files("bergen")["04-project/lysark.pptx"]))
    chart = next(shape.chart for shape in delivered.slides[0].shapes if shape.has_chart)
    assert list(chart.plots[0].categories) == ["Hjemmebaserte tjenester", "Sykehjem"]
    assert [(one.name, one.values) for one in chart.plots[0].series] == [("Brukere", (5200.0, 1800.0))]
    sheet = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [None, "Brukere"],
        ["Hjemmebaserte tjenester", 5200],
        ["Sykehjem", 1800],
    ]
    written = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).properties.created
    assert written == datetime.datetime(2026, 11, 23)  # noqa: DTZ001  # openpyxl gives it so


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'name = "usersByService"',
            'name = "usersByTown"',
            "is 'usersByTown', which 0 charts of the template",
        ),
        ('category = "name"', 'category = "title"', "There is no name 'title'."),
        ('value = "users"', 'value = "name"', "name is not a number for every entry. Name a number."),
        ('list = "services"', 'list = "municipality"', "municipality is not a list of entries with names."),
    ],
)
def test_a_chart_that_does_not_fit_its_declaration_is_told(
    with_deck: Callable[..., Project], old: str, new: str, problem: str
) -> None:
    ran = with_deck(declaration=DECLARATION.replace(old, new)).run("package", "bergen", "--date", "2026-11-23")
    assert ran.code == 5
    assert problem in ran.err
    assert "templates/deck/document.toml:" in ran.err


def test_a_chart_that_nothing_declares_is_told(with_deck: Callable[..., Project]) -> None:
    ran = with_deck(declaration=DECLARATION.partition("[[charts]]")[0]).run("package", "bergen")
    assert ran.code == 5
    assert "says nothing of the template's chart 'usersByService'" in ran.err


def test_a_kind_of_chart_that_cannot_be_drawn_is_told(with_deck: Callable[..., Project]) -> None:
    ran = with_deck(chart=XL_CHART_TYPE.PIE).run("package", "bergen", "--date", "2026-11-23")
    assert ran.code == 7
    assert "chart usersByService: is a pieChart; columns, bars and lines in one chart can be drawn." in ran.err
