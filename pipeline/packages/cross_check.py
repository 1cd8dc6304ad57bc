"""Proves of a whole package that its papers agree with one another and name no other municipality."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.data.register import register
from pipeline.errors import FinalizeError, Problem
from pipeline.packages.contents import Contents, PackedDocument
from pipeline.packages.municipality_names import municipalities_named, named_in
from pipeline.templating.missing import is_blank
from pipeline.templating.names import Edition

_OWN = ("document", "recipient", "package")
"""Tables of names that are each document's own."""
_OTHER = "Take it out of the template; a fact of the municipality's own file may name another."


def cross_problems(contents: Contents) -> list[Problem]:
    """Every contradiction between the papers of a package, and every other municipality that one of them names.

    A fact is the same when the same name has the same value, whatever filter prints it, and when the same filter
    prints it alike; what a template says in its own words is not compared. `municipality_names` says by what a paper
    names a municipality; those that the municipality's own facts or the programme's parties name are allowed.
    """
    allowed = _allowed(contents.edition)
    strangers = [problem for document in contents.documents for problem in _strangers(document, allowed)]
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
            if is_blank(said.value):
                continue  # what is missing is said in fewer words where there is less room
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


def _strangers(document: PackedDocument, allowed: set[str]) -> Iterator[Problem]:
    merged = document.final.merged
    path = merged.template.template(merged.language)
    named = municipalities_named(document.final) if document.named is None else document.named
    for number, words in named:
        if number not in allowed:
            what = f"names {words}, which is another municipality ({number})."
            yield Problem(path, 0, document.file, what, _OTHER, rule="other-municipality")


def _allowed(edition: Edition) -> set[str]:
    """The numbers of the municipality itself and of those that its facts and the programme's parties name."""
    stated = _strings(edition.municipality.file.values)
    stated += [text for party in edition.programme.parties.values() for text in _strings(party.model_dump())]
    named = {number for text in stated for number, _ in named_in(text)}
    own = edition.municipality.entry
    alike = {one.number for one in register().values() if one.name == own.name}
    return named | alike | {own.number}


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for one in inner for text in _strings(one)]
