"""The number of a document's issue, and which one it replaces, as the cover and the packing list tell it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Replaced:
    """The issue that another one takes the place of."""

    number: int
    sha256: str
    date: datetime.date
    """The date of its papers."""


@dataclass(frozen=True)
class Issue:
    """One document as it leaves the house once."""

    number: int
    """Counts from 1 for each municipality and document."""
    replaces: Replaced | None

    def as_listed(self) -> dict[str, Any]:
        """As the packing list has it."""
        one = self.replaces
        replaced = {"number": one.number, "sha256": one.sha256, "date": one.date.isoformat()} if one else None
        return {"number": self.number, "replaces": replaced}


FIRST = Issue(1, None)
"""What a document is that was never issued before."""
