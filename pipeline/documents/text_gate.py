"""The text gate: everything the .docx says must be found in the PDF that was made of it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from pipeline.documents.docx_text import DocxText
from pipeline.documents.pdf_text import PdfText

_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200d\u2060\ufeff]+")
_SHOWN = 60


def lost_texts(docx: DocxText, pdf: PdfText) -> list[str]:
    """The beginning of every paragraph, header or footer of the .docx that the PDF does not hold often enough.

    Compared without white space and letter case, since lines break anew and styles may print capitals.
    """
    margins = [_margin_pattern(margin) for margin in docx.margins]
    pages = [_bare(pdf.page(number)) for number in range(len(pdf))]
    lost = [text for text, pattern in zip(docx.margins, margins, strict=True) if not any(map(pattern.search, pages))]
    body = "".join(_without_margins(page, margins) for page in pages)
    wanted = Counter(_pattern(paragraph) for paragraph in docx.paragraphs)
    originals = {_pattern(paragraph): paragraph for paragraph in reversed(docx.paragraphs)}
    lost += [originals[pattern] for pattern, times in wanted.items() if len(re.findall(pattern, body)) < times]
    return [text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…" for text in lost]


def _bare(text: str) -> str:
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _pattern(text: str) -> str:
    """A regular expression for a text; each NUL stands for a page number."""
    return r"\d+".join(re.escape(_bare(piece)) for piece in text.split("\0"))


def _margin_pattern(text: str) -> re.Pattern[str]:
    return re.compile(_pattern(text))


def _without_margins(page: str, margins: list[re.Pattern[str]]) -> str:
    """The page without its header and footer, which interrupt paragraphs that run over the page's end."""
    for margin in margins:
        at_start = margin.match(page)
        if at_start:
            page = page[at_start.end() :]
            continue
        for match in reversed(list(margin.finditer(page))):
            page = page[: match.start()] + page[match.end() :]
            break
    return page
