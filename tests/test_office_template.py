"""Word templates: what is typed in Word is checked, filled and told apart; nothing but facts gets in."""

from __future__ import annotations

import datetime
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jinja2 import TemplateError as JinjaError
from lxml import etree
from pydantic import TypeAdapter, ValidationError

from pipeline.data.text import Text
from pipeline.errors import TemplateError
from pipeline.templating.environment import MissingValueError
from pipeline.templating.names import Names
from pipeline.templating.office_template import OfficeTemplate, office_template

DATE = datetime.date(2026, 11, 23)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
NAMES: Names = {
    "municipality": {"name": "Bergen", "website": None, "sami_area": False},
    "services": [{"name": "Hjemmetjenesten"}, {"name": "Sykehjem"}, {"name": "Nattjenesten"}],
}
NEEDS = "Check the spelling, and that document.toml names it in needs."


def saved(document: Document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def template(*paragraphs: str, change: Callable[[Document], None] | None = None) -> OfficeTemplate:
    """A template with these paragraphs, made as python-docx makes them."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if change:
        change(document)
    return OfficeTemplate(Path("nb.docx"), "nb", saved(document))


def rendered(made: OfficeTemplate, names: Names = NAMES) -> Document:
    return docx.Document(io.BytesIO(made.render(names, DATE)))


def texts(*paragraphs: str, names: Names = NAMES) -> list[str]:
    return [paragraph.text for paragraph in rendered(template(*paragraphs), names).paragraphs]


def told(made: OfficeTemplate) -> list[str]:
    return [str(problem) for problem in made.problems(NAMES)]


# What is filled in


def printable(text: str) -> str:
    """The text as a fact holds it; what no fact may hold is not tried."""
    try:
        checked: str = TypeAdapter(Text).validate_python(text)
    except ValidationError:
        assume(condition=False)
    return checked


LINE = st.text(st.characters(categories=["L", "M", "N", "P", "S", "Zs"]), max_size=40)
PRINTABLE = st.lists(LINE, min_size=1, max_size=4).map("\n".join).map(printable)


@given(text=PRINTABLE)
@settings(deadline=None, max_examples=150, derandomize=True)
def test_any_printable_text_stands_in_the_document_as_it_is(text: str) -> None:
    names = {"a": {"text": text}}
    document = rendered(EVERYWHERE, names)
    assert document.paragraphs[0].text == f"Før {text} etter"
    assert document.sections[0].header.paragraphs[0].text == text
    assert document.core_properties.title == text
    breaks = list(document.paragraphs[0]._p.iter(f"{W}br"))  # noqa: SLF001  # the XML is what Word reads
    assert len(breaks) == text.count("\n")


@given(text=PRINTABLE)
@settings(deadline=None, max_examples=50, derandomize=True)
def test_no_space_at_the_edge_of_a_run_is_left_to_word_to_drop(text: str) -> None:
    document = rendered(EVERYWHERE, {"a": {"text": text}})
    for run in document.element.iter(f"{W}t"):
        assert run.text == (run.text or "").strip() or run.get(SPACE) == "preserve"


def _header_and_title(document: Document) -> None:
    document.sections[0].header.paragraphs[0].text = "{{ a.text }}"
    document.core_properties.title = "{{ a.text }}"


EVERYWHERE = template("Før {{ a.text }} etter", change=_header_and_title)


@pytest.mark.parametrize(
    "text",
    [
        "& < > \" '",
        "{{ municipality.name }}",
        "{% if %} %} {{",
        "{# no comment #}",
        "&amp; &#10; &lt;",
        "<w:br/>",
        "]]>",
        "\\n \\g<1> \\1",
        '<wp:docPr id="7"',
        "Kárášjohka – Aarborte 🏡",
        "a\u00a0b\u202fc",
        "“smart” ‘quotes’",
        "%s {0}",
    ],
)
def test_signs_that_mean_something_elsewhere_are_only_text(text: str) -> None:
    document = rendered(EVERYWHERE, {"a": {"text": text}})
    assert document.paragraphs[0].text == f"Før {text} etter"
    assert document.core_properties.title == text


def test_line_breaks_in_a_value_keep_the_look_of_the_run() -> None:
    def bold(document: Document) -> None:
        document.add_paragraph().add_run("{{ municipality.name }}").bold = True

    paragraph = rendered(template(change=bold), {"municipality": {"name": "a\nb"}}).paragraphs[0]
    assert [(run.text, run.bold) for run in paragraph.runs] == [("a\nb", True)]
    assert len(list(paragraph._p.iter(f"{W}br"))) == 1  # noqa: SLF001  # a line feed alone is a space to Word


def test_headers_footers_notes_and_properties_are_merged() -> None:
    def fill(document: Document) -> None:
        section = document.sections[0]
        section.different_first_page_header_footer = True
        section.header.paragraphs[0].text = "Topp {{ municipality.name }}"
        section.footer.paragraphs[0].text = "Bunn {{ municipality.name }}"
        section.first_page_header.paragraphs[0].text = "Første {{ municipality.name }}"
        document.core_properties.title = "Tittel {{ municipality.name }}"
        document.core_properties.subject = "Emne {{ municipality.name }}"

    document = rendered(template("Brød {{ municipality.name }}", change=fill))
    section = document.sections[0]
    assert document.paragraphs[0].text == "Brød Bergen"
    assert section.header.paragraphs[0].text == "Topp Bergen"
    assert section.footer.paragraphs[0].text == "Bunn Bergen"
    assert section.first_page_header.paragraphs[0].text == "Første Bergen"
    assert (document.core_properties.title, document.core_properties.subject) == ("Tittel Bergen", "Emne Bergen")


@pytest.mark.parametrize("part", ["footnotes", "endnotes"])
def test_notes_are_merged_and_checked(part: str) -> None:
    def with_note(text: str) -> OfficeTemplate:
        raw = io.BytesIO(saved(docx.Document()))
        with zipfile.ZipFile(raw, "a") as archive:
            inner = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
            archive.writestr(f"word/{part}.xml", f'<w:{part} xmlns:w="{W[1:-1]}">{inner}</w:{part}>')
        return OfficeTemplate(Path("nb.docx"), "nb", raw.getvalue())

    with zipfile.ZipFile(io.BytesIO(with_note("Se {{ municipality.name }}").render(NAMES, DATE))) as archive:
        assert etree.fromstring(archive.read(f"word/{part}.xml")).xpath("string()") == "Se Bergen"
    assert told(with_note("{{ municipality.nam }}")) == [
        f"nb.docx  {part}, paragraph 1 «{{{{ municipality.nam }}}}», {{{{ municipality.nam }}}}: "
        "There is no 'nam' in municipality. Did you mean name?"
    ]


def test_the_dates_of_the_document_are_the_date_it_is_made_for() -> None:
    properties = rendered(template("x")).core_properties
    midnight = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
    assert (properties.created, properties.modified) == (midnight, midnight)


def test_loops_conditions_and_filters_work_as_typed_in_word() -> None:
    assert texts(
        "{%p for s in services %}",
        "{{ loop.index0 }}{% if loop.first %} først{% endif %}{% if loop.index is divisibleby 2 %} jevn{% endif %} "
        "{{ s.name }}{% if not loop.last %},{% endif %}",
        "{%p endfor %}",
        "{%p if municipality.website %}",
        "Se {{ municipality.website }}",
        "{%p endif %}",
        "{{ municipality.sami_area | yes_no }}",
    ) == ["0 først Hjemmetjenesten,", "1 jevn Sykehjem,", "2 Nattjenesten", "nei"]


def test_a_table_row_is_repeated_by_its_tags() -> None:
    def table(document: Document) -> None:
        made = document.add_table(rows=4, cols=2)
        for row, cells in enumerate(
            [("Nr", "Navn"), ("{%tr for s in services %}", ""), ("{{ loop.index }}", "{{ s.name }}")]
        ):
            made.cell(row, 0).text, made.cell(row, 1).text = cells
        made.cell(3, 0).text = "{%tr endfor %}"

    rows = rendered(template(change=table)).tables[0].rows
    assert [[cell.text for cell in row.cells] for row in rows] == [
        ["Nr", "Navn"],
        ["1", "Hjemmetjenesten"],
        ["2", "Sykehjem"],
        ["3", "Nattjenesten"],
    ]


def test_names_that_are_also_methods_of_dicts_are_found() -> None:
    assert texts("{{ a.items }} {{ a.keys }} {{ a['values'] }}", names={"a": {"items": 1, "keys": 2, "values": 3}}) == [
        "1 2 3"
    ]


@pytest.mark.parametrize(
    "pieces",
    [
        ["Hei {{ municipality.name }}!"],
        ["Hei {", "{ municipality.name }}!"],
        ["Hei {{", " municipality.name ", "}}!"],
        ["Hei {{ munici", "pality", ".na", "me }", "}!"],
        ["Hei ", "{", "{", " ", "municipality", ".", "name", " ", "}", "}", "!"],
        ["Hei {{ municipality[‘name’] }}!"],
        ["Hei {{ municipality[“name”] }}!"],
        ["Hei {{ municipality[", "“name", "”] }}!"],
        ["Hei {% if municipality.name == ‘Bergen’ %}Bergen{% endif %}!"],
        ["Hei {% if municipality.name", " == “Ber", "gen” %}Ber", "gen{% en", "dif %}!"],
    ],
)
def test_tags_that_word_split_or_quoted_smartly_read_as_typed(pieces: list[str]) -> None:
    def split(document: Document) -> None:
        paragraph = document.add_paragraph()
        for number, piece in enumerate(pieces):
            paragraph.add_run(piece).bold = number % 2 == 0
            etree.SubElement(paragraph._p, f"{W}proofErr")  # noqa: SLF001  # Word's spelling marks between runs

    made = template(change=split)
    assert told(made) == []
    assert rendered(made).paragraphs[0].text == "Hei Bergen!"


def test_the_same_picture_in_a_loop_gets_an_id_each_time() -> None:
    def picture(document: Document) -> None:
        document.add_paragraph("{%p for s in services %}")
        document.add_picture(io.BytesIO(_png()))
        document.add_paragraph("{%p endfor %}")

    body = rendered(template(change=picture)).element
    ids = [
        one.get("id")
        for one in body.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")
    ]
    assert ids == ["1", "2", "3"]


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


# The same again


def test_the_same_names_and_date_give_the_same_bytes() -> None:
    raw = saved(docx.Document())
    first, second = (OfficeTemplate(Path(name), "nb", raw) for name in ("a.docx", "b.docx"))
    assert first.render(NAMES, DATE) == first.render(NAMES, DATE) == second.render(NAMES, DATE)
    assert first.render(NAMES, DATE) != first.render(NAMES, DATE + datetime.timedelta(days=1))


def test_nothing_in_the_file_tells_when_it_was_made() -> None:
    with zipfile.ZipFile(io.BytesIO(template("x").render(NAMES, DATE))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len({member.filename for member in archive.infolist()}) == len(archive.infolist())


def test_one_rendering_leaves_nothing_behind_for_the_next() -> None:
    made = template("{{ municipality.name }}{% set x = services %}")
    before = made.render(NAMES, DATE)
    made.render({"municipality": {"name": "Voss"}, "services": []}, DATE)
    assert made.render(NAMES, DATE) == before


def test_a_template_on_disk_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "nb.docx"
    for text in ("før", "etter"):
        document = docx.Document()
        document.add_paragraph(text)
        raw = saved(document)
        path.write_bytes(raw)
        made = office_template(path, "nb")
        assert rendered(made).paragraphs[0].text == text
        assert made.sha256 == hashlib.sha256(raw).hexdigest()


# What is refused


def test_an_unknown_name_is_placed_with_its_paragraph_and_a_hint() -> None:
    def header(document: Document) -> None:
        document.sections[0].header.paragraphs[0].text = "Sak {{ munisipality.name }}"
        document.core_properties.title = "{{ municipality.nam }}"

    made = template(
        "Først",
        "Dette er et avsnitt med så mange ord at de ikke får plass: {{ municipality.nam }}",
        "{{ municipality.name }} og {{ municipality.name | uperr }} og {{ zzz }}",
        "{% if municipality.name is defind %}{% endif %}",
        change=header,
    )
    long, mixed = "Dette er et avsnitt med så mange ord at…", "{{ municipality.name }} og {{ municipali…"
    assert sorted(told(made)) == sorted(
        [
            f"nb.docx  body, paragraph 2 «{long}», {{{{ municipality.nam }}}}: There is no 'nam' in municipality. "
            "Did you mean name?",
            f"nb.docx  body, paragraph 3 «{mixed}», {{{{ municipality.name | uperr }}}}: There is no filter 'uperr'. "
            "Check the spelling.",
            f"nb.docx  body, paragraph 3 «{mixed}», {{{{ zzz }}}}: There is no name 'zzz' here. {NEEDS}",
            "nb.docx  body, paragraph 4 «{% if municipality.name is defind %}{% e…», "
            "{% if municipality.name is defind %}: There is no test 'defind'. Did you mean defined?",
            "nb.docx  header, paragraph 1 «Sak {{ munisipality.name }}», {{ munisipality.name }}: "
            "There is no name 'munisipality' here. Did you mean municipality?",
            "nb.docx  document properties {{ municipality.nam }}: There is no 'nam' in municipality. "
            "Did you mean name?",
        ]
    )


@pytest.mark.parametrize(
    ("paragraphs", "problem"),
    [
        (
            ["x", "{% if municipality.name %}", "y"],
            "body, paragraph 2 «{% if municipality.name %}», {% if municipality.name %}: Unexpected end of template. "
            "Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. "
            "The innermost block that needs to be closed is 'if'. Close and nest the tags, and check their spelling.",
        ),
        (
            ["x", "{% endif %}"],
            "body, paragraph 2 «{% endif %}», {% endif %}: Encountered unknown tag 'endif'. "
            "Close and nest the tags, and check their spelling.",
        ),
        (
            ["x", "{% iff municipality.name %}y{% endif %}"],
            "body, paragraph 2 «{% iff municipality.name %}y{% endif %}», {% iff municipality.name %}: "
            "Encountered unknown tag 'iff'. Close and nest the tags, and check their spelling.",
        ),
        (
            ["x", "Navn {{ municipality.name }", "y"],
            "body, paragraph 2 «Navn {{ municipality.name }», {{ municipality.name }: unexpected '}'. "
            "Close and nest the tags, and check their spelling.",
        ),
        (
            ["x", "Navn {{ municipality.name", "y"],
            "body, paragraph 2 «Navn {{ municipality.name», {{ municipality.name: unexpected '/'. "
            "Close and nest the tags, and check their spelling.",
        ),
        (
            ["x", "{{ municipality name }}"],
            "body, paragraph 2 «{{ municipality name }}», {{ municipality name }}: "
            "expected token 'end of print statement', got 'name'. Close and nest the tags, and check their spelling.",
        ),
    ],
)
def test_a_tag_that_is_not_right_is_placed(paragraphs: list[str], problem: str) -> None:
    assert told(template(*paragraphs)) == [f"nb.docx  {problem}"]


@pytest.mark.parametrize(
    "expression", ["municipality.website", "services", "municipality", "municipality.website | phone"]
)
def test_what_is_no_single_value_is_refused_at_its_placeholder(expression: str) -> None:
    made = template("{{ municipality.name }}", "Se {{ municipality.name }} og {{ " + expression + " }} nå")
    with pytest.raises(MissingValueError) as caught:
        made.render(NAMES, DATE)
    found = made.locate(caught.value)
    words = ("Se {{ municipality.name }} og {{ " + expression)[:40].rstrip()
    assert found is not None
    assert found[0].name == "word/document.xml"
    assert str(found[1]) == f"body, paragraph 2 «{words}…», {{{{ {expression} }}}}"


def test_a_missing_value_in_a_header_is_found_there() -> None:
    def header(document: Document) -> None:
        document.sections[0].header.paragraphs[0].text = "Se {{ municipality.website }}"

    made = template("{{ municipality.name }}", change=header)
    with pytest.raises(MissingValueError) as caught:
        made.render(NAMES, DATE)
    found = made.locate(caught.value)
    assert str(found and found[1]) == "header, paragraph 1 «Se {{ municipality.website }}», {{ municipality.website }}"


def test_a_missing_value_inside_a_loop_is_found_at_its_tag() -> None:
    made = template("{%p for s in services %}", "{{ s.name }}: {{ s.start | date }}", "{%p endfor %}")
    with pytest.raises(MissingValueError) as caught:
        made.render({"services": [{"name": "a", "start": DATE}, {"name": "b", "start": None}]}, DATE)
    found = made.locate(caught.value)
    assert str(found and found[1]) == "body, paragraph 2 «{{ s.name }}: {{ s.start | date }}», {{ s.start | date }}"


def test_an_error_from_elsewhere_has_no_place_in_the_template() -> None:
    assert template("x").locate(ValueError("elsewhere")) is None


@pytest.mark.parametrize(
    "expression",
    [
        "cycler.__init__",
        "cycler.__init__.__globals__.os",
        "municipality.__class__",
        "municipality['__class__']",
        "municipality.name.__class__.__mro__",
        "''.__class__",
        "[].__class__.__base__.__subclasses__()",
        "'%s'.format",
        "municipality.name.format(1)",
        "municipality.items()",
        "self.__init__.__globals__",
        "self._TemplateReference__context",
        "lipsum.__globals__",
        "namespace()",
        "range(10)",
        "dict()",
        "joiner()",
        "municipality | attr('__class__')",
        "services | map(attribute='__class__')",
        "municipality.name | safe",
    ],
)
def test_a_template_cannot_reach_beyond_its_names(expression: str) -> None:
    with pytest.raises(JinjaError, match=r"is undefined|has no attribute|No filter named"):
        template("{{ " + expression + " }}").render(NAMES, DATE)


@pytest.mark.parametrize("attribute", ["__class__", "_iterator", "__init__"])
def test_the_loop_gives_away_nothing_but_its_counters(attribute: str) -> None:
    made = template("{%p for s in services %}", "{{ loop." + attribute + " }}", "{%p endfor %}")
    with pytest.raises(JinjaError, match=r"is unsafe\."):
        made.render(NAMES, DATE)


@pytest.mark.parametrize(
    "tag", ["include '/etc/passwd'", "import 'os' as os", "extends 'other'", "from 'os' import path"]
)
def test_no_other_file_can_be_drawn_in(tag: str) -> None:
    with pytest.raises(TypeError, match="no loader"):
        template("{% " + tag + " %}").render(NAMES, DATE)


def _bomb() -> bytes:
    target = io.BytesIO(saved(docx.Document()))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/large.bin", bytes(51 * 1024 * 1024))
    return target.getvalue()


def _zip(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


_ENTITY = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def _damaged() -> bytes:
    raw = bytearray(saved(docx.Document()))
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        begins = archive.getinfo("word/document.xml").header_offset
    raw[begins + 60 : begins + 120] = b"\xff" * 60
    return bytes(raw)


def _encrypted() -> bytes:
    raw = bytearray(_zip(**{"word__document.xml": b"<a/>"}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + flags] |= 1
            at = raw.find(signature, at + 4)
    return bytes(raw)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: b"", id="nothing"),
        pytest.param(lambda: b"This is a letter.", id="text"),
        pytest.param(lambda: saved(docx.Document())[:-200], id="cut off at the end"),
        pytest.param(lambda: saved(docx.Document())[: 10 * 1024], id="half of it"),
        pytest.param(lambda: _zip(a=b"x"), id="another zip"),
        pytest.param(lambda: _zip(**{"word__document.xml": b"<w:p>"}), id="broken XML"),
        pytest.param(lambda: _zip(**{"word__document.xml": b""}), id="empty XML"),
        pytest.param(lambda: _zip(**{"word__document.xml": _ENTITY}), id="an entity from outside"),
        pytest.param(_damaged, id="damaged inside"),
        pytest.param(_encrypted, id="with a password"),
        pytest.param(_bomb, id="a zip bomb"),
    ],
)
def test_a_file_that_is_no_word_document_is_told_in_a_sentence(make: Callable[[], bytes]) -> None:
    with pytest.raises(TemplateError) as caught:
        OfficeTemplate(Path("nb.docx"), "nb", make())
    assert str(caught.value) == (
        "A template cannot be read.\n"
        "  nb.docx: The file is not a whole Word document. Save it again from Word as .docx."
    )


def test_a_template_that_is_not_there_is_told_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "nb.docx"
    with pytest.raises(TemplateError) as caught:
        office_template(path, "nb")
    assert str(caught.value) == (
        "A template cannot be read.\n"
        f"  {path}: The template cannot be read (No such file or directory). Check the file."
    )


def test_a_tag_that_breaks_the_document_is_told() -> None:
    def table(document: Document) -> None:
        made = document.add_table(rows=2, cols=1)
        made.cell(0, 0).text, made.cell(1, 0).text = "{%tr for s in services %}", "{%p endfor %}"

    with pytest.raises(TemplateError) as caught:
        template(change=table).render(NAMES, DATE)
    assert str(caught.value) == (
        "A template does not give a whole document.\n"
        "  nb.docx  word/document.xml: A tag stands where it breaks the document. Check that {%p %} and {%tr %} are "
        "opened and closed with the same letter, each alone in its place."
    )
