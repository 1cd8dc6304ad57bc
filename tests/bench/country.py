"""Writes a file for every municipality of the register to a scratch folder, in an order that mixes large and small."""

from __future__ import annotations

import datetime
import json
import random
import re
import unicodedata
from pathlib import Path
from typing import Any

from bench.example_facts import Facts, Table, example_facts
from pipeline.data.register import RegisterEntry, register

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "đ": "d", "ŋ": "n", "ŧ": "t"})


def country() -> list[RegisterEntry]:
    """Every municipality, shuffled once and for all, so that the first ten or hundred stand for the whole."""
    entries = sorted(register().values(), key=lambda entry: entry.number)
    random.Random("country").shuffle(entries)  # noqa: S311  # an order, no secret
    return entries


def write_municipalities(entries: list[RegisterEntry], folder: Path) -> list[str]:
    """Writes a file for each to `folder`, which is made, and returns their slugs."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in entries:
        (folder / f"{slug_of(entry)}.toml").write_text(as_toml(example_facts(entry)), encoding="utf-8")
    return [slug_of(entry) for entry in entries]


def slug_of(entry: RegisterEntry) -> str:
    """Name and number, since two municipalities are called Herøy and two Våler: heroy-1515."""
    plain = unicodedata.normalize("NFKD", entry.name.lower().translate(_LETTERS)).encode("ascii", "ignore").decode()
    return f"{re.sub(r'[^a-z]+', '-', plain).strip('-')}-{entry.number}"


def as_toml(facts: Facts) -> str:
    """The facts as a municipality writes them."""
    blocks = []
    for name, content in facts.items():
        is_list = isinstance(content, list)
        heading = f"[[{name}]]" if is_list else f"[{name}]"
        tables: list[Table] = content if isinstance(content, list) else [content]
        blocks += ["\n".join([heading, *(f"{key} = {_value(one)}" for key, one in table.items())]) for table in tables]
    return "\n\n".join(blocks) + "\n"


def _value(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime.date) else json.dumps(value, ensure_ascii=False)
