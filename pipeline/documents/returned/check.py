"""Judges a file that came back: which issued paper it is, whether it still is that paper, and who signed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.documents.pdf_text import open_shown
from pipeline.documents.returned.fields import field_findings
from pipeline.documents.returned.identify import by_bytes
from pipeline.documents.returned.pages import FoundPage, pages_in_place, pairs, strangers
from pipeline.documents.returned.rewritten import Rewritten, judge_rewritten
from pipeline.documents.returned.signatures import SignedFile, UnreadableError, read_signed
from pipeline.documents.returned.signers import COUNTS, noark_signature, signer_reasons
from pipeline.documents.returned.trust import Terms
from pipeline.documents.returned.verdict import IssuedPaper, Kind, PagePair, Reason, Verdict
from pipeline.documents.returned.words import reason

_UNSIGNED = SignedFile(signatures=(), only_signed=False, is_covered=False, is_cut_off=False)


def check_return(returned: bytes, issued: Sequence[IssuedPaper], terms: Terms, municipality: str | None) -> Verdict:
    """The one verdict on a file, with its reasons.

    `municipality` is the slug of the one it should come from, or None. Every file gets a verdict, however it is
    damaged; only an issued paper that can no longer be read raises, as its `read` does. Nothing is fetched or kept.
    """
    paper = by_bytes(returned, issued, municipality)
    try:
        signed = _signed(returned, paper, terms)
        if paper:
            judged = _judge_issued(paper, returned, signed, terms)
        else:
            file = Rewritten(returned, signed.signatures, terms)
            judged = Judged(*judge_rewritten(file, issued, municipality))
    except UnreadableError as error:
        language = paper.language if paper else "nb"
        signed, judged = _UNSIGNED, Judged("unreadable", paper, [reason(str(error), language)])
    if judged.paper and municipality and judged.paper.slug != municipality and judged.kind != "unreadable":
        judged = _of_another(judged.paper, issued, municipality)
    language = judged.paper.language if judged.paper else "nb"
    replaced = _replaced(judged.paper) if judged.paper and judged.paper.latest else []
    return Verdict(
        kind=judged.kind,
        paper=judged.paper,
        reasons=(*judged.reasons, *replaced, reason("revocation", language)),
        signatures=signed.signatures,
        noark=noark_signature(signed.signatures, terms, is_proven=judged.kind == "proven"),
        pages=judged.pages,
    )


def _replaced(paper: IssuedPaper) -> list[Reason]:
    return [reason("replaced", paper.language, issue=paper.issue, latest=paper.latest)]


@dataclass(frozen=True)
class Judged:
    """A verdict in the making."""

    kind: Kind
    paper: IssuedPaper | None
    reasons: list[Reason]
    pages: tuple[PagePair, ...] = ()


def _signed(returned: bytes, paper: IssuedPaper | None, terms: Terms) -> SignedFile:
    """The file's signatures; none where pyHanko cannot read a file in which nothing speaks of one."""
    if b"%PDF-" not in returned[:1024]:
        raise UnreadableError("not-pdf")
    try:
        signed = read_signed(returned, paper.read() if paper else None, terms)
    except UnreadableError as error:
        if str(error) != "encrypted" and not returned.rstrip().endswith(b"%%EOF"):
            raise UnreadableError("cut-off") from error
        if str(error) == "encrypted" or paper or b"/ByteRange" in returned:
            raise
        return _UNSIGNED
    if paper and signed.is_cut_off:
        raise UnreadableError("cut-off")
    return signed


def _judge_issued(paper: IssuedPaper, returned: bytes, signed: SignedFile, terms: Terms) -> Judged:
    """Of a file that begins with the issued bytes."""
    language = paper.language
    if len(returned) == paper.size:
        return Judged("unsigned", paper, [reason("identical", language)])
    issued = paper.read()
    try:
        fields = field_findings(paper, issued, returned, signed.signatures)
        with open_shown(issued) as before, open_shown(returned) as after:
            changed = [
                one for one in pages_in_place(before, after, fields.places) if one.looks_other or not one.returned
            ]
            filled = {one.page + 1 for one in fields.filled_places}
            shown = changed + [FoundPage(one, one) for one in sorted(filled - {one.number for one in changed})]
            added = range(len(before) + 1, len(after) + 1)
            pictures = pairs(before, after, shown) + strangers(after, added)
    except RuntimeError as error:
        raise UnreadableError("broken") from error
    who = signer_reasons(paper, signed.signatures)
    broken = [one for one in who if one.code == "signature-broken"]
    new_pages = [reason("page-added", language, page=one) for one in added]
    faults = [*_added(signed, language), *fields.faults, *_page_faults(changed, language), *new_pages, *broken]
    if faults:
        return Judged("altered", paper, faults, pictures)
    if not signed.signatures:
        return Judged("unsigned", paper, [reason("resaved", language), *fields.filled])
    if all(one.code in COUNTS for one in who):
        return Judged("proven", paper, [reason("as-issued", language), *fields.filled, *who], pictures)
    empty = [] if terms.trust else [reason("trust-empty", language)]
    return Judged("incomplete", paper, [reason("as-issued", language), *fields.filled, *who, *empty])


def _added(signed: SignedFile, language: str) -> list[Reason]:
    """What the file's structure shows to have been added beside signatures."""
    found = [] if signed.only_signed else [reason("added", language)]
    if signed.signatures and not signed.is_covered:
        found.append(reason("not-covered", language))
    return found


def _page_faults(changed: Sequence[FoundPage], language: str) -> list[Reason]:
    return [reason("page-looks" if one.returned else "page-missing", language, page=one.number) for one in changed]


def _of_another(paper: IssuedPaper, issued: Sequence[IssuedPaper], asked: str) -> Judged:
    name = next((one.municipality for one in issued if one.slug == asked), asked)
    said = reason("other-municipality", paper.language, municipality=paper.municipality, asked=name)
    return Judged("other-municipality", paper, [said])
