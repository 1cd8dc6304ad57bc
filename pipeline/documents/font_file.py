"""Reads from an embedded TrueType font how large the glyph is that it draws for every sign it lacks."""

from __future__ import annotations

import struct

Box = tuple[float, float, float, float]
"""Left, bottom, right and top, as shares of the type size."""


def lacking_box(font: bytes) -> Box | None:
    """The edges of the font's first glyph, .notdef (OpenType, glyf); None where it draws nothing or is no TrueType."""
    try:
        tables = _tables(font)
        (em,) = struct.unpack_from(">H", font, tables[b"head"] + 18)
        (long_offsets,) = struct.unpack_from(">h", font, tables[b"head"] + 50)
        start, end = struct.unpack_from(">LL" if long_offsets else ">HH", font, tables[b"loca"])
        edges = struct.unpack_from(">hhhh", font, tables[b"glyf"] + (start if long_offsets else 2 * start) + 2)
    except (struct.error, KeyError):
        return None
    left, bottom, right, top = (edge / em for edge in edges)
    return (left, bottom, right, top) if end > start else None


def _tables(font: bytes) -> dict[bytes, int]:
    """Where each table begins."""
    (count,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sLLL", font, 12 + 16 * number) for number in range(count))
    return {tag: offset for tag, _, offset, _ in records}
