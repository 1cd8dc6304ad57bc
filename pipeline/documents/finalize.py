"""Finalizes a converted document: tags, metadata, fixed dates and empty signature fields; not an eIDAS seal."""

from __future__ import annotations

import datetime

import pipeline
from pipeline.documents.pdf_objects import Description, PdfObjects
from pipeline.documents.pdf_text import open_text
from pipeline.documents.preflight.requirement import require_rules
from pipeline.documents.signature_fields import signature_places
from pipeline.documents.stages import ConvertedDocument, FinalDocument, MergedDocument
from pipeline.errors import FinalizeError, Problem

_LANGUAGE_TAGS = {"nb": "nb-NO", "nn": "nn-NO"}


def finalize(converted: ConvertedDocument, date: datetime.date) -> FinalDocument:
    """The document as it leaves the house, the same bytes for the same input and date.

    Raises FinalizeError, also where the PDF breaks a rule of the preflight.
    """
    merged = converted.merged
    places = {} if merged.draft else signature_places(converted)
    with PdfObjects(converted.pdf) as pdf:
        with open_text(converted.pdf) as text:
            pdf.mend_tags(text.marked(), converted.paragraphs)
        _require_described(converted, pdf)
        for signature in merged.template.declaration.signatures:
            if signature.field in places:
                tooltip = signature.tooltip.in_language(merged.language)
                pdf.add_signature_field(signature.field, tooltip, places[signature.field])
        if merged.draft:
            pdf.remove_signature_fields()
        else:
            _require_declared_fields(converted, pdf.signature_fields)
        pdf.describe(description(merged, date))
        facts = pdf.facts()
        if any(page.untagged for page in facts.pages):
            pdf.mark_lines()
            facts = pdf.facts()
        saved = pdf.save()
        final = FinalDocument(merged, saved, pdf.pages, tuple(pdf.signature_fields))
    require_rules(merged.template.template(merged.language), merged.title, facts, saved)
    return final


def description(merged: MergedDocument, date: datetime.date) -> Description:
    """What the PDF of a document says of itself."""
    return Description(
        title=f"{merged.title} – {merged.author}",
        author=merged.author,
        language=_LANGUAGE_TAGS[merged.language],
        producer=f"pipeline {pipeline.__version__}",
        date=date,
    )


def _require_described(converted: ConvertedDocument, pdf: PdfObjects) -> None:
    """Each picture of the PDF has its alternative text."""
    merged = converted.merged
    if merged.form is None and not pdf.describe_figures(converted.descriptions):
        what = "The PDF has not as many pictures as the template, so their alternative texts cannot be told apart."
        todo = "Keep to inserted pictures and charts; a drawing made of shapes belongs into a picture."
        problem = Problem(merged.template.template(merged.language), 0, "", what, todo)
        raise FinalizeError(f"{merged.title} has pictures without description.", problems=[problem])


def _require_declared_fields(converted: ConvertedDocument, fields: list[str]) -> None:
    """The PDF has the signature fields that are declared, no more and no fewer."""
    template = converted.merged.template
    declared = [signature.field for signature in template.declaration.signatures]
    if sorted(declared) != sorted(fields):
        what = f"declares {', '.join(declared) or 'none'}, but the PDF has {', '.join(fields) or 'none'}."
        todo = "Let [[signatures]] name each signature field of the template once."
        problem = template.file.problem(("signatures",), what, todo)
        raise FinalizeError(f"{converted.merged.title} has other signature fields than declared.", problems=[problem])
