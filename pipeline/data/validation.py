"""Checks a TOML file against a model and says every fault at once, in sentences with a place."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.data.toml_file import Key, TomlFile
from pipeline.errors import Problem

Model = TypeVar("Model", bound=BaseModel)

_WORDING: dict[str, tuple[str, str]] = {
    "missing": ("is missing.", "Add it."),
    "extra_forbidden": ("is not a known key.", "Remove it or spell it right.{near}"),
    "string_type": ("must be text.", "Put it in quotes."),
    "int_type": ("must be a whole number.", "Write it without quotes and without decimals."),
    "int_from_float": ("must be a whole number.", "Write it without decimals."),
    "bool_type": ("must be true or false.", "Write true or false without quotes."),
    "date_type": ("must be a date.", "Write it as 2027-06-01 without quotes."),
    "date_from_datetime_inexact": ("must be a date without a time.", "Write it as 2027-06-01."),
    "decimal_type": ("must be a number.", "Write it without quotes."),
    "is_instance_of": ("must be a number.", "Write it without quotes."),
    "list_type": ("must be a list.", "Write it in square brackets, or as [[{key}]] tables."),
    "tuple_type": ("must be a list.", "Write it in square brackets, or as [[{key}]] tables."),
    "model_type": ("must be a table.", "Write it as [{key}] with its keys below."),
    "dict_type": ("must be a table.", "Write it as [{key}] with its keys below."),
    "literal_error": ("is not one of {expected}.", "Use one of these."),
    "string_too_long": ("is longer than {max_length} characters.", "Shorten it."),
    "too_short": ("has too few entries; at least {min_length} is needed.", "Add what is missing."),
    "too_long": ("has too many entries; at most {max_length} fit.", "Remove what is too much."),
    "greater_than_equal": ("is less than {ge}.", "Correct the figure."),
    "less_than_equal": ("is more than {le}.", "Correct the figure."),
    "blank": ("is blank.", "Fill it in, or remove the key if it may be absent."),
    "unprintable": ("has the unprintable character U+{code} at position {position}.", "Remove that character."),
    "several_lines": ("has a line break.", "Write it on one line."),
    "identity_number": ("holds what looks like a national identity number.", "Remove it; no such number belongs here."),
    "organisation_number": ("is not a valid organisation number.", "Check the nine digits in Enhetsregisteret."),
}
_PATTERNS = {
    "email": ("is not an e-mail address.", "Write it as name@place.no."),
    "phone": ("is not a telephone number.", "Write digits and spaces, such as 55 55 55 55."),
    "mobile": ("is not a telephone number.", "Write digits and spaces, such as 55 55 55 55."),
    "postal_code": ("is not a postal code.", "Write four digits in quotes."),
    "post_box_postal_code": ("is not a postal code.", "Write four digits in quotes."),
    "number": ("is not a municipality number.", "Write four digits in quotes."),
    "her_id": ("is not a HER-id.", "Write its digits in quotes."),
}


def validate(model: type[Model], file: TomlFile, *, missing_rule: str = "") -> tuple[Model | None, list[Problem]]:
    """The model of the file's values, or None and every fault of them.

    A problem that tells of a value that is absent, or only blank, has the rule `missing_rule`.
    """
    try:
        return model.model_validate(file.values), []
    except ValidationError as error:
        known = _known_keys(model)
        return None, [_problem(file, details, known, missing_rule) for details in error.errors(include_url=False)]


def is_missing(details: ErrorDetails) -> bool:
    """Whether a value is absent or only blank, rather than wrong."""
    value = details["input"]
    return details["type"] in {"missing", "too_short"} or (isinstance(value, str) and not value.strip())


def _problem(file: TomlFile, details: ErrorDetails, known: dict[Key, list[str]], missing_rule: str) -> Problem:
    key = tuple(part for part in details["loc"] if part != "[key]")
    name = str(key[-1]) if key else ""
    what, todo = _WORDING.get(details["type"], ("", ""))
    if details["type"] == "string_pattern_mismatch":
        what, todo = _PATTERNS.get(name, ("does not have the right form.", "Check how it is written."))
    if not what:
        what, todo = f"is not right: {details['msg'][:1].lower()}{details['msg'][1:]}.", "Correct it."
    table = ".".join(part for part in key if isinstance(part, str))
    words: dict[str, Any] = {**details.get("ctx", {}), "key": table, "near": _nearest(key, known)}
    rule = missing_rule if is_missing(details) else ""
    return file.problem(key, what.format_map(words), todo.format_map(words), rule)


def _nearest(key: Key, known: dict[Key, list[str]]) -> str:
    """A hint with the likeliest meant key, or nothing."""
    table = tuple(part for part in key[:-1] if isinstance(part, str))
    near = get_close_matches(str(key[-1]), known.get(table, []), n=1, cutoff=0.6)
    return f" Did you mean {near[0]}?" if near else ""


def keys_of(model: type[BaseModel]) -> list[str]:
    """Every table and every key that a model's file may have, without positions in lists: services, services.her_id."""
    return [".".join(map(str, (*table, name))) for table, names in _known_keys(model).items() for name in names]


def _known_keys(model: type[BaseModel], table: Key = ()) -> dict[Key, list[str]]:
    keys: dict[Key, list[str]] = {table: list(model.model_fields)}
    for name, field in model.model_fields.items():
        for inner in _models_in(field.annotation):
            keys |= _known_keys(inner, (*table, name))
    return keys


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]
