"""Reads the text of a slide in Word's words and writes it back as PowerPoint has it.

Both name paragraphs, runs, texts and table rows alike but for the namespace (ECMA-376-1, 17.3 and 21.1.2), so that
the prefix is all that changes.
"""

from __future__ import annotations

import re

from lxml import etree

from pipeline.templating.places import W

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WORD = W.strip("{}")
_NAMES = "p|r|t|tbl|tr|tc"
_OPENING = re.compile(rf"(</?)a:({_NAMES})(?=[\s/>])")
_CLOSING = re.compile(rf"(</?)w:({_NAMES})(?=[\s/>])")
_ROOT = re.compile(r"<p:\w+(?=[\s>])")
_RUN = re.compile(
    r"<w:r>(?P<how><a:rPr\b[^>]*?/>|<a:rPr\b.*?</a:rPr>|)<w:t[^>]*>(?P<text>[^<]*)</w:t></w:r>", re.DOTALL
)


def opened_slide(content: bytes) -> bytes:
    """A slide or its notes in Word's words. Raises ValueError where it is written as no Office program does."""
    tree = etree.fromstring(content)
    if tree.nsmap.get("a") != _DRAWING or "w" in tree.nsmap:
        raise ValueError("the namespaces of a slide have other prefixes than PowerPoint gives them")
    text = _OPENING.sub(r"\1w:\2", etree.tostring(tree, encoding="unicode"))
    return _ROOT.sub(rf'\g<0> xmlns:w="{_WORD}"', text, count=1).encode()


def closed_slide(text: str) -> str:
    """The slide as PowerPoint reads it; a line end in a value becomes a line break."""
    if "\n" in text:
        text = _RUN.sub(_lines, text)
    text = text.replace(f' xmlns:w="{_WORD}"', "").replace('<w:t xml:space="preserve">', "<w:t>")
    return _CLOSING.sub(r"\1a:\2", text)


def _lines(run: re.Match[str]) -> str:
    """A run for each line of its text, with a break between."""
    pieces = [f"<w:r>{run['how']}<w:t>{line}</w:t></w:r>" for line in run["text"].split("\n")]
    return f"<a:br>{run['how']}</a:br>".join(pieces)
