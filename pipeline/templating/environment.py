"""The one Jinja environment: sandboxed, strict about missing values, escaping always, nothing but our filters."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import StrictUndefined
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment

from pipeline.templating.filters import filters


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
        if isinstance(obj, list) and isinstance(argument, int) and argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)


def _present(value: Any) -> Any:
    """What a placeholder may print; an absent optional fact is a fault, not a blank."""
    if value is None or isinstance(value, (dict, list)):
        raise MissingValueError
    return value


@cache
def environment(language: str) -> SandboxedEnvironment:
    """The environment for templates in `language`, made once per process."""
    made = _Environment(undefined=StrictUndefined, autoescape=True, finalize=_present, keep_trailing_newline=True)
    made.filters = dict(filters(language))
    made.globals.clear()
    return made
