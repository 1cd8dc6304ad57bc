"""Judges a file that does not begin with issued bytes: wrapped by a service, altered, printed anew or scanned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.documents.pdf_text import PdfText, Rectangle, filled_fields, open_shown
from pipeline.documents.returned.identify import by_looks, by_words
from pipeline.documents.returned.pages import FoundPage, added_lines, pages_found_again, pairs, strangers
from pipeline.documents.returned.scanned import is_scanned
from pipeline.documents.returned.signatures import UnreadableError
from pipeline.documents.returned.trust import Terms
from pipeline.documents.returned.verdict import IssuedPaper, Kind, PagePair, Reason, SignatureSeen
from pipeline.documents.returned.words import reason

Outcome = tuple[Kind, IssuedPaper | None, list[Reason], tuple[PagePair, ...]]
_LINES = 3
"""Lines in the margins that are told at most."""


@dataclass(frozen=True)
class Rewritten:
    """A file that somebody's program wrote anew."""

    pdf: bytes
    signatures: tuple[SignatureSeen, ...]
    terms: Terms


def judge_rewritten(file: Rewritten, issued: Sequence[IssuedPaper], asked: str | None) -> Outcome:
    """What can be said of a file by its pages alone; never that it is proven. Raises UnreadableError."""
    try:
        scanned = is_scanned(file.pdf)
        with open_shown(file.pdf) as returned:
            paper = by_words(returned, issued, asked)
            if paper is None and scanned:
                paper = by_looks(returned, issued, asked)
                return _scan(paper, returned, ["scan", "likest"]) if paper else _unknown("unknown-scan")
            if paper is None:
                return _unknown("unknown")
            if scanned:
                return _scan(paper, returned, ["scan"])
            return _compared(file, paper, returned)
    except RuntimeError as error:  # pdfium's
        raise UnreadableError("encrypted" if "password" in str(error).lower() else "broken") from error


def _unknown(code: str) -> Outcome:
    return "scan-or-reprint", None, [reason(code, "nb")], ()


def _scan(paper: IssuedPaper, returned: PdfText, codes: Sequence[str]) -> Outcome:
    """Side by side, for a person."""
    with open_shown(paper.read()) as issued:
        pages = [FoundPage(number + 1, number + 1 if number < len(returned) else None) for number in range(len(issued))]
        pictures = pairs(issued, returned, pages)
    return "scan-or-reprint", paper, [reason(code, paper.language) for code in codes], pictures


def _compared(file: Rewritten, paper: IssuedPaper, returned: PdfText) -> Outcome:
    content = paper.read()
    with open_shown(content) as issued:
        pages = pages_found_again(issued, returned, _signature_places(paper, content))
        faults = list(_faults(pages, paper.language, file.signatures))
        redrawn = any(page.picture and page.picture.is_redrawn for page in pages)
        if faults or redrawn or not file.signatures:
            return _not_wrapped(paper, file, faults, pages, (issued, returned))
        said = _wrapping(paper, pages, issued, returned)
    told = [_service(one, paper.language) for one in file.signatures]
    return "wrapped", paper, [*said, *told], ()


def _not_wrapped(
    paper: IssuedPaper, file: Rewritten, faults: list[Reason], pages: list[FoundPage], both: tuple[PdfText, PdfText]
) -> Outcome:
    """Altered, where something tells so; or else for a person to compare."""
    language = paper.language
    if faults:
        places = [page.returned for page in pages if page.returned]
        changed = [page for page in pages if page.returned is None or page.text or page.looks_other]
        shown = pages if places != sorted(places) else changed
        pictures = pairs(*both, shown) + strangers(both[1], _between(places))
        return "altered", paper, [reason("rewritten", language), *faults], pictures
    code = "redrawn" if file.signatures else "reprint"
    return "scan-or-reprint", paper, [reason(code, language)], pairs(*both, pages)


def _faults(pages: Sequence[FoundPage], language: str, signatures: Sequence[SignatureSeen]) -> Iterator[Reason]:
    for page in pages:
        if page.returned is None:
            yield reason("page-missing", language, page=page.number)
        for change in page.text:
            code = (
                "page-text"
                if change.before and change.after
                else "page-text-gone"
                if change.before
                else "page-text-new"
            )
            yield reason(code, language, page=page.number, before=change.before, after=change.after)
        if page.looks_other and not page.text and page.picture and not page.picture.is_redrawn:
            yield reason("page-looks", language, page=page.number)
    yield from _order_faults([page.returned for page in pages if page.returned], language)
    for one in signatures:
        if not one.valid:
            yield reason("signature-broken", language, role=f"«{one.field}»")


def _order_faults(places: list[int], language: str) -> Iterator[Reason]:
    if places != sorted(places):
        yield reason("pages-order", language, order=", ".join(map(str, places)))
    for stranger in _between(places):
        yield reason("page-inserted", language, page=stranger)


def _between(places: Sequence[int]) -> list[int]:
    """The pages of the file that stand between those that were found."""
    return sorted(set(range(min(places), max(places))) - set(places)) if places else []


def _signature_places(paper: IssuedPaper, content: bytes) -> list[Rectangle]:
    to_sign = {one.field for one in paper.signatories}
    return [one.place for one in filled_fields(content) if one.name in to_sign]


def _wrapping(paper: IssuedPaper, pages: Sequence[FoundPage], issued: PdfText, returned: PdfText) -> list[Reason]:
    """What the service has added to the pages that were found again."""
    language, places = paper.language, [page.returned for page in pages if page.returned]
    first, last = min(places), max(places)
    found = [reason("wrapped", language, count=len(pages), first=first, last=last)]
    found.append(reason("wrapped-pages", language, front=first - 1, back=len(returned) - last))
    if first > 1 or last < len(returned):
        found.append(reason("wrapped-who", language))
    lines = added_lines(issued, returned, pages)[:_LINES]
    return found + [reason("wrapped-margin", language, text=line) for line in lines]


def _service(one: SignatureSeen, language: str) -> Reason:
    code = "wrapped-signed" if one.trusted else "wrapped-untrusted"
    return reason(code, language, signer=one.signer, issuer=one.issuer)
