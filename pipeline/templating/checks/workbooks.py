"""Checks what an Excel template holds besides its texts: formulas, hidden sheets, fonts, and tags that cannot work."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.tag_reading import tags
from pipeline.templating.checks.text_language import property_problems

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_UNSAFE = ("HYPERLINK(", "WEBSERVICE(", "DDE(", "CALL(", "REGISTER(", "[")
"""What makes a formula fetch from elsewhere, or run something."""
_ERRORS = ("#REF!", "#NAME?")


def workbook_problems(file: OfficeFile, fonts: Collection[str]) -> list[Problem]:
    """Everything besides its texts that would make a workbook fail, or tell more than it shows.

    Tags for paragraphs or rows, formulas that fetch or refer to nothing, hidden sheets, charts without a description,
    other fonts, comments, and a file that states another language.
    """
    rules = (_prefixes, _formulas, _hidden, _descriptions, _comments)
    return [*(problem for rule in rules for problem in rule(file)), *_fonts(file, fonts), *property_problems(file)]


def _prefixes(file: OfficeFile) -> Iterator[Problem]:
    for tag in tags(file):
        if tag.prefix:
            what = f"A tag with {tag.prefix} cannot work in a workbook, whose formulas count on its rows."
            todo = "Use cells for a fixed number of entries, such as services[0].name."
            yield file.problem(tag.paragraph.spot, "tag-place", what, todo, tag.typed)


def _formulas(file: OfficeFile) -> Iterator[Problem]:
    for part, tree in file.stories.items():
        for cell in tree.iter(f"{_S}c"):
            formula = cell.findtext(f"{_S}f") or ""
            spot = Spot(part, words=f"={formula}", story=file.names[part], cell=f"cell {cell.get('r')}")
            if any(mark in formula.upper() for mark in _UNSAFE):
                what = "The formula takes something from outside the file, or runs something."
                yield file.problem(spot, "outside-formula", what, "Use the cells of this file only.")
            if any(mark in formula for mark in _ERRORS):
                yield file.problem(spot, "broken-formula", "The formula refers to nothing.", "Mend the formula.")
            if "{{" in formula or "{%" in formula:
                what = "A placeholder in a formula would make data run as a formula."
                yield file.problem(spot, "tag-in-formula", what, "Put the placeholder into a cell, and name that.")


def _hidden(file: OfficeFile) -> Iterator[Problem]:
    for sheet in etree.fromstring(file.members[file.format.body]).iter(f"{_S}sheet"):
        if sheet.get("state", "visible") != "visible":
            spot = Spot(file.format.body, story=f"sheet {sheet.get('name')}")
            yield file.problem(
                spot, "hidden-sheet", "The sheet is hidden, and the recipient could show it.", "Show it."
            )


def _descriptions(file: OfficeFile) -> Iterator[Problem]:
    for name, content in file.members.items():
        if name.startswith("xl/drawings/") and name.endswith(".xml"):
            for named in etree.fromstring(content).iter(f"{_XDR}cNvPr"):
                if not named.get("descr", "").strip():
                    what = f"«{named.get('name', '')}» has no alternative text, which screen readers read out."
                    yield file.problem(Spot(name), "no-alt-text", what, "Describe it in Excel.")


def _comments(file: OfficeFile) -> Iterator[Problem]:
    for name in file.members:
        if name.startswith(("xl/comments", "xl/threadedComments")) and name.endswith(".xml"):
            yield file.problem(Spot(name), "comment", "A comment would be sent along.", "Delete it in Excel.")


def _fonts(file: OfficeFile, fonts: Collection[str]) -> Iterator[Problem]:
    known = {font.casefold() for font in fonts}
    content = file.members.get("xl/styles.xml")
    styles = etree.Element("none") if content is None else etree.fromstring(content)
    named = (one.get("val", "") for one in styles.iterfind(f"{_S}fonts/{_S}font/{_S}name"))
    for font in dict.fromkeys(named):
        if font.casefold() not in known:
            todo = f"Use {' or '.join(sorted(fonts))}."
            yield file.problem(Spot("xl/styles.xml"), "font", f"Something in the file is set in {font}.", todo)
