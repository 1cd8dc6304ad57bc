"""Finds out which issued paper a file is: by its bytes, by its words, or, of one municipality, by how it looks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pipeline.documents.pdf_text import PdfText, open_shown
from pipeline.documents.returned.pages import shared_words
from pipeline.documents.returned.pictures import unlikeness
from pipeline.documents.returned.verdict import IssuedPaper

_ENOUGH = 0.5
"""The share of a paper's words that a file must have to be taken for it."""


def by_bytes(returned: bytes, issued: Sequence[IssuedPaper], asked: str | None) -> IssuedPaper | None:
    """The longest paper with whose bytes the file begins; of equal ones that of the municipality asked about."""
    papers = {(one.size, one.sha256): one for one in sorted(issued, key=lambda one: one.slug == asked)}
    digest, done, found = hashlib.sha256(), 0, None
    view = memoryview(returned)
    for size in sorted({size for size, _ in papers if size <= len(returned)}):
        digest.update(view[done:size])
        done = size
        found = papers.get((size, digest.hexdigest()), found)
    return found


def by_words(returned: PdfText, issued: Sequence[IssuedPaper], asked: str | None) -> IssuedPaper | None:
    """The paper of whose words the file has most, if it has enough of them.

    Only papers whose municipality and title the file names are read, for a country has very many.
    """
    text = "\n".join(returned.page(number) for number in range(len(returned)))
    folded = _folded(text)
    near = [one for one in issued if _folded(one.municipality) in folded or one.slug == asked]
    named = [one for one in near if _folded(one.title) in folded] or near
    best, found = _ENOUGH, None
    for paper in sorted(named, key=lambda one: one.slug != asked):
        with open_shown(paper.read()) as issued_text:
            words = "\n".join(issued_text.page(number) for number in range(len(issued_text)))
        share = shared_words(words, text)
        if share > best or (found is None and share >= best):
            best, found = share, paper
    return found


def by_looks(returned: PdfText, issued: Sequence[IssuedPaper], asked: str | None) -> IssuedPaper | None:
    """The paper of the municipality asked about whose pages look most like the file's; None where none was asked."""
    best, found = 1.0, None
    for paper in issued:
        if paper.slug != asked:
            continue
        with open_shown(paper.read()) as original:
            common = range(min(len(original), len(returned)))
            unlike = sum(unlikeness((original, number), (returned, number)) for number in common)
            apart = (unlike + abs(len(original) - len(returned))) / max(len(original), len(returned))
        if apart < best:
            best, found = apart, paper
    return found


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()
