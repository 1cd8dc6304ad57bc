"""A document's key changes whenever a fact changes the document: else a paper that is out of date would be kept."""

from __future__ import annotations

import copy
import datetime
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from conftest import ROOT

from pipeline.documents.merge import Assignment, included, merge
from pipeline.errors import PipelineError
from pipeline.packages.run.keys import document_key
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate, load_package
from pipeline.templating.names import Edition, Names, facts

EVERY = int(os.environ.get("EVERY", "16"))
"""So many facts are passed over for each that is tried; EVERY=1 tries all, in five minutes."""
TABLES = [
    *("address", "analysis", "archive", "certificates", "costs", "digifin", "home_care", "invoice", "milestones"),
    *("municipality", "order", "parties", "people", "prerequisites", "prices", "record_system", "routine", "services"),
    "signatory",
]
FONT = ROOT / "templates" / "fonts" / "Carlito-Regular.ttf"


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path to each fact, and to each list, which is made longer."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list):
        yield path
        for position, inner in enumerate(value[:2]):
            yield from _leaves(inner, (*path, position))
    else:
        yield path


def _another(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | Decimal():
            return value + 1
        case datetime.date():
            return value + datetime.timedelta(days=1)
        case list():
            return [*value, *value[:1]]
        case None:
            return "annet"
        case _:
            return f"{value}x"


def _changed(names: Names, path: tuple[str | int, ...]) -> Names:
    changed = copy.deepcopy(names)
    above: Any = changed
    for step in path[:-1]:
        above = above[step]
    above[path[-1]] = _another(above[path[-1]])
    return changed


def _made(package: PackageTemplate, template: DocumentTemplate, edition: Edition, names: Names) -> Any:
    """All that is delivered or told of a document, or that it cannot be made."""
    try:
        made = merge(Assignment(template, edition, package.recipient(template), names, FONT))
    except (PipelineError, TypeError) as error:
        return type(error)
    return made.docx, made.pptx, made.xlsx, made.form, made.csv, made.signatories, made.title, made.author


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
def test_no_fact_changes_a_document_without_its_key(edition: Callable[..., Edition], table: str) -> None:
    package, bergen = load_package(ROOT / "templates", "onboarding"), edition("bergen")
    names = facts(bergen)
    templates = [one for one in package.documents if included(one, names, "nb")]
    before = {
        one.name: (document_key(package, one, bergen, names, ""), _made(package, one, bergen, names))
        for one in templates
    }
    assert all(key for key, _ in before.values())
    tried = 0
    for path in list(_leaves(names[table], (table,)))[::EVERY]:
        changed = _changed(names, path)
        for one in templates:
            key, made = before[one.name]
            if document_key(package, one, bergen, changed, "") == key:
                tried += 1
                assert _made(package, one, bergen, changed) == made, (one.name, path)
    assert tried


def test_these_tests_try_every_table(edition: Callable[..., Edition]) -> None:
    assert sorted(facts(edition("bergen"))) == TABLES
