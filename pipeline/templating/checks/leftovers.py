"""Checks a Word template for what its reader does not see but its recipient could: comments, changes, hidden text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.style_sheet import StyleSheet, is_on
from pipeline.templating.checks.tag_reading import own, text_in
from pipeline.templating.places import W, first_words

_COMMENTS = re.compile(r"word/comments\d*\.xml")
_CHANGES = tuple(
    f"{W}{name}"
    for name in (
        *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange", "rPrChange"),
        *("pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange"),
    )
)


def leftover_problems(file: OfficeFile) -> list[Problem]:
    """Each comment, each paragraph or row with tracked changes, and each paragraph with hidden text."""
    return [*_comments(file), *_changes(file), *_hidden(file)]


def _comments(file: OfficeFile) -> Iterator[Problem]:
    comments = {comment.get(f"{W}id"): comment for name in file.members for comment in _in_part(file, name)}
    spots: dict[str | None, Spot] = {}
    for tree in file.stories.values():
        for reference in tree.iter(f"{W}commentReference"):
            spots.setdefault(reference.get(f"{W}id"), file.spot(reference))
    for number in dict.fromkeys([*spots, *comments]):
        text = text_in([comments[number]]) if number in comments else ""
        what = f"The comment «{first_words(text)}» would be sent along."
        yield file.problem(spots.get(number, Spot("word/comments.xml")), "comment", what, "Delete it in Word.")


def _in_part(file: OfficeFile, name: str) -> Iterator[etree._Element]:
    if _COMMENTS.fullmatch(name):
        yield from etree.fromstring(file.members[name]).iter(f"{W}comment")


def _changes(file: OfficeFile) -> Iterator[Problem]:
    spots = {_spot(file, change): None for tree in file.stories.values() for change in tree.iter(*_CHANGES)}
    for spot in spots:
        what = "Tracked changes are left here, and the recipient could read what was changed."
        yield file.problem(spot, "tracked-change", what, "Accept or reject them in Word.")


def _spot(file: OfficeFile, change: etree._Element) -> Spot:
    """Where a change stands; of a table, row or cell, at its first paragraph."""
    around = next(change.iterancestors(f"{W}p", f"{W}tc", f"{W}tr", f"{W}tbl"), change)
    return file.spot(around if around.tag == f"{W}p" else next(around.iter(f"{W}p"), around))


def _hidden(file: OfficeFile) -> Iterator[Problem]:
    styles = StyleSheet(file)
    for paragraph in file.paragraphs:
        runs = [run for run in own(paragraph.element, "r") if _is_hidden(run, paragraph.element, styles)]
        if text := text_in(runs).strip():
            what = f"«{first_words(text)}» is hidden text, and the recipient could show it."
            yield file.problem(paragraph.spot, "hidden-text", what, "Delete it, or make it visible.")


def _is_hidden(run: etree._Element, paragraph: etree._Element, styles: StyleSheet) -> bool:
    """What the run says, else its character style, else the style of the paragraph."""
    places = [run, *styles.of_run(run), *styles.of_paragraph(paragraph)]
    found = next((mark for place in places if (mark := place.find(f"{W}rPr/{W}vanish")) is not None), None)
    return found is not None and is_on(found)
