"""Checks that a Word template says of its text that it is in the language it is in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.style_sheet import StyleSheet, style_name
from pipeline.templating.checks.tag_reading import own, text_in
from pipeline.templating.places import W, first_words

_STYLES, _CORE = Spot("word/styles.xml"), Spot("docProps/core.xml")
_LANGUAGE = "{http://purl.org/dc/elements/1.1/}language"
_CONFUSED = {"nb", "nn", "no", "en"}
"""What Word sets of itself; a Sami name may well be marked as Sami."""


def text_language_problems(file: OfficeFile) -> list[Problem]:
    """Wherever the file states another language than its own, by the rule text-language.

    The default style and the file's properties must state the language; other styles in use and runs with text must
    not state English or other Norwegian. Runs without letters count too, since a placeholder may stand in them.
    """
    return [*_defaults(file), *_used_styles(file), *_runs(file), *property_problems(file)]


def _expected(file: OfficeFile) -> str:
    return f"{file.language}-NO"


def _problem(file: OfficeFile, spot: Spot, what: str, todo: str = "") -> Problem:
    return file.problem(spot, "text-language", what, todo or f"Mark it as {_expected(file)} in Word.")


def _defaults(file: OfficeFile) -> Iterator[Problem]:
    style = StyleSheet(file).default_paragraph
    owners = {"The default text": file.styles.find(f"{W}docDefaults/{W}rPrDefault")}
    owners |= {} if style is None else {f"The style {style_name(style)}": style}
    stated = {who: language for who, owner in owners.items() if (language := _stated(owner))}
    for who, language in stated.items():
        if language != _expected(file):
            yield _problem(file, _STYLES, f"{who} is marked as {language}.")
    if not stated:
        yield _problem(file, _STYLES, "The text is marked as being in no language.")


def _used_styles(file: OfficeFile) -> Iterator[Problem]:
    sheet = StyleSheet(file)
    stating = dict.fromkeys(next((style for style in chain if _stated(style)), None) for chain in sheet.chains_in_use())
    for style in stating:
        language = _stated(style)
        if style is not None and style is not sheet.default_paragraph and is_confused(file, language):
            yield _problem(file, _STYLES, f"The style {style_name(style)} is marked as {language}.")


def _runs(file: OfficeFile) -> Iterator[Problem]:
    for paragraph in file.paragraphs:
        for language, runs in groupby(own(paragraph.element, "r"), key=_stated):
            text = text_in(runs).strip()
            if text and is_confused(file, language):
                yield _problem(file, paragraph.spot, f"«{first_words(text)}» is marked as {language}.")


def property_problems(file: OfficeFile) -> Iterator[Problem]:
    """Whether the properties of the file state its language; of Office files of any kind."""
    content = file.members.get("docProps/core.xml")
    stated = "" if content is None else (etree.fromstring(content).findtext(f".//{_LANGUAGE}") or "").strip()
    if stated != _expected(file):
        what = f"The file's language is {stated}." if stated else "The file states no language."
        todo = f"Set it to {_expected(file)} in the file's properties, under Details."
        yield _problem(file, _CORE, what, todo)


def _stated(owner: etree._Element | None) -> str:
    """The language of a style or run; empty when it states none."""
    language = None if owner is None else owner.find(f"{W}rPr/{W}lang")
    return "" if language is None else language.get(f"{W}val", "")


def is_confused(file: OfficeFile, language: str) -> bool:
    """Whether a stated language is English or the other Norwegian, which Word sets of itself."""
    return language.partition("-")[0].lower() in _CONFUSED and language != _expected(file)
