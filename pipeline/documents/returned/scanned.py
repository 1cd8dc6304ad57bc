"""Tells whether pages are nothing but pictures, as a scanner makes them; it asks pdfium for what a page is made of."""

from __future__ import annotations

import pypdfium2
from pypdfium2 import raw

_MOST = 0.7
"""The share of a page that a picture has to cover."""


def is_scanned(pdf: bytes) -> bool:
    """Whether a picture covers most of at least half of the pages, whatever text a scanner has laid behind it.

    Raises pypdfium2.PdfiumError, a RuntimeError, when it is not a whole PDF.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = len(document)
        return pages > 0 and sum(_is_covered(document[number]) for number in range(pages)) * 2 >= pages
    finally:
        document.close()


def _is_covered(page: pypdfium2.PdfPage) -> bool:
    width, height = page.get_size()
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        seen = max(0, min(right, width) - max(left, 0)) * max(0, min(top, height) - max(bottom, 0))
        if seen >= _MOST * width * height:
            return True
    return False
