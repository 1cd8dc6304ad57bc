"""Compares two finished papers as a reader would: what they say, and how their pages look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from pipeline.documents.pdf_text import PdfText, open_shown
from pipeline.documents.stages import Final, FinalWorkbook
from pipeline.documents.workbook import workbook_texts
from pipeline.packages.difference.page_change import changed_regions
from pipeline.packages.difference.text_change import TextChange, file_changes, text_changes
from pipeline.packages.html_page import Box

_SCALE = 1.0
"""Pixels to the point at which pages are compared and shown."""


@dataclass(frozen=True)
class PageChange:
    """A page that looks different; a side without a picture has no such page."""

    numbers: tuple[int | None, int | None]
    pictures: tuple[bytes | None, bytes | None]
    """As PNG, before and after."""
    regions: tuple[Box, ...]


def changed_text(before: Final, after: Final) -> tuple[TextChange, ...]:
    """Where the words differ, in the PDF and in the table that is delivered with it."""
    if before.sha256 == after.sha256 and before.merged.csv == after.merged.csv:
        return ()
    tables = [(final.merged.csv or b"").decode("utf-8-sig") for final in (before, after)]
    return (*text_changes(_texts(before), _texts(after)), *file_changes("CSV-filen", *tables))


def changed_pages(before: Final, after: Final) -> tuple[PageChange, ...]:
    """The pages of two papers that look different, each beside the one whose place it takes; a workbook has none."""
    if before.sha256 == after.sha256 or isinstance(before, FinalWorkbook) or isinstance(after, FinalWorkbook):
        return ()
    with open_shown(before.pdf) as old, open_shown(after.pdf) as new:
        return tuple(_changed(old, new))


def all_pages(final: Final) -> tuple[PageChange, ...]:
    """The pages of a paper that was not there before."""
    if isinstance(final, FinalWorkbook):
        return ()
    with open_shown(final.pdf) as shown:
        return tuple(
            PageChange((None, number + 1), (None, shown.picture(number, _SCALE)), ()) for number in range(len(shown))
        )


def _texts(final: Final) -> list[str]:
    if isinstance(final, FinalWorkbook):
        return workbook_texts(final.xlsx)
    with open_shown(final.pdf) as shown:
        return [shown.page(number) for number in range(len(shown))]


def _changed(old: PdfText, new: PdfText) -> Iterator[PageChange]:
    before, after = ([tuple(text.grey_rows(number, _SCALE)) for number in range(len(text))] for text in (old, new))
    for kind, start, end, from_, to in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for one, other in zip_longest(range(start, end), range(from_, to)):
            both = one is not None and other is not None
            yield PageChange(
                numbers=(None if one is None else one + 1, None if other is None else other + 1),
                pictures=(
                    None if one is None else old.picture(one, _SCALE),
                    None if other is None else new.picture(other, _SCALE),
                ),
                regions=changed_regions(before[one], after[other]) if both else (),
            )
