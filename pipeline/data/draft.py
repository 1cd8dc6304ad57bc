"""Loads a municipality of which facts are still missing: each gets a stand-in, and what was missing is remembered."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from pipeline.data.cohort import with_common_dates
from pipeline.data.load import Municipality, count_of, joined, unknown_number
from pipeline.data.municipality import MunicipalityFacts
from pipeline.data.programme import Programme
from pipeline.data.register import register
from pipeline.data.rules import rule_problems
from pipeline.data.toml_file import Key, TomlFile, dotted, parsed_key, read_toml
from pipeline.data.validation import validate
from pipeline.errors import MISSING, DataError, Problem

_POOL: tuple[Any, ...] = (
    "stand-in",
    "another stand-in",
    "stand@in.example",
    "another@stand-in.example",
    "0000",
    "9999",
    "00000000",
    "123456785",
    "100000008",
    False,
    True,
    datetime.date(2001, 2, 3),
    datetime.date(1902, 3, 4),
    datetime.date(2103, 5, 6),
    7,
    0,
    12,
    100,
    366,
    10_000_000,
    Decimal(10) ** 12,
)
"""Values of every kind that a fact can have; which of them it takes, its type says."""
_SUPPLIER = ("record_system", "supplier")
_NUMBER = "municipality.number"


@dataclass(frozen=True)
class Draft:
    """What a municipality's file lacks."""

    problems: tuple[Problem, ...]
    """One for each fact that is missing."""
    values: dict[str, Any]
    """The values of the file with a stand-in for each of them, which is shown to nobody."""
    others: tuple[tuple[Key, tuple[Any, ...]], ...]
    """Each missing fact with other stand-ins, to see what hangs on it."""

    def trials(self, municipality: Municipality) -> Iterator[tuple[Key, Municipality]]:
        """The municipality once for each other stand-in, with the fact that it stands for."""
        for key, others in self.others:
            for other in others:
                values = copy.deepcopy(self.values)
                _put(values, key, other)
                yield key, _with(municipality, values)


def load_draft(path: Path, programme: Programme) -> tuple[Municipality, Draft]:
    """Reads one file as far as it is filled in; a blank text counts as missing.

    Raises DataError with every problem of a value that is there and wrong, and where the municipality's number is
    missing, since nothing is known without it.
    """
    file, of_cohort = with_common_dates(read_toml(path))
    filled = replace(file, values=_without_blanks(file.values))
    entry = register().get(str(filled.get(_NUMBER)))
    _, problems = validate(MunicipalityFacts, file, missing_rule=MISSING)
    problems = [*problems, *of_cohort, *rule_problems(filled, entry, programme)]
    missing = {problem.place: problem for problem in problems if problem.rule == MISSING}
    wrong = [problem for problem in problems if problem.rule != MISSING and problem.place not in missing]
    if entry is None and not any(problem.place in {"municipality", _NUMBER} for problem in wrong):
        unknown = missing.get(_NUMBER) or missing.get("municipality")
        wrong.append(unknown or unknown_number(filled))
    if wrong or entry is None:
        raise DataError(f"{path} has {count_of(len(wrong))} that keep even a draft from being made.", problems=wrong)
    values, others = _stood_in(filled.values, [parsed_key(place) for place in missing], programme)
    facts = MunicipalityFacts.model_validate(values)
    municipality = joined(path.stem, file, facts, entry)
    return municipality, Draft(tuple(_each(file, missing.values(), others)), values, tuple(others.items()))


def _without_blanks(value: Any) -> Any:
    """The values without the texts that hold nothing."""
    match value:
        case dict():
            return {name: _without_blanks(one) for name, one in value.items() if not _is_blank(one)}
        case list():
            return [_without_blanks(one) for one in value]
    return value


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def _stood_in(
    values: dict[str, Any], missing: list[Key], programme: Programme
) -> tuple[dict[str, Any], dict[Key, tuple[Any, ...]]]:
    """The values with a stand-in for each missing fact, and the other stand-ins of each."""
    found, others = copy.deepcopy(values), {}
    for key in sorted(missing, key=dotted):
        for leaf, field in _leaves(key):
            takes = list(programme.record_systems) if leaf == _SUPPLIER else _taken(field)
            _put(found, leaf, takes[0])
            others[leaf] = tuple({str(one): one for one in (takes[1:2] + takes[-1:])}.values())
    return found, others


def _leaves(key: Key) -> Iterator[tuple[Key, FieldInfo]]:
    """The facts at a key: itself, or each that a table there must have; of a list, those of one entry."""
    field = _field(key)
    model, is_list = _model(field.annotation)
    if model is None:
        yield key, field
        return
    entry = (*key, 0) if is_list and not isinstance(key[-1], int) else key
    for name, inner in model.model_fields.items():
        if inner.is_required():
            yield from _leaves((*entry, name))


def _field(key: Key) -> FieldInfo:
    """How the model declares the fact at a key."""
    model: type[BaseModel] = MunicipalityFacts
    names = [part for part in key if isinstance(part, str)]
    for name in names[:-1]:
        model = _model(model.model_fields[name].annotation)[0] or model
    return model.model_fields[names[-1]]


def _model(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The table that an annotation allows, if any, and whether it is one of a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    inner = [_model(one)[0] for one in get_args(annotation)]
    return next((one for one in inner if one), None), get_origin(annotation) is list


def _taken(field: FieldInfo) -> list[Any]:
    """The values of the pool that a fact takes."""
    declared: Any = Annotated[field.annotation, field]
    adapter: TypeAdapter[Any] = TypeAdapter(declared, config={"strict": True})
    return [one for one in (*_literals(field.annotation), *_POOL) if _fits(adapter, one)]


def _literals(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for one in get_args(annotation):
            yield from _literals(one)


def _fits(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _put(values: dict[str, Any], key: Key, value: Any) -> None:
    """Sets a value below tables and lists, which are made where they are not there."""
    holder: Any = values
    for step, following in pairwise(key):
        if isinstance(holder, list):
            holder.extend({} for _ in range(int(step) + 1 - len(holder)))
            holder = holder[int(step)]
        else:
            holder = holder.setdefault(step, [] if isinstance(following, int) else {})
    holder[key[-1]] = value


def _with(municipality: Municipality, values: dict[str, Any]) -> Municipality:
    facts = MunicipalityFacts.model_validate(values)
    return joined(municipality.slug, municipality.file, facts, municipality.entry)


def _each(file: TomlFile, missing: Iterable[Problem], others: Iterable[Key]) -> Iterator[Problem]:
    """The problems, that of a table as one for each fact that it must have."""
    for problem in missing:
        key = parsed_key(problem.place)
        below = [one for one in others if one[: len(key)] == key]
        if below == [key]:
            yield problem
        for one in below if below != [key] else ():
            table = dotted(tuple(part for part in one[:-1] if isinstance(part, str)))
            in_list = any(isinstance(part, int) for part in one)
            todo = f"Add it below [[{table}]]." if in_list else f"Add it below [{table}]."
            yield file.problem(one, "is missing.", todo, MISSING)
