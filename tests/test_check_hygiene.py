"""What is left over, unsafe or unreadable in a template is told with its place; what is meant to be there is not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT
from planted import (
    core,
    field,
    p,
    packed,
    part,
    picture,
    planted,
    relations,
    run,
    style,
    styles,
    table,
    told,
)

from pipeline.data.register import register
from pipeline.templating.checks.hygiene import text_problems
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.package_safety import archive_problems, safety_problems
from pipeline.templating.checks.structure import structure_problems

TEMPLATES = sorted((ROOT / "templates").glob("*/n[bn].docx"))
NAMES = {number: entry.official_name for number, entry in register().items()}
NUMBERS = {entry.organisation_number for entry in register().values()}
FONTS = ("Calibri", "Carlito")


def text(body: str, language: str = "nb", **parts: str) -> list[str]:
    named = {_path(name): content for name, content in parts.items()}
    return told(text_problems(planted(body, named, language), NAMES, NUMBERS))


def safety(body: str, parts: dict[str, str | bytes] | None = None) -> list[str]:
    return told(safety_problems(planted(body, parts)))


def structure(body: str, **parts: str) -> list[str]:
    return told(structure_problems(planted(body, {_path(name): content for name, content in parts.items()}), FONTS))


def _path(name: str) -> str:
    return {"core": "docProps/core.xml", "app": "docProps/app.xml", "theme1": "word/theme/theme1.xml"}.get(
        name, f"word/{name}.xml"
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_our_own_templates_hold(path: Path) -> None:
    raw = path.read_bytes()
    file = OfficeFile(path, path.stem, raw)
    assert told(archive_problems(path, raw)) == []
    assert told(text_problems(file, NAMES, NUMBERS)) == []
    assert told(safety_problems(file)) == []
    assert told(structure_problems(file, FONTS)) == []


def test_a_sound_template_made_here_holds_too() -> None:
    body = p("Overskrift", style="heading1") + p("Hei {{ x }}") + table(["Kode", "Navn"], ["1", "to"])
    assert text(body) + safety(body) + structure(body) == []
    assert told(archive_problems(Path("nb.docx"), packed(body))) == []


# Gaps in the text


@pytest.mark.parametrize(
    "gap",
    ["[sett inn navn]", "[FYLL INN]", "[fyll inn dato]", "[set inn namn]", "[skriv inn]", "XXX", "XXXX", "<<navn>>"],
)
def test_a_gap_is_told(gap: str) -> None:
    assert text(p(f"Avtalen gjelder {gap}.")) == [
        f"nb.docx  body, paragraph 1 «Avtalen gjelder {gap}.»: «{gap}» is still to be filled in. "
        "Write the text, or use a placeholder."
    ]


def test_gaps_in_cells_headers_and_properties_are_told_where_they_are() -> None:
    header = part("w:hdr", p("TODO: logo"))
    body = table(["Kode", "Navn"], ["1", p("fritt") + p("[sett", " inn navn]")])
    assert text(body, header1=header, core=core(inside="<dc:title>Avtale med [FYLL INN]</dc:title>")) == [
        "nb.docx  body, table 1 row 2 column 2, paragraph 5 «[sett inn navn]»: "
        "«[sett inn navn]» is still to be filled in. Write the text, or use a placeholder.",
        "nb.docx  header, paragraph 1 «TODO: logo»: «TODO» is still to be filled in. "
        "Write the text, or use a placeholder.",
        "nb.docx  document properties: «[FYLL INN]» is still to be filled in. Write the text, or use a placeholder.",
    ]


def test_text_marked_with_colour_is_told() -> None:
    yellow, shaded = '<w:highlight w:val="yellow"/>', '<w:shd w:val="clear" w:fill="FFFF00"/>'
    assert text(p("Pris: ", run("kr ", yellow), run("100", yellow), " og ", run("mva", shaded))) == [
        "nb.docx  body, paragraph 1 «Pris: kr 100 og mva»: «kr 100» is marked with colour, as if it were still open. "
        "Settle the text and take the colour away.",
        "nb.docx  body, paragraph 1 «Pris: kr 100 og mva»: «mva» is marked with colour, as if it were still open. "
        "Settle the text and take the colour away.",
    ]


def test_a_content_control_that_still_invites_to_type_is_told() -> None:
    control = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    assert text(control.format(p("Klikk her.")) + p("Navn: ", control.format(run("Skriv her.")))) == [
        "nb.docx  body, paragraph 1 «Klikk her.»: «Klikk her.» is still to be filled in. "
        "Write the text, or use a placeholder.",
        "nb.docx  body, paragraph 2 «Navn: Skriv her.»: «Skriv her.» is still to be filled in. "
        "Write the text, or use a placeholder.",
    ]


def test_a_gap_is_told_once_also_when_marked_or_in_a_text_box() -> None:
    marked = p(run("XXXX", '<w:highlight w:val="yellow"/>'))
    box = picture(inside=f"<wps:txbx><w:txbxContent>{marked}</w:txbxContent></wps:txbx>")
    assert text(p(box)) == [
        "nb.docx  body, paragraph 2 «XXXX»: «XXXX» is still to be filled in. Write the text, or use a placeholder."
    ]


@pytest.mark.parametrize(
    "sound",
    [
        p("Se [1] og [vedlegg 2], kapittel XX, XXL, 3 << 4 og aXXXb."),
        p("{{ x[3] }}{% if 'XXX' %}{% endif %} og todo-listen i «mastodont»"),
        p("Grått: ", run("ja", '<w:highlight w:val="lightGray"/><w:shd w:fill="D9D9D9"/>')),
        p("Ingen: ", run("ja", '<w:highlight w:val="none"/>'), run(" ", '<w:highlight w:val="yellow"/>')),
        "<w:sdt><w:sdtPr><w:showingPlcHdr w:val='0'/></w:sdtPr><w:sdtContent>"
        + p("Ferdig.")
        + "</w:sdtContent></w:sdt>",
    ],
)
def test_brackets_colours_and_controls_that_are_meant_are_no_problem(sound: str) -> None:
    assert text(sound) == []


# Dates and municipalities in the text


@pytest.mark.parametrize(
    "date", ["November 23, 2026", "November 23rd 2026", "23 November 2026", "1st May 2027", "11/23/2026", "23/11/2026"]
)
def test_an_english_date_is_told(date: str) -> None:
    assert text(p(f"Frist: {date}.")) == [
        f"nb.docx  body, paragraph 1 «Frist: {date}.»: «{date}» is not a date as Norwegian writes it. "
        "Write it as 23. november 2026, or use a placeholder."
    ]


def test_norwegian_dates_and_numbers_with_slashes_are_no_problem() -> None:
    assert (
        text(p("23. november 2026, 23.11.2026, November 2026, 1. mai 2027, sak 2026/104512, 12/3456, 24/7/365.")) == []
    )


@pytest.mark.parametrize(
    "name",
    [
        "Bergen kommune",
        "Hole kommune",
        "Voss herad",
        "Nore og Uvdal kommune",
        "BERGEN KOMMUNE",
        "Bergen\u00a0Kommunes",
        "Kárášjohka – Karasjok",
        "Kárášjohka - Karasjok",
        "Karasjok kommune",
    ],
)
def test_a_municipality_typed_into_the_text_is_told(name: str) -> None:
    assert text(table(["Part", f"For {name}, Rådhuset"])) == [
        f"nb.docx  body, table 1 row 1 column 2, paragraph 2 «For {name}, Rådhuset»: "
        f"«{name}» is typed into the text, which other municipalities get too. Use {{{{ municipality.full_name }}}}."
    ]


def test_a_municipality_in_the_company_of_the_file_is_told() -> None:
    assert text(p("Hei"), app=part("cp:Properties", "<cp:Company>Voss herad</cp:Company>")) == [
        "nb.docx  app: «Voss herad» is typed into the text, which other municipalities get too. "
        "Use {{ municipality.full_name }}."
    ]


def test_words_that_are_names_too_are_no_problem() -> None:
    assert text(p("Os, Hole og Bø er ord. Alle i kommunen, en os kommune, Bergen, Sør-Os kommune.")) == []
    assert text(p("{{ municipality.name }} kommune, Bergen {{ x }} kommune, {{ 'Bergen kommune' }}")) == []
    assert told(text_problems(planted(p("Bergen kommune 964338531")), {}, ())) == []


@pytest.mark.parametrize("number", ["964338531", "964 338 531", "964\u00a0338\u00a0531", "964.338.531"])
def test_an_organisation_number_typed_into_the_text_is_told(number: str) -> None:
    assert text(p(f"Org.nr. {number}")) == [
        f"nb.docx  body, paragraph 1 «Org.nr. {number}»: "
        f"«{number}» is the organisation number of one municipality, and others get the text too. "
        "Use {{ municipality.organisation_number | organisation_number }}."
    ]


def test_numbers_that_belong_to_no_municipality_are_no_problem() -> None:
    assert text(p("KS har 971 032 146, og saken 1964338531 og 9643385310 er andre tall.")) == []


# What the reader does not see


def test_comments_are_told_where_they_are_and_those_without_a_place_too() -> None:
    body = table(["Kode", p("Navn", run('<w:commentReference w:id="4"/>'))])
    comments = part(
        "w:comments", f'<w:comment w:id="4">{p("Sjekk")}</w:comment><w:comment w:id="5">{p("Igjen")}</w:comment>'
    )
    assert text(body, comments=comments) == [
        "nb.docx  body, table 1 row 1 column 2, paragraph 2 «Navn»: The comment «Sjekk» would be sent along. "
        "Delete it in Word.",
        "nb.docx  comments: The comment «Igjen» would be sent along. Delete it in Word.",
    ]


def test_a_comments_part_without_comments_is_no_problem() -> None:
    assert text(p("Hei"), comments=part("w:comments", "")) == []


CHANGES = {
    "inserted": p(f'<w:ins w:id="1">{run("ny")}</w:ins>'),
    "deleted": p("ny", f'<w:del w:id="1">{run("<w:delText>gammel</w:delText>")}</w:del>'),
    "moved away": p(f'<w:moveFrom w:id="1">{run("ny")}</w:moveFrom>'),
    "moved here": p(f'<w:moveTo w:id="1">{run("ny")}</w:moveTo>'),
    "look": p(run("ny", '<w:b/><w:rPrChange w:id="1"><w:rPr/></w:rPrChange>')),
    "paragraph": p('<w:pPr><w:rPr><w:ins w:id="1"/></w:rPr><w:pPrChange w:id="2"><w:pPr/></w:pPrChange></w:pPr>', "ny"),
}


@pytest.mark.parametrize("body", CHANGES.values(), ids=CHANGES)
def test_a_tracked_change_is_told_once_a_paragraph(body: str) -> None:
    assert text(p("Først") + body) == [
        "nb.docx  body, paragraph 2 «ny»: "
        "Tracked changes are left here, and the recipient could read what was changed. Accept or reject them in Word."
    ]


def test_a_tracked_row_or_section_is_told() -> None:
    row = f'<w:tr><w:trPr><w:ins w:id="1"/></w:trPr><w:tc>{p("ny")}</w:tc></w:tr>'
    cell = f'<w:tr><w:tc><w:tcPr><w:cellIns w:id="3"/></w:tcPr>{p("celle")}</w:tc></w:tr>'
    section = "<w:sectPr><w:sectPrChange w:id='2'><w:sectPr/></w:sectPrChange></w:sectPr>"
    todo = "Accept or reject them in Word."
    assert text(p("Først") + f"<w:tbl>{row}{cell}</w:tbl>" + section) == [
        "nb.docx  body, table 1 row 1 column 1, paragraph 2 «ny»: "
        f"Tracked changes are left here, and the recipient could read what was changed. {todo}",
        "nb.docx  body, table 1 row 2 column 1, paragraph 3 «celle»: "
        f"Tracked changes are left here, and the recipient could read what was changed. {todo}",
        f"nb.docx  body: Tracked changes are left here, and the recipient could read what was changed. {todo}",
    ]


def test_hidden_text_is_told_be_it_the_run_its_style_or_that_of_the_paragraph() -> None:
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    made = styles(
        style("Skjult", hidden),
        style("Mer skjult", based_on="Skjult"),
        style("Tegn", hidden, kind="character"),
        style("Vist", "<w:rPr><w:vanish w:val='0'/></w:rPr>", based_on="Skjult"),
    )
    body = p("Synlig, ", run("bo", "<w:vanish/>"), run("rte", "<w:vanish/>"))
    body += p("arvet", style="Merskjult") + p("Og ", run("tegn", '<w:rStyle w:val="Tegn"/>'))
    body += p("vist", style="Vist") + p(run("vist", '<w:vanish w:val="false"/>'), style="Skjult")
    what = "is hidden text, and the recipient could show it. Delete it, or make it visible."
    assert text(body, styles=made) == [
        f"nb.docx  body, paragraph 1 «Synlig, borte»: «borte» {what}",
        f"nb.docx  body, paragraph 2 «arvet»: «arvet» {what}",
        f"nb.docx  body, paragraph 3 «Og tegn»: «tegn» {what}",
    ]


def test_a_hidden_paragraph_mark_and_a_hidden_style_that_nothing_has_are_no_problem() -> None:
    made = styles(style("Skjult", "<w:rPr><w:vanish/></w:rPr>"))
    body = p("<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>", "vist") + p(
        run(" ", "<w:vanish/>"), run("s", "<w:webHidden/>")
    )
    assert text(body, styles=made) == []


# The language that the file states


def test_a_template_in_the_wrong_norwegian_is_told_wherever_it_says_so() -> None:
    assert text(p("Hei"), "nn") == [
        "nb.docx  styles: The default text is marked as nb-NO. Mark it as nn-NO in Word.",
        "nb.docx  document properties: The file's language is nb-NO. "
        "Set it to nn-NO in the file's properties, under Details.",
    ]


def test_a_template_that_states_no_language_is_told() -> None:
    assert text(p("Hei"), styles=styles(language=""), core=core("")) == [
        "nb.docx  styles: The text is marked as being in no language. Mark it as nb-NO in Word.",
        "nb.docx  document properties: The file states no language. "
        "Set it to nb-NO in the file's properties, under Details.",
    ]


def test_a_default_style_in_another_language_is_told_once() -> None:
    english = style("Normal", '<w:rPr><w:lang w:val="en-US"/></w:rPr>')
    made = part("w:styles", english + style("Boks", based_on="Normal"))
    assert text(p("Hei") + p("a", style="Boks"), styles=made) == [
        "nb.docx  styles: The style Normal is marked as en-US. Mark it as nb-NO in Word."
    ]


def test_styles_that_are_based_on_each_other_are_no_problem() -> None:
    made = styles(style("En", based_on="To"), style("To", based_on="En"))
    assert text(p("a", style="En"), styles=made) == []


def test_a_style_in_use_and_a_run_in_another_language_are_told() -> None:
    english = '<w:rPr><w:lang w:val="en-US"/></w:rPr>'
    made = styles(
        style("Sitat", english),
        style("Boks", based_on="Sitat"),
        style("Norsk", '<w:rPr><w:lang w:val="nb-NO"/></w:rPr>', based_on="Sitat"),
        style("Ubrukt", english),
    )
    body = p("a", style="Boks") + p("b", style="Norsk")
    body += table(["Kode", p(run("{{ x", '<w:lang w:val="nn-NO"/>'), run(" }}", '<w:lang w:val="nn-NO"/>'))])
    assert text(body, styles=made) == [
        "nb.docx  styles: The style Sitat is marked as en-US. Mark it as nb-NO in Word.",
        "nb.docx  body, table 1 row 1 column 2, paragraph 4 «{{ x }}»: «{{ x }}» is marked as nn-NO. "
        "Mark it as nb-NO in Word.",
    ]


def test_sami_names_and_runs_without_text_may_be_in_another_language() -> None:
    body = p(run("Kárášjohka", '<w:lang w:val="se-NO"/>'), run(" ", '<w:lang w:val="en-US"/>'))
    body += p('<w:pPr><w:rPr><w:lang w:val="en-US"/></w:rPr></w:pPr>', run("nb", '<w:lang w:eastAsia="en-US"/>'))
    assert text(body) == []


# The archive


def test_a_part_that_is_twice_in_the_archive_is_told() -> None:
    raw = packed(p("Hei"), {"word/one.xml": "<a/>", "word/ONE.xml": "<b/>"})
    assert told(archive_problems(Path("nb.docx"), raw)) == [
        "nb.docx  word/one.xml: The part is 2 times in the file, and programs differ in which they read. "
        "Save the file again from Office as .docx."
    ]


def test_an_archive_that_unpacks_to_too_much_is_told_before_it_is_unpacked() -> None:
    raw = packed(p("Hei"), {"word/media/image1.png": bytes(60 * 1024 * 1024)})
    assert len(raw) < 100_000
    assert told(archive_problems(Path("nb.docx"), raw)) == [
        "nb.docx: Unpacked, the file takes 60 MB, more than 50. Make its pictures smaller."
    ]


def test_what_is_no_archive_is_left_to_who_opens_it() -> None:
    with pytest.raises(zipfile.BadZipFile):
        archive_problems(Path("nb.docx"), b"no archive")
    target = io.BytesIO()
    zipfile.ZipFile(target, "w").close()
    assert told(archive_problems(Path("nb.docx"), target.getvalue())) == []


# What runs, holds or fetches


def test_macros_are_told_by_their_part_or_the_type_of_the_file() -> None:
    told_at = "The file is one with macros, which run code. Save it as .docx, without macros."
    assert safety(p("Hei"), {"word/vbaProject.bin": b"\0"}) == [f"nb.docx  vbaProject.bin: {told_at}"]
    types = '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
    assert safety(p("Hei"), {"[Content_Types].xml": types}) == [f"nb.docx  [Content_Types]: {told_at}"]


EMBEDDED = run('<w:object><o:OLEObject Type="Embed" r:id="rId7"/></w:object>')
EMBEDDED_RELATION = relations(("rId7", "oleObject", "embeddings/oleObject1.bin")).replace(' TargetMode="External"', "")


def test_an_embedded_object_is_told_where_it_is_shown() -> None:
    parts: dict[str, str | bytes] = {
        "word/embeddings/oleObject1.bin": b"\0",
        "word/_rels/document.xml.rels": EMBEDDED_RELATION,
    }
    assert safety(table(["Kode", p("Se ", EMBEDDED)]), parts) == [
        "nb.docx  body, table 1 row 1 column 2, paragraph 2 «Se »: Another file is embedded here. "
        "Insert it as text or as a picture."
    ]
    assert safety(p("Hei"), parts) == [
        "nb.docx  oleObject1.bin: Another file or control is hidden in the file. Delete it in Word."
    ]


def test_a_control_that_runs_code_is_told() -> None:
    parts: dict[str, str | bytes] = {"word/activeX/activeX1.xml": "<a/>", "word/activeX/activeX1.bin": b"\0"}
    related = relations(("rId8", "control", "activeX/activeX1.xml")).replace(' TargetMode="External"', "")
    control = run('<w:object><w:control r:id="rId8"/></w:object>')
    assert safety(p("Knapp ", control), {**parts, "word/_rels/document.xml.rels": related}) == [
        "nb.docx  body, paragraph 1 «Knapp »: This is an ActiveX control, which runs code. Delete it."
    ]
    assert safety(p("Hei"), parts) == [
        "nb.docx  activeX: Another file or control is hidden in the file. Delete it in Word."
    ]


def test_text_inserted_from_another_file_is_told() -> None:
    related = relations(("rId5", "subDocument", "kapittel.docx"), ("rId6", "aFChunk", "http://example.com/a.html"))
    body = p("Hei") + '<w:altChunk r:id="rId6"/>' + p('<w:subDoc r:id="rId5"/>')
    assert safety(body, {"word/_rels/document.xml.rels": related}) == [
        "nb.docx  body: Another file is inserted here when Word opens this one. Insert its text itself.",
        "nb.docx  body, paragraph 2 «»: A subdocument outside the file is inserted here. Insert its text itself.",
    ]


def test_an_attached_template_is_told() -> None:
    related = relations(("rId1", "attachedTemplate", "http://example.com/mal.dotm"))
    expected = ["nb.docx  settings: The file fetches the template http://example.com/mal.dotm. Detach it in Word."]
    assert safety(p("Hei"), {"word/_rels/settings.xml.rels": related}) == expected
    within = related.replace(' TargetMode="External"', "")
    assert safety(p("Hei"), {"word/_rels/settings.xml.rels": within}) == expected


def test_linked_pictures_are_told_where_they_are() -> None:
    related = relations(("rId3", "image", "http://example.com/a.png"), ("rId4", "image", "file:///etc/passwd"))
    header = part("w:hdr", p("Logo ", picture(inside='<a:blip r:link="rId3"/>')))
    body = table(["Kode", p("Bilde ", run('<w:pict><v:shape alt="b"><v:imagedata r:id="rId4"/></v:shape></w:pict>'))])
    rels = {f"word/_rels/{name}.xml.rels": related for name in ("document", "header1")}
    assert safety(body, {"word/header1.xml": header, **rels}) == [
        "nb.docx  body: The picture is fetched from http://example.com/a.png. Insert the picture itself.",
        "nb.docx  body, table 1 row 1 column 2, paragraph 2 «Bilde »: "
        "The picture is fetched from file:///etc/passwd. Insert the picture itself.",
        "nb.docx  header, paragraph 1 «Logo »: The picture is fetched from http://example.com/a.png. "
        "Insert the picture itself.",
        "nb.docx  header: The picture is fetched from file:///etc/passwd. Insert the picture itself.",
    ]


def test_links_may_go_to_web_and_mail_addresses_only() -> None:
    targets = [
        "https://www.ks.no",
        "HTTP://ks.no",
        "mailto:digihelse@ks.no",
        "#kap1",
        "file:///c:/a.docx",
        "a.docx",
        "javascript:x()",
    ]
    related = relations(*((f"rId{number}", "hyperlink", target) for number, target in enumerate(targets, start=1)))
    body = "".join(p(f"Se {n}: ", f'<w:hyperlink r:id="rId{n}">{run("her")}</w:hyperlink>') for n in range(1, 8))
    todo = "Take it out; links may only go to web and mail addresses."
    assert safety(body, {"word/_rels/document.xml.rels": related}) == [
        f"nb.docx  body, paragraph 5 «Se 5: her»: The file refers to file:///c:/a.docx. {todo}",
        f"nb.docx  body, paragraph 6 «Se 6: her»: The file refers to a.docx. {todo}",
        f"nb.docx  body, paragraph 7 «Se 7: her»: The file refers to javascript:x(). {todo}",
    ]


@pytest.mark.parametrize("kind", ["DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "LINK", "includetext"])
def test_a_field_that_fetches_is_told(kind: str) -> None:
    what = f"The field {kind.upper()} fetches from outside the file."
    todo = "Delete the field, and type or insert what it fetched."
    body = p("Se ", field(f' {kind} "http://example.com/a" ')) + p(
        f'<w:fldSimple w:instr="{kind} x">{run("y")}</w:fldSimple>'
    )
    assert safety(table(["Kode", body])) == [
        f"nb.docx  body, table 1 row 1 column 2, paragraph 2 «Se resultat»: {what} {todo}",
        f"nb.docx  body, table 1 row 1 column 2, paragraph 3 «y»: {what} {todo}",
    ]


def test_a_field_within_a_field_and_one_without_an_end_are_told() -> None:
    inner = field(" LINK Excel.Sheet ").replace("</w:p>", "")
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    body = p(begin, run("<w:instrText>IF </w:instrText>"), inner) + p(begin, run("<w:instrText>DDE c</w:instrText>"))
    todo = "Delete the field, and type or insert what it fetched."
    assert safety(body) == [
        f"nb.docx  body, paragraph 1 «resultat»: The field LINK fetches from outside the file. {todo}",
        f"nb.docx  body, paragraph 2 «»: The field DDE fetches from outside the file. {todo}",
    ]


def test_the_link_of_a_field_is_held_to_the_same_rule() -> None:
    sound = ['HYPERLINK "https://ks.no"', 'HYPERLINK \\l "kap1"', 'HYPERLINK "{{ x }}"', "PAGE", "NUMPAGES", "TOC \\o"]
    assert safety("".join(p(field(f" {code} ")) for code in sound)) == []
    assert safety(p(field(' HYPERLINK "file:///c:/a.docx" '))) == [
        "nb.docx  body, paragraph 1 «resultat»: The file refers to file:///c:/a.docx. "
        "Take it out; links may only go to web and mail addresses."
    ]


def test_a_content_control_bound_to_data_is_told_and_another_is_not() -> None:
    control = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    bound = '<w:dataBinding w:xpath="/a"/>'
    body = (
        p("Navn: ", control.format(bound, run("Kari"))) + control.format(bound, p("Ola")) + control.format("", p("fri"))
    )
    what = "The content control shows data kept elsewhere in the file, not what is typed in it."
    assert safety(body) == [
        f"nb.docx  body, paragraph 1 «Navn: Kari»: {what} Remove the content control and keep its text.",
        f"nb.docx  body, paragraph 2 «Ola»: {what} Remove the content control and keep its text.",
    ]


# Bookmarks


def bookmark(name: str, inside: str = "") -> str:
    return f'<w:bookmarkStart w:id="1" w:name="{name}"/>{inside}<w:bookmarkEnd w:id="1"/>'


def test_a_bookmark_in_a_loop_is_told() -> None:
    what = "stands in a loop and would be there several times. Move it out of the loop."
    body = p("{%p for r in rows %}") + p(bookmark("sted", run("Sted"))) + p("{%p endfor %}")
    assert structure(body) == [f"nb.docx  body, paragraph 2 «Sted»: The bookmark sted {what}"]
    body = table(
        ["Kode", "Navn"], ["{%tr for r in rows %}", ""], ["1", p(bookmark("b", run("x")))], ["{%tr endfor %}", ""]
    )
    assert structure(body) == [f"nb.docx  body, table 1 row 3 column 2, paragraph 6 «x»: The bookmark b {what}"]
    body = p("{% for r in rows %}{% for s in r %}", bookmark("c", run("y")), "{% endfor %}{% endfor %}")
    assert structure(body) == [
        "nb.docx  body, paragraph 1 «{% for r in rows %}{% for s in r %}y{% e…»: "
        "The bookmark c stands in a loop and would be there several times. Move it out of the loop."
    ]


def test_bookmarks_beside_loops_in_choices_and_of_words_own_are_no_problem() -> None:
    body = p(bookmark("a"), "{% for r in rows %}x{% endfor %}", bookmark("b"))
    body += p("{%p if a %}") + p(bookmark("c", run("y"))) + p("{%p endif %}")
    body += p("{%p for r in rows %}") + p(bookmark("_GoBack"), "{{ r }}", picture('descr="Kart"')) + p("{%p endfor %}")
    assert structure(body, header1=part("w:hdr", p(bookmark("_GoBack")))) == []


def test_a_bookmark_that_is_there_twice_is_told_the_second_time() -> None:
    header = part("w:hdr", p(bookmark("SIGks", run("Topp"))))
    body = p(bookmark("sigKS", run("Underskrift"))) + table(["Her", p(bookmark("sigKS", run("igjen")))])
    assert structure(body, header1=header) == [
        "nb.docx  body, table 1 row 1 column 2, paragraph 3 «igjen»: There is a bookmark sigKS already further up. "
        "Delete or rename one of them.",
        "nb.docx  header, paragraph 1 «Topp»: There is a bookmark SIGks already further up. "
        "Delete or rename one of them.",
    ]


# Pictures, headings and tables


def test_a_picture_without_a_description_is_told() -> None:
    drawn = run("<w:pict><v:shape><v:imagedata/></v:shape></w:pict>")
    what = "The picture has no alternative text, which screen readers read out. Describe it, or mark it as decorative."
    assert structure(table(["Kode", p("Se ", picture('title="Kart" descr=" "'))]) + p("Og ", drawn)) == [
        f"nb.docx  body, table 1 row 1 column 2, paragraph 2 «Se »: {what}",
        f"nb.docx  body, paragraph 3 «Og »: {what}",
    ]


def test_described_and_decorative_pictures_and_text_boxes_are_no_problem() -> None:
    extension = '<a:extLst><a:ext><adec:decorative val="1"/></a:ext></a:extLst>'
    decorative = picture().replace("/></wp:inline>", f">{extension}</wp:docPr></wp:inline>")
    box = picture(inside=f"<wps:txbx><w:txbxContent>{p('tekst')}</w:txbxContent></wps:txbx>")
    fallback = f"<mc:AlternateContent><mc:Fallback>{picture()}</mc:Fallback></mc:AlternateContent>"
    described = run('<w:pict><v:shape alt="Kart"><v:imagedata/></v:shape></w:pict>')
    assert structure(p(picture('descr="Kart"'), decorative, box, fallback, described)) == []


def test_a_skipped_heading_level_is_told() -> None:
    made = styles(style("Kapittel", based_on="heading3"), style("Vedlegg", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'))
    body = p("En", style="heading1") + p("tekst") + p("Tre", style="Kapittel")
    assert structure(body, styles=made) == [
        "nb.docx  body, paragraph 3 «Tre»: This heading is of level 3, and the one before of level 1. Use level 2."
    ]
    assert structure(p("To", style="Vedlegg"), styles=made) == [
        "nb.docx  body, paragraph 1 «To»: The first heading is of level 2. Use level 1."
    ]
    own_level = p('<w:pPr><w:outlineLvl w:val="2"/></w:pPr>', "Egen")
    assert structure(p("En", style="heading1") + own_level) == [
        "nb.docx  body, paragraph 2 «Egen»: This heading is of level 3, and the one before of level 1. Use level 2."
    ]


def test_headings_in_step_empty_ones_and_tags_are_no_problem() -> None:
    made = styles(style("Brødtekst", '<w:pPr><w:outlineLvl w:val="9"/></w:pPr>', based_on="heading3"))
    levels = [1, 2, 3, 1, 2, 2]
    body = p(style="heading3") + p("{%p if a %}", style="heading2")
    body += "".join(p(f"Nivå {level}", style=f"heading{level}") for level in levels) + p("a", style="Brødtekst")
    assert structure(body + p("{%p endif %}"), styles=made) == []
    assert structure(p("En", style="heading1"), header1=part("w:hdr", p("Topp", style="heading3"))) == []


NO_HEADER = (
    "The table has no header row, so screen readers cannot tell what a column is about. "
    "Mark its first row as Repeat Header Rows in Word."
)


def test_a_table_without_a_header_row_is_told() -> None:
    assert structure(p("Hei") + table(["Kode", "Navn"], ["1", "to"], header=False)) == [
        f"nb.docx  body, table 1 row 1 column 1, paragraph 2 «Kode»: {NO_HEADER}"
    ]
    loop = (["{%tr for r in rows %}", ""], ["{{ r.a }}", "{{ r.b }}"], ["{%tr endfor %}", ""])
    assert structure(table(*loop, header=False)) == [
        f"nb.docx  body, table 1 row 2 column 1, paragraph 3 «{{{{ r.a }}}}»: {NO_HEADER}"
    ]
    assert structure(table(["ytre", table(["a", "b"], ["c", "d"], header=False)], ["x", "y"])) == [
        f"nb.docx  body, table 2 row 1 column 1, paragraph 2 «a»: {NO_HEADER}"
    ]


LINED = '<w:tblBorders><w:insideH w:val="single"/></w:tblBorders>'
SIGNING = (["Underskrift", p(bookmark("sigKS", run("KS")))], ["", ""])


def test_a_table_for_signing_with_lines_between_its_cells_is_one_of_data() -> None:
    lined_style = styles(style("Rutenett", f"<w:tblPr>{LINED}</w:tblPr>", kind="table"))
    expected = [f"nb.docx  body, table 1 row 1 column 1, paragraph 1 «Underskrift»: {NO_HEADER}"]
    assert structure(table(*SIGNING, header=False, properties=LINED)) == expected
    named = '<w:tblStyle w:val="Rutenett"/>'
    assert structure(table(*SIGNING, header=False, properties=named), styles=lined_style) == expected
    cell = f'<w:tcPr><w:tcBorders><w:left w:val="single"/></w:tcBorders></w:tcPr>{p("x")}'
    assert structure(table(*SIGNING, [cell, ""], header=False)) == expected
    unsigned = table(["Underskrift", p(bookmark("annet", run("KS")))], ["", ""], header=False)
    assert structure(unsigned) == expected


def test_tables_that_only_lay_out_are_no_problem() -> None:
    to_sign_on = f'<w:tcPr><w:tcBorders><w:bottom w:val="single"/></w:tcBorders></w:tcPr>{p()}'
    unlined = LINED.replace("single", "nil")
    sound = [
        table(*SIGNING, [to_sign_on, ""], header=False, properties=unlined),
        table(["en rad", "to kolonner"], header=False),
        table(["én"], ["kolonne"], header=False),
        table(["en rad", table(["a", "b"], ["c", "d"])], header=False),
        table(["én"], [table(["a", "b"], ["c", "d"])], header=False),
        table(["{%tr if a %}", ""], ["én", "rad"], ["{%tr endif %}", ""], header=False),
    ]
    header = part("w:hdr", table(["Logo", "Navn"], ["a", "b"], header=False))
    assert structure("".join(sound), header1=header) == []


# Fonts


def fonted(name: str, font: str, **more: str) -> str:
    return style(name, f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/></w:rPr>', **more)


THEME = part(
    "a:theme",
    '<a:majorFont><a:latin typeface="Cambria"/><a:cs typeface=""/></a:majorFont>'
    '<a:minorFont><a:latin typeface="calibri"/></a:minorFont>',
)


def test_a_run_or_symbol_in_another_font_is_told() -> None:
    avenir = '<w:rFonts w:ascii="Avenir" w:hAnsi="Avenir"/>'
    check = run('<w:sym w:font="Wingdings" w:char="F0FC"/>')
    assert structure(table(["Kode", p("Hei ", run("på ", avenir), run("deg", avenir))]) + p(check, "Ja")) == [
        "nb.docx  body, table 1 row 1 column 2, paragraph 2 «Hei på deg»: «på deg» is set in Avenir. "
        "Use Calibri or Carlito.",
        "nb.docx  body, paragraph 3 «Ja»: A symbol is set in Wingdings. Use Calibri or Carlito.",
    ]


def test_a_style_in_use_in_another_font_is_told_where_it_is_named() -> None:
    made = styles(
        fonted("Grunn", "Avenir"),
        style("Boks", based_on="Grunn"),
        fonted("Rettet", "Calibri", based_on="Grunn"),
        fonted("Ubrukt", "Avenir"),
        fonted("Sterk", "Georgia", kind="character"),
    )
    body = p("a", run("b", '<w:rStyle w:val="Sterk"/>'), style="Boks") + p("c", style="Rettet")
    assert structure(body, styles=made) == [
        "nb.docx  styles: The style Grunn is set in Avenir. Use Calibri or Carlito.",
        "nb.docx  styles: The style Sterk is set in Georgia. Use Calibri or Carlito.",
    ]


def test_the_font_of_the_theme_is_looked_up() -> None:
    major = styles(font='w:ascii="Calibri" w:asciiTheme="majorHAnsi" w:hAnsiTheme="minorHAnsi" w:cstheme="majorBidi"')
    assert structure(p("Hei"), styles=major, theme1=THEME) == [
        "nb.docx  styles: The default text is set in Cambria. Use Calibri or Carlito."
    ]
    minor = styles(font='w:asciiTheme="minorHAnsi" w:hAnsiTheme="minorHAnsi" w:cstheme="majorBidi"')
    assert structure(p("Hei"), styles=minor, theme1=THEME) == []


def test_text_for_which_nothing_names_a_font_is_told() -> None:
    assert structure(p("Hei"), styles=styles(font="")) == [
        "nb.docx  styles: The default text is set in Times New Roman. Use Calibri or Carlito."
    ]


def test_a_character_style_takes_its_font_from_the_text() -> None:
    made = part("w:styles", fonted("Normal", "Calibri") + style("Tegn", kind="character"))
    assert structure(p(run("Hei", '<w:rStyle w:val="Tegn"/>')), styles=made) == []


def test_a_font_that_sets_nothing_is_no_problem() -> None:
    avenir = '<w:rFonts w:ascii="Avenir"/>'
    body = p(
        f"<w:pPr><w:rPr>{avenir}</w:rPr></w:pPr>", run(" ", avenir), run("x", '<w:rFonts w:eastAsia="MS Mincho"/>')
    )
    assert structure(body) == []


def numbering(font: str, mark: str) -> str:
    level = f'<w:lvlText w:val="{mark}"/><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
    return part(
        "w:numbering",
        f'<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">{level}</w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    )


LISTED = '<w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr></w:pPr>'


def test_a_list_mark_in_another_font_is_told_at_its_first_use() -> None:
    made = styles(style("Punkt", LISTED.format(0, 1)))
    body = p("først") + p("a", style="Punkt") + p(LISTED.format(0, 1), "b")
    assert structure(body, styles=made, numbering=numbering("Wingdings", "\uf0a7")) == [
        "nb.docx  body, paragraph 2 «a»: The list mark is set in Wingdings. Use Calibri or Carlito."
    ]


def test_words_round_bullet_and_marks_that_nothing_has_are_no_problem() -> None:
    assert structure(p(LISTED.format(0, 1), "a"), numbering=numbering("Symbol", "\uf0b7")) == []
    unused = p(LISTED.format(0, 0), "a") + p(LISTED.format(1, 1), "b") + p(LISTED.format(0, 2), "c")
    assert structure(unused, numbering=numbering("Wingdings", "\uf0a7")) == []
