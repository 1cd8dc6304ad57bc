"""Writes problems into a copy of a Word file as comments, so that its author sees each where it is."""

from __future__ import annotations

import datetime
import io
import itertools
import posixpath
import re
import zipfile
from collections.abc import Sequence

from lxml import etree

from pipeline.errors import Problem
from pipeline.templating.office_archive import packed
from pipeline.templating.places import W, paragraphs

_BODY = "word/document.xml"
_RELATIONS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_COMMENTS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_R = f"{{{_PACKAGE}/relationships}}"
_C = f"{{{_PACKAGE}/content-types}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AUTHOR = "make check"
_INITIALS = "mc"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def annotated(raw: bytes, problems: Sequence[Problem], date: datetime.date) -> bytes:
    """A copy of a .docx with each problem as a comment at its paragraph; without problems, with nothing added.

    The problems are those of this file. Word has no comments in headers and footers, and those in notes and text
    boxes are not shown by every version; a problem there, or without a paragraph, stands at the first paragraph of
    the body, one in a text box at the paragraph that holds the box, with the place in words. No other part changes,
    and the same input gives the same bytes. Raises as OfficeFile does, and KeyError where there is no body.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    body = etree.fromstring(members[_BODY])
    if problems:
        part = _comments_part(members)
        comments = etree.fromstring(members[part]) if part in members else _new_comments()
        _comment_all(body, comments, problems, date)
        members |= {_BODY: _xml(body), part: _xml(comments)}
    return packed(members)


def _comment_all(
    body: etree._Element, comments: etree._Element, problems: Sequence[Problem], date: datetime.date
) -> None:
    places = {spot.paragraph: paragraph for paragraph, spot in paragraphs(_BODY, body)}
    used = [int(comment.get(f"{W}id", "-1")) for comment in comments.iter(f"{W}comment")]
    numbers = itertools.count(max(used, default=-1) + 1)
    first = _first_paragraph(body)
    for number, problem in zip(numbers, sorted(problems, key=_order), strict=False):
        in_body = problem.spot is not None and problem.spot.part == _BODY
        own = places.get(problem.spot.paragraph) if problem.spot and in_body else None
        anchor = first if own is None else _outside_boxes(own)
        _mark(anchor, str(number))
        comments.append(_comment(str(number), _sentences(problem, here=anchor is own), date))


def _order(problem: Problem) -> tuple[bool, int, str, str, str]:
    """In the body from its start to its end, then the others."""
    outside = problem.spot is None or problem.spot.part != _BODY
    return outside, problem.spot.paragraph if problem.spot else 0, problem.place, problem.what, problem.todo


def _first_paragraph(body: etree._Element) -> etree._Element:
    """The first paragraph that can hold a comment; a body without any gets an empty one."""
    found = next(body.iter(f"{W}p"), None)
    if found is None:
        found = etree.Element(f"{W}p")
        next(body.iter(f"{W}body")).insert(0, found)
    return found


def _outside_boxes(paragraph: etree._Element) -> etree._Element:
    """The paragraph itself, or the one that holds the outermost text box around it."""
    boxes = list(paragraph.iterancestors(f"{W}txbxContent"))
    return next(boxes[-1].iterancestors(f"{W}p")) if boxes else paragraph


def _mark(paragraph: etree._Element, number: str) -> None:
    """Puts the whole paragraph under a comment (ECMA-376-1, 17.13.4: a range, and a run that refers to it)."""
    properties = paragraph.find(f"{W}pPr")
    paragraph.insert(0 if properties is None else 1, etree.Element(f"{W}commentRangeStart", {f"{W}id": number}))
    etree.SubElement(paragraph, f"{W}commentRangeEnd", {f"{W}id": number})
    reference = etree.SubElement(paragraph, f"{W}r")
    etree.SubElement(reference, f"{W}commentReference", {f"{W}id": number})


def _sentences(problem: Problem, *, here: bool) -> list[str]:
    """What is wrong and what to do; before it what was typed, or the whole place where the comment is elsewhere."""
    place = problem.place
    if here and problem.spot:
        place = place.removeprefix(str(problem.spot)).removeprefix(", ")
    return [text for text in (f"{place}: {problem.what}" if place else problem.what, problem.todo) if text]


def _comment(number: str, sentences: Sequence[str], date: datetime.date) -> etree._Element:
    """A comment with a paragraph for each sentence (ECMA-376-1, 17.13.4.2)."""
    about = {"id": number, "author": _AUTHOR, "date": f"{date}T00:00:00Z", "initials": _INITIALS}
    comment = etree.Element(f"{W}comment", {f"{W}{name}": value for name, value in about.items()})
    for sentence in sentences:
        run = etree.SubElement(etree.SubElement(comment, f"{W}p"), f"{W}r")
        if len(comment) == 1:
            etree.SubElement(run, f"{W}annotationRef")
        text = etree.SubElement(run, f"{W}t", {_SPACE: "preserve"})
        text.text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", sentence)
    return comment


def _new_comments() -> etree._Element:
    return etree.Element(f"{W}comments", nsmap={"w": W.strip("{}")})


def _comments_part(members: dict[str, bytes]) -> str:
    """The name of the part for comments; where there is none, the package is told of one to come.

    ECMA-376-2 asks for both: the body's relation to it, and its content type.
    """
    relations = etree.fromstring(members.get(_RELATIONS, f'<Relationships xmlns="{_R.strip("{}")}"/>'.encode()))
    for relation in relations:
        if relation.get("Type") == _COMMENTS_RELATION:
            return posixpath.normpath(posixpath.join("/word", relation.get("Target", ""))).lstrip("/")
    taken = {relation.get("Id") for relation in relations}
    free = next(name for name in (f"rId{number}" for number in itertools.count(1)) if name not in taken)
    part = next(name for name in map(_part_name, itertools.count()) if name not in members)
    about = {"Id": free, "Type": _COMMENTS_RELATION, "Target": posixpath.basename(part)}
    etree.SubElement(relations, f"{_R}Relationship", about)
    types = etree.fromstring(members[_TYPES])
    etree.SubElement(types, f"{_C}Override", {"PartName": f"/{part}", "ContentType": _COMMENTS_TYPE})
    members |= {_RELATIONS: _xml(relations), _TYPES: _xml(types)}
    return part


def _part_name(number: int) -> str:
    return f"word/comments{number or ''}.xml"


def _xml(tree: etree._Element) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
