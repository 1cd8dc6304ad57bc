"""The names of a draft: what hangs on a missing fact is missing too, whatever the pipeline could reckon from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.data.toml_file import Key, dotted
from pipeline.templating.missing import Missing

Names = dict[str, Any]

DRAFT = "_draft"
"""Stands among the names of a draft and of no other paper; no template can name it."""
_RESULT = ("analysis", "net_present_value")
_CONCLUSIONS: tuple[Key, ...] = (("analysis", "benefit_cost_ratio"), ("analysis", "payback_year"))
"""They may come out the same for every stand-in, and would be known all the same only with the result."""


def draft_names(names: Names, stated: list[Key], trials: Iterator[tuple[Key, Names]], language: str) -> Names:
    """The names, with a blank at each missing fact and at all that is different with another stand-in for it.

    `stated` are the missing facts, and `trials` the names once for each other stand-in. What comes out the same
    whatever stands there does not hang on the fact, and is shown.
    """
    found: dict[Key, list[str]] = {key: [dotted(key)] for key in stated if _is_there(names, key)}
    for key, other in trials:
        for place in _differing((), names, other):
            told = found.setdefault(place, [])
            if dotted(key) not in told:
                told.append(dotted(key))
    for place in _CONCLUSIONS if _RESULT in found else ():
        found.setdefault(place, found[_RESULT])
    return {**_blanked((), names, found, language), DRAFT: True}


def with_blank(names: Names, name: str, language: str) -> Names:
    """The names with a blank at a dotted name, or where the table that would hold it is absent."""
    return _with(names, name.split("."), Missing((name,), language))


def _with(table: Names, steps: list[str], value: Missing) -> Names:
    first, *rest = steps
    inner = table.get(first)
    return {**table, first: _with(inner, rest, value) if rest and isinstance(inner, dict) else value}


def _is_there(value: Any, key: Key) -> bool:
    for step in key:
        steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        if step not in steps:
            return False
        value = value[step]
    return True


def _differing(key: Key, one: Any, other: Any) -> Iterator[Key]:
    """Where two sets of names differ; a list of another length differs as a whole."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for name, value in one.items():
            yield from _differing((*key, name), value, other[name])
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for position, value in enumerate(one):
            yield from _differing((*key, position), value, other[position])
    elif one != other:
        yield key


def _blanked(key: Key, value: Any, found: dict[Key, list[str]], language: str) -> Any:
    if key in found:
        return Missing(tuple(found[key]), language)
    if isinstance(value, dict):
        return {name: _blanked((*key, name), one, found, language) for name, one in value.items()}
    if isinstance(value, list):
        return [_blanked((*key, position), one, found, language) for position, one in enumerate(value)]
    return value
