"""Checks what a PowerPoint template tells programs and screen readers: titles, descriptions, languages, fonts."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.tag_reading import own, text_in
from pipeline.templating.checks.text_language import is_confused, property_problems
from pipeline.templating.office_format import is_notes
from pipeline.templating.places import W, first_words

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_TITLES = {"title", "ctrTitle"}
_DECORATIVE = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
_NAMED = (f"{_A}latin", f"{_A}buFont", f"{_A}sym")
_DESIGN = ("ppt/theme/", "ppt/slideMasters/", "ppt/slideLayouts/", "ppt/slides/")


def slide_problems(file: OfficeFile, fonts: Collection[str]) -> list[Problem]:
    """Everything of a PowerPoint file's design that would leave someone out, or that should not leave the house.

    Slides without a title or with the title of another, hidden slides, pictures and charts without a description,
    tables without a header row, text in another language or font, and comments.
    """
    rules = (_titles, _hidden, _descriptions, _header_rows, _languages, _comments)
    return [*(problem for rule in rules for problem in rule(file)), *_fonts(file, fonts), *property_problems(file)]


def _slides(file: OfficeFile) -> Iterator[tuple[str, etree._Element, Spot]]:
    for part, tree in file.stories.items():
        if not is_notes(part):
            yield part, tree, Spot(part, story=file.names[part])


def _titles(file: OfficeFile) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for _, tree, spot in _slides(file):
        title = " ".join(_title(tree).split())
        if not title:
            what = "The slide has no title, by which people find their way with a screen reader."
            yield file.problem(spot, "no-slide-title", what, "Write one in the title of the slide's layout.")
        elif title in seen:
            what = f"The title «{first_words(title)}» is that of {seen[title]} too."
            yield file.problem(spot, "same-slide-title", what, "Give each slide a title of its own.")
        seen.setdefault(title, spot.story)


def _title(tree: etree._Element) -> str:
    for shape in tree.iter(f"{_P}sp"):
        mark = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
        if mark is not None and mark.get("type") in _TITLES:
            return text_in([shape])
    return ""


def _hidden(file: OfficeFile) -> Iterator[Problem]:
    for _, tree, spot in _slides(file):
        if tree.get("show") in {"0", "false"}:
            what = "The slide is hidden, and the recipient could show it."
            yield file.problem(spot, "hidden-slide", what, "Show or delete it.")


def _descriptions(file: OfficeFile) -> Iterator[Problem]:
    for _, tree, spot in _slides(file):
        for holder in tree.iter(f"{_P}pic", f"{_P}graphicFrame"):
            named = next(holder.iter(f"{_P}cNvPr"))
            is_table = next(holder.iter(f"{W}tbl"), None) is not None
            is_decorative = any(mark.get("val") in {"1", "true"} for mark in named.iter(_DECORATIVE))
            if not (is_table or is_decorative or named.get("descr", "").strip()):
                what = f"«{named.get('name', '')}» has no alternative text, which screen readers read out."
                yield file.problem(spot, "no-alt-text", what, "Describe it, or mark it as decorative.")


def _header_rows(file: OfficeFile) -> Iterator[Problem]:
    for _, tree, spot in _slides(file):
        for table in tree.iter(f"{W}tbl"):
            look = table.find(f"{_A}tblPr")
            if look is None or look.get("firstRow") not in {"1", "true"}:
                what = "The table has no header row, so screen readers cannot tell what a column is about."
                yield file.problem(spot, "no-header-row", what, "Tick Header Row under Table Design in PowerPoint.")


def _languages(file: OfficeFile) -> Iterator[Problem]:
    """Runs with text that state another language than the file's; a slide's number and the like are no text."""
    for paragraph in file.paragraphs:
        for run in own(paragraph.element, "r"):
            how = run.find(f"{_A}rPr")
            language = "" if how is None else how.get("lang", "")
            text = text_in([run]).strip()
            if text and is_confused(file, language):
                what = f"«{first_words(text)}» is marked as {language}."
                todo = f"Mark it as {file.language}-NO in PowerPoint."
                yield file.problem(paragraph.spot, "text-language", what, todo)


def _comments(file: OfficeFile) -> Iterator[Problem]:
    for name in file.members:
        if posixpath.dirname(name).startswith("ppt/comments") and name.endswith(".xml"):
            yield file.problem(Spot(name), "comment", "A comment would be sent along.", "Delete it in PowerPoint.")


def _fonts(file: OfficeFile, fonts: Collection[str]) -> Iterator[Problem]:
    known = {font.casefold() for font in fonts}
    for name, content in file.members.items():
        if name.startswith(_DESIGN) and name.endswith(".xml"):
            tree = file.stories.get(name)
            tree = etree.fromstring(content) if tree is None else tree
            named = dict.fromkeys(one.get("typeface", "") for one in tree.iter(*_NAMED))
            for font in named:
                if font and not font.startswith("+") and font.casefold() not in known:
                    spot = Spot(name, story=file.names.get(name, ""))
                    todo = f"Use {' or '.join(sorted(fonts))}."
                    yield file.problem(spot, "font", f"Something here is set in {font}.", todo)
