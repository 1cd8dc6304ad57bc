"""A draft of a package: made from a half-filled file, marked on every page, with a blank for whatever is missing."""

from __future__ import annotations

import io
import json
import re
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from conftest import DATE, ROOT, Project, Ran, keep_few_papers
from pypdf import PdfReader

from pipeline.data.draft import load_draft
from pipeline.data.programme import Programme
from pipeline.data.toml_file import Key, parsed_key, read_toml
from pipeline.documents.chart_drawing import draw_chart
from pipeline.documents.chart_reading import ShownChart, ShownSeries
from pipeline.documents.docx_text import read_docx_text
from pipeline.documents.form_values import form_values
from pipeline.documents.merge import Assignment, merge, missing_needs
from pipeline.documents.pdf_text import open_shown, open_text
from pipeline.documents.workbook import read_workbook
from pipeline.errors import MISSING, DataError, MergeError
from pipeline.templating.catalogue import DocumentTemplate, load_document, load_package
from pipeline.templating.declaration import Recipient
from pipeline.templating.environment import environment
from pipeline.templating.missing import Missing
from pipeline.templating.names import Edition, facts
from pipeline.templating.pdf_form import pdf_form

FONT = ROOT / "templates" / "fonts" / "Carlito-Regular.ttf"
PAPERS = ("ks-agreement", "nhn-order-form", "benefit-analysis", "net-present-value", "presentation-leaders")
SMALL_SET = ("ks-agreement", "nhn-order-form", "project-plan", "decision-paper")
MISSING_KEYS = [
    "digifin.date",
    *(f"home_care.{name}" for name in (
        "users", "employees", "digitally_active_percent", "calls_per_day", "minutes_per_call",
        "missed_visits_per_month", "minutes_per_missed_visit", "hourly_cost",
    )),
    *(f"milestones.{name}" for name in (
        "decision", "agreements_signed", "record_system_upgraded", "test_approved", "pilot_start", "full_operation",
    )),
    "order.messages",
    *(f"people.it.{name}" for name in ("name", "title", "email")),
    *(f"services[1].{name}" for name in ("name", "her_id", "start", "users")),
    "signatory.name",
]  # fmt: skip


def half_filled(language: str) -> str:
    """Bergen's file as someone has it who has begun to fill it in."""
    text = (ROOT / "municipalities" / "bergen.toml").read_text(encoding="utf-8")
    for table in (r"\[people\.it\]", r"\[\[services\]\]", r"\[milestones\]", r"\[home_care\]"):
        text = re.sub(rf"^{table}\n(?:[^\[\n].*\n|\n)*", "", text, flags=re.MULTILINE)
    text = text.replace('"4601"', f'"4601"\nlanguage = "{language}"').replace("date = 2018-03-01\n", "")
    text = text.replace("messages = true\n", "")
    return re.sub(r'(\[signatory\]\nname = )"[^"]*"', r'\1""', text)


@dataclass(frozen=True)
class Made:
    """A draft, and what the command said."""

    ran: Ran
    project: Project
    files: dict[str, bytes]

    def pages(self, stem: str) -> list[str]:
        """The text of each page of a PDF with what is drawn in its fields, one blank between words."""
        [content] = [content for path, content in self.files.items() if path.endswith(f"{stem}.pdf")]
        with open_shown(content) as pdf:
            return [" ".join(pdf.characters(number).split()) for number in range(len(pdf))]


@pytest.fixture(scope="module", params=["nb", pytest.param("nn", marks=pytest.mark.slow)])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("draft")
    (root / "municipalities").mkdir()
    (root / "municipalities" / "half.toml").write_text(half_filled(request.param), encoding="utf-8")
    shutil.copytree(ROOT / "templates", root / "templates")
    keep_few_papers(root / "templates", PAPERS)
    project = Project(root)
    ran = project.run("draft", "half", "--date", str(DATE), "--workers", "1")
    assert ran.code == 0, ran.err
    return Made(ran, project, project.files("half-draft"))


def word(made: Made) -> str:
    return "mangler" if "mangler.txt" in made.files else "manglar"


def test_every_missing_fact_is_told_with_its_place_and_what_to_do(made: Made) -> None:
    told = made.ran.out[made.ran.out.index("Facts that are missing: ") :].splitlines()
    assert told[0] == f"Facts that are missing: {len(MISSING_KEYS)}"
    assert sorted(re.findall(r"^  \S+  (\S+):", "\n".join(told), re.MULTILINE)) == sorted(MISSING_KEYS)
    assert "  municipalities/half.toml  people.it.name: is missing. Add it below [people.it]." in told
    assert "  municipalities/half.toml  services[1].her_id: is missing. Add it below [[services]]." in told
    [blank] = [line for line in told if "signatory.name" in line]
    assert re.fullmatch(r"  municipalities/half\.toml:\d+  signatory\.name: is blank\. Fill it in, or remove .*", blank)


def test_the_list_lies_in_the_draft_in_the_language_of_the_papers(made: Made) -> None:
    text = made.files[f"{word(made)}.txt"].decode("utf-8-sig")
    lines = text.split("\r\n")
    assert lines[0] == "UTKAST – Bergen, 2026-11-23"
    assert lines[3].startswith(
        {
            "mangler": "Disse opplysningene mangler (24). Fyll dem inn i filen",
            "manglar": "Desse opplysningane manglar (24). Fyll dei inn i fila",
        }[word(made)]
    )
    assert sorted(
        re.findall(r"^  (?:Linje \d+: )?([\w.\[\]]+)(?: \(ny\))?$", text.replace("\r", ""), re.MULTILINE)
    ) == (sorted(MISSING_KEYS))


def test_every_page_says_that_it_is_a_draft(made: Made) -> None:
    pdfs = [path for path in made.files if path.endswith(".pdf")]
    assert len(pdfs) == 5
    for path in pdfs:
        pages = made.pages(path.removesuffix(".pdf"))
        assert pages
        assert [page.count("UTKAST") for page in pages] == [1] * len(pages), path
        title = PdfReader(io.BytesIO(made.files[path])).metadata
        assert title is not None
        assert "– utkast –" in str(title.title)


def test_the_mark_is_no_content_for_a_screen_reader(made: Made) -> None:
    [content] = [content for path, content in made.files.items() if path.endswith("avtale-med-ks.pdf")]
    for page in PdfReader(io.BytesIO(content)).pages:
        drawn = page.get_contents()
        assert drawn is not None
        before, _, after = drawn.get_data().rpartition(b"/DraftForm Do")
        assert before.rpartition(b"/Artifact")[2].count(b"EMC") == 0
        assert after.count(b"EMC") == 1


def test_a_blank_stands_where_the_fact_would(made: Made) -> None:
    agreement = " ".join(made.pages("avtale-med-ks"))
    for key in ("signatory.name", "services[1].name", "digifin.date"):
        assert f"‹{word(made)}: {key}›" in agreement
    order = " ".join(made.pages("bestilling-til-nhn"))
    assert f"‹{word(made)}: people.it.name›" in order
    assert f"‹{word(made)}›" in order
    assert "Eksempel Kommunaldirektør" not in agreement


def test_a_text_that_hangs_on_a_missing_fact_says_so(made: Made) -> None:
    depends = {"mangler": "avhenger av", "manglar": "avheng av"}[word(made)]
    assert f"‹{depends}: home_care.employees m.fl.› Digihelse er" in " ".join(made.pages("samfunnsokonomisk-analyse"))
    slides = {"mangler": "presentasjon-for-ledelsen", "manglar": "presentasjon-for-leiinga"}[word(made)]
    assert "‹uavklart›" in " ".join(made.pages(slides))


def test_no_stand_in_is_shown_anywhere(made: Made) -> None:
    shown = [text for path in made.files if path.endswith(".pdf") for text in made.pages(path.removesuffix(".pdf"))]
    shown += [cell.text for sheet in workbook(made) for cell in sheet.cells.values()]
    for stand_in in ("stand-in", "stand@in", "2001", "1902", "2103", "10 000 000", "10000000"):
        assert [text for text in shown if stand_in in text] == []


def workbook(made: Made) -> tuple[Any, ...]:
    [content] = [content for path, content in made.files.items() if path.endswith(".xlsx")]
    return read_workbook(content)


def test_nobody_can_sign_a_draft(made: Made) -> None:
    for path, content in made.files.items():
        if path.endswith(".pdf"):
            fields = PdfReader(io.BytesIO(content)).get_fields() or {}
            assert [name for name, field in fields.items() if field.get("/FT") == "/Sig"] == []
    inventory = json.loads(made.files["packing-list.json"])
    assert inventory["draft"] is True
    assert [one["key"] for one in inventory["missing"]]
    assert all(document["signature_fields"] == [] for document in inventory["documents"])
    assert "to be signed" not in made.ran.out
    assert [path for path in made.files if path.startswith("archive/")] == []


def test_a_workbook_shows_what_is_missing_and_reckons_nothing_from_it(made: Made) -> None:
    sheets = workbook(made)
    assert all(sheet.cells["A1"].text.startswith("UTKAST – ") for sheet in sheets)
    assumptions, results = sheets[1].cells, sheets[4].cells
    assert assumptions["B6"].text == f"‹{word(made)}›"
    assert not any(cell.is_formula for cell in results.values())
    assert any(cell.is_formula for cell in assumptions.values()), "what is known is still added up"


def test_slides_and_word_files_carry_the_mark_too(made: Made) -> None:
    office = {path: content for path, content in made.files.items() if path.endswith((".docx", ".pptx"))}
    assert {path.rpartition(".")[2] for path in office} == {"docx", "pptx"}
    for path, content in office.items():
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            pattern = r"word/header\d+\.xml" if path.endswith("docx") else r"ppt/slides/slide\d+\.xml"
            parts = [archive.read(name).decode() for name in archive.namelist() if re.fullmatch(pattern, name)]
        assert parts
        assert all("UTKAST" in part for part in parts), path
        whole = (
            "".join(parts)
            if path.endswith("pptx")
            else zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
        )
        assert re.search(r"highlight[^‹]*<[aw]:t[^>]*>‹", whole), path


def test_the_same_draft_again_is_unchanged(made: Made) -> None:
    again = made.project.run("draft", "half", "--date", str(DATE), "--workers", "1")
    assert again.code == 0
    assert "unchanged" in again.out
    assert again.out.replace(", unchanged", "") == made.ran.out
    assert made.project.files("half-draft") == made.files


def test_the_strict_package_refuses_with_the_same_facts(made: Made) -> None:
    refused = made.project.run("package", "half", "--date", str(DATE), "--workers", "1")
    assert refused.code == 4
    told = set(re.findall(r"half\.toml(?::\d+)?  (\S+):", refused.err))
    single = {"digifin.date", "order.messages", "signatory.name"}
    assert told == single | {"home_care", "milestones", "people.it", "services"}
    assert {re.sub(r"\[1\]", "", key).rpartition(".")[0] for key in MISSING_KEYS if key not in single} == told - single
    assert not (made.project.output / "half").exists()


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('number = "4601"', 'number = "9999"', "municipality.number"),
        ('number = "4601"', "", "municipality.number"),
        ("participant = true", 'participant = "yes"', "digifin.participant"),
        ("participant = true", "participent = true", "digifin.participent"),
        ("participant = true", "participant = false\ndate = 2018-03-01", "digifin.date"),
        ('supplier = "visma"', 'supplier = "vismo"', "record_system.supplier"),
    ],
)
def test_what_is_wrong_is_refused_in_a_draft_too(
    old: str, new: str, place: str, tmp_path: Path, programme: Programme
) -> None:
    text = half_filled("nb")
    assert old in text
    path = tmp_path / "half.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_draft(path, programme)
    assert [problem.place for problem in caught.value.problems] == [place]


def leaves(value: Any, key: Key = ()) -> list[Key]:
    if isinstance(value, dict):
        return [leaf for name, one in value.items() for leaf in leaves(one, (*key, name))]
    if isinstance(value, list):
        return [leaf for position, one in enumerate(value) for leaf in leaves(one, (*key, position))]
    return [key]


BERGEN = ROOT / "municipalities" / "bergen.toml"
REQUIRED = [
    key
    for key in leaves(tomllib.loads(BERGEN.read_text(encoding="utf-8")))
    if key != ("municipality", "number")
    and not re.fullmatch(
        r"(address|people\..+)\.phone|archive\.classification|address\.post_box.*|(routine|analysis)\..+",
        ".".join(map(str, key)),
    )
]


@pytest.fixture(scope="module")
def papers() -> list[tuple[DocumentTemplate, Recipient | None]]:
    package = load_package(ROOT / "templates", "onboarding")
    return [(one, package.recipient(one)) for one in package.documents if one.name in SMALL_SET]


def _value(names: Any, key: Key) -> Any:
    for step in key:
        names = names[step]
    return names


@pytest.mark.parametrize("key", REQUIRED, ids=lambda key: ".".join(map(str, key)))
def test_without_any_one_fact_there_is_a_draft_with_a_blank_for_it(
    key: Key,
    tmp_path: Path,
    programme: Programme,
    papers: list[tuple[DocumentTemplate, Recipient | None]],
) -> None:
    lines = BERGEN.read_text(encoding="utf-8").split("\n")
    del lines[read_toml(BERGEN).line(key) - 1]
    path = tmp_path / "bergen.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    municipality, draft = load_draft(path, programme)
    assert [parsed_key(problem.place) for problem in draft.problems] == [key]
    edition = Edition(municipality, programme, "nb", DATE, draft)
    names = facts(edition)
    assert isinstance(_value(names, key), Missing)
    for template, recipient in papers:
        if template.declaration.form:
            form = pdf_form(template.template("nb"))
            assert form_values(template, form, names | {"document": {"date": DATE}}, "nb")[1] == []
        else:
            merged = merge(Assignment(template, edition, recipient, names, FONT))
            assert "stand-in" not in " ".join(read_docx_text(merged.docx or b"").paragraphs)


def test_an_optional_fact_that_a_document_needs_is_missing_too(tmp_path: Path, programme: Programme) -> None:
    folder = tmp_path / "ks-agreement"
    shutil.copytree(ROOT / "templates" / "ks-agreement", folder)
    declaration = folder / "document.toml"
    text = declaration.read_text(encoding="utf-8")
    declaration.write_text(text.replace("needs = [", 'needs = ["people.benefits.phone", "archive.classification",'))
    stated = BERGEN.read_text(encoding="utf-8").replace('classification = "F20"\n', "")
    path = tmp_path / "bergen.toml"
    path.write_text(re.sub(r"\[people\.benefits\]\n(?:\w.*\n)*", "", stated), encoding="utf-8")
    municipality, draft = load_draft(path, programme)
    edition = Edition(municipality, programme, "nb", DATE, draft)
    template, names = load_document(folder), facts(edition)
    assert draft.problems == ()
    assert [problem.place for problem in missing_needs(template, edition, names)] == [
        "people.benefits.phone",
        "archive.classification",
    ]
    merged = merge(Assignment(template, edition, None, names, FONT))
    assert str(merged.names["archive"]["classification"]) == "‹mangler: archive.classification›"
    strict = Edition(municipality, programme, "nb", DATE)
    with pytest.raises(MergeError) as caught:
        merge(Assignment(template, strict, None, facts(strict), FONT))
    assert {problem.rule for problem in caught.value.problems} == {MISSING}


def test_a_draft_of_complete_facts_has_the_facts_of_the_package(
    programme: Programme, edition: Callable[..., Edition]
) -> None:
    municipality, draft = load_draft(BERGEN, programme)
    assert draft.problems == ()
    of_draft = facts(Edition(municipality, programme, "nb", DATE, draft))
    assert of_draft.pop("_draft") is True
    assert of_draft == facts(edition("bergen", "nb"))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ x }}", "‹mangler: a.b›"),
        ("{{ x | date }}", "‹mangler: a.b›"),
        ("{{ (100 - x * 2 // y) | number }}", "‹mangler: a.b m.fl.›"),
        ("{{ x.below[3].deeper }}", "‹mangler: a.b›"),
        ("{% if x == 1 %}én{% else %}{{ x }} timer{% endif %}", "‹mangler: a.b› timer"),
        ("Der{% if x %}, og her{% endif %}", "Der, ‹avhenger av: a.b› og her"),
        ("{% if not x %}Ikke{% endif %}", "‹avhenger av: a.b› Ikke"),
        ("{% if x > 0 %}Mer{% elif x < 0 %}Mindre{% endif %}", "‹avhenger av: a.b› Mer"),
        ("{% if x == 'visma' %}Visma{% endif %}", "‹avhenger av: a.b› Visma"),
        ("{% if known %}Ja{% endif %}", "Ja"),
        ("{% for one in x %}{{ one.name }}{% endfor %}", "‹mangler: a.b›"),
        ('<w:p><w:r><w:t xml:space="preserve">{% if x %}Ja{% endif %}</w:t></w:r></w:p>',
         '<w:p><w:r><w:t xml:space="preserve">‹avhenger av: a.b› Ja</w:t></w:r></w:p>'),
        ("{% if x %}<w:p><w:r><w:t>Ja</w:t></w:r></w:p>{% endif %}",
         "<w:p><w:r><w:t>‹avhenger av: a.b› Ja</w:t></w:r></w:p>"),
        ('<w:tc><w:tcPr><w:tcW w:w="1200" w:type="dxa"/></w:tcPr>{{ x }}</w:tc>{{ x }}',
         '<w:tc><w:tcPr><w:tcW w:w="1200" w:type="dxa"/></w:tcPr>‹mangler›</w:tc>‹mangler: a.b›'),
    ],
)  # fmt: skip
def test_a_template_prints_what_is_missing(template: str, expected: str) -> None:
    names = {"x": Missing(("a.b",), "nb"), "y": Missing(("c",), "nb"), "known": True}
    assert environment("nb", draft=True).from_string(template).render(names) == expected


@pytest.mark.parametrize("kind", ["columns", "bars", "line"])
def test_a_chart_without_figures_says_what_is_missing_and_draws_none(kind: Literal["columns", "bars", "line"]) -> None:
    series = ShownSeries("Nåverdi", "0B4A6F", (None,), is_labelled=True)
    chart = ShownChart(
        kind, False, ("‹mangler: home_care.users›",), (series,), "#,##0", True, "", "", "", False, 10.0
    )  # fmt: skip
    with open_text(draw_chart(chart, 400, 200, FONT)) as drawn:
        assert set(drawn.page(0).split("\r\n")) == {"‹mangler: home_care.users›", "Nåverdi"}


@pytest.mark.parametrize("kind", ["columns", "bars", "line"])
def test_a_chart_draws_what_is_known(kind: Literal["columns", "bars", "line"]) -> None:
    series = ShownSeries("Nåverdi", "0B4A6F", (1234.0, None, 5678.0), is_labelled=False)
    chart = ShownChart(kind, False, ("2027", "2028", "2029"), (series,), "#,##0", False, "", "", "", False, 10.0)
    with open_text(draw_chart(chart, 400, 200, FONT)) as drawn:
        assert {"2027", "2028", "2029"} <= set(drawn.page(0).split())
