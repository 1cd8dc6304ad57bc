"""Holds the form fields of a file against those that were issued: which are new, gone, moved, filled or changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.documents.pdf_text import FilledField, Rectangle, filled_fields
from pipeline.documents.returned.verdict import IssuedPaper, Reason, SignatureSeen
from pipeline.documents.returned.words import reason


@dataclass(frozen=True)
class FieldFindings:
    """What became of the fields."""

    faults: tuple[Reason, ...]
    filled: tuple[Reason, ...]
    """Fields that were empty and open, and no longer are."""
    places: tuple[Rectangle, ...]
    """Where signatures and what was filled in may be seen."""


def field_findings(
    paper: IssuedPaper, issued: bytes, returned: bytes, signatures: tuple[SignatureSeen, ...]
) -> FieldFindings:
    """Compares every field that is drawn, because a new one may cover what is written (ISO 32000-2, 12.7.5.5).

    Each field's drawing is taken by itself, so that a second one of the same name is found too. Only time stamps of the
    whole document, which cannot be seen, may be new.
    """
    before, after = filled_fields(issued), filled_fields(returned)
    faults = _placed_otherwise(paper.language, before, after, {one.field for one in signatures})
    to_sign = {one.field for one in paper.signatories}
    old = {_drawn(one): one for one in before}
    changed = [one for one in after if one.name not in to_sign and _value(one) != _value(old.get(_drawn(one), one))]
    filled = [one for one in changed if not old[_drawn(one)].value and not old[_drawn(one)].ticked]
    faults += [
        reason("field-changed", paper.language, field=one.name, before=old[_drawn(one)].value, after=one.value)
        for one in changed
        if one not in filled
    ]
    return FieldFindings(
        faults=tuple(faults),
        filled=tuple(reason("filled", paper.language, field=one.name, value=one.value) for one in filled),
        places=tuple(one.place for one in before if one.name in to_sign) + tuple(one.place for one in filled),
    )


def _placed_otherwise(
    language: str, before: list[FilledField], after: list[FilledField], signed: set[str]
) -> list[Reason]:
    stood, stands = Counter(map(_drawn, before)), Counter(map(_drawn, after))
    gone = dict(stood - stands)
    new = [(name, place) for name, place in stands - stood if name in signed or _is_visible(place)]
    moved = {name for name, _ in new} & {name for name, _ in gone}
    return [
        *(reason("field-moved", language, field=name) for name in sorted(moved)),
        *(reason("field-new", language, field=name, page=at.page + 1) for name, at in new if name not in moved),
        *(reason("field-gone", language, field=name, page=at.page + 1) for name, at in gone if name not in moved),
    ]


def _drawn(field: FilledField) -> tuple[str, Rectangle]:
    page, *edges = field.place
    left, bottom, right, top = (round(edge, 1) for edge in edges)
    return field.name, Rectangle(page, left, bottom, right, top)


def _is_visible(place: Rectangle) -> bool:
    return place.right > place.left and place.top > place.bottom


def _value(field: FilledField) -> tuple[str, bool]:
    return field.value, field.ticked
