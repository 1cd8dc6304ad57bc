"""Rectangles on a page: what two have in common, how large one is, and the lines that characters' boxes form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.documents.pdf_text import Rectangle


def area(place: Rectangle) -> float:
    """Its area in square points; none where it is turned inside out."""
    return max(0.0, place.right - place.left) * max(0.0, place.top - place.bottom)


def common(one: Rectangle, other: Rectangle) -> float:
    """The area that both cover."""
    if one.page != other.page:
        return 0.0
    left, bottom = max(one.left, other.left), max(one.bottom, other.bottom)
    return area(Rectangle(one.page, left, bottom, min(one.right, other.right), min(one.top, other.top)))


def lies_within(one: Rectangle, other: Rectangle) -> bool:
    """Whether the first lies on the second with all it has."""
    _, left, bottom, right, top = other
    return (
        one.page == other.page and left <= one.left and bottom <= one.bottom and one.right <= right and one.top <= top
    )


def around(places: Sequence[Rectangle]) -> Rectangle:
    """The smallest rectangle that holds all of them, which lie on one page."""
    return Rectangle(
        places[0].page,
        min(place.left for place in places),
        min(place.bottom for place in places),
        max(place.right for place in places),
        max(place.top for place in places),
    )


def lines(boxes: Iterable[Rectangle]) -> tuple[Rectangle, ...]:
    """A rectangle for each line that the boxes of characters, in reading order, stand on."""
    found: list[list[Rectangle]] = []
    for box in boxes:
        if found and _same_line(found[-1][-1], box):
            found[-1].append(box)
        else:
            found.append([box])
    return tuple(around(line) for line in found)


def _same_line(before: Rectangle, box: Rectangle) -> bool:
    """Whether a character follows the one before on its line: at its height and not further back."""
    shared = min(before.top, box.top) - max(before.bottom, box.bottom)
    lower = min(before.top - before.bottom, box.top - box.bottom)
    return before.page == box.page and shared > lower / 2 and box.left > before.left - 1
