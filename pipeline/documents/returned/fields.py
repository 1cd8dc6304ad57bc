"""Holds the form fields of a file against those that were issued: which are new, gone, moved, filled or changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.documents.pdf_text import FilledField, Rectangle, filled_fields, open_shown
from pipeline.documents.returned.verdict import IssuedPaper, Reason, SignatureSeen
from pipeline.documents.returned.words import reason

_OFF = "Off"
"""The state of a box without a tick (ISO 32000-2, 12.7.5.2.3)."""
_EMPTY = ("", False)


@dataclass(frozen=True)
class FieldFindings:
    """What became of the fields."""

    faults: tuple[Reason, ...]
    filled: tuple[Reason, ...]
    """Fields that were empty and open, and no longer are."""
    places: tuple[Rectangle, ...]
    """Where signatures and what was filled in may be seen."""
    filled_places: tuple[Rectangle, ...]
    """Where something was filled in, to be looked at: a drawing may show more than its text."""


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
    filled = [one for one in changed if _value(old[_drawn(one)]) == _EMPTY]
    faults += [
        reason("field-changed", paper.language, field=one.name, before=old[_drawn(one)].value, after=one.value)
        for one in changed
        if one not in filled
    ]
    faults += _shown_otherwise(paper.language, returned, filled)
    return FieldFindings(
        faults=tuple(faults),
        filled=tuple(reason("filled", paper.language, field=one.name, value=one.value) for one in filled),
        places=tuple(one.place for one in before if one.name in to_sign) + tuple(one.place for one in filled),
        filled_places=tuple(one.place for one in filled),
    )


def _shown_otherwise(language: str, returned: bytes, filled: list[FilledField]) -> list[Reason]:
    """Fields whose drawing has other text than their value; a tick is drawn with one sign at most."""
    with open_shown(returned) as text:
        shown = [(one, text.inside(one.place)) for one in filled]
    return [
        reason("field-shows", language, field=one.name, shown=told, value=one.value)
        for one, told in shown
        if (len(told) > 1 if one.ticked else _folded(told) != _folded(one.value))
    ]


def _folded(text: str) -> str:
    """A text without blanks and hyphens, as lines of a field break at them."""
    return "".join(text.split()).replace("-", "").replace("\xad", "")


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
    """What a field holds; blanks are nothing, and neither is a box without a tick."""
    return "" if field.value == _OFF else field.value.strip(), field.ticked
