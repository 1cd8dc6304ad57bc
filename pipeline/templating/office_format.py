"""What differs between Word, PowerPoint and Excel files: which parts hold text, and how they read in Word's words.

Placeholders are merged, checked and found again in one way for all three: a slide's and a sheet's text is read as
paragraphs, runs and table rows of WordprocessingML, and written back as what it was.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Protocol

from lxml import etree

from pipeline.templating.sheets import asked_sheet, closed_sheet, empty_strings, opened_sheet, recalculated
from pipeline.templating.slides import closed_slide, opened_slide

CORE = "docProps/core.xml"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WORD_PART = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
Members = Mapping[str, bytes]
"""The parts of a file by name."""


class OfficeFormat(Protocol):
    """A kind of Office file."""

    suffix: str
    program: str
    """What its authors write it in."""
    body: str
    """A part that every such file has."""

    def texts(self, members: Members) -> dict[str, str]:
        """The parts with text in reading order, each with its name for a person; empty where the part's name says it.

        Raises KeyError, ValueError or lxml.etree.XMLSyntaxError for a file that is not whole.
        """

    def opened(self, part: str, members: Members) -> bytes:
        """A part with text as XML in Word's words."""

    def asked(self, opened: etree._Element) -> etree._Element:
        """The opened part as it is merged; the tree is changed where a placeholder has to ask for more than text."""

    def closed(self, text: str) -> str:
        """The merged part in the format's own words again."""

    def settled(self, part: str, members: Members) -> bytes:
        """A part that no municipality's facts change, as every merged file has it."""


class WordFormat:
    """A .docx: read as it is."""

    suffix, program, body = "docx", "Word", "word/document.xml"

    def texts(self, members: Members) -> dict[str, str]:
        """Body, headers, footers and notes, in the order of the file."""
        return {part: "" for part in members if _WORD_PART.fullmatch(part)}

    def opened(self, part: str, members: Members) -> bytes:
        """The part as it is."""
        return members[part]

    def asked(self, opened: etree._Element) -> etree._Element:
        """The part as it is."""
        return opened

    def closed(self, text: str) -> str:
        """The text as it is."""
        return text

    def settled(self, part: str, members: Members) -> bytes:
        """The part as it is."""
        return members[part]


class SlidesFormat:
    """A .pptx: slides and their notes."""

    suffix, program, body = "pptx", "PowerPoint", "ppt/presentation.xml"

    def texts(self, members: Members) -> dict[str, str]:
        """Each slide as slide 1, slide 2 …, followed by its notes."""
        found = {}
        listed = etree.fromstring(members[self.body]).iterfind(f"{_P}sldIdLst/{_P}sldId")
        targets = relations(self.body, members)
        for number, entry in enumerate(listed, start=1):
            slide = targets[entry.get(_RELATION, "")]
            found[slide] = f"slide {number}"
            notes = [one for one in relations(slide, members).values() if one.startswith("ppt/notesSlides/")]
            found |= dict.fromkeys(notes, f"notes of slide {number}")
        return found

    def opened(self, part: str, members: Members) -> bytes:
        """The slide with its paragraphs as Word names them."""
        return opened_slide(members[part])

    def asked(self, opened: etree._Element) -> etree._Element:
        """The part as it is."""
        return opened

    def closed(self, text: str) -> str:
        """The slide as PowerPoint names them."""
        return closed_slide(text)

    def settled(self, part: str, members: Members) -> bytes:
        """The part as it is."""
        return members[part]


class SheetsFormat:
    """A .xlsx: its worksheets; every text stands in its cell and not in a list of shared texts."""

    suffix, program, body = "xlsx", "Excel", "xl/workbook.xml"
    _STRINGS = "xl/sharedStrings.xml"

    def texts(self, members: Members) -> dict[str, str]:
        """Each worksheet by the name on its tab."""
        sheets = etree.fromstring(members[self.body]).iterfind(f"{_S}sheets/{_S}sheet")
        targets = relations(self.body, members)
        return {targets[sheet.get(_RELATION, "")]: f"sheet {sheet.get('name')}" for sheet in sheets}

    def opened(self, part: str, members: Members) -> bytes:
        """The sheet with the text of each cell as a paragraph."""
        return opened_sheet(members[part], members.get(self._STRINGS))

    def asked(self, opened: etree._Element) -> etree._Element:
        """The sheet where a cell with one placeholder takes numbers and dates as they are."""
        return asked_sheet(opened)

    def closed(self, text: str) -> str:
        """The sheet with numbers, dates and texts in its cells."""
        return closed_sheet(text)

    def settled(self, part: str, members: Members) -> bytes:
        """Without the shared texts, and to be worked out anew when it is opened."""
        if part == self._STRINGS:
            return empty_strings()
        return recalculated(members[part]) if part == self.body else members[part]


FORMATS: dict[str, OfficeFormat] = {one.suffix: one for one in (WordFormat(), SlidesFormat(), SheetsFormat())}
"""By the ending of the file's name, which is also the document's kind."""


def is_notes(part: str) -> bool:
    """Whether a part is the notes of a slide, which the one who speaks sees and the PDF does not show."""
    return part.startswith("ppt/notesSlides/")


def format_of(members: Members) -> OfficeFormat:
    """What a file is, by what is in it. Raises KeyError where it is none of them."""
    for one in FORMATS.values():
        if one.body in members:
            return one
    raise KeyError(WordFormat.body)


def relations(part: str, members: Members) -> dict[str, str]:
    """The parts that a part refers to, by the reference's id; what lies outside the file is left out."""
    folder, name = posixpath.split(part)
    content = members.get(f"{folder}/_rels/{name}.rels")
    if content is None:
        return {}
    return {
        one.get("Id", ""): _inside(folder, one.get("Target", ""))
        for one in etree.fromstring(content)
        if one.get("TargetMode") != "External"
    }


def _inside(folder: str, target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
