"""A copy of a Word template in docxtemplater's own syntax, so that it gives the same text as ours."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from bench.docxtemplater_data import TAG, DataText, Section, Tag, read_tag

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_T, _P, _R, _ROW = f"{_W}t", f"{_W}p", f"{_W}r", f"{_W}tr"
_TEXTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml|docProps/core\.xml")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True)
class Rewritten:
    """The template and what gives its data."""

    docx: bytes
    data: DataText


def rewritten(path: Path) -> Rewritten:
    """The template at `path` with every tag in docxtemplater's syntax. Raises ValueError for one that has no like."""
    data, target = DataText(), io.BytesIO()
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            content = given.read(name)
            made.writestr(name, _part(content, data) if _TEXTS.fullmatch(name) else content)
    return Rewritten(target.getvalue(), data)


def _part(content: bytes, data: DataText) -> bytes:
    root = etree.fromstring(content)
    if root.tag.startswith(_W):
        for paragraph in list(root.iter(_P)):
            _paragraph(paragraph, data)
        _put_beside_rows(root)
    else:
        for element in root.iter():
            if element.text and "{" in element.text:
                element.text = TAG.sub(lambda match: f"{{{data.value(read_tag(match[0]))}}}", element.text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _paragraph(paragraph: etree._Element, data: DataText) -> None:
    texts = [one for one in paragraph.iter(_T) if next(one.iterancestors(_P)) is paragraph]
    whole = "".join(one.text or "" for one in texts)
    found = [(match, read_tag(match[0])) for match in TAG.finditer(whole)]
    if not found:
        return
    if found[0][1].unit == "p":
        _paragraph_of_tags(paragraph, [tag for _, tag in found], data)
    elif found[0][1].unit == "tr":
        _row_of_tags(paragraph, [tag for _, tag in found], data)
    else:
        _inline(texts, [(match.start(), match.end(), _written(tag, data)) for match, tag in found])


def _written(tag: Tag, data: DataText) -> str:
    if tag.is_value:
        return f"{{{data.value(tag)}}}"
    return "".join(_section(one) for one in data.block(tag))


def _section(section: Section, unit: str = "") -> str:
    """`unit` is the element that the section takes whole, where docxtemplater has to be told."""
    return f"{{{f'-{unit} ' if unit else '#'}{section.name}}}" if section.opens else f"{{/{section.name}}}"


def _paragraph_of_tags(paragraph: etree._Element, tags: list[Tag], data: DataText) -> None:
    """docxtemplater takes a paragraph away that holds one tag alone, so each section gets a paragraph."""
    for section in [one for tag in tags for one in data.block(tag)]:
        alone = copy.deepcopy(paragraph)
        texts = list(alone.iter(_T))
        _set(texts[0], _section(section))
        for other in texts[1:]:
            _set(other, "")
        paragraph.addprevious(alone)
    _remove(paragraph)


def _row_of_tags(paragraph: etree._Element, tags: list[Tag], data: DataText) -> None:
    """The row is marked with its sections, for `_put_beside_rows`."""
    row = next(paragraph.iterancestors(_ROW))
    sections = [one for tag in tags for one in data.block(tag)]
    row.set("sections", " ".join(map(str, sections)))


def _put_beside_rows(root: etree._Element) -> None:
    """Moves the sections of marked rows to the rows around them: those that close before, those that open behind."""
    for row in list(root.iter(_ROW)):
        for opens, section in _marked(row):
            if opens:
                kept = next(one for one in row.itersiblings(_ROW) if one.get("sections") is None)
                _add(next(kept.iter(_P)), "opening", _section(section, "w:tr"))
            else:
                kept = next(one for one in row.itersiblings(_ROW, preceding=True) if one.get("sections") is None)
                _add(list(kept.iter(_P))[-1], "closing", _section(section))
    for row in list(root.iter(_ROW)):
        if row.get("sections") is not None:
            _remove(row)
    for paragraph in root.iter(_P):
        _write_added(paragraph)


def _marked(row: etree._Element) -> Iterator[tuple[bool, Section]]:
    for word in (row.get("sections") or "").split():
        yield word[0] == "+", Section(word[1:], opens=word[0] == "+")


def _add(paragraph: etree._Element, where: str, text: str) -> None:
    paragraph.set(where, paragraph.get(where, "") + text)


def _write_added(paragraph: etree._Element) -> None:
    """The sections noted on a paragraph, as text at its beginning and end."""
    opening, closing = (str(paragraph.attrib.pop(where, "")) for where in ("opening", "closing"))
    if opening:
        properties = paragraph.find(f"{_W}pPr")
        paragraph.insert(0 if properties is None else 1, _run(opening))
    if closing:
        paragraph.append(_run(closing))


def _run(text: str) -> etree._Element:
    run = etree.Element(_R)
    _set(etree.SubElement(run, _T), text)
    return run


def _inline(texts: list[etree._Element], changes: list[tuple[int, int, str]]) -> None:
    """Each span of the paragraph's text, which may lie in several elements, replaced in the first of them."""
    begin = 0
    for element in texts:
        old = element.text or ""
        new, place = "", begin
        for first, last, text in changes:
            if first >= begin + len(old) or last <= begin:
                continue
            new += old[place - begin : max(first - begin, 0)] + (text if first >= begin else "")
            place = min(last, begin + len(old))
        _set(element, new + old[max(place - begin, 0) :])
        begin += len(old)


def _set(element: etree._Element, text: str) -> None:
    element.text = text
    element.set(_SPACE, "preserve")


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
