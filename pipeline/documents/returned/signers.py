"""Whether those have signed who were to sign, as far as certificates tell; and Noark 5's words for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.documents.returned.trust import LEVELS, Terms
from pipeline.documents.returned.verdict import ExpectedSigner, IssuedPaper, NoarkSignature, Reason, SignatureSeen
from pipeline.documents.returned.words import reason

COUNTS = {"signed", "signed-unnamed"}
"""The reasons that tell of a signature that counts."""
_VERIFIED, _NOT_VERIFIED = "Signatur påført og verifisert", "Signatur påført, ikke verifisert"


def signer_reasons(paper: IssuedPaper, signatures: Sequence[SignatureSeen]) -> list[Reason]:
    """For each field in the order of the paper, who signed it and whether that counts."""
    by_field = {one.field: one for one in signatures}
    return [_of_field(one, paper, by_field) for one in paper.signatories]


def _of_field(expected: ExpectedSigner, paper: IssuedPaper, signatures: dict[str, SignatureSeen]) -> Reason:
    seen = signatures.get(expected.field)
    values = {
        "role": _begun(expected.role),
        "field": expected.field,
        "signer": "",
        "issuer": "",
        "other": "",
        "name": "",
    }
    if seen is None:
        return reason("field-empty", paper.language, **values)
    values |= {"signer": seen.signer, "issuer": seen.issuer, "name": expected.name or ""}
    if not seen.valid:
        return reason("signature-broken", paper.language, **values)
    if not seen.trusted:
        code = "signer-out-of-date" if seen.expired else "signer-untrusted"
        return reason(code, paper.language, **values)
    if expected.name and not is_same_person(expected.name, seen.signer):
        return reason("wrong-signer", paper.language, **values)
    for other in _others(expected, seen, paper, signatures):
        return reason("same-signer", paper.language, **(values | {"other": other.role}))
    return reason("signed" if expected.name else "signed-unnamed", paper.language, **values)


def _others(
    expected: ExpectedSigner, seen: SignatureSeen, paper: IssuedPaper, signatures: dict[str, SignatureSeen]
) -> Iterator[ExpectedSigner]:
    """The other fields that a signer belongs to: by name, or because the same certificate signed there."""
    for other in paper.signatories:
        if other.field == expected.field or (expected.name and expected.name == other.name):
            continue
        is_named = expected.name is None and other.name and is_same_person(other.name, seen.signer)
        theirs = signatures.get(other.field)
        if is_named or (theirs and theirs.certificate == seen.certificate):
            yield other


def is_same_person(expected: str, certified: str) -> bool:
    """Whether a certificate names the expected person: all of the name's words, in any order, with others between.

    A certificate may say «Etternavn, Fornavn», and has middle names that a paper leaves out.
    """
    wanted, found = (set(re.findall(r"[^\W\d_]+", name.casefold())) for name in (expected, certified))
    return bool(wanted) and wanted <= found


def _begun(role: str) -> str:
    return role[:1].upper() + role[1:]


def noark_signature(signatures: Sequence[SignatureSeen], terms: Terms, *, is_proven: bool) -> NoarkSignature | None:
    """Noark 5's four fields; of several levels, the first in the order of its catalogue."""
    if not signatures:
        return None
    levels = {one.level for one in signatures}
    level = next((one for one in LEVELS.values() if one in levels), None) if "" not in levels else None
    return NoarkSignature(
        elektronisk_signatur_sikkerhetsnivaa=level,
        elektronisk_signatur_verifisert=_VERIFIED if is_proven else _NOT_VERIFIED,
        verifisert_dato=terms.moment.date() if is_proven else None,
        verifisert_av=terms.verified_by if is_proven else None,
    )
