"""The page of names lists each name once, with what is true of it; needs and use of a document agree."""

from __future__ import annotations

import datetime
import html
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from conftest import Project

from pipeline.errors import Problem
from pipeline.templating.catalogue import DocumentTemplate, load_document
from pipeline.templating.checks.needs import declared_problems
from pipeline.templating.fields_page import Field, all_fields, fields_page
from pipeline.templating.names import Edition, facts
from pipeline.templating.used_names import names_in, used_names

ROOT = Path(__file__).resolve().parent.parent
SLUGS = sorted(path.stem for path in (ROOT / "municipalities").glob("*.toml"))
FOLDERS = sorted(path.parent for path in ROOT.glob("templates/*/document.toml"))
NEEDS = [(folder, load_document(folder).declaration.needs) for folder in FOLDERS]
RUNS: list[dict[str, Any]] = [
    {"document": {"date": datetime.date(2026, 11, 23)}, "recipient": {"email": None}},
    {"document": {"date": datetime.date(2026, 11, 23)}, "recipient": {"email": "ks@ks.example"}},
]
Editions = Callable[..., Edition]


@pytest.fixture(scope="module")
def documents() -> list[DocumentTemplate]:
    return [load_document(folder) for folder in FOLDERS]


@pytest.fixture(scope="module")
def fields_of_bergen(edition: Editions, documents: list[DocumentTemplate]) -> dict[str, Field]:
    return {one.name: one for one in all_fields(edition("bergen", "nb"), documents, RUNS)}


@pytest.fixture(scope="module")
def page(edition: Editions, documents: list[DocumentTemplate]) -> str:
    return fields_page(edition("bergen", "nb"), documents, RUNS)


@pytest.fixture(scope="module")
def rows(page: str) -> dict[str, list[str]]:
    """The cells of each row of the page by its name."""
    cells = [
        re.split(r"(?<!\\) \| ", line.strip("| ").ljust(1)) for line in page.splitlines() if line.startswith("| `")
    ]
    assert len({row[0] for row in cells}) == len(cells)
    return {row[0].strip("`"): row for row in cells}


def walked(value: Any, name: str) -> Iterator[str]:
    """Every name in a value, told from how the value looks alone."""
    yield name
    if isinstance(value, dict):
        for key, below in value.items():
            yield from walked(below, f"{name}.{key}")
    if isinstance(value, list):
        for entry in value:
            yield from (below for below in walked(entry, f"{name}[]") if below != f"{name}[]")


# The page


def test_each_name_stands_once_and_no_other(page: str, edition: Editions) -> None:
    expected = {"document", "document.date", "recipient", "recipient.email"}
    expected |= {"messages", *(f"messages[].{column}" for column in ("code", "system", "title", "use_when", "text"))}
    of_signatory = [f"signatory.{key}" for key in ("name", "email", "mobile")]
    expected |= {f"parties.{party}.{key}" for party in ("ks", "nhn", "digifin") for key in of_signatory}
    for slug in SLUGS:
        for language in ("nb", "nn"):
            for root, value in facts(edition(slug, language)).items():
                expected |= set(walked(value, root))
    listed = re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)
    assert len(listed) > 200
    assert sorted(listed) == sorted(expected)


def test_the_names_are_the_same_whichever_municipality_gives_the_examples(
    edition: Editions, documents: list[DocumentTemplate]
) -> None:
    """Absent persons and empty lists too, from the models."""
    fields = {slug: all_fields(edition(slug, "nb"), documents) for slug in SLUGS}
    told = {slug: [(one.name, one.kind, one.absent) for one in fields[slug]] for slug in SLUGS}
    assert [slug for slug in SLUGS if told[slug] != told["bergen"]] == []


@pytest.mark.parametrize(
    "expected",
    [
        Field("municipality.number", "text", False, "4601", "`municipalities/<slug>.toml [municipality]`"),
        Field(
            "municipality.county",
            "text",
            False,
            "Vestland",
            "the register; `municipalities/<slug>.toml [municipality]` may state it",
        ),
        Field("municipality.sami_area", "yes or no", False, "no", "the register"),
        Field("municipality.full_name", "text", False, "Bergen kommune", "calculated"),
        Field("address.post_box", "text", True, "Postboks 7700", "`municipalities/<slug>.toml [address]`"),
        Field("address.visiting", "text", False, "Rådhusgaten 10, 5014 Bergen", "calculated"),
        Field("people.benefits", "group", True, "", ""),
        Field("people.it.phone", "text", True, "55 00 00 00", "`municipalities/<slug>.toml [people.it]`"),
        Field("services", "list", False, "", "`municipalities/<slug>.toml [[services]]`"),
        Field("services[].start", "date", False, "2027-06-01", "`municipalities/<slug>.toml [[services]]`"),
        Field(
            "order.environment", "text: test or production", False, "production", "`municipalities/<slug>.toml [order]`"
        ),
        Field("record_system.name", "text", False, "Visma Profil", "programme/parties.toml"),
        Field("record_system.product", "text", False, "Profil", "`municipalities/<slug>.toml [record_system]`"),
        Field("parties.ks.short_name", "text", False, "KS", "programme/parties.toml"),
        Field("prices.valid_from", "date", False, "2026-01-01", "programme/prices.toml"),
        Field("costs.ks.lines[].rate", "number", True, "1.25", "programme/prices.toml"),
        Field("costs.ks.lines[].amount", "number", False, "120000.00", "calculated"),
        Field("costs.ks.lines[].bands[].above", "whole number", True, "5000", "calculated"),
        Field("costs.ks.lines[].bands[].amount", "number", False, "25000", "programme/prices.toml"),
        Field("invoice.electronic_address", "text", False, "0192:964338531", "calculated"),
        Field("messages[].code", "text", False, "DH-01", "the CSV table of the document"),
        Field("document.date", "date", False, "2026-11-23", "the run"),
        Field("recipient.email", "text", True, "ks@ks.example", "the run"),
    ],
    ids=lambda field: field.name,
)
def test_what_is_told_of_a_name(expected: Field, fields_of_bergen: dict[str, Field]) -> None:
    assert fields_of_bergen[expected.name] == expected


@pytest.mark.slow
def test_exactly_the_optional_facts_may_be_absent(edition: Editions, documents: list[DocumentTemplate]) -> None:
    """Whatever some municipality lacks is marked; nothing that the file must state is."""
    marked = {one.name for one in all_fields(edition("bergen", "nb"), documents) if one.absent}
    lacking = {
        name
        for slug in SLUGS
        for root, value in facts(edition(slug)).items()
        for name in walked(value, root)
        if name.count("[]") == 0 and found(facts(edition(slug)), name) is None
    }
    assert lacking
    assert lacking <= marked
    assert {"people.it", "address.email", "municipality.county", "services", "costs.ks.lines"}.isdisjoint(marked)


def found(names: Any, name: str) -> Any:
    for step in name.split("."):
        names = names[step]
    return names


def test_a_bar_or_an_angle_in_an_example_does_not_break_the_table(
    edition: Editions, documents: list[DocumentTemplate]
) -> None:
    runs = [{"document": {"title": "a | b <c>\nd"}}]
    assert "| `document.title` | text | a \\| b &lt;c> d | the run |" in fields_page(edition("bergen"), documents, runs)


# The documents a name stands in


def by_expressions_alone(folder: Path) -> set[str]:
    """The names in both Word templates of a folder, found with regular expressions."""
    text = ""
    for language in ("nb", "nn"):
        with zipfile.ZipFile(folder / f"{language}.docx") as archive:
            for member in archive.namelist():
                if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml|docProps/core\.xml", member):
                    text += html.unescape(re.sub(r"<[^>]+>", "", archive.read(member).decode()))
    tags = re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text)
    variables: dict[str, str] = {}
    names = set()
    for tag in tags:
        loop = re.match(r"\{%(?:p|tr)? for (\w+) in ([\w.]+) %\}", tag)
        inner = loop[2] if loop else re.sub(r"'[^']*'|\"[^\"]*\"|\| *\w+(\([^)]*\))?", "", tag)
        for name in re.findall(r"[a-z_]+(?:\.[a-z_]+)+|(?<=in )[a-z]+|^[a-z]+$", inner):
            root, _, rest = name.partition(".")
            if root != "loop":
                names.add(f"{variables.get(root, root)}{'.' if rest else ''}{rest}")
        if loop:
            root, _, rest = loop[2].partition(".")
            variables[loop[1]] = f"{variables.get(root, root)}{'.' if rest else ''}{rest}[]"
    return names


@pytest.mark.parametrize("name", ["cover", "ks-agreement"])
def test_the_documents_column_agrees_with_a_search_for_placeholders(name: str, rows: dict[str, list[str]]) -> None:
    expected = by_expressions_alone(ROOT / "templates" / name)
    expected |= {
        expression
        for signature in load_document(ROOT / "templates" / name).declaration.signatures
        if (expression := signature.name)
    }
    told = {field for field, row in rows.items() if len(row) == 5 and name in row[4].split(", ")}
    assert len(expected) > 15
    assert told == {one for one in expected if one in rows}
    assert all(one.startswith(("package", "document")) for one in expected - set(rows))


def test_a_form_mapping_and_a_table_stand_in_the_column(rows: dict[str, list[str]]) -> None:
    assert "nhn-order-form" in rows["certificates[].serial"][4].split(", ")
    assert "standard-messages" in rows["record_system.id"][4].split(", ")
    assert rows["address.visiting"][4] == "nhn-order-form"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ a.b.c | number }}", ["a.b.c"]),
        ("{{ a['b'].c }}", ["a.b.c"]),
        ("{{ a[0].b }}", ["a[].b"]),
        ("{{ a[b.c].d }}", ["a[].d", "b.c"]),
        ("{{ (a.b or c.d).e }}", ["a.b", "c.d"]),
        ("{% for x in a.b %}{{ x.c }}{{ loop.index }}{% endfor %}", ["a.b", "a.b[].c"]),
        ("{% for x in a %}{% for y in x.b %}{{ y.c }}{{ y }}{% endfor %}{% endfor %}", ["a", "a[].b", "a[].b[].c"]),
        ("{% for x in a if x.b %}{% else %}{{ x.c }}{% endfor %}", ["a", "a[].b", "x.c"]),
        ("{% set x = a.b %}{{ x.c }}", ["a.b", "a.b.c"]),
        ("{% for k, v in a %}{{ v.c }}{% endfor %}", ["a"]),
        ("{{ 'x.y' if a.b == 'c.d' else e }}", ["a.b", "e"]),
        ("{{ (a.b * c.d) | plus_days(e.f) }}", ["a.b", "c.d", "e.f"]),
    ],
)
def test_names_are_told_in_full(source: str, expected: list[str]) -> None:
    assert sorted(name for name, _ in names_in(source)) == sorted(expected)


# What a document declares and uses

DECLARED = """kind = "docx"
title = { nb = "Avtale", nn = "Avtale" }
file_name = { nb = "avtale", nn = "avtale" }
version = "1"
order = 10
include_when = "digifin.participant"
needs = [
    "municipality",
    "services",
    "archive",
    "invoice",
    "signatory",
    "digifin.date",
    "record_system",
]

[[signatures]]
field = "sigMunicipality"
role = { nb = "for kommunen", nn = "for kommunen" }
tooltip = { nb = "Underskrift", nn = "Underskrift" }
name = "signatory.name"

[table]
name = "messages"
only = { system = "record_system.id" }
"""
NB = "{{ document.title }} {{ recipient.name }} {{ municipality.name }} {% for m in messages %}{{ m.code }}{% endfor %}"
NN = "{% for s in services %}{{ s.name }}{% endfor %} {{ digifin.date | date }}"


def document(folder: Path, declared: str = DECLARED, nb: str = NB, nn: str = NN) -> DocumentTemplate:
    for language, text in (("nb", nb), ("nn", nn)):
        made = docx.Document()
        made.add_paragraph(text)
        made.save(str(folder / f"{language}.docx"))
    (folder / "nb.csv").write_text("code;system\nA;{{ archive.case_number }}\n", encoding="utf-8")
    (folder / "nn.csv").write_text("code;system\nA;{{ invoice.reference }}\n", encoding="utf-8")
    (folder / "document.toml").write_text(declared, encoding="utf-8")
    return load_document(folder)


def told(problems: list[Problem], folder: Path) -> list[str]:
    return [str(problem).replace(f"{folder}/", "") for problem in problems]


def test_needs_that_are_used_somewhere_have_no_problem(tmp_path: Path) -> None:
    assert declared_problems(document(tmp_path)) == []


@pytest.mark.parametrize(
    ("need", "used", "where"),
    [
        (
            "municipality",
            "municipality.name",
            f"nb.docx (body, paragraph 1 «{NB[:40].rstrip()}…», {{{{ municipality.name }}}})",
        ),
        ("services", "services", f"nn.docx (body, paragraph 1 «{NN[:40].rstrip()}…», {{% for s in services %}})"),
        ("archive", "archive.case_number", "nb.csv (A, system)"),
        ("invoice", "invoice.reference", "nn.csv (A, system)"),
        ("signatory", "signatory.name", "document.toml (signatures[1].name)"),
        ("record_system", "record_system.id", "document.toml (table.only.system)"),
    ],
)
def test_a_removed_need_is_one_problem(tmp_path: Path, need: str, used: str, where: str) -> None:
    made = document(tmp_path, DECLARED.replace(f'    "{need}",\n', ""))
    assert told(declared_problems(made), tmp_path) == [
        f"document.toml:7  needs: {used} is used in {where}, but {need!r} is not declared. Add {need!r} to needs, or "
        "correct the name."
    ]


def test_a_need_that_nothing_uses_is_a_problem(tmp_path: Path) -> None:
    made = document(tmp_path, DECLARED.replace('    "archive",\n', '    "archive",\n    "prices",\n    "digifin.x",\n'))
    assert told(declared_problems(made), tmp_path) == [
        "document.toml:7  needs[4]: 'prices' is declared, but nothing uses it. Remove it.",
        "document.toml:7  needs[5]: 'digifin.x' is declared, but nothing uses it. Remove it.",
    ]


def test_a_need_is_no_need_for_its_longer_namesake(tmp_path: Path) -> None:
    made = document(
        tmp_path, nb=f"{NB} {{{{ municipality_x.y }}}}", declared=DECLARED.replace('"services"', '"service"')
    )
    assert [(problem.rule, problem.place) for problem in declared_problems(made)] == [
        ("unused-need", "needs[2]"),
        ("undeclared-name", "needs"),
        ("undeclared-name", "needs"),
    ]


def test_the_condition_is_a_use_but_needs_no_need(tmp_path: Path) -> None:
    declared = DECLARED.replace('"digifin.date"', '"digifin.participant"')
    assert declared_problems(document(tmp_path, declared)) == []
    without = DECLARED.replace('    "digifin.date",\n', "")
    assert declared_problems(document(tmp_path, without, nn="{{ services[0].name }}")) == []


def test_a_template_that_does_not_parse_is_told_elsewhere(tmp_path: Path) -> None:
    assert declared_problems(document(tmp_path, nb="{% if municipality.name %}")) == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_repositorys_documents_declare_what_they_use(folder: Path) -> None:
    assert told(declared_problems(load_document(folder)), folder) == []


@pytest.mark.parametrize(
    ("folder", "need"),
    [(folder, needs[number % len(needs)]) for number, (folder, needs) in enumerate(NEEDS) if needs],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_need_of_each_document_is_missed_when_removed(project: Project, folder: Path, need: str) -> None:
    path = project.root / "templates" / folder.name / "document.toml"
    text = path.read_text(encoding="utf-8")
    opening, listed, rest = re.split(r"(needs = \[.*?\])", text, maxsplit=1, flags=re.DOTALL)
    path.write_text(opening + re.sub(rf'"{re.escape(need)}",?', "", listed) + rest, encoding="utf-8")
    problems = declared_problems(load_document(path.parent))
    roots = {one.partition(".")[0] for one in load_document(path.parent).declaration.needs}
    expected = (
        [] if need.partition(".")[0] in roots else [("undeclared-name", f"but {need.partition('.')[0]!r} is not")]
    )
    assert [(one.rule, re.findall(r"but '\w+' is not", one.what)[0]) for one in problems] == expected


def test_every_use_has_its_place(documents: list[DocumentTemplate]) -> None:
    uses = [use for one in documents for use in used_names(one)]
    assert {use.path.suffix for use in uses} == {".docx", ".pptx", ".xlsx", ".toml", ".csv"}
    assert all(use.place for use in uses)
