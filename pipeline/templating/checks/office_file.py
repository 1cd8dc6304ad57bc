"""An Office template as the checks read it: its parts as trees, its paragraphs with their places."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.office_format import OfficeFormat, format_of
from pipeline.templating.places import W, paragraphs, text_of

_STORIES = ("document", "header", "footer", "footnotes", "endnotes")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with its place and the text it shows."""

    element: etree._Element
    spot: Spot

    @property
    def text(self) -> str:
        """The text it shows; what a tracked change deleted is left out."""
        return text_of(self.element)


class OfficeFile:
    """A .docx, .pptx or .xlsx taken apart. Raises zipfile.BadZipFile or lxml.etree.XMLSyntaxError if not whole."""

    def __init__(self, path: Path, language: str, raw: bytes) -> None:
        self.path, self.language = path, language
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            self.members = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}

    @cached_property
    def format(self) -> OfficeFormat:
        """What kind of file it is. Raises KeyError where it is none that we read."""
        return format_of(self.members)

    @cached_property
    def names(self) -> dict[str, str]:
        """The parts that hold text in reading order, each with what a person calls it; the body of a text first."""
        found = self.format.texts(self.members)
        return found if any(found.values()) else dict.fromkeys(sorted(found, key=_reading_order), "")

    @cached_property
    def stories(self) -> dict[str, etree._Element]:
        """The trees of the parts that hold text, by part name, in Word's words."""
        return {part: etree.fromstring(self.format.opened(part, self.members)) for part in self.names}

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Every paragraph of every story."""
        return tuple(
            Paragraph(element, spot)
            for part, tree in self.stories.items()
            for element, spot in paragraphs(part, tree, self.names[part])
        )

    @cached_property
    def styles(self) -> etree._Element:
        """The tree of the styles part; an empty element where there is none."""
        content = self.members.get("word/styles.xml")
        return etree.Element(f"{W}styles") if content is None else etree.fromstring(content)

    def relations(self, part: str) -> Iterator[etree._Element]:
        """The Relationship elements of a part."""
        folder, name = posixpath.split(part)
        content = self.members.get(f"{folder}/_rels/{name}.rels")
        if content is not None:
            yield from etree.fromstring(content)

    def spot(self, element: etree._Element) -> Spot:
        """The place of the paragraph around an element, or of its part where it is in none."""
        around = element if element.tag == f"{W}p" else next(element.iterancestors(f"{W}p"), None)
        found = next((one.spot for one in self.paragraphs if one.element is around), None)
        root = element.getroottree().getroot()
        part = next((name for name, tree in self.stories.items() if tree is root), self.format.body)
        return found or Spot(part, story=self.names.get(part, ""))

    def problem(self, spot: Spot, rule: str, what: str, todo: str, typed: str = "") -> Problem:
        """A problem at a place; `typed` is the placeholder as its author typed it."""
        place = f"{spot}, {typed}" if typed else str(spot)
        return Problem(self.path, 0, place, what, todo, spot, rule)


def _reading_order(name: str) -> tuple[int, str]:
    stem = name.removeprefix("word/").removesuffix(".xml").rstrip("0123456789")
    return _STORIES.index(stem), name
