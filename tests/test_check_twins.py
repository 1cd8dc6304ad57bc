"""The two languages of a document are twins: each difference is told once, with both places; likeness is not told."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from reportlab.pdfgen.canvas import Canvas

from pipeline.errors import Problem
from pipeline.templating.checks.language import language_problems, table_language_problems
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.twin_forms import form_twin_problems, table_twin_problems
from pipeline.templating.checks.twins import twin_problems
from pipeline.templating.pdf_form import PdfForm, pdf_form

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(path.parent for path in ROOT.glob("templates/*/document.toml"))
Build = Callable[[Document], None]
Paragraph = str | tuple[str, str]
"""A text, or a text with its style."""


def made(*paragraphs: Paragraph, also: Build | None = None) -> Document:
    document = docx.Document()
    for paragraph in paragraphs:
        text, style = (paragraph, None) if isinstance(paragraph, str) else paragraph
        document.add_paragraph(text, style)
    if also:
        also(document)
    return document


def office_file(document: Document, language: str) -> OfficeFile:
    target = io.BytesIO()
    document.save(target)
    return OfficeFile(Path(f"{language}.docx"), language, target.getvalue())


def told(problems: list[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


def differences(nb: Document, nn: Document) -> list[str]:
    return told(twin_problems(office_file(nb, "nb"), office_file(nn, "nn")))


def bookmarked(document: Document, name: str) -> None:
    start = OxmlElement("w:bookmarkStart")
    start.set(qn("w:name"), name)
    start.set(qn("w:id"), "7")
    document.paragraphs[-1]._p.append(start)  # noqa: SLF001  # python-docx has no bookmarks


def with_bookmark(name: str) -> Document:
    return made("Underskrift for KS", also=lambda document: bookmarked(document, name))


def with_table(rows: int, columns: int, *texts: str) -> Document:
    def add(document: Document) -> None:
        table = document.add_table(rows, columns)
        for cell, text in zip(table.row_cells(0), texts, strict=False):
            cell.text = text

    return made("Prisar", also=add)


H1, H2 = "Heading 1", "Heading 2"
NB: list[Paragraph] = [
    ("Partene", H1),
    "Om dem.",
    ("Formål", H1),
    "Hva dette er.",
    ("Pris", H1),
    ("Per år", H2),
    "Se vedlegget.",
]
NN: list[Paragraph] = [
    ("Partane", H1),
    "Om dei.",
    ("Føremål", H1),
    "Kva dette er.",
    ("Pris", H1),
    ("Per år", H2),
    "Sjå vedlegget.",
]


def test_twins_have_no_problem() -> None:
    assert differences(made(*NB), made(*NN)) == []


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [
        (
            0,
            "nn.docx  body: At the beginning the heading «Partene» (level 1) is missing, which stands in nb.docx "
            "(body, paragraph 1 «Partene»). Add it here, or remove it there.",
        ),
        (
            2,
            "nn.docx  body, paragraph 2 «Om dei.»: After this the heading «Formål» (level 1) is missing, which stands "
            "in nb.docx (body, paragraph 3 «Formål»). Add it here, or remove it there.",
        ),
        (
            5,
            "nn.docx  body, paragraph 5 «Pris»: After this the heading «Per år» (level 2) is missing, which stands in "
            "nb.docx (body, paragraph 6 «Per år»). Add it here, or remove it there.",
        ),
    ],
)
def test_one_missing_heading_is_one_problem(left_out: int, expected: str) -> None:
    rest = [paragraph for position, paragraph in enumerate(NN) if position != left_out]
    assert differences(made(*NB), made(*rest)) == [expected]


def test_the_missing_one_of_headings_in_a_row_is_named() -> None:
    nb = made(("Partene", H1), ("Formålet", H1), ("Prisene", H1))
    nn = made(("Partane", H1), ("Prisane", H1))
    assert differences(nb, nn) == [
        "nn.docx  body, paragraph 1 «Partane»: After this the heading «Formålet» (level 1) is missing, which stands in "
        "nb.docx (body, paragraph 2 «Formålet»). Add it here, or remove it there."
    ]


def test_a_missing_heading_takes_its_placeholder_with_it() -> None:
    assert differences(made("Om.", ("{{ line.title }}", H2)), made("Om.")) == [
        "nn.docx  body, paragraph 1 «Om.»: After this the heading «{{ line.title }}» (level 2) is missing, which "
        "stands in nb.docx (body, paragraph 2 «{{ line.title }}»). Add it here, or remove it there."
    ]


def test_a_heading_of_another_level_is_one_problem() -> None:
    nn = [*NN[:2], ("Føremål", H2), *NN[3:]]
    assert differences(made(*NB), made(*nn)) == [
        "nn.docx  body, paragraph 3 «Føremål»: Here stands the heading «Føremål» (level 2), but in nb.docx (body, "
        "paragraph 3 «Formål»), the heading «Formål» (level 1). Make both the same."
    ]


def test_the_outline_level_of_the_paragraph_itself_counts() -> None:
    def outlined(document: Document) -> None:
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), "0")
        document.paragraphs[0]._p.get_or_add_pPr().append(level)  # noqa: SLF001  # nor of outline levels

    assert differences(made("Pris", also=outlined), made(("Pris", H1))) == []
    assert len(differences(made("Pris", also=outlined), made("Pris"))) == 1


@pytest.mark.parametrize(
    ("nb", "nn"),
    [
        pytest.param(["", ("", H1), "Tekst"], ["Tekst"], id="an empty heading"),
        pytest.param(
            [("{%p if a %}", H1), "x", "{%p endif %}"], ["{%p if a %}", "x", "{%p endif %}"], id="a tag alone"
        ),
        pytest.param(["Første.", "Andre."], ["Første. Andre."], id="paragraphs divided otherwise"),
        pytest.param(["{{ a.x }} og {{ a.y }}"], ["{{ a.y }} og {{ a.x }}"], id="another order in a paragraph"),
        pytest.param(["{{ a.x|date }}"], ["{{  a.x | date }}"], id="other spaces"),
        pytest.param(["{% if a == 'x' %}1{% endif %}"], ["{% if a == ‘x’ %}1{% endif %}"], id="curly quotes"),
        pytest.param(["{{ 'noen' if a }}"], ["{{ 'nokon' if a }}"], id="a text that is printed"),
        pytest.param(["kr 1 000"], ["1.000 kroner"], id="an amount written otherwise"),
        pytest.param(["1,5 millioner kroner"], ["1,5 mill. kr"], id="an abbreviated amount"),
        pytest.param(["3 prosent"], ["3 %"], id="percent written otherwise"),
        pytest.param(["kr {{ a.x }} i 2 år"], ["kr {{ a.x }} i to år"], id="a figure that is no amount"),
    ],
)
def test_what_only_looks_different_is_no_problem(nb: list[Paragraph], nn: list[Paragraph]) -> None:
    assert differences(made(*nb), made(*nn)) == []


def test_a_missing_placeholder_is_told_in_the_paragraph_that_lacks_it() -> None:
    nb, nn = made("Til {{ a.x }} og {{ a.y }}."), made("Til {{ a.x }}.")
    expected = (
        "{}  body, paragraph 1 «Til {{{{ a.x }}}}.»: Here the placeholder {{{{ a.y }}}} is missing, which stands in {} "
        "(body, paragraph 1 «Til {{{{ a.x }}}} og {{{{ a.y }}}}.»). Add it here, or remove it there."
    )
    assert differences(nb, nn) == [expected.format("nn.docx", "nb.docx")]
    assert differences(nn, nb) == [expected.format("nb.docx", "nn.docx")]


def test_a_second_use_of_a_placeholder_counts() -> None:
    nb, nn = made("{{ a.x }}, altså {{ a.x }}"), made("{{ a.x }}")
    assert differences(nb, nn) == [
        "nn.docx  body, paragraph 1 «{{ a.x }}»: Here the placeholder {{ a.x }} is missing, which stands in nb.docx "
        "(body, paragraph 1 «{{ a.x }}, altså {{ a.x }}»). Add it here, or remove it there."
    ]


def test_another_placeholder_is_one_problem() -> None:
    assert differences(made("Til {{ a.x }}."), made("Til {{ a.y }}.")) == [
        "nn.docx  body, paragraph 1 «Til {{ a.y }}.»: Here stands the placeholder {{ a.y }}, but in nb.docx (body, "
        "paragraph 1 «Til {{ a.x }}.»), the placeholder {{ a.x }}. Make both the same."
    ]


def test_a_condition_on_another_word_is_told() -> None:
    nb, nn = made("{% if a == 'yearly' %}1{% endif %}"), made("{% if a == 'year' %}1{% endif %}")
    assert differences(nb, nn) == [
        "nn.docx  body, paragraph 1 «{% if a == 'year' %}1{% endif %}»: Here stands the tag {% if a == 'year' %}, but "
        "in "
        "nb.docx (body, paragraph 1 «{% if a == 'yearly' %}1{% endif %}»), the tag {% if a == 'yearly' %}. Make both "
        "the same."
    ]


def test_a_placeholder_in_another_paragraph_is_one_problem() -> None:
    nb, nn = made("Frå {{ a.x }} her.", "Om {{ a.y }}.", "Slutt."), made("Her.", "Om {{ a.y }}.", "Slutt, {{ a.x }}.")
    assert differences(nb, nn) == [
        "nn.docx  body, paragraph 3 «Slutt, {{ a.x }}.»: Here stands the placeholder {{ a.x }}, which has another "
        "place in nb.docx (body, paragraph 1 «Frå {{ a.x }} her.»). Put it in the same place in both."
    ]


def test_headers_and_properties_are_compared() -> None:
    def add(document: Document) -> None:
        document.sections[0].header.paragraphs[0].text = "Sak {{ a.x }}"
        document.core_properties.title = "{{ document.title }}"

    def add_less(document: Document) -> None:
        document.sections[0].header.paragraphs[0].text = "Sak"

    assert differences(made("Tekst", also=add), made("Tekst", also=add_less)) == [
        "nn.docx  header, paragraph 1 «Sak»: Here the placeholder {{ a.x }} is missing, which stands in nb.docx "
        "(header, paragraph 1 «Sak {{ a.x }}»). Add it here, or remove it there.",
        "nn.docx  header, paragraph 1 «Sak»: After this the placeholder {{ document.title }} is missing, which stands "
        "in nb.docx (document properties). Add it here, or remove it there.",
    ]


@pytest.mark.parametrize(
    ("nb", "nn"),
    [
        ("kr 500", "kr 5000"),
        ("500 kroner", "501 kroner"),
        ("kr 10,50", "kr 10,60"),
        ("3 %", "4 %"),
        ("20–30 prosent", "25–30 prosent"),
        ("1,5 millioner kroner", "1,5 milliardar kroner"),
    ],
)
def test_another_amount_is_one_problem(nb: str, nn: str) -> None:
    assert differences(made(f"Gebyret er {nb}."), made(f"Gebyret er {nn}.")) == [
        f"nn.docx  body, paragraph 1 «Gebyret er {nn}.»: Here stands the amount {nn}, but in nb.docx (body, paragraph "
        f"1 «Gebyret er {nb}.»), the amount {nb}. Make both the same."
    ]


def test_an_amount_without_its_unit_is_missing() -> None:
    assert differences(made("Gebyret er kr 500."), made("Gebyret er 500.")) == [
        "nn.docx  body, paragraph 1 «Gebyret er 500.»: Here the amount kr 500 is missing, which stands in nb.docx "
        "(body, paragraph 1 «Gebyret er kr 500.»). Add it here, or remove it there."
    ]


def test_a_table_of_another_size_is_one_problem() -> None:
    assert differences(with_table(2, 3, "A"), with_table(3, 3, "A")) == [
        "nn.docx  body, table 1 row 1 column 1, paragraph 2 «A»: Here stands the table of 3 rows × 3 columns, but in "
        "nb.docx (body, table 1 row 1 column 1, paragraph 2 «A»), the table of 2 rows × 3 columns. Make both the same."
    ]


def test_a_missing_table_takes_its_placeholders_with_it() -> None:
    assert differences(with_table(1, 2, "{{ a.x }}", "kr 500"), made("Prisar")) == [
        "nn.docx  body, paragraph 1 «Prisar»: After this the table of 1 rows × 2 columns is missing, which stands in "
        "nb.docx (body, table 1 row 1 column 1, paragraph 2 «{{ a.x }}»). Add it here, or remove it there."
    ]


def test_a_merged_cell_counts_for_its_columns() -> None:
    def merged(document: Document) -> None:
        table = document.add_table(2, 3)
        table.cell(0, 0).merge(table.cell(0, 2))
        table.cell(1, 0).merge(table.cell(1, 2))

    assert differences(made("Prisar", also=merged), with_table(2, 3)) == []


@pytest.mark.parametrize("name", ["_GoBack", "OLE_LINK1", "_Toc123"])
def test_bookmarks_of_word_itself_do_not_count(name: str) -> None:
    assert differences(with_bookmark(name), made("Underskrift for KS")) == []


def test_a_missing_bookmark_is_told() -> None:
    assert differences(with_bookmark("sigKS"), made("Underskrift for KS")) == [
        "nn.docx  body, paragraph 1 «Underskrift for KS»: Here the bookmark sigKS is missing, which stands in nb.docx "
        "(body, paragraph 1 «Underskrift for KS»). Add it here, or remove it there."
    ]


def test_a_bookmark_of_another_name_is_told() -> None:
    assert differences(with_bookmark("sigKS"), with_bookmark("sigKs")) == [
        "nn.docx  body, paragraph 1 «Underskrift for KS»: Here stands the bookmark sigKs, but in nb.docx (body, "
        "paragraph 1 «Underskrift for KS»), the bookmark sigKS. Make both the same."
    ]


@pytest.mark.parametrize(
    ("nb", "nn", "rule"),
    [
        (made(*NB), made(*NN[1:]), "twin-heading"),
        (made("{{ a.x }}"), made(""), "twin-placeholder"),
        (made("kr 1"), made("kr 2"), "twin-amount"),
        (with_table(1, 1), with_table(1, 2), "twin-table"),
        (with_bookmark("sigA"), with_bookmark("sigB"), "twin-bookmark"),
    ],
)
def test_each_problem_names_its_rule_and_paragraph(nb: Document, nn: Document, rule: str) -> None:
    problems = twin_problems(office_file(nb, "nb"), office_file(nn, "nn"))
    assert [problem.rule for problem in problems] == [rule]
    assert problems[0].spot is not None
    assert problems[0].spot.part == "word/document.xml"


# Forms


def form(
    path: Path,
    *fields: str,
    choices: tuple[str, ...] = ("production", "test"),
    longest: int = 100,
    checkbox: str = "order",
) -> PdfForm:
    """A form with text fields, and a choice and a checkbox of fixed names."""
    canvas = Canvas(str(path))
    for position, name in enumerate(fields):
        canvas.acroForm.textfield(name=name, x=50, y=700 - 30 * position, maxlen=longest)
    canvas.acroForm.choice(name="environment", value=choices[0], options=list(choices), x=50, y=300)
    canvas.acroForm.checkbox(name=checkbox, x=50, y=200)
    canvas.showPage()
    canvas.save()
    return pdf_form(path)


def test_twin_forms_have_no_problem(tmp_path: Path) -> None:
    nb = form(tmp_path / "nb.pdf", "name", "email", choices=("production", "test"))
    nn = form(tmp_path / "nn.pdf", "email", "name", choices=("test", "production"))
    assert form_twin_problems(nb, nn) == []


@pytest.mark.parametrize(
    ("nn", "expected"),
    [
        (
            lambda path: form(path, "name"),
            [
                "nn.pdf  field email: This text field is missing, which stands in nb.pdf (field email). Add it here, "
                "or remove it there."
            ],
        ),
        (
            lambda path: form(path, "name", "email", "phone"),
            [
                "nb.pdf  field phone: This text field is missing, which stands in nn.pdf (field phone). Add it here, "
                "or remove it there."
            ],
        ),
        (
            lambda path: form(path, "name", "email", longest=20),
            [
                "nn.pdf  field name: The field takes 20 characters here, but 100 characters in nb.pdf (field name). "
                "Make both the same.",
                "nn.pdf  field email: The field takes 20 characters here, but 100 characters in nb.pdf (field email). "
                "Make both the same.",
            ],
        ),
        (
            lambda path: form(path, "name", "email", choices=("production", "testing")),
            [
                "nn.pdf  field environment: The field offers production, testing here, but production, test in nb.pdf "
                "(field environment). Make both the same."
            ],
        ),
    ],
)
def test_a_difference_between_forms_is_told(tmp_path: Path, nn: Callable[[Path], PdfForm], expected: list[str]) -> None:
    problems = form_twin_problems(form(tmp_path / "nb.pdf", "name", "email"), nn(tmp_path / "nn.pdf"))
    assert [line.replace(f"{tmp_path}/", "") for line in told(problems)] == expected
    assert {problem.rule for problem in problems} == {"twin-field"}


def test_a_field_of_another_kind_is_told(tmp_path: Path) -> None:
    nb = form(tmp_path / "nb.pdf", "name", "order", checkbox="x")
    nn = form(tmp_path / "nn.pdf", "name", checkbox="order")
    problems = form_twin_problems(nb, nn)
    assert [line.replace(f"{tmp_path}/", "") for line in told(problems)] == [
        "nn.pdf  field x: This checkbox field is missing, which stands in nb.pdf (field x). Add it here, or "
        "remove it there.",
        "nn.pdf  field order: The field is a checkbox here, but a text in nb.pdf (field order). Make both the same.",
    ]


# Tables

NB_ROWS = ["code;title;text", "D-1;Velkommen;Hei {{ a.x }}", "D-2;Svar;{{ a.x }}", "D-3;Slutt;Hilsen"]
NN_ROWS = ["code;title;text", "D-1;Velkomen;Hei {{ a.x }}", "D-2;Svar;{{a.x}}", "D-3;Slutt;Helsing"]


def table_differences(folder: Path, nb: list[str], nn: list[str]) -> list[str]:
    for name, rows in (("nb.csv", nb), ("nn.csv", nn)):
        (folder / name).write_text("\n".join(rows), encoding="utf-8-sig")
    problems = table_twin_problems(folder / "nb.csv", folder / "nn.csv")
    assert {problem.rule for problem in problems} <= {"twin-row"}
    return [line.replace(f"{folder}/", "") for line in told(problems)]


def test_twin_tables_have_no_problem(tmp_path: Path) -> None:
    assert table_differences(tmp_path, NB_ROWS, NN_ROWS) == []


def test_a_placeholder_may_stand_in_another_column(tmp_path: Path) -> None:
    nn = [*NN_ROWS[:1], "D-1;Velkomen {{ a.x }};Hei", *NN_ROWS[2:]]
    assert table_differences(tmp_path, NB_ROWS, nn) == []


@pytest.mark.parametrize(
    ("nn", "expected"),
    [
        pytest.param(
            ["code;tittel;text", *NN_ROWS[1:]],
            "nn.csv:1  header: The header is code;tittel;text here, but code;title;text in nb.csv (line 1). Make both "
            "the same.",
            id="header",
        ),
        pytest.param(
            [*NN_ROWS[:2], *NN_ROWS[3:]],
            "nn.csv:2  D-1: After this the row D-2 is missing, which stands in nb.csv (line 3). Add it here, or remove "
            "it there.",
            id="missing row",
        ),
        pytest.param(
            NN_ROWS[:1] + NN_ROWS[2:],
            "nn.csv:1  header: After this the row D-1 is missing, which stands in nb.csv (line 2). Add it here, or "
            "remove it there.",
            id="missing first row",
        ),
        pytest.param(
            [*NN_ROWS, '"D-4";"Ny";"To\nlinjer"'],
            "nb.csv:4  D-3: After this the row D-4 is missing, which stands in nn.csv (line 5). Add it here, or remove "
            "it there.",
            id="row too many",
        ),
        pytest.param(
            [NN_ROWS[0], NN_ROWS[2], NN_ROWS[3], NN_ROWS[1]],
            "nn.csv:4  D-1: The row D-1 has another place in nb.csv (line 2). Put the rows in the same order.",
            id="order",
        ),
        pytest.param(
            [*NN_ROWS[:2], "D-2;Svar;Ja", NN_ROWS[3]],
            "nn.csv:3  D-2: The placeholder {{ a.x }} is missing, which stands in nb.csv (line 3), column text. Add it "
            "here, or remove it there.",
            id="missing placeholder",
        ),
        pytest.param(
            [*NN_ROWS[:3], "D-3;Slutt;{% if a %}Helsing{% endif %}"],
            "nb.csv:4  D-3: The tag {% if a %} is missing, which stands in nn.csv (line 4), column text. Add it here, "
            "or remove it there.\n"
            "nb.csv:4  D-3: The tag {% endif %} is missing, which stands in nn.csv (line 4), column text. Add it here, "
            "or remove it there.",
            id="tags too many",
        ),
    ],
)
def test_a_difference_between_tables_is_told(tmp_path: Path, nn: list[str], expected: str) -> None:
    assert "\n".join(table_differences(tmp_path, NB_ROWS, nn)) == expected


# Language


def wrong(text: str, language: str) -> list[str]:
    return told(language_problems(office_file(made(text), language)))


@pytest.mark.parametrize(
    ("language", "text", "word", "other", "instead"),
    [
        ("nn", "Dette skal ikke stå her.", "ikke", "bokmål", "ikkje"),
        ("nn", "Ho kom fra byen.", "fra", "bokmål", "frå"),
        ("nn", "Hva no?", "Hva", "bokmål", "kva"),
        ("nn", "Nye meldinger er her.", "meldinger", "bokmål", "meldingar"),
        ("nn", "Dette gjeld tjenesten.", "tjenesten", "bokmål", "tenesta"),
        ("nn", "Ring hjemmetjenesten.", "hjemmetjenesten", "bokmål", "…tenesta"),
        ("nb", "Dette skal ikkje stå her.", "ikkje", "nynorsk", "ikke"),
        ("nb", "Hun kom frå byen.", "frå", "nynorsk", "fra"),
        ("nb", "Korleis går det?", "Korleis", "nynorsk", "hvordan"),
        ("nb", "En teneste til.", "teneste", "nynorsk", "tjeneste"),
        ("nb", "Ring heimetenesta.", "heimetenesta", "nynorsk", "…tjenesten"),
    ],
)
def test_a_word_of_the_other_language_is_told(language: str, text: str, word: str, other: str, instead: str) -> None:
    own = {"nb": "bokmål", "nn": "nynorsk"}[language]
    assert wrong(text, language) == [
        f"{language}.docx  body, paragraph 1 «{text}»: The word «{word}» is {other}, and this is a text in {own}. "
        f"Write «{instead}»."
    ]


def test_each_word_is_told_once_a_paragraph() -> None:
    problems = language_problems(office_file(made("Ikkje no, ikke då, ikke sidan, ikke fra oss.", "Ikke her."), "nn"))
    assert [(problem.what.split("»")[0], problem.rule) for problem in problems] == [
        ("The word «ikke", "wrong-language"),
        ("The word «fra", "wrong-language"),
        ("The word «Ikke", "wrong-language"),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nn", "{{ ikke.fra }} og {% if hva == 'noen' %}ja{% endif %}"),
        ("nn", "Skriv til ikke@fra.no eller sjå https://fra.no/hva og helsenorge.no/meldinger."),
        ("nn", "Meldinga Dialog_Innbygger_Time er aktiv."),
        ("nn", "Frå avtalen kjem det hjelp til kvar og ein, og vi deltek framleis."),
        ("nn", "Fransk, hvalfangst og hvitløk er ikkje desse orda."),
        ("nb", "Effekten er 50 kVA."),
        ("nb", "Kvart over to er den eneste tiden, og den beste tjenesten."),
        ("nb", "Etter offentleglova er dette hjem og heim, bra og veldig."),
        ("nb", "{{ ikkje.frå }} er her."),
    ],
)
def test_right_words_names_and_addresses_are_not_told(language: str, text: str) -> None:
    assert wrong(text, language) == []


def test_headers_are_read_too() -> None:
    def add(document: Document) -> None:
        document.sections[0].header.paragraphs[0].text = "Ikke rør"

    assert told(language_problems(office_file(made("Tekst", also=add), "nn"))) == [
        "nn.docx  header, paragraph 1 «Ikke rør»: The word «Ikke» is bokmål, and this is a text in nynorsk. Write "
        "«ikkje»."
    ]


def test_the_cells_of_a_table_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "nn.csv"
    path.write_text("code;text\nD-1;Ikkje no\nD-2;Ikke no, {{ ikke.x }}", encoding="utf-8-sig")
    assert [line.replace(f"{tmp_path}/", "") for line in told(table_language_problems(path, "nn"))] == [
        "nn.csv:3  D-2, text: The word «Ikke» is bokmål, and this is a text in nynorsk. Write «ikkje»."
    ]


# The repository's own templates


def both(folder: Path, suffix: str) -> list[Path]:
    return [path for path in (folder / f"nb.{suffix}", folder / f"nn.{suffix}") if path.is_file()]


def test_these_tests_find_templates_of_every_kind() -> None:
    assert {path.suffix for folder in DOCUMENTS for kind in ("docx", "pdf", "csv") for path in both(folder, kind)} == {
        ".docx",
        ".pdf",
        ".csv",
    }


@pytest.mark.parametrize("folder", DOCUMENTS, ids=lambda folder: folder.name)
def test_the_repositorys_templates_are_twins(folder: Path) -> None:
    problems: list[Problem] = []
    for nb, nn in [both(folder, "docx")] if both(folder, "docx") else []:
        problems += twin_problems(OfficeFile(nb, "nb", nb.read_bytes()), OfficeFile(nn, "nn", nn.read_bytes()))
    for nb, nn in [both(folder, "pdf")] if both(folder, "pdf") else []:
        problems += form_twin_problems(pdf_form(nb), pdf_form(nn))
    for nb, nn in [both(folder, "csv")] if both(folder, "csv") else []:
        problems += table_twin_problems(nb, nn)
    assert told(problems) == []


@pytest.mark.parametrize("folder", DOCUMENTS, ids=lambda folder: folder.name)
def test_the_repositorys_templates_keep_to_their_language(folder: Path) -> None:
    problems = [
        problem
        for path in both(folder, "docx")
        for problem in language_problems(OfficeFile(path, path.stem, path.read_bytes()))
    ]
    problems += [problem for path in both(folder, "csv") for problem in table_language_problems(path, path.stem)]
    assert told(problems) == []


def test_each_heading_of_the_agreement_is_missed_alone_and_by_its_name() -> None:
    folder = ROOT / "templates" / "ks-agreement"
    nb = OfficeFile(Path("nb.docx"), "nb", (folder / "nb.docx").read_bytes())
    titles = [one.text for one in docx.Document(str(folder / "nb.docx")).paragraphs]
    headings = [
        position
        for position, one in enumerate(docx.Document(str(folder / "nn.docx")).paragraphs)
        if one.style is not None and str(one.style.name).startswith("Heading")
    ]
    assert len(headings) > 20
    for position in headings:
        nn = docx.Document(str(folder / "nn.docx"))
        nn.element.body.remove(nn.paragraphs[position]._p)  # noqa: SLF001  # nor does it take paragraphs out
        problems = twin_problems(nb, office_file(nn, "nn"))
        assert [problem.rule for problem in problems] == ["twin-heading"], titles[position]
        assert f"the heading «{titles[position][:30]}" in problems[0].what
