"""Marks every sheet of a workbook as a draft, on the screen and on paper, and puts what is missing on yellow."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

from pipeline.documents.draft_pdf import WORD
from pipeline.templating.formula_results import cells_of, put_blank
from pipeline.templating.missing import is_blank
from pipeline.templating.office_archive import packed, unpacked
from pipeline.templating.office_format import format_of

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STYLES = "xl/styles.xml"
_CENTRE = "&C"
_STORY = "sheet "
_CELL = r"\$?[A-Z]{1,3}\$?[0-9]+"
_REFERENCE = re.compile(rf"(?:'([^']+)'!|(\w+)!)?(?<![\w$])({_CELL})(?::({_CELL}))?(?![\w(])")
Place = tuple[str, str]
"""The name of a sheet, and a cell of it."""
_YELLOW = (
    f'<fill xmlns="{_S[1:-1]}"><patternFill patternType="solid"><fgColor rgb="FFFFFF00"/>'
    '<bgColor indexed="64"/></patternFill></fill>'
)


def workbook_as_draft(workbook: bytes, blank: str) -> bytes:
    """The workbook with the word before the first text of each sheet and in its printed header.

    A formula that reckons from a cell with a blank gets the `blank` too, since Excel would take a text for an error.
    """
    members = unpacked(workbook)
    stories = format_of(members).texts(members)
    sheets = {part: etree.fromstring(members[part]) for part in stories}
    cells = {
        (story.removeprefix(_STORY), str(cell.get("r"))): cell
        for part, story in stories.items()
        for cell in sheets[part].iter(f"{_S}c")
    }
    styles = _Styles(members[_STYLES])
    for cell in _lacking(cells, blank):
        cell.set("s", styles.on_yellow(cell.get("s", "0")))
    for part, tree in sheets.items():
        _stamp(tree)
        members[part] = etree.tostring(tree, encoding="UTF-8", standalone=True)
    members[_STYLES] = styles.content()
    return packed(members)


def _lacking(cells: dict[Place, etree._Element], blank: str) -> list[etree._Element]:
    """Every cell with a blank, those that reckon from one among them, which are given theirs."""
    found = {place for place, cell in cells.items() if is_blank("".join(str(text) for text in cell.itertext()))}
    formulas = {place: set(_read(place[0], cell)) for place, cell in cells.items() if cell.find(f"{_S}f") is not None}
    while hanging := {place for place, reads in formulas.items() if place not in found and reads & found}:
        found |= hanging
    for place in found & formulas.keys():
        put_blank(cells[place], blank)
    return [cell for place, cell in cells.items() if place in found]


def _read(sheet: str, cell: etree._Element) -> Iterator[Place]:
    """The cells that a formula names."""
    for quoted, plain, first, last in _REFERENCE.findall(cell.findtext(f"{_S}f") or ""):
        area = f"{first}:{last}" if last else first
        for one in cells_of(area.replace("$", "")):
            yield quoted or plain or sheet, one


def _stamp(tree: etree._Element) -> None:
    text = next((one for cell in tree.iter(f"{_S}c") for one in cell.iter(f"{_S}t")), None)
    if text is not None:
        text.text = f"{WORD} – {text.text or ''}"
    for header in tree.iter(f"{_S}oddHeader", f"{_S}evenHeader", f"{_S}firstHeader"):
        said = header.text or ""
        header.text = said.replace(_CENTRE, f"{_CENTRE}{WORD} ") if _CENTRE in said else f"{said}{_CENTRE}{WORD}"


class _Styles:
    """The formats of a workbook's cells, to which a yellow one is added for each that needs it."""

    def __init__(self, content: bytes) -> None:
        self._tree = etree.fromstring(content)
        self._formats = self._table("cellXfs")
        self._yellow: dict[str, str] = {}
        self._fill = ""

    def on_yellow(self, style: str) -> str:
        """The number of a format that is the same on yellow."""
        if style not in self._yellow:
            if not self._fill:
                fills = self._table("fills")
                self._fill = _added(fills, etree.fromstring(_YELLOW))
            made = copy.deepcopy(self._formats[int(style)])
            made.set("fillId", self._fill)
            made.set("applyFill", "1")
            self._yellow[style] = _added(self._formats, made)
        return self._yellow[style]

    def content(self) -> bytes:
        """The part with all of them."""
        return etree.tostring(self._tree, encoding="UTF-8", standalone=True)

    def _table(self, name: str) -> etree._Element:
        return next(self._tree.iter(f"{_S}{name}"))


def _added(table: etree._Element, entry: etree._Element) -> str:
    """Adds an entry to a table of the formats; its number."""
    table.append(entry)
    table.set("count", str(len(table)))
    return str(len(table) - 1)
