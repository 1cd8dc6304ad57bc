"""The small picture of a document's first page, drawn once for each content of its PDF."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pipeline.documents.pdf_text import open_shown

WIDTH = 160
"""Pixels: a person knows the document by its shape, and a few thousand pictures fit in one page."""


def first_page(pdf: Path, sha256: str, cache: Path) -> bytes:
    """A WebP of `WIDTH` pixels of the first page of the PDF whose SHA-256 is told, kept as <sha256>.webp in `cache`.

    A picture that is kept is not drawn again, and the PDF is not read. It appears in the cache whole or not at all, so
    that several processes may draw at once. Raises OSError where a file cannot be read or written and RuntimeError
    where it is no whole PDF.
    """
    try:
        return (cache / f"{sha256}.webp").read_bytes()
    except FileNotFoundError:
        return keep_first_page(pdf.read_bytes(), sha256, cache)


def keep_first_page(pdf: bytes, sha256: str, cache: Path) -> bytes:
    """Draws the picture and keeps it for `first_page`; raises as that does."""
    with open_shown(pdf, first=1) as shown:
        picture = shown.small_picture(0, WIDTH)
    _keep(cache / f"{sha256}.webp", picture)
    return picture


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
