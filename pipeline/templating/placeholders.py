"""Finds every placeholder and tag of a Word part and where its author sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG = re.compile(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)", re.DOTALL)
_STORIES = {"document": "body", "core": "document properties"}
_FIRST_WORDS = 40


@dataclass(frozen=True)
class Placeholder:
    """A placeholder or tag as typed, with the part, the paragraph (from 1) and the paragraph's first words."""

    part: str
    paragraph: int
    words: str
    typed: str

    def __str__(self) -> str:
        name = self.part.rpartition("/")[2].removesuffix(".xml").rstrip("0123456789")
        story = _STORIES.get(name, name)
        if not self.paragraph:
            return f"{story} {self.typed}".rstrip()
        return f"{story}, paragraph {self.paragraph} «{self.words}», {self.typed}"


def placeholders(part: str, tree: etree._Element) -> list[Placeholder]:
    """Every `{{ … }}` and `{% … %}` of a part in document order, those left open too."""
    found = []
    for number, text in _paragraphs(tree):
        words = text if len(text) <= _FIRST_WORDS else f"{text[:_FIRST_WORDS].rstrip()}…"
        found += [Placeholder(part, number, words, typed) for typed in _TAG.findall(text)]
    return found


def _paragraphs(tree: etree._Element) -> Iterator[tuple[int, str]]:
    paragraphs = list(tree.iter(f"{_W}p"))
    if not paragraphs:
        yield 0, "".join(str(text) for text in tree.itertext())
    for number, paragraph in enumerate(paragraphs, start=1):
        yield number, "".join(node.text or "" for node in paragraph.iter(f"{_W}t"))
