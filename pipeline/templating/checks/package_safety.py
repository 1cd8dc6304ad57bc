"""Checks that a Word template carries nothing that runs, hides or fetches: macros, links, fields, embedded files."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.native_charts import native_charts
from pipeline.templating.places import W

_LARGEST = 50 * 1024 * 1024
_CONTENT_TYPES = "[Content_Types].xml"
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FETCHING = {"DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "LINK", "INCLUDE", "IMPORT", "DATABASE", "RD"}
_ALLOWED_LINK = re.compile(r"(?:https?|mailto):|#|\{\{", re.IGNORECASE)
"""Web and mail addresses, places in the file itself, and addresses that a placeholder fills in."""
_LINK_FIELD = re.compile(r'\s*HYPERLINK\s+(?!\\)"?([^"\s]+)', re.IGNORECASE)
_ELEMENTS = {
    "altChunk": ("alt-chunk", "Another file is inserted here when Word opens this one.", "Insert its text itself."),
    "subDoc": ("subdocument", "A subdocument outside the file is inserted here.", "Insert its text itself."),
    "control": ("active-control", "This is an ActiveX control, which runs code.", "Delete it."),
    "object": ("embedded-object", "Another file is embedded here.", "Insert it as text or as a picture."),
}
"""Rule, what and what to do about elements that are always a fault."""
_RELATIONS = {
    "image": ("linked-image", "The picture is fetched from {}.", "Insert the picture itself."),
    "attachedTemplate": ("attached-template", "The file fetches the template {}.", "Detach it in Word."),
}
_TOLD_BY_ELEMENT = {"subDocument", "oleObject", "aFChunk", "control"}


def archive_problems(path: Path, raw: bytes) -> list[Problem]:
    """What is wrong with the ZIP of an Office file, to be asked before it is unpacked; an OfficeFile no longer knows.

    Raises zipfile.BadZipFile when it is no ZIP.
    """
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        members = archive.infolist()
    todo = f"Save the file again from Office as {path.suffix}."
    problems = []
    for name, count in Counter(member.filename.casefold() for member in members).items():
        if count > 1:
            what = f"The part is {count} times in the file, and programs differ in which they read."
            problems.append(Problem(path, 0, name, what, todo, Spot(name), "duplicate-part"))
    size = sum(member.file_size for member in members)
    if size > _LARGEST:
        what = f"Unpacked, the file takes {size // 1024**2} MB, more than {_LARGEST // 1024**2}."
        problems.append(Problem(path, 0, "", what, "Make its pictures smaller.", None, "too-large"))
    return problems


_HIDDEN_FOLDERS = {"embeddings": "embedded-object", "activeX": "active-control"}


def safety_problems(file: OfficeFile) -> list[Problem]:
    """Everything in the file that runs code, holds another file, or takes its content from elsewhere.

    Links to web and mail addresses are allowed. A field that fetches counts wherever it stands, hidden or not.
    """
    return [*_macros(file), *_elements(file), *_unseen(file), *_data_bound(file), *_fields(file), *_relations(file)]


def _macros(file: OfficeFile) -> Iterator[Problem]:
    parts = [name for name in file.members if posixpath.basename(name).lower() in _MACRO_PARTS]
    if not parts and b"macroenabled" in file.members.get(_CONTENT_TYPES, b"").lower():
        parts = [_CONTENT_TYPES]
    for name in parts:
        what = "The file is one with macros, which run code."
        yield file.problem(Spot(name), "macro", what, f"Save it as .{file.format.suffix}, without macros.")


def _elements(file: OfficeFile) -> Iterator[Problem]:
    for tree in file.stories.values():
        for element in tree.iter(*(f"{W}{name}" for name in _ELEMENTS)):
            if element.tag != f"{W}object" or element.find(f"{W}control") is None:
                yield file.problem(file.spot(element), *_ELEMENTS[etree.QName(element).localname])


def _unseen(file: OfficeFile) -> Iterator[Problem]:
    """Embedded files and controls that no story shows."""
    shown = set()
    for part, tree in file.stories.items():
        inside = [node for one in tree.iter(f"{W}object", f"{W}control") for node in one.iter("*")]
        ids = {number for node in inside for number in _ids(node)}
        targets = [one.get("Target", "") for one in file.relations(part) if one.get("Id") in ids]
        shown |= {posixpath.normpath(posixpath.join(posixpath.dirname(part), target)) for target in targets}
    shown |= {chart.workbook for chart in native_charts(file.members, file.stories) if chart.workbook}
    for name in file.members:
        rule = _HIDDEN_FOLDERS.get(posixpath.basename(posixpath.dirname(name)))
        if rule and name not in shown and not (rule == "active-control" and name.endswith(".bin")):
            yield file.problem(Spot(name), rule, "Another file or control is hidden in the file.", "Delete it in Word.")


def _data_bound(file: OfficeFile) -> Iterator[Problem]:
    for tree in file.stories.values():
        for control in tree.iter(f"{W}sdt"):
            if next(control.iterfind(f"{W}sdtPr/{{*}}dataBinding"), None) is not None:
                what = "The content control shows data kept elsewhere in the file, not what is typed in it."
                todo = "Remove the content control and keep its text."
                yield file.problem(file.spot(next(control.iter(f"{W}p"), control)), "data-binding", what, todo)


def _fields(file: OfficeFile) -> Iterator[Problem]:
    for tree in file.stories.values():
        for place, code in _codes(tree):
            kind = "".join(code.split()[:1]).upper()
            link = _LINK_FIELD.match(code)
            if kind in _FETCHING:
                what = f"The field {kind} fetches from outside the file."
                todo = "Delete the field, and type or insert what it fetched."
                yield file.problem(file.spot(place), "fetching-field", what, todo)
            elif link and not _ALLOWED_LINK.match(link[1]):
                yield _outside(file, file.spot(place), "hyperlink", link[1])


def _codes(tree: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """The code of each field, simple or complex, one within another too, with where it begins."""
    begun: list[tuple[etree._Element, list[str]]] = []
    for node in tree.iter(f"{W}fldChar", f"{W}instrText", f"{W}delInstrText", f"{W}fldSimple"):
        if node.tag == f"{W}fldSimple":
            yield node, node.get(f"{W}instr", "")
        elif node.get(f"{W}fldCharType") == "begin":
            begun.append((node, []))
        elif begun and node.tag != f"{W}fldChar":
            begun[-1][1].append(node.text or "")
        elif begun and node.get(f"{W}fldCharType") == "end":
            place, pieces = begun.pop()
            yield place, "".join(pieces)
    yield from ((place, "".join(pieces)) for place, pieces in begun)


def _relations(file: OfficeFile) -> Iterator[Problem]:
    for part, relation in _all_relations(file):
        kind, target = posixpath.basename(relation.get("Type", "")), relation.get("Target", "")
        is_external = relation.get("TargetMode") == "External"
        is_link = kind == "hyperlink" and _ALLOWED_LINK.match(target)
        if kind == "attachedTemplate" or (is_external and not is_link and kind not in _TOLD_BY_ELEMENT):
            yield _outside(file, _spot(file, part, relation.get("Id", "")), kind, target)


def _outside(file: OfficeFile, spot: Spot, kind: str, target: str) -> Problem:
    what, todo = "The file refers to {}.", "Take it out; links may only go to web and mail addresses."
    rule, what, todo = _RELATIONS.get(kind, ("external-link", what, todo))
    return file.problem(spot, rule, what.format(target), todo)


def _all_relations(file: OfficeFile) -> Iterator[tuple[str, etree._Element]]:
    """Every relation in the file with the part it belongs to."""
    for name, content in file.members.items():
        folder, base = posixpath.split(name)
        if base.endswith(".rels") and posixpath.basename(folder) == "_rels":
            part = posixpath.join(posixpath.dirname(folder), base.removesuffix(".rels"))
            yield from ((part, relation) for relation in etree.fromstring(content).iter("{*}Relationship"))


def _spot(file: OfficeFile, part: str, number: str) -> Spot:
    """Where a relation is used, as far as a story uses it."""
    tree = file.stories.get(part)
    nodes = () if tree is None else tree.iter("*")
    return next((file.spot(node) for node in nodes if number in _ids(node)), Spot(part))


def _ids(node: etree._Element) -> list[str]:
    """The relations that an element names."""
    return [str(value) for name, value in node.attrib.items() if str(name).startswith(_R)]
