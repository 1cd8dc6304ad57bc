"""Resolves the data names that declarations use: dotted, with a list position, with filters after a bar."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError as JinjaError
from jinja2 import Undefined

from pipeline.templating.draft_names import DRAFT
from pipeline.templating.environment import environment

Names = dict[str, Any]

_ROOT = re.compile(r"[A-Za-z_]\w*")


class UnknownNameError(Exception):
    """A declaration uses a name or filter that there is not; the message says which, for a person."""


def resolve(expression: str, names: Names, language: str) -> Any:
    """The value of a data name such as `services[0].start | short_date`; None where an optional fact is absent.

    Raises UnknownNameError.
    """
    found = _looked_up(expression, names)
    if found is not None:
        return found
    root = expression.partition("|")[0].strip()
    value = _evaluate(root, names, language)
    if value is None or root == expression.strip():
        return value
    return _evaluate(expression, names, language)


def _looked_up(expression: str, names: Names) -> Any:
    """The value of a plain dotted name, found without evaluating; None where it is no such name or absent."""
    value: Any = names
    for step in expression.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def restrict(names: Names, needs: list[str], always: frozenset[str]) -> Names:
    """Only the tables of names that a document declares to need, and those that every document has."""
    roots = {match[0] for need in needs if (match := _ROOT.match(need))} | always
    return {root: value for root, value in names.items() if root in roots}


@lru_cache(maxsize=1024)
def _compiled(expression: str, language: str, draft: bool) -> Callable[..., Any]:
    return environment(language, draft=draft).compile_expression(expression, undefined_to_none=False)


def _evaluate(expression: str, names: Names, language: str) -> Any:
    try:
        value = _compiled(expression, language, DRAFT in names)(**names)
    except (JinjaError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        reason = f"{expression!r} cannot be worked out ({str(error).rstrip('.')})."
        raise UnknownNameError(reason) from error
    if isinstance(value, Undefined):
        table = expression.rpartition(".")[0]
        if table and _evaluate(table, names, language) is None:
            return None
        raise UnknownNameError(f"There is no name {expression!r}.")
    return value
