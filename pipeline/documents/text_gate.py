"""The text gate: everything the .docx says must be found in the PDF that was made of it."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.documents.body_text import BodyText, pattern
from pipeline.documents.docx_text import DocxText, bare

_SHOWN = 60


def lost_texts(docx: DocxText, body: BodyText) -> list[str]:
    """The beginning of every paragraph, header or footer of the .docx that the PDF does not hold often enough."""
    lost = [text for text in docx.margins if not any(re.search(pattern(text), page) for page in body.pages)]
    wanted = Counter(pattern(paragraph) for paragraph in docx.paragraphs)
    originals = {pattern(paragraph): paragraph for paragraph in reversed(docx.paragraphs)}
    lost += [originals[one] for one, times in wanted.items() if _times(originals[one], body.text) < times]
    return [text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…" for text in lost]


def _times(paragraph: str, text: str) -> int:
    """How often a bare text holds a paragraph."""
    return len(re.findall(pattern(paragraph), text)) if "\0" in paragraph else text.count(bare(paragraph))
