"""Shows a Word template or a PDF form as lines of text, so that git diff tells what changed in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

from lxml import etree

from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.pdf_form import FormField, pdf_form
from pipeline.templating.places import W

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_SHOWN = {f"{W}pPr", f"{W}rPr", f"{W}del", f"{W}moveFrom", _FALLBACK}
_BOOKMARKS = {f"{W}bookmarkStart", f"{W}bookmarkEnd"}
_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "↵",
    f"{W}cr": "↵",
    f"{W}noBreakHyphen": "\N{NON-BREAKING HYPHEN}",
    f"{W}softHyphen": "\N{SOFT HYPHEN}",
}
_BREAKS = {"page": "[page break]", "column": "[column break]"}
_NOTES = {f"{W}footnote", f"{W}endnote"}
_REFERENCES = {f"{W}footnoteReference", f"{W}endnoteReference"}
_BODY_TEXT = 9
"""The outline level that says: no heading (ECMA-376-1, 17.3.1.20)."""


def plain_text(raw: bytes) -> str:
    """The text of a .docx, a line for each paragraph, without a line end at the end.

    A heading has # for each of its levels; the cells of a row are joined by « | », the paragraphs of a cell and the
    lines of a paragraph by ↵. A bookmark is shown as [bookmark name: its text], Word's own hidden ones are not, and
    what a tracked change deleted is not either. Placeholders stand as typed. Each header, footer and notes part that
    shows anything follows the body under its own title. Raises as OfficeFile does.
    """
    word = OfficeFile(Path(), "", raw)
    levels = _heading_levels(word.styles)
    stories = []
    for part, tree in word.stories.items():
        lines = _Lines(levels).of(tree)
        name = part.removeprefix("word/").removesuffix(".xml")
        if name == "document":
            stories.append("\n".join(lines))
        elif any(lines):
            stories.append("\n".join([f"== {name} ==", *lines]))
    return "\n\n".join(stories)


def form_text(path: Path) -> str:
    """The fields of a PDF form in page order, a line each: name, kind and what it takes. Raises as PdfForm does."""
    return "\n".join(_field_line(field) for field in pdf_form(path).fields.values())


def _field_line(field: FormField) -> str:
    takes: list[str] = [field.kind]
    if field.multiline:
        takes.append("several lines")
    if field.max_length is not None:
        takes.append(f"at most {field.max_length} characters")
    if field.options:
        shown = [text if text == stored else f"{text} ({stored})" for stored, text in field.options]
        takes.append(f"one of {' | '.join(shown)}")
    return f"{field.name}: {', '.join(takes)}"


class _Lines:
    """Collects the lines of one part; bookmarks may begin in one paragraph and end in another."""

    def __init__(self, levels: Mapping[str, int]) -> None:
        self._levels = levels
        self._lines: list[str] = []
        self._open: set[str | None] = set()
        """The numbers of the bookmarks that have begun."""
        self._before = ""
        """What stands before the next paragraph."""
        self._boxes: list[etree._Element] = []

    def of(self, tree: etree._Element) -> list[str]:
        """The lines of a part."""
        self._blocks(tree)
        return self._lines

    def _blocks(self, container: etree._Element) -> None:
        for child in container.iterchildren(etree.Element):
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag in _BOOKMARKS:
                self._mark_between(child, self._lines)
            elif child.tag in _NOTES:
                self._note(child)
            elif child.tag not in _NOT_SHOWN:
                self._blocks(child)

    def _paragraph(self, paragraph: etree._Element) -> None:
        before, self._before = self._before, ""
        text = before + self._inside(paragraph)
        level = _own_level(paragraph.find(f"{W}pPr"), self._levels)
        self._lines.append(f"{'#' * level} {text}" if level and text else text)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._lines += [f"[text box] {line}".rstrip() for line in self._apart(box)]

    def _table(self, table: etree._Element) -> None:
        for child in _within(table, f"{W}tr"):
            if child.tag == f"{W}tr":
                self._lines.append(" | ".join(self._cells(child)))
            else:
                self._mark_between(child, self._lines)

    def _cells(self, row: etree._Element) -> list[str]:
        cells: list[str] = []
        for child in _within(row, f"{W}tc"):
            if child.tag == f"{W}tc":
                cells.append("↵".join(self._apart(child)))
            else:
                self._mark_between(child, cells)
        return cells

    def _note(self, note: etree._Element) -> None:
        """A note under its number; the separators above notes are none (ECMA-376-1, 17.18.33)."""
        if note.get(f"{W}type", "normal") == "normal":
            first, *more = self._apart(note) or [""]
            self._lines += [f"{_number(note)} {first.lstrip()}", *more]

    def _apart(self, container: etree._Element) -> list[str]:
        """The lines of a cell, a note or a box, taken out of the others."""
        start = len(self._lines)
        self._blocks(container)
        taken = self._lines[start:]
        del self._lines[start:]
        return taken

    def _mark_between(self, element: etree._Element, lines: list[str]) -> None:
        """A bookmark between paragraphs, rows or cells begins before the next one and ends after the last one."""
        mark = self._mark(element)
        if mark == "]" and lines:
            lines[-1] += mark
        else:
            self._before += mark

    def _mark(self, element: etree._Element) -> str:
        number, name = element.get(f"{W}id"), element.get(f"{W}name", "")
        if element.tag == f"{W}bookmarkStart" and not name.startswith("_"):
            self._open.add(number)
            return f"[bookmark {name}: "
        if element.tag == f"{W}bookmarkEnd" and number in self._open:
            self._open.remove(number)
            return "]"
        return ""

    def _inside(self, element: etree._Element) -> str:
        return "".join(self._shown(child) for child in element.iterchildren(etree.Element))

    def _shown(self, element: etree._Element) -> str:
        """What an element within a paragraph shows; a text box waits until the paragraph ends."""
        tag = str(element.tag)
        if tag == f"{W}txbxContent":
            self._boxes.append(element)
        elif tag in _BOOKMARKS:
            return self._mark(element)
        elif tag not in _NOT_SHOWN:
            return _sign(element) or self._inside(element)
        return ""


def _sign(element: etree._Element) -> str:
    """What an element without others in it shows."""
    tag = str(element.tag)
    if tag == f"{W}t":
        return (element.text or "").replace("\n", " ")
    if tag in _SIGNS:
        return _BREAKS.get(element.get(f"{W}type", ""), _SIGNS[tag])
    return _number(element) if tag in _REFERENCES else ""


def _number(note: etree._Element) -> str:
    """What stands for a note, at the note and where the text refers to it."""
    kind = etree.QName(note).localname.removesuffix("Reference")
    return f"[{kind} {note.get(f'{W}id')}]"


def _within(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The rows of a table or the cells of a row, and the bookmarks between them, content controls or not."""
    for child in element.iterchildren(etree.Element):
        if child.tag == tag or child.tag in _BOOKMARKS:
            yield child
        else:
            yield from _within(child, tag)


def _heading_levels(styles: etree._Element) -> dict[str, int]:
    """The heading level of each paragraph style that has one, its own or that of the style it is based on."""
    own = {style.get(f"{W}styleId", ""): style for style in styles.iter(f"{W}style")}
    levels = {name: _style_level(name, own) for name in own}
    return {name: level for name, level in levels.items() if level}


def _style_level(name: str, styles: Mapping[str, etree._Element]) -> int:
    for style in itertools.islice(_based_on(name, styles), len(styles)):
        level = style.find(f"{W}pPr/{W}outlineLvl")
        if level is not None:
            return _level(level)
        if _value(style.find(f"{W}name")).casefold() == "title":
            return 1
    return 0


def _based_on(name: str, styles: Mapping[str, etree._Element]) -> Iterator[etree._Element]:
    """A style and those it is based on; without an end where they go round in a circle."""
    while name in styles:
        yield styles[name]
        name = _value(styles[name].find(f"{W}basedOn"))


def _own_level(properties: etree._Element | None, levels: Mapping[str, int]) -> int:
    """The heading level of a paragraph from 1, or 0; its own goes before its style's."""
    if properties is None:
        return 0
    level = properties.find(f"{W}outlineLvl")
    return levels.get(_value(properties.find(f"{W}pStyle")), 0) if level is None else _level(level)


def _level(outline: etree._Element) -> int:
    number = int(_value(outline) or _BODY_TEXT)
    return number + 1 if number < _BODY_TEXT else 0


def _value(element: etree._Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")
