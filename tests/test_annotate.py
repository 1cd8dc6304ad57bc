"""Problems as comments in a copy of a Word file: each at its paragraph, and nothing else changed."""

from __future__ import annotations

import datetime
import io
import itertools
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.annotate import annotated
from pipeline.templating.checks.office_file import OfficeFile

ROOT = Path(__file__).resolve().parent.parent
PATH = Path("nb.docx")
DATE = datetime.date(2026, 11, 23)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MARKS = {f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference"}
RELATIONS = "word/_rels/document.xml.rels"
CHANGED = {"word/document.xml", "word/comments.xml", RELATIONS, "[Content_Types].xml"}


def template() -> Document:
    """Paragraphs 1 to 3, a table with paragraphs 4 to 7, a linked paragraph 8, an empty one 9, and a header."""
    document = docx.Document()
    document.add_heading("Avtale", 1)
    document.add_paragraph("mellom ").add_run("{{ municipality.nam }}").bold = True
    document.add_paragraph("og Ås & Kárášjohka")
    table = document.add_table(2, 2)
    for number, text in enumerate(["Navn", "Adresse", "Rolle", "{{ role }}"]):
        table.cell(*divmod(number, 2)).text = text
    document.add_paragraph("lenke")
    [run] = list(document.element.iter(qn("w:r")))[-1:]
    link = OxmlElement("w:hyperlink")
    run.addprevious(link)
    link.append(run)
    document.add_paragraph()
    document.sections[0].header.paragraphs[0].text = "Topp"
    return document


def saved(document: Document) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.fixture(scope="module")
def raw() -> bytes:
    return saved(template())


def problem(number: int, what: str = "Wrong.", part: str = "word/document.xml") -> Problem:
    spot = Spot(part, number, "words")
    return Problem(PATH, 0, str(spot), what, "Mend it.", spot, "rule")


def members(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def texts(archive: bytes) -> list[str]:
    return [paragraph.text for paragraph in OfficeFile(PATH, "nb", archive).paragraphs]


def shown(archive: bytes) -> list[tuple[int, str]]:
    """The number of each commented paragraph and the comment there, as python-docx reads them."""
    document = docx.Document(io.BytesIO(archive))
    comments = {str(comment.comment_id): comment.text for comment in document.comments}
    found = [
        (number, comments.pop(reference.get(qn("w:id"))))
        for number, paragraph in enumerate(document.element.iter(qn("w:p")), start=1)
        for reference in paragraph.findall(f"{qn('w:r')}/{qn('w:commentReference')}")
    ]
    assert comments == {}, "comments that no paragraph refers to"
    return found


def without_marks(archive: bytes) -> bytes:
    """The body as it is when the marks of the comments are taken out again."""
    tree = etree.fromstring(members(archive)["word/document.xml"])
    for mark in [element for element in tree.iter() if element.tag in MARKS]:
        gone = mark.getparent() if mark.tag == f"{W}commentReference" else mark
        assert gone is not None
        around = gone.getparent()
        assert around is not None
        around.remove(gone)
    return etree.tostring(tree, method="c14n")


# Where the comments are


@pytest.mark.parametrize(
    ("number", "what"),
    [(1, "heading"), (2, "two runs"), (3, "letters"), (7, "cell"), (8, "link alone"), (9, "no run")],
)
def test_a_problem_is_a_comment_at_its_paragraph(raw: bytes, number: int, what: str) -> None:
    assert shown(annotated(raw, [problem(number, what)], DATE)) == [(number, f"{what}\nMend it.")]


def test_a_comment_covers_the_whole_paragraph_and_leaves_its_properties_first(raw: bytes) -> None:
    tree = etree.fromstring(members(annotated(raw, [problem(1), problem(1, "Again.")], DATE))["word/document.xml"])
    names = [etree.QName(child).localname for child in next(tree.iter(f"{W}p"))]
    assert names == ["pPr", *["commentRangeStart"] * 2, "r", *["commentRangeEnd", "r"] * 2]


def test_several_problems_are_several_comments_in_their_order(raw: bytes) -> None:
    found = [problem(9, "Last."), problem(2, "Second."), problem(2, "First of all.")]
    assert shown(annotated(raw, found, DATE)) == [
        (2, "First of all.\nMend it."),
        (2, "Second.\nMend it."),
        (9, "Last.\nMend it."),
    ]


@pytest.mark.parametrize("part", ["word/header1.xml", "word/footer2.xml", "word/footnotes.xml", "word/endnotes.xml"])
def test_a_problem_elsewhere_is_at_the_first_paragraph_with_its_place(raw: bytes, part: str) -> None:
    name = part.removeprefix("word/").removesuffix(".xml").rstrip("12")
    assert shown(annotated(raw, [problem(2, part=part)], DATE)) == [
        (1, f"{name}, paragraph 2 «words»: Wrong.\nMend it.")
    ]


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (Problem(PATH, 0, "", "Wrong.", "Mend it."), "Wrong.\nMend it."),
        (Problem(PATH, 0, "", "Wrong.", ""), "Wrong."),
        (Problem(PATH, 0, "document.toml", "Wrong.", "Mend it."), "document.toml: Wrong.\nMend it."),
        (problem(0), "body: Wrong.\nMend it."),
        (problem(99), "body, paragraph 99 «words»: Wrong.\nMend it."),
    ],
)
def test_a_problem_without_a_paragraph_is_at_the_first(raw: bytes, found: Problem, text: str) -> None:
    assert shown(annotated(raw, [found], DATE)) == [(1, text)]


def test_what_was_typed_stands_before_what_is_wrong(raw: bytes) -> None:
    spot = Spot("word/document.xml", 2, "mellom {{ municipality.nam }}")
    found = Problem(PATH, 0, f"{spot}, {{{{ municipality.nam }}}}", "There is no such name.", "Check it.", spot)
    assert shown(annotated(raw, [found], DATE)) == [(2, "{{ municipality.nam }}: There is no such name.\nCheck it.")]


BOX = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    "<mc:{0}><w:drawing><w:txbxContent><w:p><w:r><w:t>I boks</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:{0}>"
    "</mc:AlternateContent>"
)


def minimal(body: str) -> bytes:
    """The least that is a Word document, without relations of its body."""
    target = io.BytesIO()
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        f'Id="rId1" Type="{RELATIONSHIP_TYPE.OFFICE_DOCUMENT}" Target="word/document.xml"/></Relationships>'
    )
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", relations)
        archive.writestr("word/", "")
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{W[1:-1]}"><w:body>{body}</w:body></w:document>')
    return target.getvalue()


def test_a_problem_in_a_box_in_a_box_is_at_the_paragraph_that_holds_both() -> None:
    inner = f"<w:p><w:r>{BOX.format('Choice')}</w:r></w:p>"
    outer = BOX.format("Choice").replace("<w:txbxContent>", f"<w:txbxContent>{inner}")
    made = annotated(minimal(f"<w:p/><w:p><w:r>{outer}</w:r></w:p>"), [problem(4)], DATE)
    assert shown(made) == [(2, "body, paragraph 4 «words»: Wrong.\nMend it.")]


@pytest.mark.parametrize("branch", ["Choice", "Fallback"])
def test_a_problem_in_a_text_box_is_at_the_paragraph_that_holds_the_box(branch: str) -> None:
    made = minimal(f"<w:p/><w:p><w:r>{BOX.format(branch)}</w:r></w:p>")
    assert shown(annotated(made, [problem(3)], DATE)) == [(2, "body, paragraph 3 «words»: Wrong.\nMend it.")]


def test_a_document_without_relations_or_paragraphs_takes_a_comment_too() -> None:
    made = annotated(minimal("<w:sectPr/>"), [problem(1)], DATE)
    assert shown(made) == [(1, "body, paragraph 1 «words»: Wrong.\nMend it.")]
    body = etree.fromstring(members(made)["word/document.xml"])[0]
    assert [etree.QName(child).localname for child in body] == ["p", "sectPr"]
    assert "word/" not in members(made)


def test_a_problem_elsewhere_comes_after_those_of_the_body(raw: bytes) -> None:
    found = [problem(1, "In the header.", "word/header1.xml"), problem(9, "In the body.")]
    comments = docx.Document(io.BytesIO(annotated(raw, found, DATE))).comments
    assert [comment.text.split("\n")[0] for comment in comments] == [
        "In the body.",
        "header, paragraph 1 «words»: In the header.",
    ]


# What a comment says of itself


def test_a_comment_is_signed_and_dated(raw: bytes) -> None:
    [comment] = docx.Document(io.BytesIO(annotated(raw, [problem(2)], DATE))).comments
    assert (comment.author, comment.initials) == ("make check", "mc")
    assert comment.timestamp == datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("<w:t> & «{{ x }}» čđŋ 😀", "<w:t> & «{{ x }}» čđŋ 😀"),
        ("  spaces  around  ", "  spaces  around  "),
        ("a\x00b\x1bc\ufffed\ud800e", "a�b�c�d�e"),
    ],
)
def test_a_comment_says_any_text(raw: bytes, what: str, text: str) -> None:
    assert shown(annotated(raw, [problem(2, what)], DATE)) == [(2, f"{text}\nMend it.")]


def test_a_comment_is_written_as_the_standard_has_it(raw: bytes) -> None:
    """ECMA-376-1, 17.13.4.1 (the mark once in each comment) and 17.3.3.31 (spaces are kept)."""
    made = annotated(raw, [problem(2, " spaced ")], DATE)
    assert members(made)["word/comments.xml"].decode() == (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
        f'<w:comments xmlns:w="{W[1:-1]}">'
        '<w:comment w:id="0" w:author="make check" w:date="2026-11-23T00:00:00Z" w:initials="mc">'
        '<w:p><w:r><w:annotationRef/><w:t xml:space="preserve"> spaced </w:t></w:r></w:p>'
        '<w:p><w:r><w:t xml:space="preserve">Mend it.</w:t></w:r></w:p>'
        "</w:comment></w:comments>"
    )


def test_the_body_is_related_to_its_comments_once_and_under_a_free_name(raw: bytes) -> None:
    names = [
        relation.get("Id") for relation in etree.fromstring(members(annotated(raw, [problem(2)], DATE))[RELATIONS])
    ]
    assert len(names) == len(set(names)) == len(etree.fromstring(members(raw)[RELATIONS])) + 1


# What does not change


def test_nothing_but_the_comments_changes(raw: bytes) -> None:
    found = [problem(number) for number in range(12)] + [problem(1, part="word/header1.xml")]
    made = annotated(raw, found, DATE)
    before, after = members(raw), members(made)
    assert set(after) - set(before) == {"word/comments.xml"}
    assert {name for name in before if before[name] != after[name]} == CHANGED - {"word/comments.xml"}
    assert texts(made) == texts(raw)
    assert without_marks(made) == without_marks(raw)


def test_without_problems_every_part_stays_as_it_is(raw: bytes) -> None:
    assert members(annotated(raw, [], DATE)) == members(raw)


def test_comments_that_are_there_stay() -> None:
    document = template()
    document.add_comment(document.paragraphs[2].runs, "Se på dette.", "Kari", "K")
    raw = saved(document)
    made = annotated(raw, [problem(2), problem(3)], DATE)
    assert shown(made) == [(2, "Wrong.\nMend it."), (3, "Se på dette."), (3, "Wrong.\nMend it.")]
    before, after = members(raw), members(made)
    assert {name for name in after if before.get(name) != after[name]} == {"word/document.xml", "word/comments.xml"}


def test_a_part_that_only_has_the_name_is_left_alone(raw: bytes) -> None:
    target = io.BytesIO(raw)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("word/comments.xml", "not of this document")
    made = annotated(target.getvalue(), [problem(2)], DATE)
    assert members(made)["word/comments.xml"] == b"not of this document"
    assert shown(made) == [(2, "Wrong.\nMend it.")]


def test_the_same_input_gives_the_same_bytes(raw: bytes) -> None:
    found = [problem(2), problem(2, "Again."), problem(1, part="word/header1.xml")]
    assert {annotated(raw, order, DATE) for order in itertools.permutations(found)} == {annotated(raw, found, DATE)}
    with zipfile.ZipFile(io.BytesIO(annotated(raw, found, DATE))) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert annotated(raw, found, DATE) != annotated(raw, found, datetime.date(2026, 11, 24))


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.docx")), ids=lambda path: str(path.parent.name))
def test_every_template_takes_a_comment_at_each_paragraph(path: Path) -> None:
    raw = path.read_bytes()
    spots = [paragraph.spot for paragraph in OfficeFile(path, "nb", raw).paragraphs]
    body = [spot for spot in spots if spot.part == "word/document.xml"]
    made = annotated(raw, [Problem(path, 0, str(spot), "Wrong.", "", spot) for spot in spots], DATE)
    numbers = [number for number, _ in shown(made)]
    assert numbers == [1] * (1 + len(spots) - len(body)) + list(range(2, len(body) + 1))
    assert without_marks(made) == without_marks(raw)
