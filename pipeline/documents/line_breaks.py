"""Tells where a paragraph of Word has line breaks: they make empty lines, which no PDF shows."""

from __future__ import annotations

import re

from lxml import etree

from pipeline.documents.docx_text import bare
from pipeline.documents.numbering import W


def begins_with_break(paragraph: etree._Element) -> bool:
    """Whether an empty line or more comes before its text."""
    return _with_breaks(paragraph).startswith("\n")


def ends_with_break(paragraph: etree._Element) -> bool:
    """Whether an empty line or more comes after its text."""
    return _with_breaks(paragraph).endswith("\n")


def breaks_after(paragraph: etree._Element, signs: int) -> int:
    """How many line breaks come right after so many signs of its bare text."""
    if next(paragraph.iter(f"{W}br"), None) is None:
        return 0
    seen, breaks = 0, 0
    for piece in re.split("(\n)", _with_breaks(paragraph)):
        if piece != "\n":
            seen += len(bare(piece))
        if seen == signs and piece == "\n":
            breaks += 1
        if seen > signs:
            break
    return breaks


def _with_breaks(paragraph: etree._Element) -> str:
    nodes = paragraph.iter(f"{W}t", f"{W}br")
    texts = ["\n" if node.tag == f"{W}br" else node.text or "" for node in nodes if node.get(f"{W}type") != "page"]
    return "".join(texts).strip(" ")
