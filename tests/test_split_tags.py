"""Word splits a tag over runs as it likes; wherever it does, the template renders the same."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import DATE, ROOT
from lxml import etree

from pipeline.documents.docx_text import read_docx_text
from pipeline.templating.catalogue import load_document
from pipeline.templating.csv_table import filled_rows
from pipeline.templating.names import Edition, facts
from pipeline.templating.office_template import OfficeTemplate

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
QUOTES = str.maketrans({"'": "’", '"': "”"})
pytestmark = pytest.mark.slow
TEMPLATES = sorted(path for path in (ROOT / "templates").glob("*/n[bn].docx") if path.parent.name != "cover")

ONE_OF_EACH = [path for number, path in enumerate(TEMPLATES) if number // 2 % 2 == number % 2]
"""One language of each document, by turns: both have the same tags, which the check of the twins proves."""
SPLIT = [
    (path, number % 3 + 1, 1 if path.parent.name == "ks-agreement" else 3) for number, path in enumerate(ONE_OF_EACH)
]
"""Where the first split is and how far apart they are: each for the agreement, every third by turns for the others."""


def _names(path: Path, edition: Edition) -> dict[str, Any]:
    document = load_document(path.parent)
    names = facts(edition)
    names["document"] = {"title": "Tittel", "version": "1", "date": DATE, "language": edition.language}
    names["recipient"] = {"name": "KS", "email": "post@ks.example"}
    table = document.declaration.table
    if table:
        names[table.name] = filled_rows(document.table(edition.language), table, names, edition.language)
    return names


def _changed(path: Path, change: Callable[[etree._Element], None]) -> bytes:
    """The template with each story changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as copied:
        for name in archive.namelist():
            content = archive.read(name)
            if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name):
                tree = etree.fromstring(content)
                change(tree)
                content = etree.tostring(tree, encoding="UTF-8", standalone=True)
            copied.writestr(name, content)
    return target.getvalue()


def _split(at: int) -> Callable[[etree._Element], None]:
    """Splits every tag longer than `at` characters there into two runs, with what Word leaves between them."""

    def split(tree: etree._Element) -> None:
        for run in list(tree.iter(f"{W}r")):
            text = run.find(f"{W}t")
            if text is None or not text.text:
                continue
            places = [match.start() + at for match in TAG.finditer(text.text) if match.end() - match.start() > at]
            pieces = [text.text[i:j] for i, j in zip([0, *places], [*places, None], strict=True)]
            for piece in reversed(pieces[1:]):
                other = copy.deepcopy(run)
                other_text = other.find(f"{W}t")
                assert other_text is not None
                other_text.text = piece
                other_text.set(SPACE, "preserve")
                run.addnext(other)
                run.addnext(etree.Element(f"{W}proofErr", {f"{W}type": "spellStart"}))
            text.text = pieces[0]
            text.set(SPACE, "preserve")

    return split


def _smart_quotes(tree: etree._Element) -> None:
    for text in tree.iter(f"{W}t"):
        text.text = TAG.sub(lambda match: match[0].translate(QUOTES), text.text or "")


def _rendered(raw: bytes, path: Path, names: dict[str, Any]) -> tuple[object, ...]:
    text = read_docx_text(OfficeTemplate(path, path.stem, raw).render(names, DATE))
    return text.paragraphs, text.margins, text.bookmarks


@pytest.mark.parametrize(("path", "first", "apart"), SPLIT, ids=[f"{one.parent.name}-{one.stem}" for one, *_ in SPLIT])
def test_tags_split_at_any_character_render_the_same(
    path: Path, first: int, apart: int, edition: Callable[..., Edition]
) -> None:
    names = _names(path, edition("bergen", path.stem))
    expected = _rendered(path.read_bytes(), path, names)
    longest = max(len(tag) for tag in TAG.findall(etree.tostring(_body(path), method="text", encoding="unicode")))
    assert longest > 20
    for at in range(1 if apart == 1 else first, longest, apart):
        assert _rendered(_changed(path, _split(at)), path, names) == expected, f"split after {at} characters"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_smart_quotes_in_tags_render_the_same(path: Path, edition: Callable[..., Edition]) -> None:
    names = _names(path, edition("bergen", path.stem))
    assert _rendered(_changed(path, _smart_quotes), path, names) == _rendered(path.read_bytes(), path, names)


def _body(path: Path) -> etree._Element:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("word/document.xml"))
