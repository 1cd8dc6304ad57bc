"""The list of what a draft lacks, for the people who can give it: in the language of the papers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from pipeline.documents.merge import missing_needs
from pipeline.errors import Problem
from pipeline.packages.contents import Contents
from pipeline.templating.missing import is_blank
from pipeline.templating.names import facts

FILE_NAMES = {"nb": "mangler.txt", "nn": "manglar.txt"}
_SHOWN = 3
"""So many documents are named for each fact."""
_KEY = re.compile(r": ([^\s›]+)")
"""The fact that a blank names."""
_WORDS = {
    "nb": (
        "UTKAST – {name}, {date}",
        "Dette er et utkast. Det kan ikke signeres eller sendes.",
        "Ingen opplysninger mangler. Bruk make package for å lage dokumentene.",
        "Disse opplysningene mangler ({number}). Fyll dem inn i filen, og lag dokumentene på nytt:",
        "Linje {line}: {key}",
        "{key} (ny)",
        "Mangler i: {titles}",
    ),
    "nn": (
        "UTKAST – {name}, {date}",
        "Dette er eit utkast. Det kan ikkje signerast eller sendast.",
        "Ingen opplysningar manglar. Bruk make package for å lage dokumenta.",
        "Desse opplysningane manglar ({number}). Fyll dei inn i fila, og lag dokumenta på nytt:",
        "Linje {line}: {key}",
        "{key} (ny)",
        "Manglar i: {titles}",
    ),
}


def missing_problems(contents: Contents) -> list[Problem]:
    """Every fact that the municipality's file lacks, and every optional one that a document of the package needs."""
    edition = contents.edition
    names = facts(edition)
    needed = [
        problem
        for document in contents.documents[1:]
        for problem in missing_needs(document.final.merged.template, edition, names)
    ]
    stated = edition.draft.problems if edition.draft else ()
    return list({problem.place: problem for problem in (*stated, *needed)}.values())


def missing_list(contents: Contents) -> bytes:
    """The list as UTF-8 text with BOM and CRLF, as every editor opens it, by file in the order of the model."""
    edition = contents.edition
    heading, nobody, nothing, these, at_line, new, stands = _WORDS[edition.language]
    problems = missing_problems(contents)
    lines = [heading.format(name=edition.municipality.entry.official_name, date=edition.date), "", nobody]
    lines += [these.format(number=len(problems)) if problems else nothing]
    where = _documents_by_key(contents)
    for path, group in groupby(problems, key=lambda problem: problem.path.name):
        lines += ["", path]
        for problem in group:
            shown = at_line if problem.line and edition.municipality.file.get(problem.place) is not None else new
            lines.append(f"  {shown.format(line=problem.line, key=problem.place)}")
            titles = where.get(problem.place, ())
            lines += [f"      {stands.format(titles=_some(titles))}"] if titles else []
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")


def _some(titles: Sequence[str]) -> str:
    """The first titles, and how many more there are."""
    others = len(titles) - _SHOWN
    return ", ".join(titles[:_SHOWN]) + (f" og {others} til" if others > 0 else "")


def _documents_by_key(contents: Contents) -> Mapping[str, Sequence[str]]:
    """The titles of the documents in which a missing fact leaves a blank that names it, or stands for nothing else."""
    found: dict[str, list[str]] = {}
    for document in contents.documents:
        declared = document.final.merged.template.declaration
        title = declared.title.in_language(document.language)
        blanks = [value for value in document.values if is_blank(value.fact)]
        keys = [key for value in blanks for key in (value.origin.key, *_KEY.findall(value.fact))]
        for key in dict.fromkeys(keys):
            titles = found.setdefault(key, [])
            titles += [] if title in titles else [title]
    return found
