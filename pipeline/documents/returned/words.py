"""The sentences of a verdict in bokmål, nynorsk and English, which stand in words.json beside this file."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from pipeline.documents.returned.verdict import Reason

_FILE = Path(__file__).with_name("words.json")


def reason(code: str, language: str, **values: str | int) -> Reason:
    """The sentence of a code in Norwegian, as the paper is written, and in English, with `values` in their places."""
    said = _sentences()[code]
    return Reason(code, said[language].format(**values), said["en"].format(**values))


@cache
def _sentences() -> dict[str, dict[str, str]]:
    read: dict[str, dict[str, str]] = json.loads(_FILE.read_bytes())
    return read
