"""Reads the tags of a Word template: what each is, what goes away with it, and which opens and closes which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from pipeline.templating.checks.office_file import OfficeFile, Paragraph
from pipeline.templating.places import W

BLOCKS = {
    "if": "{% if a %}",
    "for": "{% for a in b %}",
    "set": "{% set a %}",
    "with": "{% with %}",
    "filter": "{% filter a %}",
    "macro": "{% macro a() %}",
    "call": "{% call a() %}",
    "block": "{% block a %}",
    "autoescape": "{% autoescape true %}",
    "raw": "{% raw %}",
}
"""Everything that has an end, and how it may begin."""
WORDS = {*BLOCKS, *(f"end{word}" for word in BLOCKS), "elif", "else", "include", "import", "from", "extends"}
UNITS = {"p": "paragraph", "tr": "table row", "tc": "table cell"}
"""What goes away with a tag that has this prefix."""
PREFIXES = {*UNITS, "r"}
_TAG = re.compile(r"\{#.*?#\}|\{[{%#](?:(?!\{[{%#]|[}%#]\}).)*(?:[}%#]\})?", re.DOTALL)
_HEAD = re.compile(r"\{%[-+]?\s*(\w*)(?:\s+(\w+))?")
_VALUE_PREFIX = re.compile(r"\{\{(p|tr|tc|r) ")
_HEEDED = re.compile(r"\{%(?:p|tr|tc|r) [^}%]*%\}")
"""What docxtpl takes for a tag with a prefix; anything else reaches Jinja with the prefix in it."""
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}"}


@dataclass(frozen=True, eq=False)
class Tag:
    """A `{{ … }}`, `{% … %}` or `{# … #}` as typed, or what was begun of it."""

    paragraph: Paragraph
    typed: str
    first: etree._Element
    """The text node in which it begins."""
    last: etree._Element
    prefix: str
    """p, tr, tc or r, or what stands in their place; empty when there is none."""
    word: str
    """What a `{% … %}` does, such as if or endfor."""

    @property
    def end(self) -> str:
        """How it has to end."""
        return _ENDS[self.typed[:2]]

    @property
    def opens(self) -> bool:
        """Whether something has to close it; `{% set a = 1 %}` needs no end."""
        return self.word in BLOCKS and not (self.word == "set" and "=" in self.typed)

    @property
    def heeds_prefix(self) -> bool:
        """Whether docxtpl understands its prefix."""
        return bool(_HEEDED.fullmatch(self.typed))

    @property
    def unit(self) -> etree._Element | None:
        """What goes away with the tag: its paragraph, row or cell; of others what is around the run."""
        if self.prefix in UNITS:
            return around(self.first, self.prefix)
        return line(self.first)

    @property
    def container(self) -> etree._Element | None:
        """That within which it must be closed, or else the document breaks when the part between is left out."""
        unit = self.unit
        if unit is None or (unit.tag != f"{W}p" and self.prefix not in UNITS):
            return unit
        return unit.getparent()


class Pairing(NamedTuple):
    """How the tags of one story belong together."""

    pairs: list[tuple[Tag, Tag]]
    """Each opening tag with what continues or closes it."""
    stray: list[Tag]
    """Those that belong to nothing that is open."""
    left: list[Tag]
    """Those that nothing closes."""


def tags(file: OfficeFile) -> Iterator[Tag]:
    """Every tag of every story, in order; one that is split over runs is whole here."""
    for paragraph in file.paragraphs:
        nodes = own(paragraph.element)
        owners = [node for node in nodes for _ in node.text or ""]
        for match in find_tags(text_in(nodes)):
            typed = match[0].rstrip()
            yield Tag(paragraph, typed, owners[match.start()], owners[match.start() + len(typed) - 1], *_read(typed))


def find_tags(text: str) -> Iterator[re.Match[str]]:
    """Every tag in a text; one that does not end reaches to the next tag."""
    return _TAG.finditer(text)


def without_tags(text: str) -> str:
    """The text with a sign that is neither a letter nor a space in place of each tag."""
    return _TAG.sub("\ufffc", text)


def own(paragraph: etree._Element, name: str = "t") -> list[etree._Element]:
    """The text nodes, runs or the like of a paragraph, without those of text boxes in it."""
    return [node for node in paragraph.iter(f"{W}{name}") if around(node, "p") is paragraph]


def text_in(elements: Iterable[etree._Element]) -> str:
    """The text of some text nodes, or of the runs around them."""
    return "".join(node.text or "" for element in elements for node in element.iter(f"{W}t", f"{W}delText"))


def around(element: etree._Element, name: str) -> etree._Element | None:
    """The innermost paragraph, row, cell or the like around an element."""
    return next(element.iterancestors(f"{W}{name}"), None)


def line(node: etree._Element) -> etree._Element | None:
    """What is around the run of a text node: the paragraph, or a link or the like in it."""
    run = node.getparent()
    return None if run is None else run.getparent()


def loops(file: OfficeFile) -> list[tuple[Tag, Tag]]:
    """The tags that open and close each loop."""
    return [pair for story in stories(tags(file)) for pair in pairing(story).pairs if pair[1].word == "endfor"]


def stories(found: Iterable[Tag]) -> list[list[Tag]]:
    """The tags of each story that has any."""
    return [list(story) for _, story in groupby(found, key=lambda tag: tag.paragraph.spot.part)]


def pairing(story: list[Tag]) -> Pairing:
    """Which tags of a story belong together, as far as that can be told."""
    done = Pairing([], [], [])
    is_open: list[Tag] = []
    for tag in story:
        if tag.opens:
            is_open.append(tag)
        elif tag.word in {"elif", "else"}:
            _continue(tag, is_open, done)
        elif tag.word in WORDS and tag.word.startswith("end"):
            _close(tag, is_open, done)
    done.left.extend(is_open)
    return done


def _continue(tag: Tag, is_open: list[Tag], done: Pairing) -> None:
    has_else = [opener for opener, other in done.pairs if other.word == "else"]
    if is_open and is_open[-1].word in {"if", "for"} and is_open[-1] not in has_else:
        done.pairs.append((is_open[-1], tag))
    else:
        done.stray.append(tag)


def _close(tag: Tag, is_open: list[Tag], done: Pairing) -> None:
    match = next((one for one in reversed(is_open) if f"end{one.word}" == tag.word), None)
    if match is None:
        done.stray.append(tag)
        return
    index = is_open.index(match)
    done.left.extend(is_open[index + 1 :])
    done.pairs.append((match, tag))
    del is_open[index:]


def _read(typed: str) -> tuple[str, str]:
    """The prefix and the word of a tag; a word that is not known may still follow a known prefix."""
    if value := _VALUE_PREFIX.match(typed):
        return value[1], ""
    head = _HEAD.match(typed)
    if head is None:
        return "", ""
    is_prefix = head[1] not in WORDS and (head[2] in WORDS or head[1] in PREFIXES)
    return (head[1], head[2] or "") if is_prefix else ("", head[1])
