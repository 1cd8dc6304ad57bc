"""Reads a TOML file and remembers on which line each key stands, for problems that point at it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.errors import DataError, Problem

_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_TABLE = re.compile(rf"^\s*(\[\[?)\s*({_DOTTED})\s*\]\]?")
_PAIR = re.compile(rf"^\s*({_DOTTED})\s*=\s*(.*)$")
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")
_LINE_OF_ERROR = re.compile(r"\(at line (\d+), column (\d+)\)")

Key = tuple[str | int, ...]
"""A path into the file, list positions counted from 0, such as ("services", 1, "her_id")."""


@dataclass(frozen=True)
class TomlFile:
    """A parsed file: its values (floats as Decimal), the line of each key, and the SHA-256 of its bytes."""

    path: Path
    values: dict[str, Any]
    lines: dict[Key, int]
    sha256: str
    base: TomlFile | None = None
    """The file from which it takes values that it does not state itself; `values` has them too."""
    inherited: frozenset[Key] = frozenset()
    """The keys that it takes from there."""

    def line(self, key: Key) -> int:
        """The 1-based line of `key` in the file that states it, else of the nearest table above it, else 0.

        A key inside an inline table or an array is reported at the line of the key that holds it.
        """
        lines = self.stated_in(key).lines
        while key and key not in lines:
            key = key[:-1]
        return lines.get(key, 0)

    def stated_in(self, key: Key) -> TomlFile:
        """The file that states `key`: this one, or the one from which it inherits."""
        return self.base if self.base and key in self.inherited else self

    def inheriting(self, table: str, base: TomlFile) -> TomlFile:
        """The file with those values of a plain table of `base` that its own table does not state."""
        own, lent = self.values.get(table, {}), base.values.get(table, {})
        if not isinstance(own, dict) or not isinstance(lent, dict):
            return self
        keys = frozenset((table, name) for name in lent if name not in own)
        return (
            replace(self, values={**self.values, table: {**lent, **own}}, base=base, inherited=keys) if keys else self
        )

    def get(self, dotted: str) -> Any:
        """The value at a dotted key of plain tables, or None where any part is absent."""
        value: Any = self.values
        for part in dotted.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def problem(self, key: Key, what: str, todo: str, rule: str = "") -> Problem:
        """A problem at `key` in this file."""
        return Problem(self.stated_in(key).path, self.line(key), dotted(key), what, todo, rule=rule)


def dotted(key: Key) -> str:
    """The key as a person writes it; list positions count from 1: services[2].her_id."""
    text = ""
    for part in key:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def parsed_key(text: str) -> Key:
    """The key that `dotted` writes as `text`."""
    return tuple(int(digits) - 1 if digits else name for digits, name in _STEP.findall(text))


def read_toml(path: Path) -> TomlFile:
    """Reads `path`. Raises DataError with the place when it is absent, not UTF-8 or not TOML."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}). Check that the file exists.") from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = Problem(path, line, "", "The file is not UTF-8 text.", "Save it again with the encoding UTF-8.")
        raise DataError("A TOML file cannot be read.", problems=[problem]) from error
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise DataError("A TOML file is not valid.", problems=[_syntax_problem(path, text, error)]) from error
    return TomlFile(path, values, _index(text), hashlib.sha256(raw).hexdigest())


def _syntax_problem(path: Path, text: str, error: tomllib.TOMLDecodeError) -> Problem:
    place = _LINE_OF_ERROR.search(str(error))
    line = int(place.group(1)) if place else len(text.splitlines())
    reason = _LINE_OF_ERROR.sub("", str(error)).replace("(at end of document)", "").strip().rstrip(".")
    todo = "Mend this line; text stands in quotes, dates as 2027-06-01 without."
    return Problem(path, line, "", f"This is not TOML: {reason[:1].lower()}{reason[1:]}.", todo)


def _index(text: str) -> dict[Key, int]:
    """The line of each table and key; multi-line strings and arrays are stepped over."""
    lines: dict[Key, int] = {}
    table: Key = ()
    counts: dict[Key, int] = {}
    open_until = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if open_until:
            open_until = "" if open_until in line else open_until
            continue
        if match := _TABLE.match(line):
            table = _split(match.group(2))
            if match.group(1) == "[[":
                counts[table] = counts.get(table, -1) + 1
            table = _with_positions(table, counts)
            lines.setdefault(table, number)
        elif match := _PAIR.match(line):
            lines[(*table, *_split(match.group(1)))] = number
            open_until = _still_open(match.group(2))
    return lines


def _split(dotted_key: str) -> Key:
    return tuple(part.strip().strip("\"'") for part in re.findall(_KEY, dotted_key))


def _with_positions(table: Key, counts: dict[Key, int]) -> Key:
    placed: list[str | int] = []
    for end, part in enumerate(table, start=1):
        placed.append(part)
        if table[:end] in counts:
            placed.append(counts[table[:end]])
    return tuple(placed)


def _still_open(value: str) -> str:
    for quotes in ('"""', "'''"):
        if value.startswith(quotes) and quotes not in value[3:]:
            return quotes
    return "]" if value.startswith("[") and value.count("[") > value.count("]") else ""
