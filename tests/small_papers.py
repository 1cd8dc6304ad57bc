"""Papers as small as a test needs them: a Word template of a few paragraphs, filled for a municipality and finished."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from conftest import DATE, ROOT
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pipeline.data.load import load_municipality
from pipeline.documents.convert import Engine, convert
from pipeline.documents.finalize import finalize
from pipeline.documents.merge import Assignment, merge
from pipeline.documents.stages import ConvertedDocument, FinalDocument, MergedDocument
from pipeline.templating.catalogue import load_document
from pipeline.templating.names import Edition, facts

FONTS = ROOT / "templates" / "fonts"
FONT = FONTS / "Carlito-Regular.ttf"
_NEEDS = [
    "municipality",
    "address",
    "people",
    "services",
    "costs",
    "analysis",
    "record_system",
    "parties",
    "prices",
    "invoice",
]
MakeEdition = Callable[..., Edition]
_DECLARATION = """kind = "docx"
title = {{ nb = "Prøve", nn = "Prøve" }}
file_name = {{ nb = "{name}", nn = "{name}" }}
version = "0.1"
order = 10
needs = {needs}
"""


def word(*paragraphs: str) -> WordDocument:
    """A Word document in a font that set-up brings."""
    document = Document()
    document.styles["Normal"].font.name = "Calibri"
    document.core_properties.title, document.core_properties.language = "Prøve", "nb-NO"
    for text in paragraphs:
        document.add_paragraph(text)
    return document


def saved(document: WordDocument) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def with_footnote(document: WordDocument, text: str) -> bytes:
    """The document with a footnote at its first paragraph."""
    reference = (
        f'<w:r {nsdecls("w")}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="1"/></w:r>'
    )
    document.paragraphs[0]._p.append(parse_xml(reference))  # noqa: SLF001  # python-docx has no footnotes
    lines = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in enumerate(("separator", "continuationSeparator"), start=-1)
    )
    note = f'<w:footnote w:id="1"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(document))) as given, zipfile.ZipFile(target, "w") as made:
        for name in given.namelist():
            content = given.read(name).decode() if name.endswith((".xml", ".rels")) else given.read(name)
            if name == "[Content_Types].xml":
                override = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
                part = f'<Override PartName="/word/footnotes.xml" ContentType="{override}"/></Types>'
                content = str(content).replace("</Types>", part)
            if name == "word/_rels/document.xml.rels":
                relation = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'
                content = str(content).replace("</Relationships>", relation)
            made.writestr(name, content)
        made.writestr("word/footnotes.xml", f"<w:footnotes {nsdecls('w')}>{lines}{note}</w:footnotes>")
    return target.getvalue()


def with_loop(document: WordDocument, items: str, *cells: str) -> None:
    """Adds a table with a row for each item."""
    table = document.add_table(rows=3, cols=len(cells))
    table.rows[0].cells[0].text = f"{{%tr for {items} %}}"
    table.rows[2].cells[0].text = "{%tr endfor %}"
    for cell, text in zip(table.rows[1].cells, cells, strict=True):
        cell.text = text


@dataclass(frozen=True)
class Papers:
    """Makes finished papers of templates below a folder that has the repository's programme."""

    folder: Path
    engine: Engine

    def merged(self, edition: Edition, template: WordDocument | bytes, name: str = "paper") -> MergedDocument:
        """The template filled."""
        place = self.folder / name
        place.mkdir(exist_ok=True)
        content = template if isinstance(template, bytes) else saved(template)
        (place / "nb.docx").write_bytes(content)
        (place / "nn.docx").write_bytes(content)
        (place / "document.toml").write_text(_DECLARATION.format(name=name, needs=_NEEDS), encoding="utf-8")
        return merge(Assignment(load_document(place), edition, None, facts(edition), FONT))

    def final(self, edition: Edition, template: WordDocument | bytes, name: str = "paper") -> FinalDocument:
        """The template filled, converted and finished."""
        return finalize(convert(self.merged(edition, template, name), self.engine, FONTS), DATE)

    def swapped(self, edition: Edition, template: WordDocument, pdf: bytes) -> FinalDocument:
        """The template filled, but with another PDF, past the check of its text."""
        return finalize(ConvertedDocument(self.merged(edition, template), pdf), DATE)


def papers_below(folder: Path, engine: Engine) -> Papers:
    (folder / "programme").symlink_to(ROOT / "templates" / "programme")
    return Papers(folder, engine)


def changed(edition: Edition, folder: Path, old: str, new: str) -> Edition:
    """The edition after a change in the municipality's file."""
    file = edition.municipality.file.path
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    place = folder / file.name
    place.write_text(text.replace(old, new), encoding="utf-8")
    return replace(edition, municipality=load_municipality(place, edition.programme))
