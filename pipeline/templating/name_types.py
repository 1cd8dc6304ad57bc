"""Says of a data name of what type it is and whether it may be absent, from the models that hold its value."""

from __future__ import annotations

import datetime
import re
import types
from dataclasses import is_dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

ENTRY = "[]"
_PART = re.compile(r"\[\]|[^.\[]+")
_WORDS = {
    str: "text",
    bool: "yes or no",
    int: "whole number",
    Decimal: "number",
    datetime.date: "date",
    type(None): "unknown",
}
_LISTS = (list, tuple)
_UNTOLD = (type(None), list, dict)


def parts(name: str) -> list[str]:
    """services[].name as services, [] and name."""
    return _PART.findall(name)


def values_at(holder: Any, steps: list[str]) -> list[Any] | None:
    """What a holder of facts has at a name, of lists from every entry; None where it has no such name."""
    found = [holder]
    for step in steps:
        if step == ENTRY:
            found = [entry for one in found if isinstance(one, _LISTS) for entry in one]
        elif any(_has(one, step) for one in found):
            found = [_of(one, step) for one in found if _has(one, step)]
        else:
            return None
    return found


def type_at(holder: Any, steps: list[str]) -> Any:
    """How the model declares the value at a name, or None where no model does."""
    declared: Any = holder if isinstance(holder, dict) else type(holder)
    for step in steps:
        if isinstance(declared, dict):
            inner = declared.get(step)
            declared = inner if isinstance(inner, dict) else type(inner)
        elif step == ENTRY:
            declared = next(iter(get_args(present(declared))), None)
        else:
            declared = fields(present(declared)).get(step)
    return None if isinstance(declared, dict) or declared in _UNTOLD else declared


def fields(model: Any) -> dict[str, Any]:
    """The fields of a model or dataclass with what they are declared as; of anything else, none."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        return {name: field.annotation for name, field in model.model_fields.items()}
    return get_type_hints(model) if is_dataclass(model) else {}


def may_be_absent(declared: Any) -> bool:
    """Whether None is allowed."""
    return get_origin(declared) in {Union, types.UnionType} and type(None) in get_args(declared)


def present(declared: Any) -> Any:
    """The type of a value that is there, without its rules."""
    if may_be_absent(declared):
        declared = next(one for one in get_args(declared) if one is not type(None))
    return get_args(declared)[0] if get_origin(declared) is Annotated else declared


def in_words(declared: Any) -> str:
    """The type as a page for people says it."""
    kind = present(declared)
    if get_origin(kind) is Literal:
        return f"text: {' or '.join(get_args(kind))}"
    if get_origin(kind) in _LISTS or kind in _LISTS:
        return "list"
    return _WORDS.get(kind, "group")


def plain(value: Any) -> Any:
    """A value as templates have it: no models."""
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, _LISTS):
        return [plain(one) for one in value]
    return {name: plain(one) for name, one in vars(value).items()} if is_dataclass(value) else value


def _has(holder: Any, name: str) -> bool:
    return name in (holder if isinstance(holder, dict) else fields(type(holder)))


def _of(holder: Any, name: str) -> Any:
    return holder[name] if isinstance(holder, dict) else getattr(holder, name)
