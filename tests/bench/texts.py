"""The text of a Word file as a reader has it, to see whether two programs made the same document."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXTS = re.compile(r"word/(document|header\d*|footer\d*)\.xml")
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}noBreakHyphen": "\u2011"}
_PROPERTIES = ("title", "creator")


def texts(path: Path) -> dict[str, list[str]]:
    """Every paragraph of body, headers and footers, and the properties title and author."""
    with zipfile.ZipFile(path) as archive:
        roots = {name: etree.fromstring(archive.read(name)) for name in archive.namelist() if _TEXTS.fullmatch(name)}
        core = etree.fromstring(archive.read("docProps/core.xml"))
    found = {name: [_text(paragraph) for paragraph in root.iter(f"{_W}p")] for name, root in roots.items()}
    stated = {etree.QName(one).localname: one.text or "" for one in core if isinstance(one.tag, str)}
    return found | {"properties": [stated.get(name, "") for name in _PROPERTIES]}


def difference(ours: Path, theirs: Path) -> str | None:
    """The first paragraph in which two Word files differ, for a person; None where their text is equal."""
    expected, found = texts(ours), texts(theirs)
    if expected == found:
        return None
    for part in expected:
        for one, other in zip(expected[part], found.get(part, []), strict=False):
            if one != other:
                return f"{theirs}, {part}: «{other}» where ours has «{one}»"
        if len(expected[part]) != len(found.get(part, [])):
            return f"{theirs}, {part}: {len(found.get(part, []))} paragraphs where ours has {len(expected[part])}"
    return f"{theirs} has other parts than ours"


def _text(paragraph: etree._Element) -> str:
    return "".join(
        one.text or "" if one.tag == f"{_W}t" else _SIGNS.get(str(one.tag), "")
        for one in paragraph.iter()
        if next(one.iterancestors(f"{_W}p"), None) is paragraph
    )
