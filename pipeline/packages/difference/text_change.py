"""Compares two documents' text: line by line as it stands on the pages, then word by word where lines differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_AROUND = 8
"""Words shown on either side of a change."""
_EDGE = 3
"""Lines at the head and foot of a page among which its header and footer stand."""
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Words:
    """Words that follow each other, and whether the other document has them there too."""

    text: str
    kind: Literal["same", "changed", "left out"]


@dataclass(frozen=True)
class TextChange:
    """A place where the text differs; a side without words there is empty."""

    place: str
    """The page, or the name of the file."""
    before: tuple[Words, ...]
    after: tuple[Words, ...]


@dataclass(frozen=True)
class _Line:
    page: int
    text: str


def text_changes(before: Sequence[str], after: Sequence[str]) -> tuple[TextChange, ...]:
    """Where the texts of two documents' pages differ; lines that only break elsewhere are no difference."""
    headers = [_running(before), _running(after)]
    bodies = [_lines(pages, running) for pages, running in zip((before, after), headers, strict=True)]
    changes = list(_changes("side", *bodies))
    margins = [[_Line(0, line) for line in dict.fromkeys(running.values())] for running in headers]
    return (*changes, *_changes("topp- og bunntekst", *margins))


def file_changes(name: str, before: str, after: str) -> tuple[TextChange, ...]:
    """Where the lines of a text file differ."""
    lines = [[_Line(0, line) for line in text.splitlines()] for text in (before, after)]
    return tuple(_changes(name, *lines))


def _changes(place: str, before: list[_Line], after: list[_Line]) -> Iterator[TextChange]:
    matcher = SequenceMatcher(None, [one.text for one in before], [one.text for one in after], autojunk=False)
    for kind, start, end, from_, to in matcher.get_opcodes():
        old, new = before[start:end], after[from_:to]
        if kind != "equal" and _words(old) != _words(new):
            where = (new or old)[0].page
            head, tail = _words(before[:start][-_AROUND:])[-_AROUND:], _words(before[end:][:_AROUND])[:_AROUND]
            words = [head + _words(lines) + tail for lines in (old, new)]
            yield TextChange(f"{place} {where}" if where else place, *_marked(*words))


def _marked(before: list[str], after: list[str]) -> tuple[tuple[Words, ...], tuple[Words, ...]]:
    """The words of both sides, with those marked that the other lacks, and long agreement left out."""
    old: list[Words] = []
    new: list[Words] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    blocks = matcher.get_opcodes()
    for number, (kind, start, end, from_, to) in enumerate(blocks):
        if kind == "equal":
            shown = list(_shortened(before[start:end], first=number == 0, last=number == len(blocks) - 1))
            old += shown
            new += shown
        else:
            old += [Words(" ".join(before[start:end]), "changed")] if end > start else []
            new += [Words(" ".join(after[from_:to]), "changed")] if to > from_ else []
    return tuple(old), tuple(new)


def _shortened(words: list[str], *, first: bool, last: bool) -> Iterator[Words]:
    """The words next to a change, with a mark for those between two changes that are farther away."""
    if first or last:
        yield Words(" ".join(words[-_AROUND:] if first else words[:_AROUND]), "same")
    elif len(words) <= 2 * _AROUND:
        yield Words(" ".join(words), "same")
    else:
        yield Words(" ".join(words[:_AROUND]), "same")
        yield Words("…", "left out")
        yield Words(" ".join(words[-_AROUND:]), "same")


def _words(lines: list[_Line]) -> list[str]:
    return [word for line in lines for word in line.text.split()]


def _lines(pages: Sequence[str], running: dict[str, str]) -> list[_Line]:
    return [
        _Line(number, line)
        for number, text in enumerate(pages, start=1)
        for line in text.splitlines()
        if line.strip() and _shape(line) not in running
    ]


def _running(pages: Sequence[str]) -> dict[str, str]:
    """The lines of headers and footers: at the edge of most pages, the same but for numbers; by their shape."""
    shapes: Counter[str] = Counter()
    first: dict[str, str] = {}
    for text in pages:
        lines = text.splitlines()
        edge = {_shape(line): line for line in (*lines[:_EDGE], *lines[-_EDGE:]) if line.strip()}
        shapes.update(edge.keys())
        first = {**edge, **first}
    return {shape: first[shape] for shape, times in shapes.items() if times > 1 and times * 2 > len(pages)}


def _shape(line: str) -> str:
    return _DIGITS.sub("0", line.strip())
