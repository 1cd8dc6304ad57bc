"""Checks that each field of a PDF form tells what it is for, and that a person can type in those left open."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.templating.declaration import Form
from pipeline.templating.pdf_form import FormField, PdfForm

_READ_ONLY = "The field is left open, but read-only.", "Take the mark «read-only» off in the form, or map the field."
_FONT = (
    "The field is left open, but the form does not bring the font for what is typed.",
    "Give the field a font that is embedded in the form.",
)
_TOOLTIP = "The field has no tooltip, so that a screen reader cannot say what it is for.", "Give the field a tooltip."
_ANEW = "The form asks each reader to draw its fields anew, in other fonts.", "Save it without NeedAppearances."


def form_field_problems(form: PdfForm, declared: Form) -> list[Problem]:
    """Every field without a tooltip, by field-tooltip, and whatever keeps a person from typing, by open-field."""
    left_open = declared.left_open()
    problems = [Problem(form.path, 0, "", *_ANEW, rule="open-field")] if form.drawn_anew else []
    for name, field in form.fields.items():
        if not field.tooltip:
            problems.append(Problem(form.path, 0, f"field {name}", *_TOOLTIP, rule="field-tooltip"))
        if name in left_open:
            problems += [
                Problem(form.path, 0, f"field {name}", *fault, rule="open-field") for fault in _typing_faults(field)
            ]
    return problems


def _typing_faults(field: FormField) -> Iterator[tuple[str, str]]:
    if field.read_only:
        yield _READ_ONLY
    if field.kind in {"text", "choice"} and not field.font_for_typing:
        yield _FONT
