"""The checks of annotations, form fields and signature fields: tagged, named, visible, empty where one signs."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.documents.preflight.facts import Annotation, PdfFacts
from pipeline.documents.preflight.fault import Fault

_A4 = (595.3, 841.9)
_TOLERANCE = 1.0
"""Points."""
_PRINTED, _UNSEEN = 4, 1 | 2 | 32 | 256
"""Flags of an annotation: Print; Invisible, Hidden, NoView, ToggleNoView (ISO 32000-1, table 165)."""
_TAGS = {"Widget": "Form", "Link": "Link"}
_BESIDE = {"Popup", "PrinterMark"}
"""Annotations that are no content."""
_SIGNATURES_EXIST_APPEND_ONLY = 3


def tags_annotations(pdf: PdfFacts) -> Iterator[Fault]:
    """Each field lies in a tag Form, each link in a Link, and tag and annotation name each other."""
    holders = {number: element for element in pdf.elements for number in element.objects}
    for one in pdf.annotations:
        if one.kind in _BESIDE:
            continue
        holder, tag = holders.get(one.number), _TAGS.get(one.kind, "Annot")
        if holder is None:
            yield Fault(one.page, f"{_told(one)} lies in no tag.")
        elif holder.standard != tag:
            yield Fault(one.page, f"{_told(one)} lies in a tag {holder.tag}, not in {tag}.")
        elif one.owner != holder.number:
            yield Fault(one.page, f"{_told(one)} and its tag do not name each other.")


def orders_by_tags(pdf: PdfFacts) -> Iterator[Fault]:
    """The tab key goes in the order of the tags."""
    for page in pdf.pages:
        if page.annotations and page.tabs != "S":
            yield Fault(page.number, "The tab key does not go in the order of the tags.")


def names_fields(pdf: PdfFacts) -> Iterator[Fault]:
    """A name for each field, a tooltip, and words for each link."""
    for one in pdf.annotations:
        if one.kind == "Widget" and not one.name:
            yield Fault(one.page, "A field has no name.")
        if one.kind == "Widget" and not one.tooltip.strip():
            yield Fault(one.page, f"{_told(one)} has no tooltip.")
        if one.kind == "Link" and not one.contents.strip():
            yield Fault(one.page, f"{_told(one)} has no description.")


def shows_annotations(pdf: PdfFacts) -> Iterator[Fault]:
    """Annotations are printed, not hidden, and bring their appearance."""
    for one in pdf.annotations:
        if one.kind == "Popup":
            continue
        if one.flags is None or not one.flags & _PRINTED or one.flags & _UNSEEN:
            yield Fault(one.page, f"{_told(one)} is hidden or not printed.")
        wanted = {"states"} if one.field == "Btn" else {"stream"}
        if one.kind != "Link" and one.area and one.appearance not in wanted:
            yield Fault(one.page, f"{_told(one)} does not bring its appearance, and only that.")


def lets_no_reader_draw(pdf: PdfFacts) -> Iterator[Fault]:
    """No request to draw the fields anew, no XFA."""
    if pdf.form.asks_for_appearances:
        yield Fault(0, "Readers are asked to draw the fields anew.")
    if pdf.form.has_xfa:
        yield Fault(0, "There is an XFA form.")


def runs_nothing(pdf: PdfFacts) -> Iterator[Fault]:
    """No field starts an action."""
    if pdf.form.actions:
        yield Fault(0, f"{pdf.form.actions} fields start an action.")


def knows_its_fields(pdf: PdfFacts) -> Iterator[Fault]:
    """The form's fields and those on the pages are the same, each name once."""
    shown = [one for one in pdf.annotations if one.kind == "Widget"]
    for one in shown:
        if one.number not in pdf.form.fields:
            yield Fault(one.page, f"{_told(one)} is not among the fields of the form.")
    names = [one.name for one in shown if one.field != "Btn"]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(0, f"Two fields are called {name}.")


def flags_signatures(pdf: PdfFacts) -> Iterator[Fault]:
    """What readers must know before they sign: that there are signatures, and that they may only append."""
    if pdf.is_to_be_signed and pdf.form.signature_flags != _SIGNATURES_EXIST_APPEND_ONLY:
        yield Fault(0, f"The signature flags are {pdf.form.signature_flags}, not 3.")


def leaves_signatures_empty(pdf: PdfFacts) -> Iterator[Fault]:
    """Nobody has signed yet."""
    for one in pdf.annotations:
        if one.field == "Sig" and one.has_value:
            yield Fault(one.page, f"{_told(one)} is filled.")


def is_signed_on_a4(pdf: PdfFacts) -> Iterator[Fault]:
    """Every page of a document to be signed is A4 upright."""
    for page in pdf.pages if pdf.is_to_be_signed else ():
        if abs(page.width - _A4[0]) > _TOLERANCE or abs(page.height - _A4[1]) > _TOLERANCE:
            yield Fault(page.number, f"The page is {page.width:g} by {page.height:g} points, not A4 upright.")


def is_not_signed_in_the_archive(pdf: PdfFacts) -> Iterator[Fault]:
    """The archive copy is no copy to sign."""
    if pdf.is_archive and pdf.is_to_be_signed:
        yield Fault(0, "The archive copy has signature fields.")


def _told(one: Annotation) -> str:
    return f"The field {one.name}" if one.name else f"The annotation {one.kind}"
