"""Holds what a document declares to need against what it uses."""

from __future__ import annotations

from jinja2 import TemplateSyntaxError

from pipeline.errors import Problem
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.names import ALWAYS
from pipeline.templating.used_names import Use, used_names


def declared_problems(document: DocumentTemplate) -> list[Problem]:
    """Each need that nothing uses, by unused-need, and each group used but not declared, by undeclared-name.

    Both languages count, the CSV table, the form mapping, the signatures and the condition include_when; that one
    may name what the document does not declare. Nothing is told of a document with a template that does not parse.
    """
    try:
        uses = used_names(document)
    except TemplateSyntaxError:
        return []
    return [*_unused(document, uses), *_undeclared(document, uses)]


def _unused(document: DocumentTemplate, uses: list[Use]) -> list[Problem]:
    return [
        _problem(document, position, f"{need!r} is declared, but nothing uses it.", "Remove it.", "unused-need")
        for position, need in enumerate(document.declaration.needs)
        if not any(use.name == need or use.name.startswith((f"{need}.", f"{need}[")) for use in uses)
    ]


def _undeclared(document: DocumentTemplate, uses: list[Use]) -> list[Problem]:
    declaration = document.declaration
    known = ALWAYS | {need.partition(".")[0] for need in declaration.needs}
    known |= {declaration.table.name} if declaration.table else set()
    first: dict[str, Use] = {}
    for use in uses:
        if use.root not in known and use.by != "condition":
            first.setdefault(use.root, use)
    return [
        _problem(
            document,
            None,
            f"{use.name} is used in {use.path.name} ({use.place}), but {root!r} is not declared.",
            f"Add {root!r} to needs, or correct the name.",
            "undeclared-name",
        )
        for root, use in first.items()
    ]


def _problem(document: DocumentTemplate, position: int | None, what: str, todo: str, rule: str) -> Problem:
    file, key = document.file, ("needs",) if position is None else ("needs", position)
    found = file.problem(key, what, todo)
    return Problem(found.path, found.line, found.place, what, todo, rule=rule)
