"""Tags that docxtpl would misread are told with their place; those it reads as typed are left alone."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import docx
import pytest
from conftest import ROOT
from planted import field, p, packed, part, picture, planted, run, table, told

from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.tags import tag_problems
from pipeline.templating.names import Names
from pipeline.templating.office_template import OfficeTemplate

TEMPLATES = sorted((ROOT / "templates").glob("*/n[bn].docx"))
NAMES: Names = {"a": True, "x": "X", "p": {"name": "P"}, "rows": [{"name": "Hjemmetjenesten"}, {"name": "Sykehjem"}]}


def problems(body: str, **parts: str) -> list[str]:
    return told(tag_problems(planted(body, {f"word/{name}.xml": content for name, content in parts.items()})))


def linked(text: str) -> str:
    return f'<w:hyperlink w:anchor="x">{run(text)}</w:hyperlink>'


def rules(body: str) -> list[str]:
    return [problem.rule for problem in tag_problems(planted(body))]


def test_there_are_templates_to_hold_the_checks_against() -> None:
    assert len(TEMPLATES) > 30


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_our_own_templates_hold(path: Path) -> None:
    assert told(tag_problems(OfficeFile(path, path.stem, path.read_bytes()))) == []


# What must not alarm: each is read as typed, so nothing typed is lost

SOUND = {
    "split over runs": (p("Hei {", "{ x ", "}", "}!"), ["Hei X!"]),
    "split, with Word's marks between": (p("Hei {{ ", '<w:proofErr w:type="spellStart"/>', "x }}!"), ["Hei X!"]),
    "split block tag": (p("{% i", "f a", " %}ja{", "% endif %", "}"), ["ja"]),
    "split paragraph tag": (p("{%", "p if a %}") + p("ja") + p("{%p end", "if %}"), ["ja"]),
    "curved quotes": (p("{% if x == “X” %}ja{% endif %}{% if x == ‘X’ %}, ja{% endif %}"), ["ja, ja"]),
    "no spaces": (p("{{x}}{%if a%}ja{%endif%}"), ["Xja"]),
    "a name that begins like a prefix": (p("{{ p.name }}{{p.name}}"), ["PP"]),
    "else in a sentence": (p("{% if not a %}nei{% elif x %}ja{% else %}nei{% endif %}"), ["ja"]),
    "else of a loop": (
        p("{% for r in rows %}{{ r.name }}, {% else %}ingen{% endfor %}"),
        ["Hjemmetjenesten, Sykehjem, "],
    ),
    "set": (p("{% set y = x %}{{ y }}{% set z %}z{% endset %}{{ z }}"), ["Xz"]),
    "comment": (p("før{# {{ no.name }} #} etter"), ["før etter"]),
    "raw with a lone bracket": (p("{% raw %}{ }{% endraw %}"), ["{ }"]),
    "run tag": (p("{%r if a %}", "ja", "{%r endif %}"), ["ja"]),
    "tag over paragraphs": (p("{% if a %}Først.") + p("Så.{% endif %}"), ["Først.", "Så."]),
    "paragraph tags in one cell": (
        table(["Navn", "Mer"], [p("Først") + p("{%p if a %}") + p("ja") + p("{%p endif %}"), "mer"]),
        ["Navn", "Mer", "Først", "ja", "mer"],
    ),
    "row loop": (
        table(["Navn", "Mer"], ["{%tr for r in rows %}", ""], ["{{ r.name }}", "mer"], ["{%tr endfor %}", ""]),
        ["Navn", "Mer", "Hjemmetjenesten", "mer", "Sykehjem", "mer"],
    ),
    "cell loop": (table(["{%tc for r in rows %}", "{{ r.name }}", "{%tc endfor %}"]), ["Hjemmetjenesten", "Sykehjem"]),
    "loop in a loop": (
        p("{%p for r in rows %}") + p("{%p for q in rows %}") + p("a") + p("{%p endfor %}") + p("{%p endfor %}"),
        ["a", "a", "a", "a"],
    ),
    "tag within a link": (p("Se ", linked("{% if a %}her{% endif %}")), ["Se her"]),
    "brackets that are no tag": (p("Fra { til } 100 %."), ["Fra { til } 100 %."]),
    "dash in an expression": (p("{% if 3 - 2 %}ja{% endif %}"), ["ja"]),
}


@pytest.mark.parametrize(("body", "shown"), SOUND.values(), ids=SOUND)
def test_what_docxtpl_reads_as_typed_is_no_problem(body: str, shown: list[str]) -> None:
    assert problems(body) == []
    merged = OfficeTemplate(Path("nb.docx"), "nb", packed(body)).render(NAMES, datetime.date(2026, 11, 23))
    document = docx.Document(io.BytesIO(merged))
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    texts = ["".join(node.text or "" for node in one.iter(f"{w}t")) for one in document.element.iter(f"{w}p")]
    assert texts == shown


def test_a_tag_may_be_split_at_any_place() -> None:
    text = "Hei {{ x }}{% if a == “X” %}, {{ p.name }}{% endif %}!"
    marks = '<w:proofErr w:type="spellStart"/><w:lastRenderedPageBreak/>'
    halves = [p(text[:place], marks, run(text[place:], "<w:b/>")) for place in range(1, len(text))]
    assert problems("".join(halves)) == []
    assert problems(p(*text)) == []


# Open and closed


def test_a_block_that_nothing_closes_is_told_where_it_opens() -> None:
    assert problems(p("Fritt") + p("{% if a %}ja") + table(["Kode", "Navn"], ["1", "{% for r in rows %}{{ r }}"])) == [
        "nb.docx  body, paragraph 2 «{% if a %}ja», {% if a %}: Nothing closes this if. "
        "Add {% endif %} where it is to end.",
        "nb.docx  body, table 1 row 2 column 2, paragraph 6 «{% for r in rows %}{{ r }}», {% for r in rows %}: "
        "Nothing closes this for. Add {% endfor %} where it is to end.",
    ]


def test_what_closes_nothing_is_told_where_it_stands() -> None:
    assert problems(p("a{% endif %}") + p("{%p else %}") + p("{% if a %}b{% else %}c{% else %}d{% endif %}")) == [
        "nb.docx  body, paragraph 1 «a{% endif %}», {% endif %}: Nothing is open here that endif could belong to. "
        "Take it out, or add the tag that opens.",
        "nb.docx  body, paragraph 2 «{%p else %}», {%p else %}: Nothing is open here that else could belong to. "
        "Take it out, or add the tag that opens.",
        "nb.docx  body, paragraph 3 «{% if a %}b{% else %}c{% else %}d{% endi…», {% else %}: "
        "Nothing is open here that else could belong to. Take it out, or add the tag that opens.",
    ]


def test_one_missing_end_gives_one_problem_inside_a_block_that_is_closed() -> None:
    body = p("{%p for r in rows %}") + p("{%p if a %}") + p("ja") + p("{%p endfor %}")
    assert problems(body) == [
        "nb.docx  body, paragraph 2 «{%p if a %}», {%p if a %}: Nothing closes this if. "
        "Add {%p endif %} where it is to end."
    ]


def test_each_story_closes_its_own_blocks() -> None:
    header = part("w:hdr", p("{% if a %}topp"))
    footer = part("w:ftr", p("bunn{% endif %}"))
    assert problems(p("tekst"), header1=header, footer2=footer) == [
        "nb.docx  header, paragraph 1 «{% if a %}topp», {% if a %}: Nothing closes this if. "
        "Add {% endif %} where it is to end.",
        "nb.docx  footer, paragraph 1 «bunn{% endif %}», {% endif %}: "
        "Nothing is open here that endif could belong to. Take it out, or add the tag that opens.",
    ]


@pytest.mark.parametrize(
    ("text", "typed", "end"),
    [
        ("Hei {{ x", "{{ x", "}}"),
        ("Hei {{ x }", "{{ x }", "}}"),
        ("{{ x %} og mer", "{{ x %}", "}}"),
        ("{{ x og {{ x }}", "{{ x og", "}}"),
        ("Hei {# x", "{# x", "#}"),
    ],
)
def test_a_tag_without_its_end_is_told_with_what_was_begun(text: str, typed: str, end: str) -> None:
    assert problems(p(text)) == [
        f"nb.docx  body, paragraph 1 «{text}», {typed}: {typed[:2]} has no {end} in this paragraph. "
        f"Write {end} where the tag ends."
    ]


def test_a_block_tag_without_its_end_still_opens_and_closes() -> None:
    assert rules(p("{% if a }ja{% endif %}") + p("{% if a %}ja{% endif }")) == ["unclosed-tag", "unclosed-tag"]


def test_a_tag_over_two_paragraphs_is_told_in_both() -> None:
    assert problems(p("Hei {{ x") + p("}} der")) == [
        "nb.docx  body, paragraph 1 «Hei {{ x», {{ x: {{ has no }} in this paragraph. Write }} where the tag ends.",
        "nb.docx  body, paragraph 2 «}} der»: }} stands here without a beginning. "
        "Take it out, or begin the tag in this paragraph.",
    ]


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("{{ x | }}", "expected token 'name', got 'end of print statement'"),
        ("{{ }}", "Expected an expression, got 'end of print statement'"),
        ("{{ «x» }}", "unexpected char '«'"),
        ("{{ „x“ }}", "unexpected char '„'"),
        ("{% iff a %}", "Encountered unknown tag 'iff'"),
        ("{%p iff a %}", "Encountered unknown tag 'iff'"),
        ("{% if a = 1 %}{% endif %}", "expected token 'end of statement block', got '='"),
        ("{% if a %}{% else a %}{% endif %}", "expected token 'end of statement block', got 'a'"),
        ("{% for r on rows %}{% endfor %}", "expected token 'in', got 'on'"),
    ],
)
def test_a_tag_that_jinja_cannot_read_is_told_with_the_reason(typed: str, reason: str) -> None:
    wrong = "{% else a %}" if "else" in typed else typed.removesuffix("{% endif %}").removesuffix("{% endfor %}")
    assert problems(p(typed)) == [
        f"nb.docx  body, paragraph 1 «{typed}», {wrong}: The tag cannot be read: {reason}. "
        "Check its spelling, quotes and operators."
    ]


# Prefixes


def test_a_row_tag_outside_a_table_is_told() -> None:
    assert problems(p("{%tr for r in rows %}") + p("{%tr endfor %}")) == [
        "nb.docx  body, paragraph 1 «{%tr for r in rows %}», {%tr for r in rows %}: "
        "A tag with tr stands in no table row. Move it into a table row of its own, or use p.",
        "nb.docx  body, paragraph 2 «{%tr endfor %}», {%tr endfor %}: "
        "A tag with tr stands in no table row. Move it into a table row of its own, or use p.",
    ]


def test_tags_for_cells_outside_a_table_are_told() -> None:
    assert problems(p("{%tc if a %}") + p("{% vm %}Hei")) == [
        "nb.docx  body, paragraph 1 «{%tc if a %}», {%tc if a %}: "
        "A tag with tc stands in no table cell. Move it into a table cell of its own, or use p.",
        "nb.docx  body, paragraph 2 «{% vm %}Hei», {% vm %}: "
        "The tag vm stands in no table cell. Move it into the cell it is for.",
        "nb.docx  body, paragraph 1 «{%tc if a %}», {%tc if a %}: Nothing closes this if. "
        "Add {%tc endif %} where it is to end.",
    ]
    assert problems(table(["a", "b"], ["{% vm %}a", "{% cellbg x %}b"])) == []


def test_an_unknown_prefix_is_told_at_both_ends() -> None:
    todo = "Use p for paragraphs, tr for table rows, none within a sentence."
    assert problems(p("{%row for r in rows %}") + p("{%row endfor %}")) == [
        "nb.docx  body, paragraph 1 «{%row for r in rows %}», {%row for r in rows %}: "
        f"There is no prefix row. {todo}",
        f"nb.docx  body, paragraph 2 «{{%row endfor %}}», {{%row endfor %}}: There is no prefix row. {todo}",
    ]


@pytest.mark.parametrize("typed", ["{% p if a %}", "{%p\u00a0if a %}", "{%p if 4 % 2 %}", "{%p if {'a': 1} %}"])
def test_a_prefix_that_docxtpl_does_not_see_is_told(typed: str) -> None:
    assert problems(p(typed) + p("{%p endif %}")) == [
        f"nb.docx  body, paragraph 1 «{typed}», {typed}: The prefix p is not understood the way it stands. "
        "Begin with {%p and a space, and use neither % nor } within the tag."
    ]


def test_a_value_with_a_prefix_is_told() -> None:
    assert problems(p("Hei {{r x }} og {{p x }}")) == [
        "nb.docx  body, paragraph 1 «Hei {{r x }} og {{p x }}», {{r x }}: A value with r before it is not shown. "
        "Take r out; before a name that begins so, put a space.",
        "nb.docx  body, paragraph 1 «Hei {{r x }} og {{p x }}», {{p x }}: A value with p before it is not shown. "
        "Take p out; before a name that begins so, put a space.",
    ]


def test_a_dash_that_swallows_text_is_told() -> None:
    assert problems(p("Før {%- if a -%} ja {% endif %}") + p("{{- x -}}")) == [
        "nb.docx  body, paragraph 1 «Før {%- if a -%} ja {% endif %}», {%- if a -%}: "
        "The dash makes text beside the tag vanish. Take the dash out."
    ]


def test_a_row_tag_closed_with_another_prefix_is_told_where_it_closes() -> None:
    body = table(["{%tr for r in rows %}", ""], ["{{ r.name }}", "{% endfor %}"])
    assert problems(body) == [
        "nb.docx  body, table 1 row 2 column 2, paragraph 4 «{% endfor %}», {% endfor %}: "
        "This belongs to {%tr for r in rows %}, which has another prefix. Write {%tr endfor %}."
    ]
    body = table(["{%tr if a %}", ""], ["a", p("b") + p("{%p elif x %}") + p("c")], ["{%p endif %}", ""])
    assert problems(body) == [
        "nb.docx  body, table 1 row 2 column 2, paragraph 5 «{%p elif x %}», {%p elif x %}: "
        "This belongs to {%tr if a %}, which has another prefix. Write {%tr elif … %}.",
        "nb.docx  body, table 1 row 3 column 1, paragraph 7 «{%p endif %}», {%p endif %}: "
        "This belongs to {%tr if a %}, which has another prefix. Write {%tr endif %}.",
    ]


def test_a_sentence_tag_closed_with_a_prefix_is_told_how_to_write_it() -> None:
    assert problems(p("{% if a %}ja") + p("{%p endif %}")) == [
        "nb.docx  body, paragraph 2 «{%p endif %}», {%p endif %}: "
        "This belongs to {% if a %}, which has another prefix. Write {% endif %}."
    ]


# What goes away with a tag


def test_text_beside_a_paragraph_tag_is_told() -> None:
    assert problems(p("VIKTIG: {%p if a %}") + p("ja") + p("{%p endif %} {{ x }}")) == [
        "nb.docx  body, paragraph 1 «VIKTIG: {%p if a %}», {%p if a %}: «VIKTIG:» goes away with the tag. "
        "Move it to another paragraph.",
        "nb.docx  body, paragraph 3 «{%p endif %} {{ x }}», {%p endif %}: «{{ x }}» goes away with the tag. "
        "Move it to another paragraph.",
    ]


def test_text_in_another_cell_of_a_row_with_a_row_tag_is_told() -> None:
    body = table(["Kode", "Navn"], ["{%tr if a %}", "borte"], ["1", "to"], ["{%tr endif %}", ""])
    assert problems(body) == [
        "nb.docx  body, table 1 row 2 column 1, paragraph 3 «{%tr if a %}», {%tr if a %}: "
        "«borte» goes away with the tag. Move it to another table row."
    ]


def test_text_beside_a_cell_tag_is_told() -> None:
    assert problems(table(["{%tc if a %}Hei", "ja", "{%tc endif %}"])) == [
        "nb.docx  body, table 1 row 1 column 1, paragraph 1 «{%tc if a %}Hei», {%tc if a %}: "
        "«Hei» goes away with the tag. Move it to another table cell."
    ]


def test_a_picture_or_note_beside_a_tag_is_told() -> None:
    note = run('<w:footnoteReference w:id="2"/>')
    assert problems(p("{%p if a %}", picture()) + p("ja") + p("{%p endif %}", note)) == [
        "nb.docx  body, paragraph 1 «{%p if a %}», {%p if a %}: A picture or note beside it goes away with the tag. "
        "Move it to another paragraph.",
        "nb.docx  body, paragraph 3 «{%p endif %}», {%p endif %}: A picture or note beside it goes away with the tag. "
        "Move it to another paragraph.",
    ]


def test_two_tags_in_one_paragraph_or_row_are_told() -> None:
    assert problems(p("{%p if a %}{%p if x %}") + p("ja") + p("{%p endif %}") + p("{%p endif %}")) == [
        "nb.docx  body, paragraph 1 «{%p if a %}{%p if x %}», {%p if x %}: "
        "This is tag number 2 with p in one paragraph, and only one of them works. Give each a paragraph of its own."
    ]
    assert problems(table(["Kode", "Navn"], ["{%tr for r in rows %}", "{%tr endfor %}"])) == [
        "nb.docx  body, table 1 row 2 column 2, paragraph 4 «{%tr endfor %}», {%tr endfor %}: "
        "This is tag number 2 with tr in one table row, and only one of them works. Give each a table row of its own."
    ]


# Tags that a tracked change, a link or a cell parts


def test_a_placeholder_in_a_tracked_deletion_is_told() -> None:
    deleted = f'<w:del w:id="1">{run("<w:delText>{{ x</w:delText>")}{run("<w:delText> }}</w:delText>")}</w:del>'
    assert problems(table(["Kode", p("Navn ", deleted, "{{ x }}")])) == [
        "nb.docx  body, table 1 row 1 column 2, paragraph 2 «Navn {{ x }}», {{ x }}: "
        "The tag is deleted with tracked changes, but is still filled in, out of sight. Accept the change."
    ]
    assert problems(p(f'<w:del w:id="1">{run("<w:delText>borte</w:delText>")}</w:del>')) == []


def test_a_tag_half_in_a_link_is_told() -> None:
    assert problems(p("Se ", linked("{{ x"), " }}")) == [
        "nb.docx  body, paragraph 1 «Se {{ x }}», {{ x }}: "
        "The tag lies partly in a link, a tracked change or a content control. "
        "Type the whole tag inside it or outside it."
    ]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (p("{% if a %}") + table(["1", "ja{% endif %}"]), "table 1 row 1 column 2, paragraph 3 «ja{% endif %}», "),
        (table(["{% if a %}1", "2{% endif %}"]), "table 1 row 1 column 2, paragraph 2 «2{% endif %}», "),
        (table(["{% if a %}1"], ["2{% endif %}"]), "table 1 row 2 column 1, paragraph 2 «2{% endif %}», "),
        (p("{% if a %}1", linked("2{% endif %}")), "paragraph 1 «{% if a %}12{% endif %}», "),
    ],
)
def test_a_tag_closed_in_another_cell_table_or_link_is_told(body: str, place: str) -> None:
    assert problems(body) == [
        f"nb.docx  body, {place}{{% endif %}}: "
        "This belongs to {% if a %}, which stands in another table, cell or piece of text. "
        "Open and close in the same one."
    ]


def test_a_paragraph_or_row_tag_closed_in_another_cell_or_table_is_told() -> None:
    body = table(["1", p("{%p if a %}") + p("ja")], ["2", p("{%p endif %}") + p("nei")])
    assert problems(body) == [
        "nb.docx  body, table 1 row 2 column 2, paragraph 5 «{%p endif %}», {%p endif %}: "
        "This belongs to {%p if a %}, which stands in another table, cell or piece of text. "
        "Open and close in the same one."
    ]
    body = table(["{%tr if a %}"], ["ja"]) + table(["nei"], ["{%tr endif %}"])
    assert problems(body) == [
        "nb.docx  body, table 2 row 2 column 1, paragraph 4 «{%tr endif %}», {%tr endif %}: "
        "This belongs to {%tr if a %}, which stands in another table, cell or piece of text. "
        "Open and close in the same one."
    ]


def test_the_code_of_a_field_is_not_read_as_text() -> None:
    assert problems(p("Side ", field(" PAGE "), " av {{ x }}")) == []
