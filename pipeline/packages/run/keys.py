"""Keys documents by what they are made of, so that one that would come out the same need not be made again."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import TemplateError as JinjaError

from pipeline.documents.merge import recipient_names
from pipeline.errors import PipelineError
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate, load_document
from pipeline.templating.data_names import UnknownNameError, resolve
from pipeline.templating.missing import Missing
from pipeline.templating.names import Edition, Names
from pipeline.templating.used_names import data_used

FORMAT = 1
"""Counts up when a key is made of other things."""
_STEP = re.compile(r"\[\]|\[#\]|[^.\[\]]+")
_ABSENT = "absent"


def template_hashes(template: DocumentTemplate, language: str) -> dict[str, str]:
    """SHA-256 of every file of a document's folder that a language uses, by its path below the templates folder.

    Raises TemplateError where one is not there.
    """
    paths = [template.template(language)]
    if template.declaration.table:
        paths.append(template.table(language))
    hashes = {f"{template.name}/{path.name}": sha256(path.read_bytes()) for path in paths}
    return hashes | {f"{template.name}/{template.file.path.name}": template.file.sha256}


def document_key(
    package: PackageTemplate, template: DocumentTemplate, edition: Edition, names: Names, makers: str
) -> str | None:
    """The SHA-256 of everything that decides a document's bytes; None where they cannot be told, so that it is made.

    The facts are those that the template uses, not all that it could. `makers` is from `makers_of_documents`.
    """
    try:
        hashes = template_hashes(template, edition.language)
        used = _used(template.folder, edition.language, tuple(hashes.items()))
        needs = [resolve(need, names, edition.language) is None for need in template.declaration.needs]
    except (PipelineError, JinjaError, UnknownNameError, UnicodeDecodeError, csv.Error, OSError):
        return None
    facts = names | {"recipient": recipient_names(package.recipient(template), names, edition.language)}
    made_of = {
        "format": FORMAT,
        "makers": makers,
        "templates": hashes,
        "language": edition.language,
        "date": edition.date.isoformat(),
        "author": names["municipality"]["official_full_name"],
        "needs": needs,
        "facts": {name: _value(facts, _STEP.findall(name)) for name in used},
    }
    if edition.draft:
        made_of["draft"] = True
    return digest(made_of)


def digest(thing: Any) -> str:
    """The SHA-256 of plain values; 1, 1.0, "1" and a date are told apart."""
    text = json.dumps(thing, sort_keys=True, ensure_ascii=False, default=_typed)
    return sha256(text.encode())


def sha256(content: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _typed(value: Any) -> str:
    return f"{type(value).__name__} {value}"


@lru_cache(maxsize=1024)
def _used(folder: Path, language: str, _hashes: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The names that a document uses, looked up once for each content of its files."""
    return data_used(load_document(folder), language)


def _value(value: Any, steps: list[str]) -> Any:
    """What a name stands for; below a list, of all its entries, and of a list that is gone through, their number."""
    for position, step in enumerate(steps):
        if isinstance(value, Missing):
            return str(value)
        if step in {"[]", "[#]"}:
            entries = value if isinstance(value, list) else []
            return len(entries) if step == "[#]" else [_value(one, steps[position + 1 :]) for one in entries]
        if not isinstance(value, dict) or step not in value:
            return _ABSENT
        value = value[step]
    return value
