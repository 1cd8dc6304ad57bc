"""What make check says of a form: that each field tells what it is for, and that open ones can be typed in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import ROOT
from reportlab.pdfgen.canvas import Canvas

from pipeline.errors import Problem
from pipeline.templating.catalogue import load_document
from pipeline.templating.checks.form_fields import form_field_problems
from pipeline.templating.declaration import Form, OpenRows
from pipeline.templating.pdf_form import PdfForm, pdf_form

TEMPLATES = ROOT / "templates"
FORMS = sorted(path.parent for path in TEMPLATES.glob("*/nb.pdf"))
OPEN = Form(open=["unit"])


def told(problems: list[Problem]) -> list[str]:
    return [f"{problem.path.name} {problem.place}: {problem.what} [{problem.rule}]" for problem in problems]


def changed(folder: Path, change: Callable[[pikepdf.Pdf, Any], None]) -> PdfForm:
    """The enquiry form after a change to it and to its field `unit`."""
    with pikepdf.open(TEMPLATES / "enquiry-mapping" / "nb.pdf") as pdf:
        change(pdf, next(field for field in pdf.Root.AcroForm.Fields if field.T == "unit"))
        pdf.save(folder / "nb.pdf")
    return pdf_form(folder / "nb.pdf")


def _read_only(_pdf: pikepdf.Pdf, field: Any) -> None:
    field.Ff = 1


def _unknown_font(_pdf: pikepdf.Pdf, field: Any) -> None:
    field.DA = pikepdf.String("/Helv 10 Tf 0 g")


def _no_font_at_all(pdf: pikepdf.Pdf, field: Any) -> None:
    del field.DA
    del pdf.Root.AcroForm.DA


def _font_not_embedded(pdf: pikepdf.Pdf, _field: Any) -> None:
    del pdf.Root.AcroForm.DR.Font.Carlito.FontDescriptor.FontFile2


def _blank_tooltip(_pdf: pikepdf.Pdf, field: Any) -> None:
    field.TU = pikepdf.String(" ")


def _drawn_anew(pdf: pikepdf.Pdf, _field: Any) -> None:
    pdf.Root.AcroForm.NeedAppearances = True


FONT = "nb.pdf field unit: The field is left open, but the form does not bring the font for what is typed. [open-field]"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_read_only, "nb.pdf field unit: The field is left open, but read-only. [open-field]"),
        (_unknown_font, FONT),
        (_no_font_at_all, FONT),
        (_font_not_embedded, FONT),
        (
            _blank_tooltip,
            "nb.pdf field unit: The field has no tooltip, so that a screen reader cannot say what it is for. "
            "[field-tooltip]",
        ),
        (_drawn_anew, "nb.pdf : The form asks each reader to draw its fields anew, in other fonts. [open-field]"),
    ],
)
def test_what_keeps_a_person_from_typing_is_told_alone(
    tmp_path: Path, change: Callable[[pikepdf.Pdf, Any], None], expected: str
) -> None:
    assert told(form_field_problems(changed(tmp_path, change), OPEN)) == [expected]


def _default_font(_pdf: pikepdf.Pdf, field: Any) -> None:
    del field.DA


def _not_drawn_anew(pdf: pikepdf.Pdf, _field: Any) -> None:
    pdf.Root.AcroForm.NeedAppearances = False


@pytest.mark.parametrize("change", [_default_font, _not_drawn_anew])
def test_what_hinders_nobody_is_no_problem(tmp_path: Path, change: Callable[[pikepdf.Pdf, Any], None]) -> None:
    assert told(form_field_problems(changed(tmp_path, change), OPEN)) == []


def test_a_mapped_field_may_be_read_only(tmp_path: Path) -> None:
    assert told(form_field_problems(changed(tmp_path, _read_only), Form(fields={"unit": "a"}))) == []


def test_numbered_fields_and_choices_are_typed_in_as_well_and_boxes_are_not(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "nb.pdf"))
    canvas.acroForm.textfield(name="row1", tooltip="Rad 1", x=50, y=500)
    canvas.acroForm.choice(name="row2", tooltip="Rad 2", value="a", options=["a", "b"], x=50, y=300)
    canvas.acroForm.checkbox(name="row3", tooltip="Rad 3", x=50, y=200)
    canvas.showPage()
    canvas.save()
    declared = Form(open_rows=[OpenRows(fields=["row{n}"], count=3)])
    assert told(form_field_problems(pdf_form(tmp_path / "nb.pdf"), declared)) == [
        FONT.replace("unit", "row1"),
        FONT.replace("unit", "row2"),
    ]


def test_these_tests_find_the_forms() -> None:
    assert {folder.name for folder in FORMS} >= {"enquiry-mapping", "nhn-order-form"}


@pytest.mark.parametrize("folder", FORMS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_repositorys_forms_can_be_typed_in(folder: Path, language: str) -> None:
    document = load_document(folder)
    declared = document.declaration.form
    assert declared is not None
    assert told(form_field_problems(pdf_form(document.template(language)), declared)) == []
