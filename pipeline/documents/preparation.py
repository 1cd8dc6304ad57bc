"""Prepares a merged .docx for conversion, where a converter would show less or other than Word does.

The delivered .docx stays as it was merged. What the embedded engine gets wrong, and what is done about it:
a heading of the second level is numbered as if it stood alone (1 for 1.1) and tagged as a list: such numbers are
written out as text; a paragraph that begins with a day and a non-breaking space (20. januar) is taken for a list: an
ordinary space; "keep with next" is not heeded: keep_together.py breaks the page. A font that set-up cannot bring is
named by its twin of equal widths, so that a machine that has it lays the pages out like all others.
"""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

from pipeline.documents.docx_text import text_of
from pipeline.documents.numbering import Numbering, W
from pipeline.templating.office_archive import member, packed, unpacked

_BODY = "word/document.xml"
TWINS = {"Calibri": "Carlito"}
"""Fonts that a template names, and the font of equal widths that set-up brings and the PDF shows."""
NO_BREAK_SPACE = ("\u00a0", "\u202f")
"""The wide one and the narrow one. Carlito has only the narrow; the engine measures the wide one in whatever font the
machine has, so that columns would be as wide as its fonts are."""
_EM_SPACE = "\u2003"
"""Not a tab: with one in a heading the embedded engine cannot tell the heading's text for the outline."""
_LIKE_A_LIST_ON_A_SLIDE = re.compile("(<a:t>[0-9]+[.)])\u202f".encode())
_LIKE_A_LIST = re.compile("^([0-9]+[.)])[\u00a0\u202f]")


def printable(office: bytes) -> bytes:
    """Slides with the fonts and spaces that set-up brings."""
    members = {name: _printable(name, content) for name, content in unpacked(office).items()}
    return packed({name: _LIKE_A_LIST_ON_A_SLIDE.sub(rb"\1 ", content) for name, content in members.items()})


class PreparedDocx:
    """A merged .docx taken apart, to be changed and put together again."""

    def __init__(self, docx: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            self._others = {name: _printable(name, archive.read(name)) for name in archive.namelist()}
            self.body = etree.fromstring(archive.read(_BODY))
            self.styles = etree.fromstring(archive.read("word/styles.xml"))
            self.numbering = Numbering.read(archive)
            self._write_out_numbers()
            self._avoid_false_lists()
            self.text = text_of(archive, self.body, self.numbering)
            """What the PDF must show; page breaks alter none of it."""

    def docx(self) -> bytes:
        """The .docx as it stands now; nothing in it is packed, since only an engine reads it."""
        content = _printable(_BODY, etree.tostring(self.body, encoding="UTF-8", standalone=True))
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as copy:
            for name, other in self._others.items():
                part = member(name)
                part.compress_type = zipfile.ZIP_STORED
                copy.writestr(part, content if name == _BODY else other)
        return target.getvalue()

    def _write_out_numbers(self) -> None:
        """Turns the numbers of headings and of lists of several levels into text."""
        lists = self.numbering.levels
        wanted = {number for number, levels in lists.items() if any(one.must_be_written_out for one in levels.values())}
        for paragraph, label in self.numbering.labels(self.body).items():
            if (self.numbering.place(paragraph) or ("",))[0] in wanted:
                _write_label(paragraph, label)

    def _avoid_false_lists(self) -> None:
        for paragraph in self.body.iter(f"{W}p"):
            first = next(paragraph.iter(f"{W}t"), None)
            if first is not None and first.text:
                first.text = _LIKE_A_LIST.sub(r"\1 ", first.text)


def _write_label(paragraph: etree._Element, label: str) -> None:
    properties = paragraph.find(f"{W}pPr")
    if properties is None:
        return
    own = properties.find(f"{W}numPr")
    if own is not None:
        properties.remove(own)
    off = etree.Element(f"{W}numPr")
    etree.SubElement(off, f"{W}numId").set(f"{W}val", "0")
    style = properties.find(f"{W}pStyle")
    properties.insert(0 if style is None else 1, off)
    run = etree.Element(f"{W}r")
    etree.SubElement(run, f"{W}t").text = label + _EM_SPACE
    properties.addnext(run)


def _printable(name: str, content: bytes) -> bytes:
    """A part with the fonts and spaces that set-up brings."""
    if not name.endswith(".xml"):
        return content
    for font, twin in TWINS.items():
        content = content.replace(f'"{font}"'.encode(), f'"{twin}"'.encode())
    wide, narrow = NO_BREAK_SPACE
    return content.replace(wide.encode(), narrow.encode())
