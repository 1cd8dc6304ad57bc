"""Reads from a merged .docx what its PDF must show: numbered paragraphs, headers and footers, bookmarked labels."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from pipeline.documents.numbering import Numbering, W

_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""What an older Word shows instead of the drawing beside it: the same text once more."""
_MARGIN_PART = re.compile(r"word/(header|footer)\d*\.xml")
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SLIDE_NUMBER = "slidenum"
_NESTING = {f"{W}txbxContent", f"{W}fldSimple", f"{_A}fld", _FALLBACK}
"""What holds text that is not the paragraph's own, or that is only a place."""
_TOLD = (
    *(f"{W}{name}" for name in ("t", "tab", "br", "noBreakHyphen", "fldChar", "instrText")),
    f"{_A}br",
    *sorted(_NESTING),
)
_PAGE_FIELDS = ("PAGE", "NUMPAGES", "SECTIONPAGES")


@dataclass(frozen=True)
class DocxText:
    """The visible text of a merged document."""

    paragraphs: tuple[str, ...]
    """Body, table cells and notes in document order, each with the number Word puts before it."""
    margins: tuple[str, ...]
    """Headers and footers, with a NUL character where a page number stands."""
    bookmarks: dict[str, str]
    """The text inside each bookmark of a single paragraph."""
    roles: tuple[str, ...] = ()
    """The tag of each paragraph in a PDF; none where all are P."""


@lru_cache(maxsize=2)
def read_docx_text(docx: bytes) -> DocxText:
    """The text of a .docx that this pipeline merged; read once for all steps that ask for it."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return text_of(archive, etree.fromstring(archive.read("word/document.xml")), Numbering.read(archive))


def text_of(archive: zipfile.ZipFile, body: etree._Element, numbering: Numbering) -> DocxText:
    """The text of a .docx whose body and numbering are read already."""
    names = archive.namelist()
    notes = [etree.fromstring(archive.read(f"word/{note}.xml")) for note in _notes(names)]
    margins = [etree.fromstring(archive.read(name)) for name in names if _MARGIN_PART.fullmatch(name)]
    labels = numbering.labels(body)
    shown = [one for one in body.iter(f"{W}p") if next(one.iterancestors(_FALLBACK), None) is None]
    paragraphs = [labels.get(paragraph, "") + paragraph_text(paragraph) for paragraph in shown]
    paragraphs += [paragraph_text(paragraph) for note in notes for paragraph in note.iter(f"{W}p")]
    return DocxText(
        paragraphs=tuple(text for text in paragraphs if text.strip()),
        margins=tuple(text for part in margins if (text := _margin_text(part)).strip()),
        bookmarks=_bookmarks(body),
    )


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """A text to be compared: without white space and letter case, since lines break anew and styles print capitals."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def paragraph_text(paragraph: etree._Element) -> str:
    """The text a reader sees in a paragraph; page numbers become a NUL character, deleted text is left out."""
    pieces: list[str] = []
    field: list[str] | None = None
    nodes = list(paragraph.iter(*_TOLD))
    if any(node.tag in _NESTING for node in nodes):
        nodes = list(_own_nodes(paragraph))
    for node in nodes:
        if _is_number_of_page(node):
            pieces.append("\0")
        elif node.tag == f"{W}fldChar":
            field = _field_state(node, field, pieces)
        elif node.tag == f"{W}instrText" and field is not None:
            field.append(node.text or "")
        elif node.tag == f"{W}t" and (field is None or field[:1] == ["shown"]):
            pieces.append(node.text or "")
        elif node.tag in {f"{W}tab", f"{W}br", f"{_A}br"}:
            pieces.append(" ")
        elif node.tag == f"{W}noBreakHyphen":
            pieces.append("\u2011")
    return "".join(pieces)


def _own_nodes(element: etree._Element) -> Iterator[etree._Element]:
    """What is below a paragraph, without the paragraphs of text boxes and the result of a page number."""
    for node in element:
        yield node
        if node.tag not in {f"{W}txbxContent", _FALLBACK} and not _is_number_of_page(node):
            yield from _own_nodes(node)


def _is_number_of_page(node: etree._Element) -> bool:
    """Whether an element holds the number of a page or slide and nothing else."""
    if node.tag == f"{W}fldSimple":
        return _is_page_field(node.get(f"{W}instr", ""))
    return node.tag == f"{_A}fld" and node.get("type") == _SLIDE_NUMBER


def _is_page_field(code: str) -> bool:
    return code.split()[:1] in [[name] for name in _PAGE_FIELDS]


def _field_state(node: etree._Element, field: list[str] | None, pieces: list[str]) -> list[str] | None:
    """Follows a complex field: its code is not shown, its result is, but a page number is only a place."""
    kind = node.get(f"{W}fldCharType")
    if kind == "begin":
        return ["code"]
    if kind == "separate" and field is not None:
        is_page = _is_page_field("".join(field[1:]))
        if is_page:
            pieces.append("\0")
        return ["hidden" if is_page else "shown"]
    return None


def _margin_text(part: etree._Element) -> str:
    return " ".join(paragraph_text(paragraph) for paragraph in part.iter(f"{W}p"))


def _notes(names: list[str]) -> list[str]:
    return [note for note in ("footnotes", "endnotes") if f"word/{note}.xml" in names]


def _bookmarks(body: etree._Element) -> dict[str, str]:
    found = {}
    for start in body.iter(f"{W}bookmarkStart"):
        pieces: list[str] = []
        for node in start.itersiblings():
            if node.tag == f"{W}bookmarkEnd" and node.get(f"{W}id") == start.get(f"{W}id"):
                found[start.get(f"{W}name", "")] = "".join(pieces)
                break
            pieces += [text.text or "" for text in node.iter(f"{W}t")]
    return found
