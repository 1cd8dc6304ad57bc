"""Lists the pictures of an Office file with their alternative texts, in the order in which its PDF shows them."""

from __future__ import annotations

from lxml import etree

from pipeline.templating.office_archive import unpacked
from pipeline.templating.office_format import format_of, is_notes

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HOLDERS = (f"{_WP}inline", f"{_WP}anchor", f"{_P}pic", f"{_P}graphicFrame")
_NAMED = (f"{_WP}docPr", f"{_P}cNvPr")
_SHOWN = (f"{_PIC}blipFill", f"{_P}blipFill", f"{_C}chart")
_MARGINS = ("word/header", "word/footer")


def descriptions(office: bytes) -> tuple[str, ...]:
    """The alternative text of each picture and chart in the running text or on the slides, else its name."""
    members = unpacked(office)
    found = []
    for part in format_of(members).texts(members):
        if not is_notes(part) and not part.startswith(_MARGINS):
            for holder in etree.fromstring(members[part]).iter(*_HOLDERS):
                is_fallback = next(holder.iterancestors(_FALLBACK), None) is not None
                if not is_fallback and next(holder.iter(*_SHOWN), None) is not None:
                    named = next(holder.iter(*_NAMED))
                    found.append(named.get("descr", "").strip() or named.get("name", ""))
    return tuple(found)
