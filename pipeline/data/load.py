"""Loads a municipality: its TOML file joined with the register and held against the programme."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pipeline.data.cohort import with_common_dates
from pipeline.data.municipality import MunicipalityFacts
from pipeline.data.programme import Programme
from pipeline.data.register import POPULATION_DATE, RegisterEntry, register
from pipeline.data.rules import rule_problems
from pipeline.data.toml_file import TomlFile, read_toml
from pipeline.data.validation import validate
from pipeline.errors import MISSING, DataError, Problem, UsageError

_LANGUAGE_OF_FORM = {"nynorsk": "nn", "bokmål": "nb", "nøytral": "nb"}


@dataclass(frozen=True)
class Municipality:
    """One municipality with every fact checked; what the file leaves to the register is filled in."""

    slug: str
    file: TomlFile
    facts: MunicipalityFacts
    entry: RegisterEntry
    organisation_number: str
    population: int
    population_date: datetime.date
    language: str
    """nb or nn: the language its papers are in unless the command says otherwise."""


def slugs(folder: Path) -> list[str]:
    """The municipalities that have a file in `folder`."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def find(folder: Path, slug: str) -> Path:
    """The file of a municipality. Raises UsageError that offers the nearest names."""
    known = slugs(folder)
    if slug in known:
        return folder / f"{slug}.toml"
    near = get_close_matches(slug.lower(), known, n=3, cutoff=0.5)
    offer = f"Did you mean {' or '.join(near)}?" if near else f"There is: {', '.join(known) or 'none yet'}."
    raise UsageError(f"There is no municipality file {folder}/{slug}.toml. {offer}")


def load_municipality(path: Path, programme: Programme) -> Municipality:
    """Reads and checks one file, with the dates of its cohort. Raises DataError with all its problems at once."""
    file, of_cohort = with_common_dates(read_toml(path))
    facts, problems = validate(MunicipalityFacts, file, missing_rule=MISSING)
    problems += of_cohort
    entry = register().get(str(file.get("municipality.number")))
    if entry is None and not any(problem.place in {"municipality", "municipality.number"} for problem in problems):
        problems.append(unknown_number(file))
    problems += rule_problems(file, entry, programme)
    if problems or facts is None or entry is None:
        raise DataError(f"{path} has {count_of(len(problems))}.", problems=problems)
    return joined(path.stem, file, facts, entry)


def joined(slug: str, file: TomlFile, facts: MunicipalityFacts, entry: RegisterEntry) -> Municipality:
    """The facts of a file with what the register knows."""
    identity = facts.municipality
    return Municipality(
        slug=slug,
        file=file,
        facts=facts,
        entry=entry,
        organisation_number=entry.organisation_number or str(identity.organisation_number),
        population=entry.population if identity.population is None else identity.population,
        population_date=identity.population_date or POPULATION_DATE,
        language=identity.language or _LANGUAGE_OF_FORM[entry.language_form],
    )


def unknown_number(file: TomlFile) -> Problem:
    """The problem of a number that the register does not have."""
    what = f"is {file.get('municipality.number')!r}, which is not the number of a municipality."
    return file.problem(("municipality", "number"), what, "Write the four digits in quotes, such as '4601'.")


def count_of(problems: int) -> str:
    """So many problems, in words."""
    return "1 problem" if problems == 1 else f"{problems} problems"
