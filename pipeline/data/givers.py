"""Who can give a fact that a municipality has not stated yet: programme/givers.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pipeline.data.municipality import MunicipalityFacts
from pipeline.data.text import Facts, Line, Translated
from pipeline.data.toml_file import TomlFile, read_toml
from pipeline.data.validation import keys_of, validate
from pipeline.errors import DataError, Problem

GIVERS = "givers.toml"
_POSITION = re.compile(r"\[\d+\]")


class Giver(Facts):
    """A person, unit or organisation, and what can be asked of it."""

    who: Translated
    facts: Annotated[list[Line], Field(min_length=1)]
    """Facts such as people.it.email, or tables such as people, which stand for all that is in them."""


class GiverList(Facts):
    """The file programme/givers.toml."""

    others: Translated
    """Who is asked for a fact that no giver names."""
    givers: list[Giver] = []


@dataclass(frozen=True)
class Givers:
    """Who gives what, checked."""

    others: Translated
    by_fact: dict[str, Translated]
    """By fact or table, without positions in lists."""

    def of(self, place: str) -> Translated:
        """Who gives the fact at a problem's place, such as services[2].her_id: of all that fit, the nearest."""
        parts = _POSITION.sub("", place).split(".")
        above = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
        return next((self.by_fact[key] for key in above if key in self.by_fact), self.others)


def load_givers(path: Path) -> Givers:
    """Reads the file. Raises DataError with every fault of it."""
    file = read_toml(path)
    listed, problems = validate(GiverList, file)
    if listed:
        problems += _fact_problems(file, listed)
    if problems or listed is None:
        raise DataError("The list of who gives which facts is not right.", problems=problems)
    return Givers(listed.others, {fact: giver.who for giver in listed.givers for fact in giver.facts})


def facts_and_tables() -> list[str]:
    """Every fact and every table that a municipality's file may have, such as services and services.her_id."""
    return keys_of(MunicipalityFacts)


def _fact_problems(file: TomlFile, listed: GiverList) -> list[Problem]:
    problems = []
    known, seen = facts_and_tables(), set[str]()
    for position, giver in enumerate(listed.givers):
        for fact in giver.facts:
            key = ("givers", position, "facts")
            if fact not in known:
                near = get_close_matches(fact, known, n=1)
                hint = f"Did you mean {near[0]}?" if near else "docs/municipalities.md lists the facts."
                problems.append(file.problem(key, f"names {fact!r}, which no municipality states.", hint))
            if fact in seen:
                problems.append(file.problem(key, f"names {fact!r}, which has a giver already.", "Keep one of them."))
            seen.add(fact)
    return problems
