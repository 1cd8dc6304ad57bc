"""Finds placeholders in parts of an Office file that merging does not read, such as the texts of charts."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.tag_reading import find_tags
from pipeline.templating.office_format import CORE

_READ_FROM_CELLS = "xl/sharedStrings.xml"


def unread_tag_problems(file: OfficeFile) -> Iterator[Problem]:
    """Each placeholder that nobody fills, by the rule unread-tag; the recipient would see it as typed."""
    for name, content in file.members.items():
        is_read = name in file.names or name in {CORE, _READ_FROM_CELLS}
        if is_read or not name.endswith(".xml") or (b"{{" not in content and b"{%" not in content):
            continue
        for found in find_tags(" ".join(str(text) for text in etree.fromstring(content).itertext())):
            what = "This part of the file is not filled in."
            todo = "Type the placeholder into the text, a slide, its notes or a cell."
            yield file.problem(Spot(name), "unread-tag", what, todo, found[0].rstrip())
