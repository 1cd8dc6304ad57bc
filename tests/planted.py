"""Word templates of a few lines of XML, sound unless a fault is planted in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.errors import Problem
from pipeline.templating.checks.office_file import OfficeFile

_OFFICE = "http://schemas.openxmlformats.org"
RELATION = f"{_OFFICE}/officeDocument/2006/relationships"
_PACKAGE = f"{_OFFICE}/package/2006"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": f"{_OFFICE}/wordprocessingml/2006/main",
        "r": RELATION,
        "a": f"{_OFFICE}/drawingml/2006/main",
        "wp": f"{_OFFICE}/drawingml/2006/wordprocessingDrawing",
        "mc": f"{_OFFICE}/markup-compatibility/2006",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "cp": f"{_PACKAGE}/metadata/core-properties",
        "dc": "http://purl.org/dc/elements/1.1/",
    }.items()
)
_TYPES = """\
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""


def run(text: str, properties: str = "") -> str:
    """A run; a text that begins with < is XML."""
    inner = text if text.startswith("<") else f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    return f"<w:r>{properties and f'<w:rPr>{properties}</w:rPr>'}{inner}</w:r>"


def p(*runs: str, style: str = "") -> str:
    """A paragraph of runs; what begins with < is XML beside or in place of a run."""
    named = style and f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
    return f"<w:p>{named}{''.join(one if one.startswith('<') else run(one) for one in runs)}</w:p>"


def table(*rows: Sequence[str], header: bool = True, properties: str = "") -> str:
    """A table; a cell that begins with < is XML, and the first row is the header unless told otherwise."""
    marks = ["<w:trPr><w:tblHeader/></w:trPr>" if header else "", *[""] * len(rows)]
    made = "".join(
        f"<w:tr>{mark}{''.join(_cell(cell) for cell in row)}</w:tr>" for mark, row in zip(marks, rows, strict=False)
    )
    return f"<w:tbl>{properties and f'<w:tblPr>{properties}</w:tblPr>'}{made}</w:tbl>"


def _cell(content: str) -> str:
    return f"<w:tc>{content if content.startswith('<') else p(content)}</w:tc>"


def field(code: str, result: str = "resultat") -> str:
    """A complex field as Word writes it, its code in two pieces."""
    half = len(code) // 2
    pieces = "".join(f"<w:r><w:instrText>{escape(piece)}</w:instrText></w:r>" for piece in (code[:half], code[half:]))
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"{begin}{pieces}{separate}{run(result)}{end}"


def picture(properties: str = "", inside: str = "") -> str:
    """A run with a drawing, `properties` being the attributes that describe it."""
    return run(f'<w:drawing><wp:inline><wp:docPr id="1" name="Bilde 1" {properties}/>{inside}</wp:inline></w:drawing>')


def part(root: str, inside: str) -> str:
    """A part of WordprocessingML or of the file's properties."""
    return f"<{root} {_NAMESPACES}>{inside}</{root}>"


def relations(*rows: tuple[str, str, str]) -> str:
    """A part of external relations: id, last word of the type, target."""
    made = "".join(
        f'<Relationship Id="{number}" Type="{RELATION}/{kind}" Target="{escape(target)}" TargetMode="External"/>'
        for number, kind, target in rows
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'


def style(name: str, inside: str = "", *, kind: str = "paragraph", based_on: str = "") -> str:
    """A style whose id is its name without spaces; Normal is the default one."""
    default = ' w:default="1"' if name == "Normal" else ""
    parent = based_on and f'<w:basedOn w:val="{based_on}"/>'
    identity = f'w:type="{kind}" w:styleId="{name.replace(" ", "")}"'
    return f'<w:style {identity}{default}><w:name w:val="{name}"/>{parent}{inside}</w:style>'


def styles(*made: str, language: str = "nb-NO", font: str = 'w:ascii="Calibri" w:hAnsi="Calibri"') -> str:
    """The styles part with its defaults, Normal, headings 1 to 3 and those given."""
    marked = language and f'<w:lang w:val="{language}"/>'
    defaults = f"<w:rPr><w:rFonts {font}/>{marked}</w:rPr>"
    levels = "".join(
        style(f"heading {level}", f'<w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr>', based_on="Normal")
        for level in (1, 2, 3)
    )
    default = f"<w:docDefaults><w:rPrDefault>{defaults}</w:rPrDefault></w:docDefaults>"
    return part("w:styles", default + style("Normal") + levels + "".join(made))


def core(language: str = "nb-NO", inside: str = "") -> str:
    """The file's properties."""
    return part("cp:coreProperties", f"{language and f'<dc:language>{language}</dc:language>'}{inside}")


def packed(body: str, parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """A .docx with this body; `parts` are added, or stand in place of the sound ones."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")).replace(' TargetMode="External"', ""),
        "word/document.xml": part("w:document", f"<w:body>{body}<w:sectPr/></w:body>"),
        "word/styles.xml": styles(),
        "docProps/core.xml": core(),
        **(parts or {}),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def planted(body: str, parts: Mapping[str, str | bytes] | None = None, language: str = "nb") -> OfficeFile:
    """The same, as the checks read it."""
    return OfficeFile(Path("nb.docx"), language, packed(body, parts))


def told(problems: Iterable[Problem]) -> list[str]:
    """Each problem as its author reads it."""
    return [str(problem) for problem in problems]
