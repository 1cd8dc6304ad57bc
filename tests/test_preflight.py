"""Preflight: each rule by a PDF that is broken in exactly that way, and by papers that keep all of them."""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import DATE, ROOT, Project
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm
from pikepdf import Array, Dictionary, Name, String
from small_papers import FONT, FONTS, MakeEdition, papers_below, word

from pipeline.documents.convert import convert
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.finalize import finalize
from pipeline.documents.merge import Assignment, merge
from pipeline.documents.pdf_objects import PdfObjects
from pipeline.documents.pdf_text import Rectangle
from pipeline.documents.preflight.content import Content, read_content, with_lines_as_artifacts
from pipeline.documents.preflight.reading import UnreadablePdfError, facts_of, syntax_faults
from pipeline.documents.preflight.requirement import require_rules
from pipeline.documents.preflight.rules import RULES, faults_of
from pipeline.documents.stages import ConvertedDocument
from pipeline.errors import FinalizeError
from pipeline.templating.catalogue import load_document
from pipeline.templating.names import facts

Break = Callable[[pikepdf.Pdf], None]
_SIGNED = """
[[signatures]]
field = "sigOne"
role = { nb = "prøver", nn = "prøver" }
tooltip = { nb = "Underskrift", nn = "Underskrift" }
"""


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, engine: EmbeddedEngine, edition: MakeEdition) -> bytes:
    """A small finished paper with headings, a list, a table and a signature field."""
    document = word()
    document.sections[0].page_width, document.sections[0].page_height = Mm(210), Mm(297)
    document.add_heading("Overskrift", 1)
    document.add_paragraph("Et avsnitt.")
    document.add_heading("Under", 2)
    document.add_paragraph("Et punkt", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], "abcd", strict=True):
        cell.text = text
    properties = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001  # python-docx has no header rows
    properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    label = document.add_paragraph("Underskrift her")
    label._p.insert(0, parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="7" w:name="sigOne"/>'))  # noqa: SLF001
    label._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="7"/>'))  # noqa: SLF001
    papers = papers_below(tmp_path_factory.mktemp("good"), engine)
    papers.merged(edition("bergen"), document)
    place = papers.folder / "paper"
    with (place / "document.toml").open("a", encoding="utf-8") as declaration:
        declaration.write(_SIGNED)
    made = edition("bergen")
    merged = merge(Assignment(load_document(place), made, None, facts(made), FONT))
    return finalize(convert(merged, engine, FONTS), DATE).pdf


def broken(pdf: bytes, how: Break, **saving: Any) -> bytes:
    """The PDF after a change, otherwise as it was."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        how(opened)
        opened.save(target, **{"deterministic_id": True, **saving})
    return target.getvalue()


def told(pdf: bytes) -> list[str]:
    """Each fault with its rule and page."""
    return [f"{rule.name} {fault.page}: {fault.what}" for rule, fault in faults_of(facts_of(pdf))]


def element(pdf: pikepdf.Pdf, tag: str, which: int = 0) -> Any:
    return [one for one in pdf.objects if isinstance(one, Dictionary) and one.get("/S") == f"/{tag}"][which]


def widget(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root.AcroForm.Fields[0]


def page(pdf: pikepdf.Pdf) -> Any:
    return pdf.pages[0].obj


def change_xmp(old: str, new: str) -> Break:
    def change(pdf: pikepdf.Pdf) -> None:
        packet = pdf.Root.Metadata.read_bytes().decode()
        assert len(re.findall(old, packet, re.DOTALL)) == 1
        pdf.Root.Metadata.write(re.sub(old, new, packet, flags=re.DOTALL).encode())

    return change


def add_content(more: bytes) -> Break:
    return lambda pdf: pdf.pages[0].contents_add(more)


def set_on(find: Callable[[pikepdf.Pdf], Any], **entries: Any) -> Break:
    def change(pdf: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            find(pdf)[f"/{key}"] = value

    return change


def drop(find: Callable[[pikepdf.Pdf], Any], key: str) -> Break:
    def change(pdf: pikepdf.Pdf) -> None:
        del find(pdf)[f"/{key}"]

    return change


def all_of(*changes: Break) -> Break:
    def change(pdf: pikepdf.Pdf) -> None:
        for one in changes:
            one(pdf)

    return change


def root(pdf: pikepdf.Pdf) -> Any:
    return pdf.Root


def unembed(pdf: pikepdf.Pdf) -> None:
    for one in pdf.objects:
        if isinstance(one, Dictionary) and one.get("/Type") == "/FontDescriptor" and "Bold" in str(one.FontName):
            del one.FontFile2


def without_unicode(pdf: pikepdf.Pdf) -> None:
    for one in pdf.objects:
        if isinstance(one, Dictionary) and one.get("/Subtype") == "/Type0" and "Bold" in str(one.BaseFont):
            del one.ToUnicode


def take_widget_out(pdf: pikepdf.Pdf) -> None:
    """As flattening does: field and annotation go, the tag stays."""
    page(pdf).Annots = Array()
    pdf.Root.AcroForm.Fields = Array()


def second_widget(pdf: pikepdf.Pdf) -> None:
    """A field that a page shows and the form does not know."""
    page(pdf).Annots.append(pdf.make_indirect(Dictionary(widget(pdf))))


def link(**entries: Any) -> Break:
    def change(pdf: pikepdf.Pdf) -> None:
        given = Dictionary(Type=Name.Annot, Subtype=Name.Link, F=4, Rect=Array([0, 0, 9, 9]), **entries)
        page(pdf).Annots.append(pdf.make_indirect(given))

    return change


def tagged_link(pdf: pikepdf.Pdf, uri: str) -> None:
    """A link as it has to be, which leads to `uri`."""
    link(Contents=String("Nettstedet"), A=Dictionary(S=Name.URI, URI=String(uri)))(pdf)
    given, tree = page(pdf).Annots[-1], pdf.Root.StructTreeRoot
    key = int(tree.ParentTreeNextKey)
    given.StructParent, tree.ParentTreeNextKey = key, key + 1
    top = element(pdf, "Document")
    reference = Dictionary(Type=Name.OBJR, Obj=given, Pg=page(pdf))
    made = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Link, P=top, Pg=page(pdf), K=Array([reference])))
    top.K.append(made)
    pikepdf.NumberTree(tree.ParentTree)[key] = made


def attach(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = b"a"


def figure(pdf: pikepdf.Pdf) -> None:
    element(pdf, "P").S = Name.Figure


def untable(pdf: pikepdf.Pdf) -> None:
    for one in pdf.objects:
        if isinstance(one, Dictionary) and one.get("/S") == "/TH":
            one.S = Name.TD


def move_content(pdf: pikepdf.Pdf) -> None:
    """A tag claims a piece of content that is not there, and no longer the one that is."""
    element(pdf, "P").K = Array([99])


PROPERTY = '<x:colour xmlns:x="http://example.org/x/">red</x:colour><pdfuaid:part>'
CASES: list[tuple[str, Break, list[str]]] = [
    (
        "standards",
        change_xmp("<pdfaid:conformance>B<", "<pdfaid:conformance>U<"),
        ["standards 0: The metadata say PDF/A 2U, not 2B or 3B."],
    ),
    (
        "standards",
        change_xmp("<pdfuaid:part>1</pdfuaid:part>", ""),
        ["standards 0: The metadata say PDF/UA nothing, not 1."],
    ),
    (
        "metadata-described",
        change_xmp("<pdfuaid:part>", PROPERTY),
        ["metadata-described 0: The metadata have properties of http://example.org/x/ without describing them."],
    ),
    (
        "metadata-agree",
        lambda pdf: pdf.docinfo.__setitem__("/Author", "Andre"),
        ["metadata-agree 0: Author is «Andre», but dc:creator is «Bergen kommune»."],
    ),
    (
        "metadata-agree",
        lambda pdf: pdf.docinfo.__setitem__("/ModDate", "D:20261124000000Z"),
        ["metadata-agree 0: ModDate is D:20261124000000Z, but xmp:ModifyDate is 2026-11-23T00:00:00+00:00."],
    ),
    (
        "title",
        set_on(root, ViewerPreferences=Dictionary()),
        ["title 0: Readers are not told to show the title."],
    ),
    (
        "title",
        all_of(change_xmp("<dc:title>.*</dc:title>", ""), lambda pdf: pdf.docinfo.__delitem__("/Title")),
        ["title 0: The metadata have no title."],
    ),
    ("language", drop(root, "Lang"), ["language 0: The language of the document is «»."]),
    (
        "output-intent",
        drop(root, "OutputIntents"),
        ["output-intent 0: The output intents are none, not one with an RGB profile."],
    ),
    ("fonts-embedded", unembed, ["fonts-embedded 1: The font {bold} is not in the file."]),
    ("fonts-readable", without_unicode, ["fonts-readable 1: The font {bold} does not say which letters it draws."]),
    (
        "tagged",
        set_on(root, MarkInfo=Dictionary(Marked=True, Suspects=True)),
        ["tagged 0: The document says that its tags may be wrong."],
    ),
    ("tagged", drop(root, "MarkInfo"), ["tagged 0: The document does not say that it is tagged, or has no tags."]),
    (
        "content-tagged",
        add_content(b"BT (EMC /Artifact BMC) Tj ET 0 0 m 9 9 l S"),
        ["content-tagged 1: Something is drawn 2 times that is neither tagged nor an artifact."],
    ),
    (
        "tags-hold",
        move_content,
        [
            "tags-hold 1: 1 pieces of marked content and the tags do not name each other.",
            "tags-hold 1: Tags hold 1 pieces of marked content that are not on the page.",
        ],
    ),
    (
        "tags-not-dangling",
        take_widget_out,
        ["tags-not-dangling 1: A tag Form refers to something that is not on any page."],
    ),
    (
        "tags-known",
        set_on(lambda one: element(one, "LBody"), S=Name.Stikk),
        [
            "tags-known 0: The tag Stikk is none of the standard's and stands for none.",
            "tables-and-lists 1: A tag Stikk stands in LI.",
        ],
    ),
    ("alternative-text", figure, ["alternative-text 1: A picture has no alternative text."]),
    ("table-headers", untable, ["table-headers 1: A table has no header cells."]),
    (
        "tables-and-lists",
        set_on(lambda one: element(one, "TD"), S=Name.P),
        ["tables-and-lists 1: A tag P stands in TR."],
    ),
    (
        "headings",
        set_on(lambda one: element(one, "H2"), S=Name.H3),
        ["headings 1: A heading of level 3 follows a heading of level 1."],
    ),
    (
        "annotations-tagged",
        drop(widget, "StructParent"),
        ["annotations-tagged 1: The field sigOne and its tag do not name each other."],
    ),
    (
        "annotations-tagged",
        set_on(lambda one: element(one, "Form"), S=Name.Span),
        ["annotations-tagged 1: The field sigOne lies in a tag Span, not in Form."],
    ),
    (
        "annotations-tagged",
        link(Contents=String("Et sted")),
        ["annotations-tagged 1: The annotation Link lies in no tag."],
    ),
    ("tab-order", drop(page, "Tabs"), ["tab-order 1: The tab key does not go in the order of the tags."]),
    ("fields-named", drop(widget, "TU"), ["fields-named 1: The field sigOne has no tooltip."]),
    ("annotations-shown", set_on(widget, F=6), ["annotations-shown 1: The field sigOne is hidden or not printed."]),
    (
        "annotations-shown",
        drop(widget, "AP"),
        ["annotations-shown 1: The field sigOne does not bring its appearance, and only that."],
    ),
    (
        "not-drawn-anew",
        set_on(lambda one: one.Root.AcroForm, NeedAppearances=True),
        ["not-drawn-anew 0: Readers are asked to draw the fields anew."],
    ),
    (
        "not-drawn-anew",
        set_on(lambda one: one.Root.AcroForm, XFA=Array()),
        ["not-drawn-anew 0: There is an XFA form."],
    ),
    (
        "fields-inert",
        set_on(widget, A=Dictionary(S=Name.URI, URI=String("https://example.org"))),
        ["fields-inert 0: 1 fields start an action."],
    ),
    (
        "fields-known",
        second_widget,
        [
            "annotations-tagged 1: The field sigOne lies in no tag.",
            "fields-known 1: The field sigOne is not among the fields of the form.",
            "fields-known 0: Two fields are called sigOne.",
        ],
    ),
    (
        "no-actions",
        set_on(root, OpenAction=Dictionary(S=Name.JavaScript, JS=String("app.beep()"))),
        ["no-actions 0: An action JavaScript starts by itself."],
    ),
    (
        "no-actions",
        set_on(lambda one: one.Root.Outlines.First, A=Dictionary(S=Name.GoTo, Next=Dictionary(S=Name.Launch))),
        ["no-actions 0: There is an action Launch."],
    ),
    (
        "no-actions",
        lambda pdf: tagged_link(pdf, "file:///etc/passwd"),
        ["no-actions 1: A link leads to «file:///etc/passwd»."],
    ),
    ("no-attachments", attach, ["no-attachments 0: The file «a.txt» is attached."]),
    (
        "signature-flags",
        set_on(lambda one: one.Root.AcroForm, SigFlags=1),
        ["signature-flags 0: The signature flags are 1, not 3."],
    ),
    ("signatures-empty", set_on(widget, V=Dictionary()), ["signatures-empty 1: The field sigOne is filled."]),
    (
        "signed-on-a4",
        set_on(page, MediaBox=Array([0, 0, 612, 792])),
        ["signed-on-a4 1: The page is 612 by 792 points, not A4 upright."],
    ),
    (
        "archive-unsigned",
        change_xmp("<pdfaid:part>2<", "<pdfaid:part>3<"),
        ["archive-unsigned 0: The archive copy has signature fields."],
    ),
    (
        "attachments-described",
        all_of(change_xmp("<pdfaid:part>2<", "<pdfaid:part>3<"), attach),
        [
            "attachments-described 0: The attached file «a.txt» lacks a media type, a description, a date.",
            "archive-unsigned 0: The archive copy has signature fields.",
        ],
    ),
]


@pytest.mark.filterwarnings("ignore:This document has 1 form widget")  # pikepdf, as it saves such a one
@pytest.mark.parametrize(
    ("rule", "how", "expected"), CASES, ids=[f"{rule}-{at}" for at, (rule, *_) in enumerate(CASES)]
)
def test_a_pdf_broken_in_one_way_breaks_that_rule(good: bytes, rule: str, how: Break, expected: list[str]) -> None:
    bold = next(font.name for font in facts_of(good).fonts if "Bold" in font.name)
    assert told(broken(good, how)) == [one.format(bold=bold) for one in expected]
    assert any(one.startswith(f"{rule} ") for one in expected)


@pytest.mark.parametrize(
    ("saving", "expected"),
    [
        (
            {"linearize": True},
            ["saved-plainly 0: The file is linearized.", "saved-once 0: The file has 2 revisions, not one."],
        ),
        (
            {"encryption": pikepdf.Encryption(owner="a", user=""), "deterministic_id": False},
            ["saved-plainly 0: The file is encrypted."],
        ),
        (
            {"force_version": "2.0"},
            ["saved-plainly 0: The file begins as PDF 2.0, not as 1.7 or before."],
        ),
    ],
    ids=["linearized", "encrypted", "too new"],
)
def test_a_pdf_saved_in_another_way_breaks_a_rule(good: bytes, saving: dict[str, Any], expected: list[str]) -> None:
    assert told(broken(good, lambda _: None, **saving)) == expected


def test_what_is_appended_breaks_a_rule(good: bytes) -> None:
    assert told(good + b"more") == ["saved-once 0: Something follows the end of the file."]
    again = good + b"\nstartxref\n" + re.findall(rb"startxref\n(\d+)", good)[0] + b"\n%%EOF\n"
    assert told(again) == ["saved-once 0: The file has 2 revisions, not one."]


def test_every_rule_is_broken_by_a_case() -> None:
    assert {rule.name for rule in RULES} == {rule for rule, *_ in CASES} | {"saved-plainly", "saved-once"}


def test_a_good_paper_keeps_every_rule(good: bytes) -> None:
    assert told(good) == []
    assert syntax_faults(good) == []


@pytest.mark.parametrize("uri", ["https://example.org", "http://example.org", "mailto:post@example.org"])
def test_links_to_the_web_and_to_mail_are_allowed(good: bytes, uri: str) -> None:
    assert told(broken(good, lambda pdf: tagged_link(pdf, uri))) == []


def test_all_faults_stop_the_paper_at_once_with_template_page_and_what_to_do(good: bytes, tmp_path: Path) -> None:
    pdf = broken(good, all_of(figure, drop(page, "Tabs"), drop(root, "Lang")))
    with pytest.raises(FinalizeError) as caught:
        require_rules(tmp_path / "nb.docx", "Prøve", facts_of(pdf), pdf)
    ours = "Report it: this is the pipeline's to see to, unless the file comes from elsewhere."
    assert str(caught.value) == (
        "The PDF of Prøve does not keep the rules of preflight.\n"
        f"  {tmp_path}/nb.docx  PDF: The language of the document is «». {ours}\n"
        f"  {tmp_path}/nb.docx  PDF page 1: A picture has no alternative text. "
        "Mend it in the template: describe the picture under Alt text.\n"
        f"  {tmp_path}/nb.docx  PDF page 1: The tab key does not go in the order of the tags. {ours}"
    )


def test_a_paper_that_qpdf_finds_broken_is_stopped(good: bytes, tmp_path: Path) -> None:
    pdf = broken(good, lambda opened: opened.pages[0].contents_add(b"(no end"))
    with pytest.raises(FinalizeError) as caught:
        require_rules(tmp_path / "nb.docx", "Prøve", facts_of(good), pdf)
    [problem] = caught.value.problems
    assert re.fullmatch(
        r"nb\.docx  PDF: qpdf finds this: page object .*: EOF while reading token\. Make it again; if that does not "
        r"help, save the template anew in the program that it was made with\.",
        str(problem).removeprefix(f"{tmp_path}/"),
    )
    with pytest.raises(FinalizeError, match="PDF: qpdf cannot read it"):
        require_rules(tmp_path / "nb.docx", "Prøve", facts_of(good), good[:2000])


def test_a_paper_that_breaks_a_rule_is_not_finished(
    good: bytes, tmp_path: Path, engine: EmbeddedEngine, edition: MakeEdition
) -> None:
    """The engine stands for one that tags wrongly: the last gate sees what no earlier one looks for."""
    merged = papers_below(tmp_path, engine).merged(edition("bergen"), word("Et avsnitt."))
    pdf = broken(good, all_of(take_widget_out, drop(root, "AcroForm")))
    with pytest.raises(FinalizeError, match="A tag Form refers to something that is not on any page"):
        finalize(ConvertedDocument(merged, pdf), DATE)


@pytest.mark.parametrize(
    "pdf", [b"", b"no PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"], ids=["empty", "text", "torn"]
)
def test_what_is_no_pdf_is_unreadable(pdf: bytes) -> None:
    with pytest.raises(UnreadablePdfError):
        facts_of(pdf)


def test_a_pdf_with_nothing_in_it_breaks_rules_and_nothing_else() -> None:
    target = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target)
    rules = {one.partition(" ")[0] for one in told(target.getvalue())}
    assert rules == {"standards", "title", "language", "output-intent", "tagged"}


def test_a_signature_field_takes_no_place_in_the_tags_that_is_taken(good: bytes) -> None:
    """LibreOffice does not say which place is the next free one."""
    given = broken(good, drop(lambda pdf: pdf.Root.StructTreeRoot, "ParentTreeNextKey"))
    with PdfObjects(given) as pdf:
        pdf.add_signature_field("sigTwo", "Underskrift", Rectangle(0, 50, 50, 100, 100))
        assert told(pdf.save()) == []


# Content streams


def _none(_name: str) -> None:
    return None


@pytest.mark.parametrize(
    ("stream", "marked", "untagged"),
    [
        (b"/Span<</MCID 3>>BDC q (a) Tj Q EMC/Artifact BMC 0 0 m S EMC", {3}, 0),
        (b"q 1 0 0 1 0 0 cm\n/P <</MCID 0>> BDC (EMC) Tj EMC\nQ\n", {0}, 0),
        (b"/P <</MCID 0>> BDC /Span <</MCID 1>> BDC (a) Tj EMC (b) Tj EMC", {0, 1}, 0),
        (b"/P /Props0 BDC (a) Tj EMC", {7}, 0),
        (b"/Span <</Lang (nn)>> BDC (a) Tj EMC", set(), 1),
        (b"(/P <</MCID 1>> BDC) Tj % /P <</MCID 2>> BDC\n(\\) EMC) Tj", set(), 2),
        (b"BI /W 1 /H 1 ID EMC EI /X Do", set(), 2),
        (b"0 0 m 1 1 l W n q Q", set(), 0),
        (b"", set(), 0),
    ],
)
def test_marked_content_is_told_from_what_is_not(stream: bytes, marked: set[int], untagged: int) -> None:
    assert read_content(stream, {"Props0": 7}.get) == Content(frozenset(marked), untagged)


@pytest.mark.parametrize(
    ("before", "untagged"),
    [
        (b"/P <</MCID 0>> BDC (a) Tj EMC\n0.9 RG q 0 0 m 1 1 l S Q\n/Artifact BMC n EMC 0 0 1 1 re f", 0),
        (b"0 0 m 1 1 l S BT (a) Tj ET", 2),
    ],
)
def test_stray_lines_become_artifacts_but_never_texts(before: bytes, untagged: int) -> None:
    after = with_lines_as_artifacts(before)
    assert read_content(after, _none).untagged == untagged
    assert re.sub(rb"\n/Artifact BMC(.*?)\nEMC\n", rb"\1", after, flags=re.DOTALL) == before


# The table and its page


def test_rules_have_names_of_their_own_and_stand_in_the_documents_as_they_are() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    page = (ROOT / "docs" / "preflight.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `.*$", page, flags=re.MULTILINE)
    assert rows == [f"| `{rule.name}` | {rule.demands} | {rule.source} |" for rule in RULES]


# The command


@pytest.fixture
def folder(tmp_path: Path, good: bytes) -> Project:
    (tmp_path / "good.pdf").write_bytes(good)
    (tmp_path / "bad.pdf").write_bytes(broken(good, drop(page, "Tabs")))
    (tmp_path / "none.pdf").write_bytes(b"no PDF")
    return Project(tmp_path)


NOT_VALIDATED = (
    f"  Made to the rules of PDF/A-2b and PDF/UA-1, as far as the {len(RULES)} above go; "
    "veraPDF is not installed, so it was not validated."
)


def test_the_command_prints_the_table_and_claims_no_more_than_it_knows(folder: Project) -> None:
    ran = folder.run("preflight", "good.pdf", PATH="/nowhere")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "good.pdf"
    assert [line[:9] for line in lines[1:-1]] == ["  ok     "] * (len(RULES) + 1)
    assert [line.split()[1] for line in lines[1:-1]] == [*(rule.name for rule in RULES), "qpdf"]
    assert lines[-1] == NOT_VALIDATED


def test_the_command_tells_every_file_of_a_folder_and_fails_where_one_is_not_right(folder: Project) -> None:
    ran = folder.run("preflight", ".", PATH="/nowhere")
    assert (ran.code, ran.err) == (8, "")
    told = [line for line in ran.out.splitlines() if not line.startswith("  ok ")]
    assert told == [
        "bad.pdf",
        "  FAULT  tab-order              on pages with fields or links the tab key follows the tags",
        "           page 1: The tab key does not go in the order of the tags. "
        "Report it: this is the pipeline's to see to, unless the file comes from elsewhere.",
        "  It is not as it must be to leave.",
        "good.pdf",
        NOT_VALIDATED,
        "none.pdf",
        "  FAULT  The file is not a whole PDF, or locked by a password.",
    ]


def test_the_command_names_a_file_that_is_not_there(folder: Project) -> None:
    ran = folder.run("preflight", "good.pdf", "gone.pdf")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "Error: There is no PDF gone.pdf. Name a file, or a folder that has some.\n"


@pytest.mark.parametrize(
    ("answers", "code", "last"),
    [
        ("echo PASS $5", 0, "  Validated by veraPDF against 2b and ua1."),
        ('[ "$4" = 2b ] && echo PASS $5 || echo FAIL $5', 8, "  It is not as it must be to leave."),
    ],
    ids=["passes", "fails for access"],
)
def test_verapdf_is_run_where_it_is_on_the_path(folder: Project, answers: str, code: int, last: str) -> None:
    program = folder.root / "bin" / "verapdf"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{answers}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    ran = folder.run("preflight", "good.pdf", PATH=f"{program.parent}:/bin")
    assert ran.code == code
    assert ran.out.splitlines()[-1] == last
    assert "  ok     veraPDF                validates it against 2b" in ran.out


def test_verapdf_that_gives_no_verdict_is_one_sentence(folder: Project) -> None:
    program = folder.root / "verapdf"
    program.write_text("#!/bin/sh\necho No Java >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    ran = folder.run("preflight", "good.pdf", PATH=f"{folder.root}:/bin")
    assert (ran.code, ran.err) == (
        3,
        "Error: veraPDF gave no verdict on good.pdf. See that it runs by itself, or take it off the path.\n",
    )
