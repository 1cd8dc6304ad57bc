"""Checks the text of an Office template for what was left over from writing it or from one municipality's paper."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import groupby

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.leftovers import leftover_problems
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.style_sheet import is_on
from pipeline.templating.checks.tag_reading import own, text_in, without_tags
from pipeline.templating.checks.text_language import text_language_problems
from pipeline.templating.places import W, first_words

_GAP = re.compile(
    r"\[\s*(?:sett|set|fyll|skriv)\s+(?:inn|ut)\b[^\]]*\]|<<[^<>]+>>|(?<!\w)X{3,}(?!\w)|\b(?-i:TODO)\b", re.IGNORECASE
)
_MARKERS = {"yellow", "green", "cyan", "magenta", "red"}
"""The colours of a highlighter; grey and dark ones are a matter of design."""
_YELLOW = {"FFFF00"}
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_ENGLISH_DATE = re.compile(
    rf"\b(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS}) \d{{4}}\b"
    r"|(?<![\d/])\d{1,2}/\d{1,2}/(?:19|20)\d{2}(?![\d/])"
)
_NINE_DIGITS = re.compile(r"(?<!\d)\d{3}[\s.]?\d{3}[\s.]?\d{3}(?!\d)")
_BETWEEN_NAMES = re.compile(r"\s+[-–—]\s+")
_PROPERTIES = ("docProps/core.xml", "docProps/app.xml")


def text_problems(
    file: OfficeFile, names_of_municipalities: Mapping[str, str], organisation_numbers: Collection[str]
) -> list[Problem]:
    """Gaps, English dates and facts of a municipality in the text, what an author left behind, and wrong languages.

    A municipality's name counts only where «kommune» or «herad» follows, or where all its official names stand
    together with dashes between: many names are ordinary words. Any of the numbers counts, with or without spaces.
    The properties of the file, such as title and company, are read too. Marks of the author's and languages are read of
    Word files only; slides and workbooks have checks of their own.
    """
    municipality = _municipality(names_of_municipalities.values())
    problems: list[Problem] = []
    for spot, text in _texts(file):
        problems += _gaps(file, spot, text)
        problems += _dates(file, spot, text)
        problems += _names(file, spot, text, municipality)
        problems += _numbers(file, spot, text, organisation_numbers)
    if file.format.suffix != "docx":
        return problems
    return [*problems, *_marked(file), *_controls(file), *leftover_problems(file), *text_language_problems(file)]


def _texts(file: OfficeFile) -> Iterator[tuple[Spot, str]]:
    """The text of each paragraph and property, without its tags."""
    for paragraph in file.paragraphs:
        yield paragraph.spot, without_tags(text_in(own(paragraph.element)))
    for part in _PROPERTIES:
        for element in etree.fromstring(file.members[part]).iter() if part in file.members else ():
            yield Spot(part), without_tags(element.text or "")


def _gaps(file: OfficeFile, spot: Spot, text: str) -> Iterator[Problem]:
    for gap in dict.fromkeys(_GAP.findall(text)):
        yield _gap(file, spot, gap)


def _gap(file: OfficeFile, spot: Spot, gap: str) -> Problem:
    what = f"«{first_words(gap)}» is still to be filled in."
    return file.problem(spot, "gap", what, "Write the text, or use a placeholder.")


def _marked(file: OfficeFile) -> Iterator[Problem]:
    """Text marked with a highlighter, unless it is told as a gap already."""
    for paragraph in file.paragraphs:
        for is_marked, runs in groupby(own(paragraph.element, "r"), key=_is_marked):
            text = text_in(runs)
            if is_marked and text.strip() and not _GAP.search(text):
                what = f"«{first_words(text.strip())}» is marked with colour, as if it were still open."
                yield file.problem(paragraph.spot, "marked-text", what, "Settle the text and take the colour away.")


def _is_marked(run: etree._Element) -> bool:
    highlight, shading = run.find(f"{W}rPr/{W}highlight"), run.find(f"{W}rPr/{W}shd")
    by_highlight = highlight is not None and highlight.get(f"{W}val") in _MARKERS
    return by_highlight or (shading is not None and shading.get(f"{W}fill", "").upper() in _YELLOW)


def _controls(file: OfficeFile) -> Iterator[Problem]:
    """Content controls that still show Word's own invitation to type."""
    for tree in file.stories.values():
        for control in tree.iter(f"{W}sdt"):
            mark = control.find(f"{W}sdtPr/{W}showingPlcHdr")
            if mark is not None and is_on(mark):
                yield _gap(file, file.spot(next(control.iter(f"{W}p"), control)), text_in([control]))


def _dates(file: OfficeFile, spot: Spot, text: str) -> Iterator[Problem]:
    for date in dict.fromkeys(_ENGLISH_DATE.findall(text)):
        what = f"«{date}» is not a date as Norwegian writes it."
        yield file.problem(spot, "english-date", what, "Write it as 23. november 2026, or use a placeholder.")


def _municipality(names: Collection[str]) -> re.Pattern[str] | None:
    """What finds a municipality named in full; nothing when there are no names."""
    together = {name for name in names if _BETWEEN_NAMES.search(name)}
    single = {one for name in names for one in _BETWEEN_NAMES.split(name) if one}
    if not single:
        return None
    alone = [r"\s+[-–—]\s+".join(map(re.escape, _BETWEEN_NAMES.split(name))) for name in together]
    words = "|".join(map(re.escape, sorted(single | {one.upper() for one in single})))
    return re.compile("|".join([*alone, rf"(?:{words})\s+(?i:kommunes?|herads?)"]).join((r"(?<![\w-])(?:", r")(?!\w)")))


def _names(file: OfficeFile, spot: Spot, text: str, municipality: re.Pattern[str] | None) -> Iterator[Problem]:
    for name in dict.fromkeys(municipality.findall(text) if municipality else ()):
        what = f"«{name}» is typed into the text, which other municipalities get too."
        yield file.problem(spot, "municipality-in-text", what, "Use {{ municipality.full_name }}.")


def _numbers(file: OfficeFile, spot: Spot, text: str, numbers: Collection[str]) -> Iterator[Problem]:
    for number in dict.fromkeys(_NINE_DIGITS.findall(text)):
        if re.sub(r"\D", "", number) in numbers:
            what = f"«{number}» is the organisation number of one municipality, and others get the text too."
            todo = "Use {{ municipality.organisation_number | organisation_number }}."
            yield file.problem(spot, "municipality-in-text", what, todo)
