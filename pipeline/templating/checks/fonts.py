"""Checks that a Word template is set in the fonts there are, also where a style or a theme chooses them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import groupby

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.office_file import OfficeFile, Paragraph
from pipeline.templating.checks.style_sheet import StyleSheet, style_name, value
from pipeline.templating.checks.tag_reading import own, text_in
from pipeline.templating.places import W, first_words

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_KINDS = {"ascii": "asciiTheme", "hAnsi": "hAnsiTheme", "cs": "cstheme"}
_LATIN = ("ascii", "hAnsi")
_WORDS_OWN = "Times New Roman"
"""What Word takes where nothing names a font."""
_ROUND_BULLET = "\uf0b7"
"""The bullet that Word makes, in Symbol; converters draw it in the font of the text."""
_STYLES = Spot("word/styles.xml")


def font_problems(file: OfficeFile, fonts: Collection[str]) -> list[Problem]:
    """Each style in use, run with text, symbol and list mark that is set in another font, by the rule font.

    A font that a style names counts only where no style based on it names another. Word's round bullet is no fault,
    though its font is Symbol; other bullets of a symbol font are one as soon as a paragraph uses them.
    """
    check = _Check(file, fonts)
    return [*check.styles(), *check.runs(), *check.list_marks()]


class _Check:
    def __init__(self, file: OfficeFile, fonts: Collection[str]) -> None:
        self.file, self.sheet = file, StyleSheet(file)
        self._known = {font.casefold() for font in fonts}
        self._todo = f"Use {' or '.join(sorted(fonts))}."
        theme = file.members.get("word/theme/theme1.xml")
        self._theme = None if theme is None else etree.fromstring(theme)

    def styles(self) -> Iterator[Problem]:
        defaults = self.file.styles.find(f"{W}docDefaults/{W}rPrDefault")
        named = [name for chain in self.sheet.chains_in_use() for name in self._of_chain(chain, defaults)]
        for who, font in dict.fromkeys(named):
            yield from self._problem(_STYLES, who, font)

    def runs(self) -> Iterator[Problem]:
        for paragraph in self.file.paragraphs:
            for fonts, group in groupby(own(paragraph.element, "r"), key=self._of_run):
                text = text_in(group).strip()
                for font in fonts if text else ():
                    yield from self._problem(paragraph.spot, f"«{first_words(text)}»", font)
            for symbol in own(paragraph.element, "sym"):
                yield from self._problem(paragraph.spot, "A symbol", symbol.get(f"{W}font", ""))

    def list_marks(self) -> Iterator[Problem]:
        content = self.file.members.get("word/numbering.xml")
        numbering = etree.Element(f"{W}numbering") if content is None else etree.fromstring(content)
        seen = set()
        for paragraph in self.file.paragraphs:
            mark = self._mark(paragraph, numbering)
            if mark is not None and mark not in seen and value(mark.find(f"{W}lvlText")) != _ROUND_BULLET:
                seen.add(mark)
                for font in dict.fromkeys(self._stated(mark).values()):
                    yield from self._problem(paragraph.spot, "The list mark", font)

    def _problem(self, spot: Spot, who: str, font: str) -> Iterator[Problem]:
        if font.casefold() not in self._known:
            yield self.file.problem(spot, "font", f"{who} is set in {font}.", self._todo)

    def _of_chain(self, chain: list[etree._Element], defaults: etree._Element | None) -> Iterator[tuple[str, str]]:
        """The fonts that hold in a style, each with who names it."""
        is_text = bool(chain) and chain[0].get(f"{W}type") == "paragraph"
        owners = [(f"The style {style_name(style)}", self._stated(style)) for style in chain]
        if is_text:
            given = {} if defaults is None else self._stated(defaults)
            owners += [("The default text", given), ("The default text", dict.fromkeys(_LATIN, _WORDS_OWN))]
        for kind in _KINDS:
            yield from [(who, stated[kind]) for who, stated in owners if kind in stated][:1]

    def _of_run(self, run: etree._Element) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._stated(run).values()))

    def _stated(self, owner: etree._Element) -> dict[str, str]:
        """The font that a style, run or list mark names for each kind of letters."""
        named = owner.find(f"{W}rPr/{W}rFonts")
        if named is None:
            return {}
        stated = {kind: self._themed(named.get(f"{W}{theme}")) for kind, theme in _KINDS.items()}
        stated = {kind: font or named.get(f"{W}{kind}", "") for kind, font in stated.items()}
        return {kind: font for kind, font in stated.items() if font}

    def _themed(self, name: str | None) -> str:
        """The font behind a name such as minorHAnsi; empty when the theme has none."""
        split = re.fullmatch(r"(major|minor)(\w+)", name or "")
        if split is None or self._theme is None:
            return ""
        letters = "cs" if split[2] == "Bidi" else "latin"
        found = self._theme.find(f".//{_A}{split[1]}Font/{_A}{letters}")
        return "" if found is None else found.get("typeface", "")

    def _mark(self, paragraph: Paragraph, numbering: etree._Element) -> etree._Element | None:
        """The level of the list that gives a paragraph its number or bullet."""
        places = [paragraph.element, *self.sheet.of_paragraph(paragraph.element)]
        numbers = [one for place in places if (one := place.find(f"{W}pPr/{W}numPr")) is not None]
        number = next((value(one) for where in numbers if (one := where.find(f"{W}numId")) is not None), "")
        level = next((value(one) for where in numbers if (one := where.find(f"{W}ilvl")) is not None), "0")
        used = numbering.find(f"{W}num[@{W}numId='{number}']") if number.isdigit() else None
        if used is None or not level.isdigit():
            return None
        own_level = used.find(f"{W}lvlOverride[@{W}ilvl='{level}']/{W}lvl")
        general = value(used.find(f"{W}abstractNumId"))
        shared = f"{W}abstractNum[@{W}abstractNumId='{general}']/{W}lvl[@{W}ilvl='{level}']"
        return own_level if own_level is not None else numbering.find(shared)
