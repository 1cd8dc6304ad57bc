"""Finds every placeholder and tag of a part and where its author sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.errors import Spot
from pipeline.templating.places import paragraphs, text_of

TAG = re.compile(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)", re.DOTALL)
"""A placeholder or tag as typed; one that is left open runs to the end of its paragraph."""


@dataclass(frozen=True)
class Placeholder:
    """A placeholder or tag as typed, and the paragraph it stands in."""

    spot: Spot
    typed: str

    def __str__(self) -> str:
        separator = ", " if self.spot.paragraph else " "
        return f"{self.spot}{separator}{self.typed}".rstrip()


def placeholders(part: str, tree: etree._Element, story: str = "") -> list[Placeholder]:
    """Every `{{ … }}` and `{% … %}` of a part in document order, those left open too."""
    places = [(spot, text_of(paragraph)) for paragraph, spot in paragraphs(part, tree, story)]
    if not places:
        places = [(Spot(part), "".join(str(text) for text in tree.itertext()))]
    return [Placeholder(spot, typed) for spot, text in places for typed in TAG.findall(text)]
