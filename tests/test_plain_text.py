"""Word files and forms as lines of text: what git diff shows of them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from lxml import etree
from reportlab.pdfgen.canvas import Canvas

from pipeline.errors import TemplateError
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.docx_plain_text import form_text, plain_text

ROOT = Path(__file__).resolve().parent.parent
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def word(body: str, **parts: str) -> bytes:
    """A Word file with this body, and other parts by their names: what is inside their root element."""
    target = io.BytesIO()
    roots = {"header": "hdr", "footer": "ftr"}
    with zipfile.ZipFile(target, "w") as archive:
        for name, inside in {**parts, "document": f"<w:body>{body}</w:body>"}.items():
            root = roots.get(name.rstrip("0123456789"), name)
            archive.writestr(f"word/{name}.xml", f'<w:{root} xmlns:w="{W}" xmlns:mc="{MC}">{inside}</w:{root}>')
    return target.getvalue()


def p(text: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}<w:r><w:t>{text}</w:t></w:r></w:p>"


def start(number: int, name: str) -> str:
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>'


def end(number: int) -> str:
    return f'<w:bookmarkEnd w:id="{number}"/>'


def cell(*inside: str) -> str:
    return f"<w:tc><w:tcPr/>{''.join(inside)}</w:tc>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def test_a_document_made_in_the_usual_way_is_read_whole() -> None:
    document = docx.Document()
    document.add_heading("Avtale", 0)
    document.add_heading("Parter", 1)
    document.add_paragraph("Mellom {{ municipality.name }} ").add_run("og KS").bold = True
    document.add_paragraph()
    document.add_heading("Nærmere om partene", 2)
    made = document.add_table(2, 2)
    for number, text in enumerate(["Navn", "{{ name }}", "{%tr for s in services %}", "a\nb"]):
        made.cell(*divmod(number, 2)).text = text
    document.sections[0].header.paragraphs[0].text = "{{ archive.case_number }}"
    document.sections[0].footer.paragraphs[0].text = "Side\t1"
    target = io.BytesIO()
    document.save(target)
    assert plain_text(target.getvalue()) == (
        "# Avtale\n"
        "# Parter\n"
        "Mellom {{ municipality.name }} og KS\n"
        "\n"
        "## Nærmere om partene\n"
        "Navn | {{ name }}\n"
        "{%tr for s in services %} | a↵b\n"
        "\n"
        "== header1 ==\n"
        "{{ archive.case_number }}\n"
        "\n"
        "== footer1 ==\n"
        "Side\t1"
    )


# What a paragraph shows


def r(inside: str) -> str:
    return f"<w:p><w:r>{inside}</w:r></w:p>"


@pytest.mark.parametrize(
    ("paragraph", "line"),
    [
        ("<w:p/>", ""),
        (p("Kárášjohka čđŋ &lt;æøå&gt;"), "Kárášjohka čđŋ <æøå>"),
        (p("{{ a.b | date }}{% if x %}%}"), "{{ a.b | date }}{% if x %}%}"),
        ("<w:p><w:r><w:t>{{ muni</w:t></w:r><w:r><w:t>cipality }}</w:t></w:r></w:p>", "{{ municipality }}"),
        (r("<w:t>a\nb</w:t>"), "a b"),
        (r('<w:t xml:space="preserve"> a  </w:t><w:tab/><w:t>b</w:t>'), " a  \tb"),
        (r("<w:t>a</w:t><w:br/><w:t>b</w:t><w:cr/>"), "a↵b↵"),
        (r('<w:br w:type="page"/><w:t>a</w:t><w:br w:type="column"/>'), "[page break]a[column break]"),
        (r('<w:t>a</w:t><w:br w:type="textWrapping"/><w:t>b</w:t>'), "a↵b"),
        (r("<w:t>e</w:t><w:noBreakHyphen/><w:t>post</w:t><w:softHyphen/>"), "e\u2011post\u00ad"),
        (p("a", "<w:tabs><w:tab w:val='left' w:pos='1'/></w:tabs>"), "a"),
        ("<w:p><w:hyperlink><w:r><w:t>lenke</w:t></w:r></w:hyperlink></w:p>", "lenke"),
        ("<w:p><w:sdt><w:sdtContent><w:r><w:t>valg</w:t></w:r></w:sdtContent></w:sdt></w:p>", "valg"),
        (
            "<w:p><w:ins><w:r><w:t>ny</w:t></w:r></w:ins><w:del><w:r><w:delText>gammel</w:delText></w:r></w:del></w:p>",
            "ny",
        ),
        (r("<w:t>a</w:t>").replace("</w:p>", "<w:del><w:r><w:tab/></w:r></w:del></w:p>"), "a"),
        ("<w:p><w:moveFrom><w:r><w:t>her</w:t></w:r></w:moveFrom></w:p>", ""),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>7</w:t></w:r></w:p>", "7"),
        ("<w:p><!-- nothing --><?nothing x?><w:r><w:t>a</w:t></w:r></w:p>", "a"),
        (r('<w:t>a</w:t><w:footnoteReference w:id="2"/><w:endnoteReference w:id="3"/>'), "a[footnote 2][endnote 3]"),
    ],
)
def test_a_paragraph_is_a_line(paragraph: str, line: str) -> None:
    assert plain_text(word(f"{p('før')}{paragraph}{p('etter')}")) == f"før\n{line}\netter"


def test_a_text_box_is_told_once_and_after_its_paragraph() -> None:
    box = f"<w:pict><w:txbxContent>{p('i boks')}{p('')}</w:txbxContent></w:pict>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    made = word(f"<w:p><w:r><w:t>a</w:t></w:r><w:r>{both}</w:r><w:r><w:t>b</w:t></w:r></w:p>{p('c')}")
    assert plain_text(made) == "ab\n[text box] i boks\n[text box]\nc"


def test_what_older_versions_of_word_show_instead_is_left_out() -> None:
    choice, fallback = f"<mc:Choice>{p('a')}</mc:Choice>", f"<mc:Fallback>{p('b')}</mc:Fallback>"
    assert plain_text(word(f"<mc:AlternateContent>{choice}{fallback}</mc:AlternateContent>{p('c')}")) == "a\nc"


# Headings

STYLES = (
    '<w:style w:styleId="Title"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="Overskrift1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:styleId="Vedlegg"><w:name w:val="Vedlegg"/><w:basedOn w:val="Overskrift1"/></w:style>'
    '<w:style w:styleId="Ingen"><w:basedOn w:val="Overskrift1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>'
    '<w:style w:styleId="Rundt"><w:basedOn w:val="Tilbake"/></w:style>'
    '<w:style w:styleId="Tilbake"><w:basedOn w:val="Rundt"/></w:style>'
    '<w:style w:styleId="Undertittel"><w:name w:val="Subtitle"/></w:style>'
)


@pytest.mark.parametrize(
    ("properties", "line"),
    [
        ('<w:pStyle w:val="Title"/>', "# a"),
        ('<w:pStyle w:val="Overskrift1"/>', "# a"),
        ('<w:pStyle w:val="Vedlegg"/>', "# a"),
        ('<w:pStyle w:val="Ingen"/>', "a"),
        ('<w:pStyle w:val="Rundt"/>', "a"),
        ('<w:pStyle w:val="Undertittel"/>', "a"),
        ('<w:pStyle w:val="Missing"/>', "a"),
        ('<w:outlineLvl w:val="2"/>', "### a"),
        ('<w:pStyle w:val="Overskrift1"/><w:outlineLvl w:val="8"/>', "######### a"),
        ('<w:pStyle w:val="Overskrift1"/><w:outlineLvl w:val="9"/>', "a"),
    ],
)
def test_a_heading_has_a_sign_for_each_level(properties: str, line: str) -> None:
    assert plain_text(word(p("a", properties), styles=STYLES)) == line


def test_an_empty_heading_and_a_file_without_styles_are_told_too() -> None:
    assert plain_text(word(p("", '<w:pStyle w:val="Title"/>'), styles=STYLES)) == ""
    assert plain_text(word(p("a", '<w:pStyle w:val="Title"/>'))) == "a"


# Tables


def test_a_row_is_a_line() -> None:
    made = table(row(cell(p("a")), cell(p("b"), p("c")), cell("<w:p/>")), row(cell(p("d"))))
    assert plain_text(word(f"{p('før')}{made}{p('etter')}")) == "før\na | b↵c | \nd\netter"


def test_rows_and_cells_in_content_controls_are_told_too() -> None:
    control = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
    made = control.format(table(control.format(row(control.format(cell(control.format(p("a")))), cell(p("b"))))))
    assert plain_text(word(made)) == "a | b"


def test_a_table_in_a_cell_stays_in_its_row() -> None:
    inner = table(row(cell(p("b")), cell(p("c"))), row(cell(p("d"))))
    assert plain_text(word(table(row(cell(p("a"), inner, "<w:p/>"), cell(p("e")))))) == "a↵b | c↵d↵ | e"


# Bookmarks


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            f"<w:p>{start(1, 'sigKS')}<w:r><w:t>a</w:t></w:r>{end(1)}<w:r><w:t>b</w:t></w:r></w:p>",
            "[bookmark sigKS: a]b",
        ),
        (f"<w:p>{start(1, 'æøå')}{end(1)}</w:p>", "[bookmark æøå: ]"),
        (f"<w:p>{start(1, '_GoBack')}{end(1)}<w:r><w:t>a</w:t></w:r></w:p>", "a"),
        (f"<w:p>{start(1, 'x')}<w:r><w:t>a</w:t></w:r></w:p>{p('b')}<w:p>{end(1)}</w:p>", "[bookmark x: a\nb\n]"),
        (f"{start(1, 'x')}{p('a')}{p('b')}{end(1)}{p('c')}", "[bookmark x: a\nb]\nc"),
        (f"{start(1, 'x')}{table(row(cell(p('a'))))}{end(1)}", "[bookmark x: a]"),
        (table(row(start(1, "x"), cell(p("a")), end(1), cell(p("b")))), "[bookmark x: a] | b"),
        (table(start(1, "x"), row(cell(p("a"))), end(1), row(cell(p("b")))), "[bookmark x: a]\nb"),
        (f"{start(1, 'x')}{end(1)}{p('a')}", "[bookmark x: ]a"),
        (f"{start(1, 'x')}{p('a')}{end(1)}{end(1)}", "[bookmark x: a]"),
        (f"{end(7)}<w:p>{end(8)}<w:r><w:t>a</w:t></w:r></w:p>", "a"),
        (
            f"<w:p>{start(1, 'x')}{start(2, 'y')}<w:r><w:t>a</w:t></w:r>{end(1)}{end(2)}</w:p>",
            "[bookmark x: [bookmark y: a]]",
        ),
    ],
)
def test_a_bookmark_is_shown_around_its_text(body: str, text: str) -> None:
    assert plain_text(word(body)) == text


def test_a_bookmark_in_a_heading_stands_after_its_signs() -> None:
    heading = p("a", '<w:outlineLvl w:val="0"/>')
    made = f"{start(1, 'x')}{heading}{end(1)}"
    assert plain_text(word(made)) == "# [bookmark x: a]"


# Headers, footers and notes


def test_every_part_that_shows_something_has_its_title() -> None:
    separator = '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
    note = f'<w:footnote w:id="1">{p(" Se avtalen.")}{p("Og mer.")}</w:footnote><w:footnote w:id="2"/>'
    made = word(
        p("a"),
        footer1=p("nederst"),
        header2=p("øverst"),
        header1="<w:p/>",
        footnotes=separator + note,
        endnotes='<w:endnote w:id="3"><w:p/></w:endnote>',
    )
    assert plain_text(made) == (
        "a\n"
        "\n"
        "== header2 ==\n"
        "øverst\n"
        "\n"
        "== footer1 ==\n"
        "nederst\n"
        "\n"
        "== footnotes ==\n"
        "[footnote 1] Se avtalen.\n"
        "Og mer.\n"
        "[footnote 2] \n"
        "\n"
        "== endnotes ==\n"
        "[endnote 3] "
    )


def test_a_part_with_separators_alone_is_left_out() -> None:
    assert plain_text(word(p("a"), footnotes='<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>')) == "a"


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.docx")), ids=lambda path: str(path.parent.name))
def test_every_template_is_shown_whole_and_in_order(path: Path) -> None:
    raw = path.read_bytes()
    shown, trees = plain_text(raw), OfficeFile(path, "nb", raw).stories.values()
    texts = [element.text or "" for tree in trees for element in tree.iter(f"{{{W}}}t")]
    rest = shown
    for text in texts:
        assert text in rest
        rest = rest.partition(text)[2]
    names = [element.get(f"{{{W}}}name") for tree in trees for element in tree.iter(f"{{{W}}}bookmarkStart")]
    assert [name for name in names if f"[bookmark {name}: " not in shown] == []


@pytest.mark.parametrize(
    ("raw", "error"),
    [(b"This is a letter.", zipfile.BadZipFile), (word("<w:p>"), etree.XMLSyntaxError)],
)
def test_a_file_that_is_no_word_document_is_not_shown_as_an_empty_one(raw: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        plain_text(raw)


# Forms


def test_a_form_is_a_line_for_each_field(tmp_path: Path) -> None:
    path = tmp_path / "nb.pdf"
    canvas = Canvas(str(path))
    form = canvas.acroForm
    form.textfield(name="name", x=50, y=700, width=200, height=20, maxlen=100)
    form.textfield(name="text", x=50, y=100, width=500, height=400, maxlen=5000, fieldFlags="multiline")
    form.checkbox(name="ordre_æøå", x=50, y=600, size=20)
    options = [("Produksjon", "production"), ("Test", "Test")]
    form.choice(name="environment", x=50, y=550, width=100, height=20, options=options, value="Test")
    canvas.showPage()
    canvas.save()
    assert form_text(path) == (
        "name: text, at most 100 characters\n"
        "text: text, several lines, at most 5000 characters\n"
        "ordre_æøå: checkbox\n"
        "environment: choice, one of Produksjon (production) | Test"
    )


def test_a_form_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="A form template cannot be read"):
        form_text(tmp_path / "nb.pdf")
