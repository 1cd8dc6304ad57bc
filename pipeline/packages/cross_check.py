"""Proves of a whole package that its papers agree with one another and name no other municipality."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from pipeline.data.register import RegisterEntry, register
from pipeline.documents.pdf_text import open_shown
from pipeline.documents.stages import Final, FinalWorkbook
from pipeline.documents.workbook import workbook_texts
from pipeline.errors import FinalizeError, Problem
from pipeline.packages.contents import Contents, PackedDocument
from pipeline.templating.names import Edition

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
_OWN = ("document", "recipient", "package")
"""Tables of names that are each document's own."""
_SOFT = re.compile(r"[\u00ad\u200b\u2060\ufeff]")
_OTHER = "Take it out of the template; a fact of the municipality's own file may name another."


def cross_problems(contents: Contents) -> list[Problem]:
    """Every contradiction between the papers of a package, and every other municipality that one of them names.

    A fact is the same when the same name has the same value, whatever filter prints it, and when the same filter
    prints it alike; what a template says in its own words is not compared. A municipality is named by its full name
    (with kommune, herad or the Sami and Kven words), its several official names, or its organisation number, in the
    text of a PDF or its fields; names without «kommune» are not looked for, since places and banks bear them too.
    What the municipality's own facts or the programme's parties name is allowed.
    """
    strangers = [problem for document in contents.documents for problem in _strangers(contents, document)]
    return [*_contradictions(contents), *strangers]


def require_cross_proof(contents: Contents) -> None:
    """Raises FinalizeError with every problem between the papers of a package."""
    problems = cross_problems(contents)
    if problems:
        raise FinalizeError("The papers of the package do not fit together.", problems=problems)


@dataclass(frozen=True)
class _Said:
    """A fact as one document has it."""

    document: PackedDocument
    name: str
    how: str
    """The filters that print it, and the language; empty for the fact itself."""
    value: str


def _contradictions(contents: Contents) -> Iterator[Problem]:
    found: dict[tuple[str, str], dict[str, _Said]] = {}
    for document in contents.documents:
        for said in (*_facts(document), *_signatories(document)):
            found.setdefault((said.name, said.how), {}).setdefault(said.value, said)
    differing: dict[str, list[_Said]] = {}
    for (name, _), values in sorted(found.items()):
        if len(values) > 1:
            differing.setdefault(name, list(values.values()))
    file = contents.edition.municipality.file
    for name, (first, other, *_) in differing.items():
        place = f"{first.document.stem} and {other.document.stem}"
        what = f"have different values for {name}: «{first.value}» and «{other.value}»."
        line = file.line(tuple(name.split(".")))
        yield Problem(file.path, line, place, what, "Make all papers anew in one run.", rule="values-differ")


def _facts(document: PackedDocument) -> Iterator[_Said]:
    """Each fact itself, and as its filters print it in a Word template."""
    for value in document.values:
        name = value.origin.key
        if name and name.partition(".")[0] not in _OWN:
            yield _Said(document, name, "", value.fact)
            if not value.field:
                filters = value.placeholder.typed.strip("{}-+ ").partition("|")[2].split()
                yield _Said(document, name, f"{' '.join(filters)} in {document.language}", value.value)


def _signatories(document: PackedDocument) -> Iterator[_Said]:
    merged = document.final.merged
    for signature in merged.template.declaration.signatures:
        name = merged.signatories.get(signature.field)
        if signature.name and name:
            yield _Said(document, signature.name, "", name)


def _strangers(contents: Contents, document: PackedDocument) -> Iterator[Problem]:
    merged = document.final.merged
    own = _Own(contents.edition)
    path = merged.template.template(merged.language)
    text = _plain(" ".join(_pages(document.final)))
    for number, words in dict.fromkeys(_named(text)):
        if number not in own.allowed:
            what = f"names {words}, which is another municipality ({number})."
            yield Problem(path, 0, document.file, what, _OTHER, rule="other-municipality")


def _pages(final: Final) -> list[str]:
    """The text of each page, or of each sheet of a workbook."""
    if isinstance(final, FinalWorkbook):
        return workbook_texts(final.xlsx)
    with open_shown(final.pdf) as pdf:
        return [pdf.characters(number) for number in range(len(pdf))]


class _Own:
    """Whom a package may name."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition

    @cached_property
    def allowed(self) -> set[str]:
        """The numbers of the municipality itself and of those that its facts and the programme's parties name."""
        programme = self._edition.programme
        stated = _strings(self._edition.municipality.file.values)
        stated += [text for party in programme.parties.values() for text in _strings(party.model_dump())]
        named = {number for text in stated for number, _ in _named(_plain(text))}
        own = self._edition.municipality.entry
        alike = {one.number for one in register().values() if one.name == own.name}
        return named | alike | {own.number}


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _strings(one)]


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
