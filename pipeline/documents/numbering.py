"""Works out the numbers that Word puts before the paragraphs of lists and headings."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class Level:
    """One level of a list: its first number, format and text such as %1.%2."""

    start: int
    format: str
    text: str
    of_style: bool
    """Whether a style, such as a heading, takes its number from here."""

    @property
    def must_be_written_out(self) -> bool:
        """Whether it refers to another level too, or numbers a style."""
        return self.of_style or len(set(re.findall(r"%(\d)", self.text))) > 1


@dataclass
class Numbering:
    """The lists of a document and the styles that use them."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    """By numId and level."""
    abstract: dict[str, str] = field(default_factory=dict)
    overrides: dict[tuple[str, int], int] = field(default_factory=dict)
    style_numbers: dict[str, tuple[str, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, archive: zipfile.ZipFile) -> Numbering:
        """The numbering of a .docx; empty where it has none."""
        if "word/numbering.xml" not in archive.namelist():
            return cls()
        made = cls()
        styles = etree.fromstring(archive.read("word/styles.xml"))
        made._read_lists(etree.fromstring(archive.read("word/numbering.xml")), _heading_styles(styles))
        made._read_styles(styles)
        return made

    def labels(self, body: etree._Element) -> dict[etree._Element, str]:
        """The number before each numbered paragraph, in document order; bullets are none."""
        counters: dict[str, dict[int, int]] = {}
        started: set[tuple[str, int]] = set()
        found = {}
        for paragraph in body.iter(f"{W}p"):
            place = self.place(paragraph)
            if place and place[1] in self.levels.get(place[0], {}):
                label = self._count(place, counters.setdefault(self.abstract[place[0]], {}), started)
                if label:
                    found[paragraph] = label
        return found

    def place(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """The list and level of a paragraph, by its own properties or its style's."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return None
        style = properties.find(f"{W}pStyle")
        inherited = self.style_numbers.get(style.get(f"{W}val", "")) if style is not None else None
        own = properties.find(f"{W}numPr")
        if own is None:
            return inherited
        number, level = _value(own, "numId"), _value(own, "ilvl")
        list_id = number or (inherited[0] if inherited else "0")
        return None if list_id == "0" else (list_id, int(level or (inherited[1] if inherited and not number else 0)))

    def _count(self, place: tuple[str, int], counter: dict[int, int], started: set[tuple[str, int]]) -> str:
        number, depth = place
        levels = self.levels[number]
        if place in self.overrides and place not in started:
            counter[depth] = self.overrides[place]
        else:
            counter[depth] = counter.get(depth, levels[depth].start - 1) + 1
        started.add(place)
        for deeper in [level for level in counter if level > depth]:
            del counter[deeper]
        if levels[depth].format in {"bullet", "none"}:
            return ""
        return re.sub(r"%(\d)", lambda match: self._number(levels, counter, int(match[1]) - 1), levels[depth].text)

    def _number(self, levels: dict[int, Level], counter: dict[int, int], depth: int) -> str:
        level = levels[depth]
        return _formatted(counter.setdefault(depth, level.start), level.format)

    def _read_lists(self, tree: etree._Element, headings: set[str]) -> None:
        abstracts = {
            one.get(f"{W}abstractNumId", ""): {
                int(level.get(f"{W}ilvl", "0")): _level(level, headings) for level in one.iter(f"{W}lvl")
            }
            for one in tree.iter(f"{W}abstractNum")
        }
        for number in tree.iter(f"{W}num"):
            list_id = number.get(f"{W}numId", "")
            self.abstract[list_id] = _value(number, "abstractNumId") or ""
            self.levels[list_id] = abstracts.get(self.abstract[list_id], {})
            for override in number.iter(f"{W}lvlOverride"):
                start = _value(override, "startOverride")
                if start is not None:
                    self.overrides[list_id, int(override.get(f"{W}ilvl", "0"))] = int(start)

    def _read_styles(self, tree: etree._Element) -> None:
        styles = {style.get(f"{W}styleId", ""): style for style in tree.iter(f"{W}style")}
        for name, first in styles.items():
            style: etree._Element | None = first
            while style is not None:
                own = style.find(f"{W}pPr/{W}numPr")
                if own is not None:
                    self.style_numbers[name] = (_value(own, "numId") or "0", int(_value(own, "ilvl") or 0))
                    break
                style = styles.get(_value(style, "basedOn") or "")


def _level(element: etree._Element, headings: set[str]) -> Level:
    start, number_format = _value(element, "start"), _value(element, "numFmt")
    of_style = _value(element, "pStyle") in headings
    return Level(int(start or 1), number_format or "decimal", _value(element, "lvlText") or "", of_style)


def _heading_styles(styles: etree._Element) -> set[str]:
    """The ids of the built-in heading styles; Word keeps their English name in every language."""
    every = styles.iter(f"{W}style")
    return {
        style.get(f"{W}styleId", "") for style in every if (_value(style, "name") or "").lower().startswith("heading")
    }


def _value(element: etree._Element, child: str) -> str | None:
    found = element.find(f"{W}{child}")
    return None if found is None else found.get(f"{W}val")


def _formatted(number: int, number_format: str) -> str:
    if number_format.endswith("Letter"):
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif number_format.endswith("Roman"):
        text, rest = "", number
        for value, letters in _ROMAN:
            text, rest = text + letters * (rest // value), rest % value
    else:
        return str(number)
    return text.upper() if number_format.startswith("upper") else text
