"""How far each document is that somebody signs: issued, sent, returned, verified."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.packages.ledger.event import Event
from pipeline.packages.ledger.issue import IssueRecord
from pipeline.packages.ledger.ledger import Ledger

State = Literal["issued", "sent", "returned", "verified"]
PROVEN = "proven"
"""The verdict of the return check that says that the paper which came back is the paper that was issued."""


@dataclass(frozen=True)
class Standing:
    """The latest issue of a document, and what became of it."""

    issue: IssueRecord
    sent: datetime.date | None
    returned: datetime.date | None
    verdict: str | None
    """Of the file that came back last; a proven one stays proven."""

    @property
    def state(self) -> State:
        """The furthest that it came."""
        if self.verdict == PROVEN:
            return "verified"
        if self.returned:
            return "returned"
        return "sent" if self.sent else "issued"


def standings(ledger: Ledger, municipalities: Iterable[str] | None = None) -> list[Standing]:
    """The standing of every document that somebody signs, of some municipalities or of all."""
    wanted = None if municipalities is None else set(municipalities)
    latest: dict[tuple[str, str], IssueRecord] = {}
    for record in ledger.issues():
        if record.signatories and (wanted is None or record.municipality in wanted):
            latest[record.municipality, record.document] = record
    happened: dict[tuple[str, str, int], list[Event]] = {}
    for one in ledger.events():
        happened.setdefault((one.municipality, one.document, one.number), []).append(one)
    return [_standing(record, happened.get((*key, record.number), [])) for key, record in latest.items()]


def _standing(record: IssueRecord, events: list[Event]) -> Standing:
    sent = [one for one in events if one.kind == "sent"]
    returned = [one for one in events if one.kind == "returned"]
    proven = [one for one in returned if one.verdict == PROVEN]
    last = next(reversed(proven or returned), None)
    return Standing(
        issue=record,
        sent=_date(sent[-1]) if sent else None,
        returned=_date(last) if last else None,
        verdict=last.verdict if last else None,
    )


def _date(one: Event) -> datetime.date:
    return datetime.date.fromisoformat(one.at[:10])
