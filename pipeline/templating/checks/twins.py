"""Holds the two languages of a Word document against each other: the same build, names and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.errors import Problem, Spot
from pipeline.templating.checks.alignment import Pairs, aligned
from pipeline.templating.checks.office_file import OfficeFile
from pipeline.templating.checks.twin_marks import Mark, marks

_ADD = "Add it here, or remove it there."
_SAME = "Make both the same."
_MOVE = "Put it in the same place in both."


def twin_problems(nb: OfficeFile, nn: OfficeFile) -> list[Problem]:
    """Every heading, table, placeholder, tag, typed amount and bookmark for a signature that the two do not share.

    What is missing is told in the file that lacks it, what differs or stands elsewhere in `nn`; the sentence names the
    place in the other file. The rules are twin-heading, twin-table, twin-placeholder, twin-amount and twin-bookmark.
    With a missing heading or table, what stands in it is not told on top.
    """
    first, second = _Side(nb, marks(nb)), _Side(nn, marks(nn))
    pairs = _pairs(first.marks, second.marks)
    back = {right: left for left, right in pairs.items()}
    first_alone, second_alone = _alone(first.marks, pairs), _alone(second.marks, back)
    moved = _moved(first, first_alone, second, second_alone)
    return [
        *_differing(first, second, pairs),
        *(_elsewhere(first.marks[left], nb, second.marks[right], nn) for left, right in moved.items()),
        *_missing(first, [one for one in first_alone if one not in moved], second, pairs),
        *_missing(second, [one for one in second_alone if one not in moved.values()], first, back),
    ]


@dataclass(frozen=True)
class _Side:
    file: OfficeFile
    marks: Sequence[Mark]


def _pairs(first: Sequence[Mark], second: Sequence[Mark]) -> Pairs:
    """Which marks answer to each other; two of a kind in the same gap do so even where they are not the same."""
    pairs = aligned(
        first,
        second,
        lambda mark: (mark.kind, mark.same, mark.likely),
        lambda mark: (mark.kind, mark.same),
    )
    ends = [(-1, -1), *pairs.items(), (len(first), len(second))]
    for (left, right), (left_end, right_end) in pairwise(ends):
        gap, other = range(left + 1, left_end), range(right + 1, right_end)
        for kind in dict.fromkeys(first[position].kind for position in gap):
            mine = [position for position in gap if first[position].kind == kind]
            theirs = [position for position in other if second[position].kind == kind]
            if len(mine) == len(theirs):
                pairs |= dict(zip(mine, theirs, strict=True))
    return pairs


def _alone(all_marks: Sequence[Mark], pairs: Pairs) -> list[int]:
    """The marks without an answer, those inside a heading or table that is itself without one left out."""
    alone = [one for one in range(len(all_marks)) if one not in pairs and all_marks[one].kind != "paragraph"]
    headings = {all_marks[one].spot for one in alone if all_marks[one].kind == "heading"}
    tables = {_table(all_marks[one]) for one in alone if all_marks[one].kind == "table"}
    return [
        one
        for one in alone
        if (mark := all_marks[one]).kind in {"heading", "table"}
        or (mark.spot not in headings and _table(mark) not in tables)
    ]


def _table(mark: Mark) -> tuple[str, int]:
    return mark.spot.part, mark.spot.table


def _moved(first: _Side, first_alone: list[int], second: _Side, second_alone: list[int]) -> Pairs:
    """Marks that both files have, in different places."""
    left_over = list(second_alone)
    moved: Pairs = {}
    for left in first_alone:
        mark = first.marks[left]
        right = next((one for one in left_over if _alike(mark, second.marks[one])), None)
        if right is not None and mark.kind not in {"heading", "table"}:
            moved[left] = right
            left_over.remove(right)
    return moved


def _alike(one: Mark, other: Mark) -> bool:
    return (one.kind, one.same) == (other.kind, other.same)


def _differing(first: _Side, second: _Side, pairs: Pairs) -> Iterator[Problem]:
    for left, right in pairs.items():
        one, other = first.marks[left], second.marks[right]
        if one.kind != "paragraph" and not _alike(one, other):
            what = f"Here stands {other.told}, but in {_place(first.file, one.spot)}, {one.told}."
            yield second.file.problem(other.spot, f"twin-{other.kind}", what, _SAME)


def _elsewhere(one: Mark, nb: OfficeFile, other: Mark, nn: OfficeFile) -> Problem:
    what = f"Here stands {other.told}, which has another place in {_place(nb, one.spot)}."
    return nn.problem(other.spot, f"twin-{other.kind}", what, _MOVE)


def _missing(having: _Side, positions: list[int], lacking: _Side, pairs: Pairs) -> Iterator[Problem]:
    for position in positions:
        mark = having.marks[position]
        spot, where = _where(having.marks, position, lacking.marks, pairs)
        what = f"{where} {mark.told} is missing, which stands in {_place(having.file, mark.spot)}."
        yield lacking.file.problem(spot, f"twin-{mark.kind}", what, _ADD)


def _where(having: Sequence[Mark], position: int, lacking: Sequence[Mark], pairs: Pairs) -> tuple[Spot, str]:
    """The place in the lacking file that answers to a mark: its own paragraph, else the one before it."""
    before = next((one for one in range(position, -1, -1) if one in pairs), None)
    if before is None:
        return Spot(having[position].spot.part), "At the beginning"
    same_paragraph = having[before].spot == having[position].spot and having[before].kind != "table"
    return lacking[pairs[before]].spot, "Here" if same_paragraph else "After this"


def _place(file: OfficeFile, spot: Spot) -> str:
    return f"{file.path.name} ({spot})"
