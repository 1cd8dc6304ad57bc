"""What the ledger keeps of a verdict: the file, why, who signed, and Noark 5's four fields."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from typing import Any

from pipeline.documents.returned.verdict import NoarkSignature, Verdict
from pipeline.packages.ledger.event import Event, event


def returned_event(verdict: Verdict, content: bytes, now: datetime.datetime) -> Event | None:
    """The event of a file that came back; None where no issued paper was known again in it.

    The names of signers are kept, never their certificates, which may hold identity numbers.
    """
    paper = verdict.paper
    if paper is None:
        return None
    told: dict[str, Any] = {
        "reasons": [one.code for one in verdict.reasons],
        "signatures": [
            {"field": one.field, "signer": one.signer, "valid": one.valid, "trusted": one.trusted}
            for one in verdict.signatures
        ],
        "noark": _noark(verdict.noark),
    }
    return event(
        paper.slug,
        paper.document,
        paper.issue,
        "returned",
        now,
        verdict=verdict.kind,
        file=hashlib.sha256(content).hexdigest(),
        told=told,
    )


def is_known(seen: Event, events: Iterable[Event]) -> bool:
    """Whether the last verdict on the same file says the same; the date on which it was verified may differ."""
    before = [one for one in events if one.file == seen.file and one.verdict]
    return bool(before) and (before[-1].verdict, _undated(before[-1])) == (seen.verdict, _undated(seen))


def _undated(one: Event) -> dict[str, Any]:
    return one.told | {"noark": {**(one.told.get("noark") or {}), "verifisertDato": None}}


def _noark(noark: NoarkSignature | None) -> dict[str, str | None] | None:
    """By the names that the standard gives the fields (metadata catalogue M507, M508, M622, M623)."""
    if noark is None:
        return None
    return {
        "elektroniskSignaturSikkerhetsnivaa": noark.elektronisk_signatur_sikkerhetsnivaa,
        "elektroniskSignaturVerifisert": noark.elektronisk_signatur_verifisert,
        "verifisertDato": noark.verifisert_dato.isoformat() if noark.verifisert_dato else None,
        "verifisertAv": noark.verifisert_av,
    }
