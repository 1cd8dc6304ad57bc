"""A cohort: the municipalities that start together, and the dates that they have in common."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, create_model

from pipeline.data.municipality import Milestones
from pipeline.data.text import Facts, Line
from pipeline.data.toml_file import TomlFile, read_toml
from pipeline.data.validation import validate
from pipeline.errors import DataError, Problem, UsageError

FOLDER = "cohorts"
"""Where the files of cohorts lie, below the municipalities'."""
EVERYONE = "all"
"""The name of a run of every municipality, which no cohort may have."""
INHERITED = "milestones"
"""The table of a municipality's file whose values a cohort can give."""

_optional: dict[str, Any] = dict.fromkeys(Milestones.model_fields, (datetime.date | None, None))
CommonDates = create_model("CommonDates", __base__=Facts, **_optional)
"""Milestones of which each may be left out."""


class CohortFacts(Facts):
    """The file of a cohort."""

    title: Line
    members: Annotated[list[Line], Field(min_length=1)]
    """Municipalities by the names of their files without .toml."""
    package: Line = "onboarding"
    date: datetime.date | None = None
    """The date of the papers, where the command line gives none; the day of the run where neither does."""
    milestones: CommonDates = CommonDates()  # type: ignore[valid-type]  # made from Milestones, so that none is forgotten


@dataclass(frozen=True)
class Cohort:
    """A cohort as its file has it."""

    name: str
    title: str
    members: tuple[str, ...]
    package: str
    date: datetime.date | None
    file: TomlFile | None
    """None for the run of every municipality."""


def load_cohort(municipalities: Path, name: str) -> Cohort:
    """Reads cohorts/`name`.toml. Raises UsageError that offers the nearest names, or DataError with every problem."""
    path = municipalities / FOLDER / f"{name}.toml"
    known = cohort_names(municipalities)
    if name not in known:
        near = get_close_matches(name, known, n=3, cutoff=0.5)
        offer = f"Did you mean {' or '.join(near)}?" if near else f"There is: {', '.join(known) or 'none yet'}."
        raise UsageError(f"There is no cohort file {path}. {offer}")
    file = read_toml(path)
    facts, problems = validate(CohortFacts, file)
    if facts:
        problems += _members_twice(file, facts.members)
    if name == EVERYONE:
        what = f"The name {EVERYONE} means every municipality."
        problems.append(Problem(path, 0, "", what, "Give the file another name."))
    if problems or facts is None:
        raise DataError(f"The cohort {name} is not right.", problems=problems)
    return Cohort(name, facts.title, tuple(facts.members), facts.package, facts.date, file)


def cohort_names(municipalities: Path) -> list[str]:
    """The cohorts that have a file."""
    return sorted(path.stem for path in (municipalities / FOLDER).glob("*.toml"))


def with_common_dates(file: TomlFile) -> tuple[TomlFile, list[Problem]]:
    """A municipality's file with the dates of its cohort; a date of its own counts more.

    A municipality may be in several cohorts, but only one of them may give dates; another is a problem.
    """
    giving = [one for one in _cohort_files(file.path.parent) if _gives_dates_to(one, file.path.stem)]
    if not giving:
        return file, []
    problems = []
    for other in giving[1:]:
        what = f"is a member of the cohort {giving[0].path.stem} too, and both give dates."
        todo = "Take it out of one of them, or the dates out of one file."
        problems.append(other.problem(("members",), f"{file.path.stem} {what}", todo))
    return file.inheriting(INHERITED, giving[0]), problems


def _cohort_files(municipalities: Path) -> list[TomlFile]:
    return [read_toml(municipalities / FOLDER / f"{name}.toml") for name in cohort_names(municipalities)]


def _gives_dates_to(cohort: TomlFile, slug: str) -> bool:
    members = cohort.values.get("members")
    return isinstance(members, list) and slug in members and bool(cohort.values.get(INHERITED))


def _members_twice(file: TomlFile, members: list[str]) -> list[Problem]:
    first = {slug: position for position, slug in reversed(list(enumerate(members)))}
    return [
        file.problem(("members", position), f"{slug} stands twice.", "Name each member once.")
        for position, slug in enumerate(members)
        if first[slug] != position
    ]
