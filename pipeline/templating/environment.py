"""The one Jinja environment: sandboxed, strict about missing values, escaping always, nothing but our filters."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from jinja2 import StrictUndefined, Undefined, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from pipeline.templating.filters import filters
from pipeline.templating.missing import Missing
from pipeline.templating.sheets import as_cell, as_heading
from pipeline.templating.undecided import OF_DRAFTS, Undecided

_OF_SHEETS = {"_cell": as_cell, "_heading": as_heading}
"""Filters that the sheets of a workbook bring along; nobody types them."""


class MissingValueError(Exception):
    """A placeholder stands for a fact that this municipality does not have."""


class _Environment(SandboxedEnvironment):
    """Looks names up in plain dicts only, so that `.items` or `.values` can be names like any other."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What `obj.attribute` means in a template."""
        return super().getattr(obj, attribute) if isinstance(obj, LoopContext) else self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """What `obj[argument]` means in a template."""
        if isinstance(obj, dict) and argument in obj:
            return obj[argument]
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return obj if isinstance(obj, Missing) else self.undefined(obj=obj, name=argument)


class _DraftEnvironment(_Environment):
    """Says of a text whether it stands there only if a missing fact says so."""

    def _generate(self, source: nodes.Template, *arguments: Any, **options: Any) -> str:
        """The code of a template, through which every template and expression goes."""
        return super()._generate(Undecided().visit(source), *arguments, **options)


def _present(value: Any) -> Any:
    """What a placeholder may print; an absent optional fact is a fault, not a blank."""
    if value is None or isinstance(value, (dict, list)):
        raise MissingValueError
    if isinstance(value, bool):
        raise TypeError("yes or no is not text; use the filter yes_no")
    return value


def _of_given(made: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, where an absent fact or unknown name is a fault like in any placeholder, and never today or nei."""

    @wraps(made)
    def checked(value: Any, *arguments: Any, **options: Any) -> Any:
        if value is None:
            raise MissingValueError
        if isinstance(value, Undefined):
            str(value)  # a strict one raises, with its name
        if isinstance(value, Missing):
            return value.shortened() if made is as_cell else value
        return made(value, *arguments, **options)

    return checked


@cache
def environment(language: str, *, draft: bool = False) -> SandboxedEnvironment:
    """The environment for templates in `language`, made once per process; another one for drafts."""
    kind = _DraftEnvironment if draft else _Environment
    made = kind(undefined=StrictUndefined, autoescape=True, finalize=_present, keep_trailing_newline=True)
    made.filters = {name: _of_given(made_for) for name, made_for in (filters(language) | _OF_SHEETS).items()}
    if draft:
        made.filters |= OF_DRAFTS
    made.globals.clear()
    return made
