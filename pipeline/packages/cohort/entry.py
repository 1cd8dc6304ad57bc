"""What a cohort's page knows of one municipality, also of one whose file cannot be read."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.data.register import RegisterEntry, register
from pipeline.data.toml_file import read_toml
from pipeline.errors import BundleError, DataError, Problem
from pipeline.packages.ledger.status import Standing
from pipeline.packages.outcome import Outcome
from pipeline.packages.packed import Packed, read_packed

_ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"
_ALIKE = str.maketrans({"đ": "d", "ŋ": "n", "ŧ": "t", "ä": "æ", "ö": "ø"})


@dataclass(frozen=True)
class Entry:
    """A municipality of a cohort."""

    outcome: Outcome
    register: RegisterEntry | None
    """None where neither its file nor an earlier package says which municipality it is."""
    record_system: str
    """What people call it; empty where the file does not tell."""
    packed: Packed | None
    """The package that lies in the folder: the one just proven, or an earlier one where there is no new one."""
    unreadable: str
    """Why what lies in the folder cannot be told of; else empty."""
    standings: Mapping[str, Standing] = field(default_factory=dict)
    """How far each document is that somebody signs, by the SHA-256 of its PDF."""

    @property
    def name(self) -> str:
        """Every official name, or the name of its file."""
        return self.register.official_name if self.register else self.outcome.slug

    @property
    def county(self) -> str:
        """Its county, or empty."""
        return self.register.county if self.register else ""

    @property
    def others(self) -> tuple[Problem, ...]:
        """The problems that are more than a missing fact."""
        missing = self.outcome.missing
        return tuple(problem for problem in self.outcome.problems if problem not in missing)


def read_entry(outcome: Outcome, municipalities: Path, record_systems: Mapping[str, str]) -> Entry:
    """Reads what the municipality's file, the register and the packing list tell; what is wrong there stops nothing."""
    values = _values(municipalities / f"{outcome.slug}.toml")
    packed, unreadable = None, ""
    try:
        packed = read_packed(outcome.folder)
    except BundleError as error:
        unreadable = error.message
    number = _text(values, "municipality", "number") or (packed.number if packed else "")
    record_system = record_systems.get(_text(values, "record_system", "supplier"), "")
    return Entry(outcome, register().get(number), record_system, packed, unreadable)


def alphabetical(name: str) -> tuple[list[int], str]:
    """The key of a name in the order of the Norwegian alphabet; Sami letters stand with those they are made from."""
    letters = unicodedata.normalize("NFC", name).casefold().translate(_ALIKE)
    plain = (one if one in _ALPHABET else unicodedata.normalize("NFD", one)[0] for one in letters)
    return [_ALPHABET.find(one) for one in plain], name


def _values(path: Path) -> dict[str, Any]:
    """The file's values, or none: what is wrong with the file is among the problems of the outcome."""
    try:
        return read_toml(path).values
    except DataError:
        return {}


def _text(values: dict[str, Any], table: str, key: str) -> str:
    inner = values.get(table)
    value = inner.get(key) if isinstance(inner, dict) else None
    return value if isinstance(value, str) else ""
