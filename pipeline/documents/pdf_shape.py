"""Says of a PDF what a receiving service looks at first: its version, whether it is locked, the size of its pages."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pikepdf


class UnreadablePdfError(Exception):
    """The file is no PDF that can be opened without a password; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class PdfShape:
    """What can be told of a PDF without reading its text."""

    version: str
    """Such as 1.7, the higher one of header and catalogue."""
    encrypted: bool
    """With an owner's password too, which readers do not ask for."""
    pages: tuple[tuple[float, float], ...]
    """Width and height in points, as they are shown."""


def shape_of(pdf: bytes) -> PdfShape:
    """The shape of a PDF. Raises UnreadablePdfError where it cannot be opened."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            pages = tuple(_size(page) for page in opened.pages)
            return PdfShape(opened.pdf_version, opened.is_encrypted, pages)
    except pikepdf.PasswordError as error:
        raise UnreadablePdfError("it asks for a password") from error
    except (pikepdf.PdfError, ValueError, TypeError) as error:
        raise UnreadablePdfError("it is no whole PDF") from error


def _size(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    unit = float(page.obj.get("/UserUnit", 1))
    width, height = abs(right - left) * unit, abs(top - bottom) * unit
    return (height, width) if _rotation(page) % 180 else (width, height)


def _rotation(page: pikepdf.Page) -> int:
    """The page's own rotation, or the one that it inherits (ISO 32000-1, 7.7.3.4)."""
    node: pikepdf.Object = page.obj
    while "/Rotate" not in node and "/Parent" in node:
        node = node["/Parent"]
    return int(node.get("/Rotate", 0))
