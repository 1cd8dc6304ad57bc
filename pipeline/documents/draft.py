"""Marks a finished document as a draft, once all that was bound into it is proven."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.documents.draft_office import office_as_draft
from pipeline.documents.draft_pdf import drawn_as_draft
from pipeline.documents.draft_workbook import workbook_as_draft
from pipeline.documents.form_values import blank_fields
from pipeline.documents.pdf_text import Rectangle, filled_fields
from pipeline.documents.stages import Final, FinalWorkbook
from pipeline.templating.missing import Missing
from pipeline.templating.pdf_form import pdf_form


def as_draft(final: Final, font: Path) -> Final:
    """The document with UTKAST on every page, slide or sheet of each of its files, drawn in `font` in the PDF.

    A table for import elsewhere is left out: it has no place for the word, and would be taken for a finished one.
    """
    merged = final.merged
    if isinstance(final, FinalWorkbook):
        marked = workbook_as_draft(final.xlsx, str(Missing((), merged.language)))
        return replace(final, merged=replace(merged, xlsx=marked), xlsx=marked)
    docx = office_as_draft(merged.docx) if merged.docx else None
    pptx = office_as_draft(merged.pptx) if merged.pptx else None
    pdf = drawn_as_draft(final.pdf, _fields(final), font)
    return replace(final, merged=replace(merged, docx=docx, pptx=pptx, csv=None), pdf=pdf)


def _fields(final: Final) -> Iterator[Rectangle]:
    """The places of the fields of a form whose fact is missing."""
    merged = final.merged
    if merged.form is None or isinstance(final, FinalWorkbook):
        return
    form = pdf_form(merged.template.template(merged.language))
    blank = blank_fields(merged.template, form, merged.names, merged.language)
    yield from (field.place for field in filled_fields(final.pdf) if field.name in blank)
