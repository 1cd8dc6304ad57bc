"""What provenance promises: every value is found in the finished PDF, where it stands, and says where it is from."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from conftest import DATE, ROOT
from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.shared import Mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from small_papers import FONT, FONTS, MakeEdition, Papers, changed, papers_below, saved, with_footnote, with_loop, word

from pipeline.documents.convert import Engine
from pipeline.documents.docx_text import bare
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.libreoffice import LibreOfficeEngine
from pipeline.documents.provenance import BoundValue, bound_values, proven_values, provenance_json
from pipeline.documents.stages import FinalDocument, MergedDocument
from pipeline.errors import FinalizeError
from pipeline.packages.contents import Contents, Workshop, make_contents
from pipeline.templating.catalogue import load_package

SLUGS = ["bergen", "voss", "karasjok"]


@pytest.fixture(scope="module")
def contents(edition: MakeEdition, engine: EmbeddedEngine, few_templates: Path) -> Callable[[str], Contents]:
    package = load_package(few_templates, "onboarding")
    workshop = Workshop(engine, FONTS, FONT)
    made: dict[str, Contents] = {}

    def make(slug: str) -> Contents:
        if slug not in made:
            made[slug] = make_contents(package, edition(slug), workshop)
        return made[slug]

    return make


@pytest.fixture
def papers(tmp_path: Path, engine: EmbeddedEngine) -> Papers:
    return papers_below(tmp_path, engine)


def _shown(pdf: bytes) -> pypdfium2.PdfDocument:
    """The PDF with its fields drawn, read without the pipeline."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    for page in document if document.formenv else ():
        page.flatten()
        page.close()
    return document


def _rules(values: tuple[BoundValue, ...]) -> list[tuple[str, str]]:
    return [(value.value, problem.rule) for value in values for problem in value.problems]


def _by_typed(values: tuple[BoundValue, ...]) -> dict[str, BoundValue]:
    return {value.placeholder.typed: value for value in values}


def _leaves(values: Any, path: str = "") -> Iterator[str]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}{key}.")
        elif not isinstance(value, list):
            yield f"{path}{key}"


def _printed_names(template: Path) -> set[str]:
    """The dotted names that a Word template prints, read from its text alone."""
    document = Document(str(template))
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join(paragraph.text for place in (document, *cells) for paragraph in place.paragraphs)
    return set(re.findall(r"\{\{\s*([a-z_]+(?:\.[a-z_]+)+)", text))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_text_within_the_places_of_each_value_is_the_value(contents: Callable[[str], Contents], slug: str) -> None:
    for document in contents(slug).documents:
        assert isinstance(document.final, FinalDocument)
        shown = _shown(document.final.pdf)
        pages = [page.get_textpage() for page in shown]
        in_words = [value for value in document.values if value.value not in {"true", "false"}]
        assert len(in_words) > 40
        for value in in_words:
            found: dict[int, str] = {}
            for place in value.places:
                inside = pages[place.page].get_text_bounded(place.left, place.bottom, place.right, place.top)
                found[place.page] = found.get(place.page, "") + inside.replace("\x02", "-")
            texts = {bare(text) for text in found.values()}
            joined = {bare("".join(found[page] for page in sorted(found)))}
            words = value.value.replace("production", "produksjon") if value.field else value.value
            assert bare(words) in texts | joined or value.value == "production", (value.placeholder, found)


def test_every_key_of_the_file_that_the_templates_print_is_found(contents: Callable[[str], Contents]) -> None:
    made = contents("bergen")
    keys = set(_leaves(made.edition.municipality.file.values))
    named: set[str] = set()
    for document in made.documents:
        declaration = document.final.merged.template.declaration
        if document.final.merged.docx:
            named |= _printed_names(document.final.merged.template.template("nb"))
        elif declaration.form:
            named |= {expression.partition(" |")[0] for expression in declaration.form.fields.values()}
    derived = {"record_system.supplier"}  # a key of the programme, whose supplier is printed by name
    not_chosen = {"digifin.invoice_reference"}  # printed for those that take no part yet
    not_chosen |= {"routine.reply_working_days", "routine.cancellation_working_days"}  # a single day is said in words
    found = {value.origin.key for document in made.documents for value in document.values if value.places}
    assert len(named & keys) > 60
    assert named & keys - not_chosen - derived <= found


@pytest.mark.parametrize("slug", SLUGS)
def test_a_stated_fact_says_the_line_it_stands_on(contents: Callable[[str], Contents], slug: str) -> None:
    lines = (ROOT / "municipalities" / f"{slug}.toml").read_text(encoding="utf-8").split("\n")
    stated = [
        value
        for document in contents(slug).documents
        for value in document.values
        if value.origin.kind == "municipality" and value.origin.what == value.origin.key
    ]
    assert len(stated) > 100
    for value in stated:
        key, _, text = lines[value.origin.line - 1].partition(" = ")
        assert value.origin.key.endswith(f".{key}")
        assert text.strip('"') == (value.fact.lower() if value.fact in {"True", "False"} else value.fact)
        assert value.origin.file == f"municipalities/{slug}.toml"


def test_items_of_a_loop_are_told_apart_by_their_position(papers: Papers, edition: MakeEdition) -> None:
    document = word("Tjenester")
    with_loop(document, "s in services", "{{ s.name }}", "{{ loop.index }}", "{{ s.users | number }}")
    values = bound_values(papers.final(edition("bergen"), document), edition("bergen"))
    assert [(value.value, value.origin.key, value.origin.kind) for value in values] == [
        ("Hjemmebaserte tjenester", "services[1].name", "municipality"),
        ("1", "", "calculated"),
        ("5\u00a0200", "services[1].users", "municipality"),
        ("Sykehjem", "services[2].name", "municipality"),
        ("2", "", "calculated"),
        ("1\u00a0800", "services[2].users", "municipality"),
    ]
    assert values[3].origin.line > values[0].origin.line
    assert values[3].places[0].bottom < values[0].places[0].bottom


@pytest.mark.parametrize(
    ("typed", "kind", "file", "text"),
    [
        ("{{ municipality.number }}", "municipality", "municipalities/bergen.toml", 'number = "4601"'),
        ("{{ address.postal }}", "municipality", "municipalities/bergen.toml", 'post_box = "Postboks 7700"'),
        ("{{ address.visiting }}", "municipality", "municipalities/bergen.toml", 'street = "Rådhusgaten 10"'),
        ("{{ record_system.id }}", "municipality", "municipalities/bergen.toml", 'supplier = "visma"'),
        ("{{ record_system.name }}", "programme", "programme/parties.toml", 'name = "Visma Profil"'),
        ("{{ parties.ks.email }}", "programme", "programme/parties.toml", 'email = "digihelse@ks.no"'),
        ("{{ parties.supplier.name }}", "programme", "programme/parties.toml", 'supplier = "Visma"'),
        ("{{ prices.source }}", "programme", "programme/prices.toml", 'source = "Eksempelliste"'),
        ("{{ document.date | date }}", "run", "", ""),
        ("{{ document.version }}", "template", "paper/document.toml", 'version = "0.1"'),
        ("{{ municipality.name ~ '!' }}", "calculated", "", ""),
    ],
)
def test_each_kind_of_fact_has_its_origin(
    papers: Papers, edition: MakeEdition, typed: str, kind: str, file: str, text: str
) -> None:
    [value] = bound_values(papers.final(edition("bergen"), word(f"Her: {typed}.")), edition("bergen"))
    assert (value.placeholder.typed, value.origin.kind, value.origin.file) == (typed, kind, file)
    if file:
        roots = {"municipalities": ROOT, "programme": ROOT / "templates", "paper": papers.folder}
        source = roots[file.partition("/")[0]] / file
        assert source.read_text(encoding="utf-8").split("\n")[value.origin.line - 1] == text


def test_prices_point_at_their_line_and_sums_are_calculated(papers: Papers, edition: MakeEdition) -> None:
    document = word("Sum {{ costs.ks.one_off | amount }}")
    with_loop(document, "l in costs.nhn.lines", "{{ l.title }}", "{{ l.rate | number }}", "{{ l.amount | amount }}")
    values = _by_typed(bound_values(papers.final(edition("bergen"), document), edition("bergen")))
    lines = (ROOT / "templates" / "programme" / "prices.toml").read_text(encoding="utf-8").split("\n")
    told = {typed: (value.origin.kind, lines[value.origin.line - 1]) for typed, value in values.items()}
    assert told == {
        "{{ costs.ks.one_off | amount }}": ("calculated", "[[lists]]"),
        "{{ l.title }}": (
            "programme",
            'title = { nb = "Drift av tjenesten på helsenorge.no", nn = "Drift av tenesta på helsenorge.no" }',
        ),
        "{{ l.rate | number }}": ("programme", "rate = 0.75"),
        "{{ l.amount | amount }}": ("calculated", "[[lists.lines]]"),
    }


def test_the_register_is_named_with_the_line_of_the_municipality(papers: Papers, edition: MakeEdition) -> None:
    [value] = bound_values(papers.final(edition("voss"), word("{{ municipality.full_name }}")), edition("voss"))
    register = (ROOT / "pipeline" / "data" / "register.csv").read_text(encoding="utf-8").split("\n")
    assert register[value.origin.line - 1].startswith("4621,")
    assert value.origin.what == "municipality.designation (municipalities/voss.toml:6)"


def test_a_header_and_a_footer_stand_on_every_page(papers: Papers, edition: MakeEdition) -> None:
    document = word(*["En lang linje som fyller arket. " * 20] * 12)
    document.sections[0].header.paragraphs[0].text = "{{ municipality.full_name }}"
    document.sections[0].footer.paragraphs[0].text = "Versjon {{ document.version }}"
    final = papers.final(edition("bergen"), document)
    header, footer = bound_values(final, edition("bergen"))
    assert final.pages > 1
    assert [place.page for place in header.places] == list(range(final.pages))
    assert [place.page for place in footer.places] == list(range(final.pages))
    assert min(place.bottom for place in header.places) > max(place.top for place in footer.places)


def _noted(tmp_path: Path, edition: MakeEdition, engine: Engine) -> MergedDocument:
    docx = with_footnote(word("Brødtekst.", "Mer {{ municipality.name }}."), "Se {{ address.email }}.")
    return papers_below(tmp_path, engine).merged(edition("bergen"), docx)


def test_a_footnote_is_found_between_the_pages(tmp_path: Path, edition: MakeEdition, engine: EmbeddedEngine) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 700, "Brødtekst.1")
        canvas.drawString(100, 100, "1Se postmottak@bergen.kommune.no.")
        canvas.showPage()
        canvas.setFont("Drawn", 11)
        canvas.drawString(100, 700, "Mer Bergen.")

    final = FinalDocument(_noted(tmp_path, edition, engine), _drawn(draw), 2, ())
    body, note = bound_values(final, edition("bergen"))
    assert [(place.page, round(place.bottom) > 600) for place in (*body.places, *note.places)] == [
        (1, True),
        (0, False),
    ]
    assert str(note.placeholder) == "footnotes, paragraph 3 «Se {{ address.email }}.», {{ address.email }}"


@pytest.mark.libreoffice
def test_a_footnote_is_found_at_the_foot_of_the_page(tmp_path: Path, edition: MakeEdition) -> None:
    with LibreOfficeEngine(FONTS, 60) as engine:
        merged = _noted(tmp_path, edition, engine)
        body, note = bound_values(FinalDocument(merged, engine.convert(merged.docx or b""), 1, ()), edition("bergen"))
    assert (note.value, note.problems) == ("postmottak@bergen.kommune.no", ())
    assert note.places[0].top < body.places[0].bottom - 300


def test_a_value_over_several_lines_has_a_place_for_each(papers: Papers, edition: MakeEdition) -> None:
    document = word()
    cell = document.add_table(rows=1, cols=4).rows[0].cells[0]
    cell.text = "{{ parties.ks.name }}"
    [value] = bound_values(papers.final(edition("bergen"), document), edition("bergen"))
    assert len(value.places) > 2
    assert [place.top for place in value.places] == sorted((place.top for place in value.places), reverse=True)


def test_equal_texts_are_told_apart_by_their_order(papers: Papers, edition: MakeEdition) -> None:
    document = word("{{ municipality.name }}", "Bergen", "{{ municipality.name }}", "{{ municipality.county }}")
    values = bound_values(papers.final(edition("bergen"), document), edition("bergen"))
    tops = [value.places[0].top for value in values]
    assert tops == sorted(tops, reverse=True)
    assert tops[0] - tops[1] == pytest.approx(2 * (tops[1] - tops[2]), abs=0.5)


@pytest.mark.parametrize("numbers", [(18, 8888), (8888, 81), (1, 11, 111), (121, 12121, 21), (8, 88, 888, 8888)])
def test_figures_side_by_side_are_told_apart(papers: Papers, edition: MakeEdition, numbers: tuple[int, ...]) -> None:
    """18 beside 8 888 reads 18 8888, in which 8888 stands twice."""
    document = word(*[f"{{{{ {number} | number }}}}" for number in numbers])
    values = bound_values(papers.final(edition("bergen"), document), edition("bergen"))
    assert [(value.value.replace("\N{NO-BREAK SPACE}", ""), value.problems) for value in values] == [
        (str(number), ()) for number in numbers
    ]
    tops = [value.places[0].top for value in values]
    assert tops == sorted(set(tops), reverse=True)


def test_a_value_dropped_from_the_pdf_is_exactly_one_problem(
    papers: Papers, edition: MakeEdition, engine: EmbeddedEngine
) -> None:
    document = word("Vi i {{ municipality.full_name }} nås på {{ address.email }} hver dag.", "Slutt.")
    less = engine.convert(saved(word("Vi i Bergen kommune nås på hver dag.", "Slutt.")))
    final = papers.swapped(edition("bergen"), document, less)
    values = bound_values(final, edition("bergen"))
    assert _rules(values) == [("postmottak@bergen.kommune.no", "value-not-in-pdf")]
    with pytest.raises(FinalizeError) as raised:
        proven_values(final, edition("bergen"))
    assert [str(problem) for problem in raised.value.problems] == [
        f"{papers.folder}/paper/nb.docx  body, paragraph 1 «Vi i {{{{ municipality.full_name }}}} nås på…», "
        "{{ address.email }}: «postmottak@bergen.kommune.no» is not in the finished PDF. "
        "Simplify the layout there, or try --converter libreoffice."
    ]


def test_a_value_that_stands_elsewhere_does_not_stand_in_for_one_that_is_lost(
    papers: Papers, edition: MakeEdition, engine: EmbeddedEngine
) -> None:
    document = word("Kommune: {{ municipality.name }}.", "Poststed: {{ address.city }}.")
    less = engine.convert(saved(word("Kommune: Bergen.", "Poststed: .")))
    values = bound_values(papers.swapped(edition("bergen"), document, less), edition("bergen"))
    assert [(value.placeholder.typed, bool(value.places)) for value in values] == [
        ("{{ municipality.name }}", True),
        ("{{ address.city }}", False),
    ]


def test_a_header_that_no_page_has_is_a_problem(papers: Papers, edition: MakeEdition, engine: EmbeddedEngine) -> None:
    document = word("Brødtekst.")
    document.sections[0].header.paragraphs[0].text = "{{ municipality.full_name }}"
    final = papers.swapped(edition("bergen"), document, engine.convert(saved(word("Brødtekst."))))
    assert _rules(bound_values(final, edition("bergen"))) == [("Bergen kommune", "value-not-in-pdf")]


def test_a_row_too_low_for_its_text_is_a_problem(papers: Papers, edition: MakeEdition) -> None:
    document = word()
    table = document.add_table(rows=2, cols=4)
    table.rows[0].height, table.rows[0].height_rule = Mm(5), WD_ROW_HEIGHT_RULE.EXACTLY
    table.rows[0].cells[0].text = "{{ parties.ks.name }}"
    table.rows[0].cells[1].text = "{{ parties.ks.short_name }}"
    table.rows[1].cells[0].text = "Neste rad"
    values = bound_values(papers.final(edition("bergen"), document), edition("bergen"))
    assert _rules(values) == [("KS – Kommunesektorens organisasjon", "clipped")]


def test_text_beyond_the_edge_of_the_page_is_a_problem(papers: Papers, edition: MakeEdition) -> None:
    document = word("{{ municipality.name }}", "Her: {{ municipality.county }}")
    document.paragraphs[1].paragraph_format.left_indent = Mm(195)
    merged = papers.merged(edition("bergen"), document)
    final = FinalDocument(merged, papers.engine.convert(merged.docx or b""), 1, ())
    assert _rules(bound_values(final, edition("bergen"))) == [("Vestland", "clipped")]


def _drawn(draw: Callable[[Canvas], None]) -> bytes:
    pdfmetrics.registerFont(TTFont("Drawn", str(FONT)))
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    canvas.setFont("Drawn", 11)
    draw(canvas)
    canvas.save()
    return target.getvalue()


@pytest.mark.parametrize(("height", "rules"), [(20, []), (5, [("Bergen", "clipped")])])
def test_text_that_the_pdf_cuts_off_is_a_problem(
    papers: Papers, edition: MakeEdition, height: float, rules: list[tuple[str, str]]
) -> None:
    def draw(canvas: Canvas) -> None:
        window = canvas.beginPath()
        window.rect(90, 695, 200, height)
        canvas.clipPath(window, stroke=0, fill=0)
        canvas.drawString(100, 698, "Bergen")

    merged = papers.merged(edition("bergen"), word("{{ municipality.name }}"))
    values = bound_values(FinalDocument(merged, _drawn(draw), 1, ()), edition("bergen"))
    assert _rules(values) == rules


def _typeset(text: str) -> bytes:
    """A PDF that stores every sign of the text but draws glyph 0 for those that Carlito lacks, as programs do."""
    glyphs = {sign: TTFont("Drawn", str(FONT)).face.charToGlyph.get(ord(sign), 0) for sign in text}
    unicode = "\n".join(f"<{glyph:04x}> <{ord(sign):04x}>" for sign, glyph in glyphs.items())
    with pikepdf.new() as pdf:
        program = pdf.make_stream(FONT.read_bytes())
        descriptor = pikepdf.Dictionary(Type=pikepdf.Name.FontDescriptor, FontName=pikepdf.Name.Carlito, Flags=4)
        descriptor.update({"/FontBBox": [0, 0, 1000, 1000], "/FontFile2": program, "/ItalicAngle": 0})
        descendant = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=pikepdf.Name.Carlito,
            CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            CIDToGIDMap=pikepdf.Name.Identity,
            DW=500,
            FontDescriptor=pdf.make_indirect(descriptor),
        )
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=pikepdf.Name.Carlito,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=[pdf.make_indirect(descendant)],
            ToUnicode=pdf.make_stream(
                f"begincmap\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{len(glyphs)} beginbfchar\n"
                f"{unicode}\nendbfchar\nendcmap".encode()
            ),
        )
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=pdf.make_indirect(font)))
        shown = "".join(f"{glyphs[sign]:04x}" for sign in text)
        page.Contents = pdf.make_stream(f"BT /F1 11 Tf 100 700 Td <{shown}> Tj ET".encode())
        target = io.BytesIO()
        pdf.save(target)
    return target.getvalue()


def test_a_sign_that_one_glyph_draws_together_with_its_neighbour_is_drawn(
    papers: Papers, edition: MakeEdition, tmp_path: Path
) -> None:
    """Carlito has a ligature for tï, which the name of Steinkjer holds in Southern Sami."""
    old = '[invoice]\nreference = "BGO-7011"'
    renamed = changed(edition("bergen"), tmp_path, old, '[invoice]\nreference = "Stïentje"')
    final = papers.final(renamed, word("{{ invoice.reference }}"))
    assert _rules(bound_values(final, renamed)) == []


def test_a_sign_that_the_font_lacks_is_a_problem(papers: Papers, edition: MakeEdition) -> None:
    merged = papers.merged(edition("bergen"), word("{{ 'Vår ☃ og snø' }}", "{{ 'grønn vår' }}"))
    values = bound_values(FinalDocument(merged, _typeset("Vår ☃ og snø grønn vår"), 1, ()), edition("bergen"))
    assert [(problem.rule, problem.what) for value in values for problem in value.problems] == [
        ("missing-glyph", "«Vår ☃ og snø» has signs that its font cannot draw: ☃ (U+2603).")
    ]


@pytest.mark.libreoffice
def test_libreoffice_papers_are_proven_alike(tmp_path: Path, edition: MakeEdition) -> None:
    document = word("{{ municipality.full_name }} og {{ '你好' }}")
    table = document.add_table(rows=1, cols=3)
    table.rows[0].height, table.rows[0].height_rule = Mm(5), WD_ROW_HEIGHT_RULE.EXACTLY
    table.rows[0].cells[0].text = "{{ parties.ks.name }}"
    with LibreOfficeEngine(FONTS, 60) as engine:
        papers = papers_below(tmp_path, engine)
        merged = papers.merged(edition("bergen"), document)
        final = FinalDocument(merged, engine.convert(merged.docx or b""), 1, ())
    assert _rules(bound_values(final, edition("bergen"))) == [
        ("你好", "missing-glyph"),
        ("KS – Kommunesektorens organisasjon", "clipped"),
    ]


def _form(contents: Contents, change: Callable[[dict[str, Any]], None]) -> tuple[BoundValue, ...]:
    """The values of Bergen's form after its widgets were changed."""
    final = next(one.final for one in contents.documents if one.final.merged.form)
    assert isinstance(final, FinalDocument)
    with pikepdf.open(io.BytesIO(final.pdf)) as pdf:
        change({str(widget.T): widget for page in pdf.pages for widget in page.Annots if "/T" in widget})
        target = io.BytesIO()
        pdf.save(target)
    return bound_values(replace(final, pdf=target.getvalue()), contents.edition)


def test_a_form_stores_and_draws_every_value(contents: Callable[[str], Contents]) -> None:
    values = _form(contents("bergen"), lambda _: None)
    assert _rules(values) == []
    by_field = {value.field: value for value in values}
    assert by_field["service2_name"].origin.key == "services[2].name"
    assert by_field["prereq_calendar_process"].value == "false"
    assert by_field["order_date"].fact == "2026-11-23"


def test_a_field_that_stores_another_value_is_a_problem(contents: Callable[[str], Contents]) -> None:
    def change(widgets: dict[str, Any]) -> None:
        widgets["county"].V = pikepdf.String("Rogaland")

    [problem] = [problem for value in _form(contents("bergen"), change) for problem in value.problems]
    assert (problem.rule, problem.place) == ("value-not-in-pdf", "field county")
    assert problem.what == "«Vestland» is not what the field stores."


def test_a_field_that_draws_another_value_is_a_problem(contents: Callable[[str], Contents]) -> None:
    def change(widgets: dict[str, Any]) -> None:
        widgets["invoice_reference"].AP = widgets["organisation_number"].AP

    [problem] = [problem for value in _form(contents("bergen"), change) for problem in value.problems]
    assert (problem.place, problem.what) == (
        "field invoice_reference",
        "«BGO-7011» is not what is drawn in the field.",
    )


def test_a_box_that_is_not_ticked_as_the_facts_say_is_a_problem(contents: Callable[[str], Contents]) -> None:
    def change(widgets: dict[str, Any]) -> None:
        widgets["order_messages"].V = pikepdf.Name.Off
        widgets["order_messages"].AS = pikepdf.Name.Off

    assert _rules(_form(contents("bergen"), change)) == [("true", "value-not-in-pdf")]


def test_the_json_is_the_same_every_time_and_tells_each_value(
    papers: Papers, edition: MakeEdition, engine: EmbeddedEngine, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    document = word("{{ municipality.full_name }}, {{ address.email }}")
    made = [
        provenance_json({"a/b.pdf": bound_values(one.final(edition("bergen"), document), edition("bergen"))})
        for one in (papers, papers_below(other, engine))
    ]
    assert made[0] == made[1]
    told = json.loads(made[0])
    assert told["format"] == 1
    assert [one["file"] for one in told["documents"]] == ["a/b.pdf"]
    _, email = told["documents"][0]["values"]
    assert email["value"] == "postmottak@bergen.kommune.no"
    assert email["placeholder"] == "{{ address.email }}"
    assert email["origin"] == {
        "kind": "municipality",
        "file": "municipalities/bergen.toml",
        "line": 14,
        "key": "address.email",
        "what": "address.email",
    }
    assert [place["page"] for place in email["places"]] == [1]


def test_the_date_of_the_run_is_the_date_of_the_papers(papers: Papers, edition: MakeEdition) -> None:
    [value] = bound_values(papers.final(edition("bergen"), word("{{ document.date | short_date }}")), edition("bergen"))
    assert (value.value, value.fact) == (f"{DATE:%d.%m.%Y}", "2026-11-23")
