"""An event in the life of an issue: it was sent, or a file came back and was looked at."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["sent", "returned"]


@dataclass(frozen=True)
class Event:
    """What happened to an issue, and when."""

    id: str
    """The SHA-256 of all the rest, so that the same event is one."""
    municipality: str
    document: str
    number: int
    """Of the issue."""
    kind: str
    """sent or returned."""
    at: str
    """When, in UTC, as 2027-06-01T12:00:00Z."""
    verdict: str | None
    """Of the return check; None where nothing came back."""
    file: str | None
    """The SHA-256 of the file that came back."""
    told: dict[str, Any]
    """What else is known, such as Noark's fields of a signature."""


def event(  # noqa: PLR0913  # an event has that many sides
    municipality: str,
    document: str,
    number: int,
    kind: Kind,
    at: datetime.datetime,
    *,
    verdict: str | None = None,
    file: str | None = None,
    told: dict[str, Any] | None = None,
) -> Event:
    """An event with its name; `at` must know its time zone."""
    moment = at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    unnamed = Event("", municipality, document, number, kind, moment, verdict, file, told or {})
    name = hashlib.sha256(as_json(unnamed)).hexdigest()
    return Event(name, municipality, document, number, kind, moment, verdict, file, told or {})


def as_json(one: Event) -> bytes:
    """The event as the bytes of a file."""
    return (json.dumps(asdict(one), ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def from_json(content: bytes) -> Event:
    """The event that bytes tell of. Raises ValueError or TypeError where they tell of none."""
    return Event(**json.loads(content))
