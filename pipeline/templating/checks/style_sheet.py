"""Reads the styles of a Word file: which are in use, and what each inherits."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.places import W

_REFERENCES = tuple(f"{W}{name}" for name in ("pStyle", "rStyle", "tblStyle"))


class StyleSheet:
    """The styles of a file, as its paragraphs, runs and tables use them."""

    def __init__(self, file: OfficeFile) -> None:
        self._file = file
        self._styles = {style.get(f"{W}styleId", ""): style for style in file.styles.iter(f"{W}style")}
        marked = [one for one in self._styles.values() if one.get(f"{W}default") in {"1", "true", "on"}]
        self._defaults = {style.get(f"{W}type", ""): style.get(f"{W}styleId", "") for style in marked}

    @property
    def default_paragraph(self) -> etree._Element | None:
        """The style of a paragraph that names none; Word calls it Normal."""
        return self._styles.get(self._defaults.get("paragraph", ""))

    def of_paragraph(self, paragraph: etree._Element) -> list[etree._Element]:
        """The style of a paragraph, followed by those it is based on."""
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        return self._chain(value(named) if named is not None else self._defaults.get("paragraph", ""))

    def of_run(self, run: etree._Element) -> list[etree._Element]:
        """The character style of a run, followed by those it is based on; empty when it has none."""
        return self._chain(value(run.find(f"{W}rPr/{W}rStyle")))

    def of_table(self, table: etree._Element) -> list[etree._Element]:
        """The style of a table, followed by those it is based on."""
        named = table.find(f"{W}tblPr/{W}tblStyle")
        return self._chain(value(named) if named is not None else self._defaults.get("table", ""))

    def chains_in_use(self) -> Iterator[list[etree._Element]]:
        """Each style that something in the file has, and the default ones, each followed by those it is based on."""
        names = {*self._defaults.values()}
        for tree in self._file.stories.values():
            names |= {value(reference) for reference in tree.iter(*_REFERENCES)}
        yield from (self._chain(name) for name in self._styles if name in names)

    def _chain(self, name: str) -> list[etree._Element]:
        chain: list[etree._Element] = []
        style = self._styles.get(name)
        while style is not None and style not in chain:
            chain.append(style)
            style = self._styles.get(value(style.find(f"{W}basedOn")))
        return chain


def value(element: etree._Element | None) -> str:
    """The w:val of an element; empty when there is none."""
    return "" if element is None else element.get(f"{W}val", "")


def is_on(element: etree._Element) -> bool:
    """Whether a property that can be on or off is on."""
    return element.get(f"{W}val", "1") in {"1", "true", "on"}


def style_name(style: etree._Element) -> str:
    """What Word calls the style."""
    return value(style.find(f"{W}name")) or style.get(f"{W}styleId", "")
