"""PDF forms: which fields there are, what goes into them, and that every reader shows it."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pypdf import PdfReader
from pypdf.generic import ArrayObject, StreamObject
from reportlab.pdfbase.ttfonts import TTFontFile
from reportlab.pdfgen.canvas import Canvas

from pipeline.data.text import Text
from pipeline.documents.convert import convert
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.finalize import finalize
from pipeline.documents.form_values import form_values
from pipeline.documents.merge import Assignment, merge
from pipeline.errors import TemplateError
from pipeline.templating.catalogue import DocumentTemplate, load_document
from pipeline.templating.form_text import FormTextError, Misfit
from pipeline.templating.names import Edition, facts
from pipeline.templating.pdf_form import FormField, PdfForm, pdf_form

ROOT = Path(__file__).resolve().parent.parent
FONT = ROOT / "templates" / "fonts" / "Carlito-Regular.ttf"
SAMI = "Kárášjoga gielda čđŋŧžŠ"


def drawn_form() -> bytes:
    """A form with a field of each kind."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(600, 800), invariant=1)
    form = canvas.acroForm
    form.textfield(name="name", x=50, y=700, width=200, height=20, maxlen=100, borderWidth=0)
    form.textfield(name="code", x=300, y=700, width=100, height=20, maxlen=4)
    form.textfield(name="text", x=50, y=100, width=500, height=400, maxlen=100000, fieldFlags="multiline")
    form.checkbox(name="box", x=50, y=600, size=20)
    form.choice(
        name="environment",
        x=50,
        y=550,
        width=100,
        height=20,
        options=[("Produksjon", "production"), ("Test", "test")],
        value="test",
    )
    canvas.showPage()
    canvas.save()
    return target.getvalue()


@pytest.fixture(scope="session")
def form(tmp_path_factory: pytest.TempPathFactory) -> PdfForm:
    path = tmp_path_factory.mktemp("form") / "nb.pdf"
    path.write_bytes(drawn_form())
    return pdf_form(path)


def widget(filled: bytes, name: str) -> dict[str, Any]:
    annotations = cast(list[Any], PdfReader(io.BytesIO(filled)).pages[0]["/Annots"])
    found = [one.get_object() for one in annotations if one.get_object()["/T"] == name]
    return cast(dict[str, Any], found[0])


def appearance(filled: bytes, name: str) -> bytes:
    return cast(StreamObject, widget(filled, name)["/AP"]["/N"]).get_data()


def shown(filled: bytes) -> str:
    """The text that a reader sees, fields included."""
    with pypdfium2.PdfDocument(filled) as pdf:
        pdf.init_forms()
        page = pdf[0]
        page.flatten()
        return str(pdf[0].get_textpage().get_text_range())


def dark_pixels(filled: bytes, box: tuple[int, int, int, int]) -> int:
    """How many dark points there are between left, bottom, right and top of the page as a reader draws it."""
    left, bottom, right, top = box
    with pypdfium2.PdfDocument(filled) as pdf:
        pdf.init_forms()
        picture = pdf[0].render(scale=1, may_draw_forms=True, grayscale=True).to_pil()
        return sum(picture.crop((left, 800 - top, right, 800 - bottom)).histogram()[:100])


def test_every_field_is_known_with_what_it_takes(form: PdfForm) -> None:
    options = (("production", "Produksjon"), ("test", "Test"))
    assert list(form.fields.values()) == [
        FormField("name", "text", 200, 20, multiline=False, max_length=100, options=(), on_state=""),
        FormField("code", "text", 100, 20, multiline=False, max_length=4, options=(), on_state=""),
        FormField("text", "text", 500, 400, multiline=True, max_length=100000, options=(), on_state=""),
        FormField("box", "checkbox", 20, 20, multiline=False, max_length=None, options=(), on_state="/Yes"),
        FormField("environment", "choice", 100, 20, multiline=False, max_length=None, options=options, on_state=""),
    ]


GLYPHS = sorted(
    chr(code)
    for code in TTFontFile(str(FONT)).charToGlyph
    if unicodedata.category(chr(code))[0] in "LMNPS" or unicodedata.category(chr(code)) == "Zs"
)


def printable(text: str) -> str:
    """The text as a fact holds it; what no fact may hold is not tried."""
    try:
        checked: str = TypeAdapter(Text).validate_python(text)
    except ValidationError:
        assume(condition=False)
    return checked


LINE = st.text(st.sampled_from(GLYPHS), max_size=30)


@given(text=st.lists(LINE, min_size=1, max_size=3).map("\n".join).map(printable))
@settings(deadline=None, max_examples=100, derandomize=True)
def test_any_text_that_the_font_can_show_is_stored_as_it_is(form: PdfForm, text: str) -> None:
    assert widget(form.fill({"text": text}, FONT), "text")["/V"] == text


@pytest.mark.parametrize("text", ["þÿ", "þÿab", "ÿþab", "ï»¿ab", "(a) \\ b )(", "a\nb", "<41>", "/V", "€ł˘", SAMI])
def test_text_that_looks_like_something_else_in_a_pdf_is_stored_as_it_is(form: PdfForm, text: str) -> None:
    assert widget(form.fill({"text": text}, FONT), "text")["/V"] == text


def test_the_same_values_give_the_same_bytes(form: PdfForm) -> None:
    values: dict[str, str | bool] = {"name": SAMI, "text": "a\nb", "box": True, "environment": "test"}
    assert form.fill(values, FONT) == form.fill(values, FONT) == pdf_form(form.path).fill(values, FONT)


def test_sami_letters_are_read_back_from_what_is_drawn(form: PdfForm) -> None:
    assert SAMI in shown(form.fill({"name": SAMI}, FONT))


def test_a_field_that_is_filled_is_drawn_inside_its_frame_and_nowhere_else(form: PdfForm) -> None:
    empty, filled = form.fill({}, FONT), form.fill({"name": SAMI}, FONT)
    inside, below = (52, 702, 248, 718), (52, 640, 248, 698)
    assert dark_pixels(empty, inside) == 0
    assert dark_pixels(filled, inside) > 100
    assert dark_pixels(filled, below) == dark_pixels(empty, below)


def test_spaces_and_hyphens_that_forbid_a_break_are_drawn_plain_and_stored_as_they_are(form: PdfForm) -> None:
    filled = form.fill({"name": "1\u00a0000 og 2\u202f000 og e\u2011post"}, FONT)
    assert widget(filled, "name")["/V"] == "1\u00a0000 og 2\u202f000 og e\u2011post"
    assert "1 000 og 2 000 og e-post" in shown(filled)


def test_lines_of_a_text_stay_lines(form: PdfForm) -> None:
    assert "første\r\nandre" in shown(form.fill({"text": "første\nandre"}, FONT))


def test_a_long_text_is_broken_between_words(form: PdfForm) -> None:
    text = "helsepersonell " * 40
    assert re.sub(r"\s+", " ", shown(form.fill({"text": text.strip()}, FONT))).count("helsepersonell") == 40


@pytest.mark.parametrize(("length", "size"), [(10, 10.0), (39, 9.5), (60, 6.0)])
def test_a_text_is_shrunk_until_it_fits(form: PdfForm, length: int, size: float) -> None:
    found = re.search(rb"([\d.]+) Tf", appearance(form.fill({"name": "n" * length}, FONT), "name"))
    assert found is not None
    assert float(found.group(1)) == size


@pytest.mark.parametrize("value", ["production", "Produksjon"])
def test_a_choice_is_stored_as_its_export_value_and_drawn_as_it_is_shown(form: PdfForm, value: str) -> None:
    filled = form.fill({"environment": value}, FONT)
    chosen = widget(filled, "environment")
    assert (chosen["/V"], list(chosen["/I"])) == ("production", [0])
    assert "Produksjon" in shown(filled)


@pytest.mark.parametrize(("value", "state"), [(True, "/Yes"), (False, "/Off")])
def test_a_box_is_ticked_by_true_alone(form: PdfForm, value: bool, state: str) -> None:
    box = widget(form.fill({"box": value}, FONT), "box")
    assert (box["/V"], box["/AS"]) == (state, state)


@pytest.mark.parametrize("values", [{}, {"name": ""}])
def test_a_field_without_a_value_stays_empty(form: PdfForm, values: dict[str, str | bool]) -> None:
    assert widget(form.fill(values, FONT), "name")["/V"] == ""


def test_every_text_that_does_not_fit_is_told_at_once(form: PdfForm) -> None:
    with pytest.raises(FormTextError) as caught:
        form.fill({"name": "n" * 100, "code": "😀ⅷ", "text": "ord " * 5000, "box": True}, FONT)
    assert caught.value.misfits == [
        Misfit("name", "The text of 100 characters does not fit, even at 6 points.", "Shorten it."),
        Misfit(
            "code",
            "The font Carlito-Regular has no glyph for ⅷ (U+2177), 😀 (U+1F600).",
            "Replace the character.",
        ),
        Misfit("text", "The text of 20000 characters does not fit, even at 6 points.", "Shorten it."),
    ]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"This is a letter.", id="text"),
        pytest.param(lambda: b"%PDF-1.7\n", id="a first line alone"),
        pytest.param(lambda: drawn_form()[:3000], id="cut off"),
        pytest.param(lambda: drawn_form().replace(b"/Rect [", b"/Recd ["), id="fields without a place"),
        pytest.param(lambda: drawn_form().replace(b"/T (name)", b"/U (name)"), id="a field without a name"),
        pytest.param(lambda: re.sub(rb"/Rect \[[^]]*\]", b"/Rect 7", drawn_form()), id="a place that is none"),
    ],
)
def test_a_file_that_is_no_form_is_told_in_a_sentence(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = tmp_path / "nb.pdf"
    path.write_bytes(make())
    with pytest.raises(TemplateError) as caught:
        pdf_form(path)
    assert str(caught.value) == (
        "A form template cannot be read.\n"
        f"  {path}: The file is not a readable PDF form. Save it again as a PDF with fields."
    )


def test_a_form_that_is_not_there_is_told_the_same(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"A form template cannot be read\."):
        pdf_form(tmp_path / "nb.pdf")


# What the declaration maps to the fields

NAMES: dict[str, Any] = {
    "m": {"name": "Bergen", "number": "4601", "long": "46011", "website": None, "sami": True, "place": "staging"},
    "rows": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
    "one": [{"name": "a"}],
}
ALL_FIELDS = {
    "name": "m.name",
    "code": "m.number",
    "text": "rows[1].name",
    "box": "m.sami",
    "environment": '"test"',
}
HEAD = """kind = "pdf-form"
title = { nb = "Skjema", nn = "Skjema" }
file_name = { nb = "skjema", nn = "skjema" }
version = "1"
order = 1
needs = []
"""


def worked_out(form: PdfForm, folder: Path, fields: dict[str, str], more: str = "") -> tuple[dict[str, Any], list[str]]:
    """The values for a declaration with these fields, and its problems without the path."""
    mapped = "".join(f"{name} = '{expression}'\n" for name, expression in fields.items())
    head, rest = ("", more) if more.startswith("[[") else (more, "")
    (folder / "document.toml").write_text(f"{HEAD}[form]\n{head}\n[form.fields]\n{mapped}{rest}", encoding="utf-8")
    values, problems = form_values(load_document(folder), form, NAMES, "nb")
    return values, [f"{problem.line} {problem.place}: {problem.what} {problem.todo}" for problem in problems]


def test_each_field_gets_the_value_of_its_name(form: PdfForm, tmp_path: Path) -> None:
    values, problems = worked_out(form, tmp_path, ALL_FIELDS)
    assert problems == []
    assert values == {"name": "Bergen", "code": "4601", "text": "b", "box": True, "environment": "test"}


def test_a_field_for_an_absent_fact_stays_empty(form: PdfForm, tmp_path: Path) -> None:
    values, problems = worked_out(form, tmp_path, {**ALL_FIELDS, "name": "m.website | phone"})
    assert (values["name"], problems) == ("", [])


SINGLE = "takes text. Map a single value to a text field; use a filter such as yes_no."
UNKNOWN = "Use a name that there is."


@pytest.mark.parametrize(
    ("field", "expression", "problem"),
    [
        ("name", "m.sami", f"10 form.fields.name: {SINGLE}"),
        ("name", "rows", f"10 form.fields.name: {SINGLE}"),
        ("name", "m.nam", f"10 form.fields.name: There is no name 'm.nam'. {UNKNOWN}"),
        ("name", "rows[7].name", f"10 form.fields.name: There is no name 'rows[7]'. {UNKNOWN}"),
        ("name", "rows[-7].name", f"10 form.fields.name: There is no name 'rows[-7]'. {UNKNOWN}"),
        (
            "name",
            "m.name | uper",
            f"10 form.fields.name: 'm.name | uper' cannot be worked out (No filter named 'uper'). {UNKNOWN}",
        ),
        (
            "name",
            "m.name | date",
            f"10 form.fields.name: 'm.name | date' cannot be worked out ('Bergen' is not a date). {UNKNOWN}",
        ),
        (
            "code",
            "m.long",
            "11 form.fields.code: takes 4 characters; '46011' is 1 too long. Shorten it, or widen the field.",
        ),
        ("box", "m.name", "13 form.fields.box: takes true or false. Map a yes-or-no fact to a checkbox."),
        (
            "environment",
            "m.place",
            "14 form.fields.environment: offers Produksjon, Test, not 'staging'. "
            "Correct the fact, or add the choice in the form.",
        ),
        (
            "extra",
            "m.name",
            "15 form.fields.extra: nb.pdf has no field 'extra'. Add the field in the form, or remove the key.",
        ),
    ],
)
def test_a_wrong_mapping_is_a_problem_on_its_line(
    form: PdfForm, tmp_path: Path, field: str, expression: str, problem: str
) -> None:
    assert worked_out(form, tmp_path, {**ALL_FIELDS, field: expression})[1] == [problem]


def test_a_number_that_cannot_be_is_a_problem_and_no_crash(form: PdfForm, tmp_path: Path) -> None:
    problems = worked_out(form, tmp_path, {**ALL_FIELDS, "name": "m.name | number"})[1]
    assert len(problems) == 1
    assert problems[0].startswith("10 form.fields.name: 'm.name | number' cannot be worked out (")


NOTHING_FILLS = (
    "that nothing fills. Map it under [form.fields], or name it in open or open_rows; a signature under [[signatures]]."
)


def test_a_field_that_nothing_fills_is_a_problem(form: PdfForm, tmp_path: Path) -> None:
    fields = {name: expression for name, expression in ALL_FIELDS.items() if name not in {"code", "box"}}
    assert worked_out(form, tmp_path, fields)[1] == [
        f"7 form: The form has a field 'code' {NOTHING_FILLS}",
        f"7 form: The form has a field 'box' {NOTHING_FILLS}",
    ]


def test_a_field_may_be_left_open_on_purpose(form: PdfForm, tmp_path: Path) -> None:
    fields = {name: expression for name, expression in ALL_FIELDS.items() if name != "code"}
    assert worked_out(form, tmp_path, fields, 'open = ["code"]')[1] == []


def test_an_open_field_that_the_form_lacks_is_a_problem(form: PdfForm, tmp_path: Path) -> None:
    assert worked_out(form, tmp_path, ALL_FIELDS, 'open = ["place"]')[1] == [
        "8 form.open: nb.pdf has no field 'place'. Add the field in the form, or remove the key."
    ]


@pytest.fixture
def rows_form(tmp_path: Path) -> PdfForm:
    canvas = Canvas(str(tmp_path / "nb.pdf"))
    for number in (1, 2):
        canvas.acroForm.textfield(name=f"row{number}", x=50, y=100 * number, width=100, height=20)
    canvas.showPage()
    canvas.save()
    return pdf_form(tmp_path / "nb.pdf")


ROWS = "[[form.rows]]\nlist = '{list}'\ncount = {count}\nfields = {{ 'row{{n}}' = '{name}' }}\n"


@pytest.mark.parametrize(
    ("more", "values", "problems"),
    [
        (ROWS.format(list="one", count=2, name="name"), {"row1": "a", "row2": ""}, []),
        (
            ROWS.format(list="rows", count=2, name="name"),
            {"row1": "a", "row2": "b"},
            ["12 form.rows[1].count: The form has 2 rows, but there are 3 rows. Use a form with more rows."],
        ),
        (
            ROWS.format(list="one", count=3, name="name"),
            {"row1": "a", "row2": "", "row3": ""},
            [
                "13 form.rows[1].fields.row{n}: nb.pdf has no field 'row3'. "
                "Add the field in the form, or remove the key."
            ],
        ),
        (
            ROWS.format(list="one", count=2, name="nam"),
            {"row1": "", "row2": ""},
            ["13 form.rows[1].fields.row{n}: There is no name 'nam'. Use a name that there is."],
        ),
    ],
)
def test_rows_are_filled_from_a_list_as_far_as_it_goes(
    rows_form: PdfForm, tmp_path: Path, more: str, values: dict[str, str], problems: list[str]
) -> None:
    assert worked_out(rows_form, tmp_path, {}, more) == (values, problems)


OPEN_ROWS = "[[form.open_rows]]\nfields = ['row{{n}}']\ncount = {count}\n"


@pytest.mark.parametrize(
    ("count", "problems"),
    [
        (2, []),
        (1, [f"7 form: The form has a field 'row2' {NOTHING_FILLS}"]),
        (
            3,
            ["11 form.open_rows[1].fields: nb.pdf has no field 'row3'. Add the field in the form, or remove the key."],
        ),
    ],
)
def test_rows_may_be_left_open_on_purpose(rows_form: PdfForm, tmp_path: Path, count: int, problems: list[str]) -> None:
    assert worked_out(rows_form, tmp_path, {}, OPEN_ROWS.format(count=count)) == ({}, problems)


# The repository's forms

FORMS = ["enquiry-mapping", "nhn-order-form"]
LANGUAGES = ["nb", "nn"]


def values_for(template: DocumentTemplate, made: Edition) -> dict[str, str | bool]:
    """What goes into the fields of a form, which takes it all."""
    names = facts(made) | {"document": {"date": made.date}}
    values, problems = form_values(template, pdf_form(template.template(made.language)), names, made.language)
    assert problems == []
    return values


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", sorted(path.stem for path in (ROOT / "municipalities").glob("*.toml")))
def test_a_form_takes_the_facts_of_every_municipality(
    edition: Callable[..., Edition], slug: str, language: str, name: str
) -> None:
    template = load_document(ROOT / "templates" / name)
    values = values_for(template, edition(slug, language))
    filled = pdf_form(template.template(language)).fill(values, FONT)
    stored = {name: field.get("/V", "") for name, field in (PdfReader(io.BytesIO(filled)).get_fields() or {}).items()}
    assert {name: stored[name] for name, value in values.items() if isinstance(value, str)} == {
        name: value for name, value in values.items() if isinstance(value, str)
    }


def delivered(template: DocumentTemplate, made: Edition, engine: EmbeddedEngine) -> bytes:
    """The form as the municipality gets it."""
    merged = merge(Assignment(template, made, None, facts(made), FONT))
    return finalize(convert(merged, engine, FONT.parent), made.date).pdf


def widgets(pdf: PdfReader) -> list[list[dict[str, Any]]]:
    """The fields of each page, as they follow one another in it."""
    return [[one.get_object() for one in cast(list[Any], page["/Annots"])] for page in pdf.pages]


def type_into(content: bytes, texts: dict[str, str]) -> bytes:
    """The form after a person has clicked each field in a reader, typed a text and saved; drawn as the reader does."""
    with pypdfium2.PdfDocument(content) as pdf:
        pdf.init_forms()
        for number, fields in enumerate(widgets(PdfReader(io.BytesIO(content)))):
            page = pdf[number]
            for field in fields:
                _type(pdf, page, [float(edge) for edge in field["/Rect"]], texts.get(field["/T"], ""))
        saved = io.BytesIO()
        pdf.save(saved)
        return saved.getvalue()


def _type(pdf: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, place: list[float], text: str) -> None:
    if text:
        reader = pdf.formenv.raw
        across, up = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
        pdfium.FORM_OnLButtonDown(reader, page.raw, 0, across, up)
        pdfium.FORM_OnLButtonUp(reader, page.raw, 0, across, up)
        for character in text:
            pdfium.FORM_OnChar(reader, page.raw, ord(character), 0)
        pdfium.FORM_ForceToKillFocus(reader)


def shown_in(content: bytes, name: str) -> str:
    """The text that a reader draws in a field."""
    pages = enumerate(widgets(PdfReader(io.BytesIO(content))))
    number, place = next((at, one["/Rect"]) for at, fields in pages for one in fields if one["/T"] == name)
    with pypdfium2.PdfDocument(content) as pdf:
        pdf.init_forms()
        pdf[number].flatten()
        return str(pdf[number].get_textpage().get_text_bounded(*(float(edge) for edge in place))).strip()


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_person_types_later_is_stored_and_shown(
    edition: Callable[..., Edition], engine: EmbeddedEngine, language: str, name: str
) -> None:
    template = load_document(ROOT / "templates" / name)
    made = edition("bergen", language)
    declared = template.declaration.form
    assert declared is not None
    texts = {field: str(1000 + number) for number, field in enumerate(declared.left_open())}
    typed = type_into(delivered(template, made, engine), texts)
    stored = PdfReader(io.BytesIO(typed)).get_fields() or {}
    assert {field: stored[field]["/V"] for field in texts} == texts
    assert {field: shown_in(typed, field) for field in list(texts)[:5]} == dict(list(texts.items())[:5])
    kept = {field: value for field, value in values_for(template, made).items() if isinstance(value, str) and value}
    assert {field: stored[field]["/V"] for field in kept} == kept


def test_norwegian_letters_that_a_person_types_are_shown(
    edition: Callable[..., Edition], engine: EmbeddedEngine
) -> None:
    template = load_document(ROOT / "templates" / "enquiry-mapping")
    typed = type_into(delivered(template, edition("bergen", "nb"), engine), {"unit": "Åsane sør, ÆØÅ æøå é"})
    assert shown_in(typed, "unit") == "Åsane sør, ÆØÅ æøå é"


DAY_COLUMNS = {
    "nb": {
        "date": "dato",
        "calls_visit_time": "samtaler om besøkstid",
        "calls_cancellation": "samtaler om avbestilling",
        "calls_information": "samtaler med beskjed eller spørsmål",
        "calls_other": "andre samtaler",
        "call_minutes": "minutter i alt på samtalene",
        "could_be_message": "samtaler som kunne vært en melding",
        "from_user": "samtaler fra bruker",
        "from_relative": "samtaler fra pårørende",
        "from_other": "samtaler fra andre",
        "missed_visits": "bomturer",
        "missed_visit_minutes": "minutter tapt på bomturer",
    },
    "nn": {
        "date": "dato",
        "calls_visit_time": "samtalar om besøkstid",
        "calls_cancellation": "samtalar om avbestilling",
        "calls_information": "samtalar med beskjed eller spørsmål",
        "calls_other": "andre samtalar",
        "call_minutes": "minutt i alt på samtalane",
        "could_be_message": "samtalar som kunne vore ei melding",
        "from_user": "samtalar frå brukar",
        "from_relative": "samtalar frå pårørande",
        "from_other": "samtalar frå andre",
        "missed_visits": "bomturar",
        "missed_visit_minutes": "minutt tapte på bomturar",
    },
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cells_of_the_enquiry_form_follow_row_by_row_and_say_where_they_are(language: str) -> None:
    fields = pdf_form(ROOT / "templates" / "enquiry-mapping" / f"{language}.pdf").fields
    columns = DAY_COLUMNS[language]
    days = {f"day{day}_{name}": f"Dag {day}, {said}" for day in range(1, 15) for name, said in columns.items()}
    sums = {f"sum_{name}": f"Sum, {said}" for name, said in columns.items() if name != "date"}
    cells = {name: field.tooltip for name, field in fields.items() if name.startswith(("day", "sum"))}
    assert list(cells.items()) == list((days | sums).items())
    open_cells = [fields[name] for name in cells if not name.endswith("date")]
    assert {(field.kind, field.multiline, field.read_only) for field in open_cells} == {("text", False, False)}
    assert {field.max_length for field in open_cells} == {5, 6}
    assert min(field.width for field in open_cells) > 35


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fields_of_a_form_are_tagged_in_the_order_of_the_page(name: str, language: str) -> None:
    pdf = PdfReader(ROOT / "templates" / name / f"{language}.pdf")
    assert {str(page["/Tabs"]) for page in pdf.pages} == {"/S"}
    root = cast(dict[str, Any], pdf.root_object["/StructTreeRoot"])
    tagged = [below(element)[0]["/Obj"]["/T"] for element in elements(root) if element["/S"] == "/Form"]
    assert tagged == [field["/T"] for fields in widgets(pdf) for field in fields]


def elements(parent: dict[str, Any]) -> list[dict[str, Any]]:
    """Every structure element below `parent`, in reading order."""
    return [each for kid in below(parent) if "/S" in kid for each in (kid, *elements(kid))]


def below(parent: dict[str, Any]) -> list[dict[str, Any]]:
    """What stands directly below a structure element, but for content of the page."""
    kids = parent.get("/K", ArrayObject()).get_object()
    inner = [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    return [kid for kid in inner if isinstance(kid, dict)]
