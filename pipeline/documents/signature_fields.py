"""Finds where each signature field of a document belongs: under its label, covering no text."""

from __future__ import annotations

from pipeline.documents.docx_text import read_docx_text
from pipeline.documents.pdf_text import PdfText, Rectangle, open_text
from pipeline.documents.preparation import NO_BREAK_SPACE
from pipeline.documents.stages import ConvertedDocument
from pipeline.errors import FinalizeError, Problem
from pipeline.templating.declaration import Signature

_POINTS_PER_MM = 72 / 25.4
_GAP = 4.0
"""Points between the label and the field."""


def signature_places(converted: ConvertedDocument) -> dict[str, Rectangle]:
    """The place of each field that the declaration names, in its order.

    The label is the text of the Word bookmark with the field's name. Raises FinalizeError when a bookmark is missing,
    its label does not stand exactly once in the PDF, or something else is printed where the field belongs.
    """
    merged = converted.merged
    declared = merged.template.declaration.signatures
    if not declared or merged.docx is None:
        return {}
    bookmarks = read_docx_text(merged.docx).bookmarks
    path = merged.template.template(merged.language)
    places: dict[str, Rectangle] = {}
    problems = []
    with open_text(converted.pdf) as text:
        for signature in declared:
            place, fault = _place(signature, bookmarks.get(signature.field, ""), text)
            if place and any(_overlap(place, other) for other in places.values()):
                fault = ("covers another signature field.", "Give the labels more room.")
            if fault or place is None:
                problems.append(Problem(path, 0, f"signature field {signature.field}", *(fault or ("", ""))))
            else:
                places[signature.field] = place
    if problems:
        raise FinalizeError(f"{merged.title} has no place for its signatures.", problems=problems)
    return places


def _place(signature: Signature, label: str, text: PdfText) -> tuple[Rectangle | None, tuple[str, str] | None]:
    """The place of a field, or what is wrong and what to do."""
    if not label.strip():
        return None, (
            "has no bookmark around a label.",
            f"Select the label in Word and insert the bookmark {signature.field}.",
        )
    found = text.find(label.strip().replace(*NO_BREAK_SPACE))
    if len(found) != 1:
        what = f"has the label «{label}», which stands {len(found)} times on one line in the PDF, not once."
        return None, (what, "Word the label so that it stands once and fits on one line.")
    place = _below(found[0], signature)
    width, _ = text.sizes[place.page]
    if place.bottom < 0 or place.right > width:
        return None, (
            "reaches over the edge of the page.",
            "Leave more room below the label, or make the field smaller.",
        )
    covered = text.inside(place)
    if covered:
        return None, (f"would cover «{covered[:40]}».", "Leave empty room below the label, or make the field smaller.")
    return place, None


def _below(label: Rectangle, signature: Signature) -> Rectangle:
    top = label.bottom - _GAP
    return Rectangle(
        label.page,
        left=label.left,
        bottom=top - signature.height_mm * _POINTS_PER_MM,
        right=label.left + signature.width_mm * _POINTS_PER_MM,
        top=top,
    )


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.page == other.page
        and one.left < other.right
        and other.left < one.right
        and one.bottom < other.top
        and other.bottom < one.top
    )
