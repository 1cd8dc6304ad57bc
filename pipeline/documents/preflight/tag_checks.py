"""The checks of a PDF's tags: all content tagged, tags that hold what they say, pictures, tables and headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.documents.preflight.facts import Element, PdfFacts
from pipeline.documents.preflight.fault import Fault

_HEADING = re.compile(r"H([1-6])")
_ROWS = {"THead", "TBody", "TFoot"}
_PARTS = {
    "Table": {"TR", "Caption", *_ROWS},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"LI", "L", "Caption"},
    "LI": {"Lbl", "LBody"},
}
"""What may stand in parts of tables and lists (ISO 32000-1, tables 336 and 337)."""
_WITHIN = {"TR": {"Table", *_ROWS}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}, "LBody": {"LI"}} | {
    rows: {"Table"} for rows in _ROWS
}


def is_tagged(pdf: PdfFacts) -> Iterator[Fault]:
    """A tagged PDF that says so and does not doubt it."""
    if not pdf.described.is_marked:
        yield Fault(0, "The document does not say that it is tagged, or has no tags.")
    if pdf.described.is_suspect:
        yield Fault(0, "The document says that its tags may be wrong.")


def tags_all_content(pdf: PdfFacts) -> Iterator[Fault]:
    """Everything that is drawn belongs to a tag or is an artifact."""
    for page in pdf.pages:
        if page.untagged:
            times = "once" if page.untagged == 1 else f"{page.untagged} times"
            yield Fault(page.number, f"Something is drawn {times} that is neither tagged nor an artifact.")


def tags_hold_content(pdf: PdfFacts) -> Iterator[Fault]:
    """Marked content and tags name each other."""
    holders = {place: element.number for element in pdf.elements for place in element.contents}
    for page in pdf.pages:
        of_page = {mark: holders.pop((page.number, mark), None) for mark in page.marked}
        torn = sum(1 for mark, holder in of_page.items() if holder is None or page.owners.get(mark) != holder)
        if torn:
            yield Fault(page.number, f"{torn} pieces of marked content and the tags do not name each other.")
    for number, count in sorted(Counter(number for number, _ in holders).items()):
        yield Fault(number, f"Tags hold {count} pieces of marked content that are not on the page.")


def tags_hold_objects(pdf: PdfFacts) -> Iterator[Fault]:
    """No tag refers to something that is no annotation of a page, as after a field was taken out."""
    known = {one.number for one in pdf.annotations}
    for element in pdf.elements:
        if any(number not in known for number in element.objects):
            yield Fault(element.page, f"A tag {element.tag} refers to something that is not on any page.")
    for element in pdf.elements:
        if element.standard == "Form" and not any(one.objects for one in element.all()):
            yield Fault(element.page, "A tag Form holds no field.")


def uses_known_tags(pdf: PdfFacts) -> Iterator[Fault]:
    """Each tag is a standard one or stands for one."""
    for tag in sorted({element.tag for element in pdf.elements if not element.standard}):
        yield Fault(0, f"The tag {tag} is none of the standard's and stands for none.")


def describes_pictures(pdf: PdfFacts) -> Iterator[Fault]:
    """An alternative text for each picture and formula."""
    for element in pdf.elements:
        if element.standard in {"Figure", "Formula"} and not element.alternative.strip():
            yield Fault(_page_of(element), "A picture has no alternative text.")


def heads_tables(pdf: PdfFacts) -> Iterator[Fault]:
    """Header cells in each table."""
    for element in pdf.elements:
        if element.standard == "Table" and not any(one.standard == "TH" for one in element.all()):
            yield Fault(_page_of(element), "A table has no header cells.")


def builds_tables_and_lists(pdf: PdfFacts) -> Iterator[Fault]:
    """Rows in tables, cells in rows, entries in lists, and nowhere else."""
    within = {id(kid): element.standard for element in pdf.elements for kid in element.kids}
    for element in pdf.elements:
        parent = within.get(id(element), "")
        if parent in _PARTS and element.standard not in _PARTS[parent]:
            yield Fault(_page_of(element), f"A tag {element.tag} stands in {parent}.")
        elif element.standard in _WITHIN and parent not in _WITHIN[element.standard]:
            yield Fault(_page_of(element), f"A tag {element.standard} stands in {parent or 'no other'}.")


def steps_headings(pdf: PdfFacts) -> Iterator[Fault]:
    """Headings begin at the first level and skip none."""
    level = 0
    for element in pdf.elements:
        if found := _HEADING.fullmatch(element.standard):
            deeper = int(found.group(1))
            if deeper > level + 1:
                after = f"a heading of level {level}" if level else "no heading"
                yield Fault(_page_of(element), f"A heading of level {deeper} follows {after}.")
            level = deeper


def _page_of(element: Element) -> int:
    """The first page on which something of it stands."""
    for one in element.all():
        pages = [one.page, *(page for page, _ in one.contents)]
        if any(pages):
            return next(page for page in pages if page)
    return 0
