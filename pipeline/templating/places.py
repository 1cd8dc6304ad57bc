"""Walks the paragraphs of a part in Word's words and says of each where its author finds it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline.errors import Spot

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEETS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FIRST_WORDS = 40


def paragraphs(part: str, tree: etree._Element, story: str = "") -> Iterator[tuple[etree._Element, Spot]]:
    """Every paragraph of a part in document order, with its place; `story` is what a person calls the part."""
    tables = {table: number for number, table in enumerate(tree.iter(f"{W}tbl"), start=1)}
    for number, paragraph in enumerate(tree.iter(f"{W}p"), start=1):
        words = first_words(text_of(paragraph))
        yield paragraph, Spot(part, number, words, *_cell(paragraph, tables), story, _sheet_cell(paragraph))


def text_of(paragraph: etree._Element) -> str:
    """The text that a paragraph shows; what a tracked change deleted is left out."""
    return "".join(node.text or "" for node in paragraph.iter(f"{W}t"))


def first_words(text: str) -> str:
    """As much of a text as a message quotes."""
    return text if len(text) <= _FIRST_WORDS else f"{text[:_FIRST_WORDS].rstrip()}…"


def _cell(paragraph: etree._Element, tables: dict[etree._Element, int]) -> tuple[int, int, int]:
    """The table, row and column of the innermost cell around a paragraph, or zeros."""
    cell = next(paragraph.iterancestors(f"{W}tc"), None)
    row = next(paragraph.iterancestors(f"{W}tr"), None)
    table = next(paragraph.iterancestors(f"{W}tbl"), None)
    if cell is None or row is None or table is None:
        return 0, 0, 0
    return tables[table], _position(row), _position(cell)


def _sheet_cell(paragraph: etree._Element) -> str:
    """The cell, header or footer of a worksheet that holds a paragraph; empty in other parts."""
    owner = paragraph.getparent()
    if owner is None or not str(owner.tag).startswith(_SHEETS):
        return ""
    cell = next(paragraph.iterancestors(f"{_SHEETS}c"), None)
    return f"cell {cell.get('r')}" if cell is not None else "header" if str(owner.tag).endswith("Header") else "footer"


def _position(element: etree._Element) -> int:
    """Which of its kind it is among its siblings, from 1."""
    return 1 + sum(1 for _ in element.itersiblings(str(element.tag), preceding=True))
