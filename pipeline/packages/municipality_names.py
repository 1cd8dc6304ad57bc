"""Finds which municipalities a text or a finished document names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline.data.register import RegisterEntry, register
from pipeline.documents.pdf_text import open_shown
from pipeline.documents.stages import Final, FinalWorkbook
from pipeline.documents.workbook import workbook_texts

_DESIGNATIONS = ("kommune", "herad", "gielda", "suohkan", "tjïelte", "tjielte", "komuuni", "komuunni")
_DESIGNATION = re.compile(rf"\b(?:{'|'.join(_DESIGNATIONS)})s?\b", re.IGNORECASE)
_BEFORE = re.compile(r"(?:[\w’'-]+(?: –)? )+$")
"""The words that stand before a place in the text with nothing but blanks and dashes between."""
_REACH = 80
"""So many characters before «kommune» hold the longest name."""
_DASH = " – "
_NUMBER = re.compile(r"(?<!\d)\d{3} ?\d{3} ?\d{3}(?!\d)")
_BREAKS = re.compile(r"[\s\u00a0\u202f]+")
_LINE_END = re.compile(r"(?<=\w)[-\u2010\u2011]\s+(?=\w)")
_SOFT = re.compile(r"[\u00ad\u200b\u2060\ufeff]")

Named = tuple[tuple[str, str], ...]
"""Each municipality's number, and the words by which a text names it."""


def municipalities_named(final: Final) -> Named:
    """The municipalities that a finished document names in its text or its fields.

    A municipality is named by its full name (with kommune, herad or the Sami and Kven words), its several official
    names, or its organisation number; names without «kommune» are not looked for, since places and banks bear them too.
    """
    return named_in(" ".join(_pages(final)))


def named_in(text: str) -> Named:
    """The municipalities that a text names, each way once."""
    return tuple(dict.fromkeys(_named(_plain(text))))


def _pages(final: Final) -> list[str]:
    """The text of each page, or of each sheet of a workbook."""
    if isinstance(final, FinalWorkbook):
        return workbook_texts(final.xlsx)
    with open_shown(final.pdf) as pdf:
        return [pdf.characters(number) for number in range(len(pdf))]


def _plain(text: str) -> str:
    """The text with one blank between words, and words that a line's end parted put together."""
    return _BREAKS.sub(" ", _LINE_END.sub("-", _SOFT.sub("", text)))


def _named(text: str) -> Iterator[tuple[str, str]]:
    """The number of each municipality that the text names, and the words by which it does."""
    for match in _DESIGNATION.finditer(text):
        before = _BEFORE.search(text[max(0, match.start() - _REACH) : match.start()])
        words = before[0].split() if before else []
        for start, first in enumerate(words):
            number = _full_names().get(" ".join(words[start:]).casefold())
            if number and first[0].isupper():
                yield number, " ".join([*words[start:], match[0]])
                break
    for match in _several_names().finditer(text):
        yield _full_names()[match[0].casefold()], match[0]
    for match in _NUMBER.finditer(text):
        number = _organisation_numbers().get(match[0].replace(" ", ""))
        if number:
            yield number, match[0]


@cache
def _full_names() -> dict[str, str]:
    """The municipality's number by each name that can stand before «kommune»; the first of those that share one."""
    found: dict[str, str] = {}
    for entry in register().values():
        for name in _names(entry):
            found.setdefault(name.casefold(), entry.number)
    return found


def _names(entry: RegisterEntry) -> list[str]:
    return list(dict.fromkeys([entry.official_name, entry.name, *entry.official_name.split(_DASH)]))


@cache
def _several_names() -> re.Pattern[str]:
    """The official names that are several, which nothing else bears."""
    several = [entry.official_name for entry in register().values() if _DASH in entry.official_name]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, several))})(?!\w)", re.IGNORECASE)


@cache
def _organisation_numbers() -> dict[str, str]:
    return {entry.organisation_number: entry.number for entry in register().values() if entry.organisation_number}
