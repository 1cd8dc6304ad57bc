"""The small picture of a document's first page, drawn once for each content of its PDF."""

from __future__ import annotations

from pathlib import Path

from pipeline.documents.pdf_text import open_shown
from pipeline.packages.disk import write_whole

WIDTH = 160
"""Pixels: a person knows the document by its shape, and a few thousand pictures fit in one page."""


def first_page(pdf: bytes) -> bytes:
    """A WebP of `WIDTH` pixels of the first page. Raises RuntimeError where it is no whole PDF."""
    with open_shown(pdf, first=1) as shown:
        return shown.small_picture(0, WIDTH)


def kept_first_page(pdf: Path, sha256: str, cache: Path) -> bytes:
    """The first page of the PDF whose SHA-256 is told, as <sha256>.webp in `cache`.

    A picture that is kept is not drawn again, and the PDF is not read. Raises OSError where a file cannot be read or
    written and RuntimeError where it is no whole PDF.
    """
    try:
        return (cache / f"{sha256}.webp").read_bytes()
    except FileNotFoundError:
        picture = first_page(pdf.read_bytes())
    keep(picture, sha256, cache)
    return picture


def keep(picture: bytes, sha256: str, cache: Path) -> None:
    """Keeps a picture for `kept_first_page`, whole or not at all, so that several processes may. Raises OSError."""
    write_whole(cache / f"{sha256}.webp", picture)
