"""Compares the pictures of two pages: where ink is gone, where ink is new, and whether the whole page was redrawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from pipeline.documents.pdf_text import PdfText, Rectangle
from pipeline.documents.returned.verdict import Region

SCALE = 1.5
"""Pixels to the point at which pages are compared."""
_FAINT = 24
"""How far two greys may lie apart and still be the same; paper and print of one file do not differ at all."""
_INK = 128
"""What is darker than this is ink."""
_GAP = 8
"""Rows that may be equal within one region."""
_ROOM = 3
"""Pixels around what is spared, for the smoothing of edges."""
_MARGIN = 57
"""Points at each edge, 20 mm, in which a signing service may write."""
_REDRAWN = 0.3
"""From this share of a page's ink on that stands elsewhere, the page was drawn anew and not painted over."""


@dataclass(frozen=True)
class Difference:
    """How a page's picture differs from the issued one."""

    gone: tuple[Region, ...]
    """Where the issued picture is not what it was."""
    added: tuple[Region, ...]
    """Where ink is new on what was blank, outside the margins and spared places."""
    is_redrawn: bool
    """Whether so much differs that another program, or another size, is likelier than a change."""

    @property
    def regions(self) -> tuple[Region, ...]:
        """All of them, from the top."""
        return tuple(sorted({*self.gone, *self.added}, key=lambda one: (one.top, one.left)))


def difference(
    issued: tuple[PdfText, int], returned: tuple[PdfText, int], spared: Iterable[Rectangle], *, free_margins: bool
) -> Difference:
    """How one page differs from another; each is an open PDF and a number from 0.

    Places that are `spared` may differ. With `free_margins`, so may what was blank within 20 mm of an edge.
    """
    before, after = _picture(*issued), _picture(*returned)
    if abs(before.width - after.width) > 1 or abs(before.height - after.height) > 1:
        return Difference((Region(0, 0, 1, 1),), (), is_redrawn=True)
    after = after.crop((0, 0, *before.size))
    changed = ImageChops.difference(before, after).point(lambda grey: 255 * (grey > _FAINT))
    was_ink = before.point(lambda grey: 255 * (grey < 255 - _FAINT))
    gone, added = ImageChops.multiply(changed, was_ink), ImageChops.subtract(changed, was_ink)
    for place in spared:
        _blot(gone, place)
        _blot(added, place)
    moved = _share_moved(before, after)
    if free_margins:
        edge = round(_MARGIN * SCALE)
        inner = Image.new("L", added.size)
        inner.paste(added.crop((edge, edge, added.width - edge, added.height - edge)), (edge, edge))
        added = inner
    return Difference(tuple(_regions(gone)), tuple(_regions(added)), is_redrawn=moved > _REDRAWN)


def unlikeness(issued: tuple[PdfText, int], returned: tuple[PdfText, int]) -> float:
    """How far two pages are apart as somebody sees them from afar, from 0 to 1."""
    size = (60, 85)
    one, other = (
        _picture(*page).resize(size, Image.Resampling.BOX).filter(ImageFilter.BoxBlur(1)) for page in (issued, returned)
    )
    histogram = ImageChops.difference(one, other).histogram()
    return sum(grey * count for grey, count in enumerate(histogram)) / (255 * size[0] * size[1])


def _picture(text: PdfText, page: int) -> Image.Image:
    rows = text.grey_rows(page, SCALE)
    return Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))


def _blot(mask: Image.Image, place: Rectangle) -> None:
    """Takes a place out of a mask."""
    left, right = place.left * SCALE - _ROOM, place.right * SCALE + _ROOM
    top, bottom = mask.height - place.top * SCALE - _ROOM, mask.height - place.bottom * SCALE + _ROOM
    ImageDraw.Draw(mask).rectangle((left, top, right, bottom), fill=0)


def _share_moved(before: Image.Image, after: Image.Image) -> float:
    """How much of a page's ink is gone from its place and stands in another; what is painted over stands in none."""
    old, new = (page.point(lambda grey: 255 * (grey < _INK)) for page in (before, after))
    ink = _count(old)
    gone, come = _count(ImageChops.subtract(old, new)), _count(ImageChops.subtract(new, old))
    return min(gone, come) / ink if ink else 0.0


def _count(mask: Image.Image) -> int:
    return sum(mask.histogram()[1:])


def _regions(mask: Image.Image) -> Iterator[Region]:
    """The bands of the page in which the mask is set."""
    content, width = mask.tobytes(), mask.width
    set_rows = [row for row in range(mask.height) if any(content[row * width : (row + 1) * width])]
    for top, bottom in _bands(set_rows):
        left, _, right, _ = mask.crop((0, top, width, bottom + 1)).getbbox() or (0, 0, width, 0)
        yield Region(
            max(0, left - _ROOM) / width,
            max(0, top - _ROOM) / mask.height,
            min(width, right + _ROOM) / width,
            min(mask.height, bottom + 1 + _ROOM) / mask.height,
        )


def _bands(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = end = None
    for row in rows:
        if end is not None and row - end > _GAP and start is not None:
            yield start, end
            start = row
        start, end = row if start is None else start, row
    if start is not None and end is not None:
        yield start, end
