"""Compares the pictures of two pages: which regions differ, and how much of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import starmap

from pipeline.packages.html_page import Box

Rows = Sequence[bytes]
"""A page's pixels as PdfText.grey_rows gives them."""

_GAP = 6
"""Rows that may be equal within one region."""
_TOLERANCE = 64
"""How far two greys may lie apart and still pass for the same sign, drawn by two engines."""


def changed_regions(before: Rows, after: Rows) -> tuple[Box, ...]:
    """The bands of the page within which pixels differ; all of it when the pages are of different size."""
    if len(before) != len(after) or len(before[0]) != len(after[0]):
        return (Box(0, 0, 1, 1),)
    bands: list[tuple[int, int, int, int]] = []
    for row, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        differing = [column for column, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
        left, right = differing[0], differing[-1]
        if bands and row - bands[-1][1] <= _GAP:
            top, _, least, most = bands.pop()
            bands.append((top, row, min(least, left), max(most, right)))
        else:
            bands.append((row, row, left, right))
    return tuple(_box(band, len(before[0]), len(before)) for band in bands)


def _box(band: tuple[int, int, int, int], width: int, height: int) -> Box:
    """The band with a little room around it."""
    top, bottom, left, right = band
    return Box(
        max(0, left - 3) / width,
        max(0, top - 3) / height,
        min(width, right + 4) / width,
        min(height, bottom + 4) / height,
    )


def differing_share(one: Rows, other: Rows) -> float:
    """The share of pixels that have no pixel like them in the other picture, there or next to there.

    What is drawn a pixel aside, or smoothed another way, is the same. Pages of different size differ wholly.
    """
    if len(one) != len(other) or len(one[0]) != len(other[0]):
        return 1.0
    differing = sum(max(pair) for pair in zip(_strangers(one, other), _strangers(other, one), strict=True))
    return differing / (len(one) * len(one[0]))


def _strangers(rows: Rows, other: Rows) -> list[int]:
    """For each row, how many of its pixels are darker or lighter than all around that place in the other."""
    darkest, lightest = _around(other, min), _around(other, max)
    return [
        sum(starmap(_is_strange, zip(row, low, high, strict=True)))
        for row, low, high in zip(rows, darkest, lightest, strict=True)
    ]


def _is_strange(pixel: int, low: int, high: int) -> bool:
    return pixel < low - _TOLERANCE or pixel > high + _TOLERANCE


def _around(rows: Rows, extreme: Callable[..., int]) -> list[bytes]:
    """For each pixel the least or greatest of the nine around it."""
    wide = [bytes(map(extreme, row, row[1:] + row[-1:], row[:1] + row[:-1])) for row in rows]
    above, below = [wide[0], *wide[:-1]], [*wide[1:], wide[-1]]
    return [bytes(map(extreme, *three)) for three in zip(above, wide, below, strict=True)]
