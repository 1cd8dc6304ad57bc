"""Works out what goes into each field of a PDF form and holds it against what the form can take."""

from __future__ import annotations

import math
from typing import Any

from pipeline.data.toml_file import Key
from pipeline.errors import Problem
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.data_names import UnknownNameError, resolve
from pipeline.templating.declaration import Form, Rows
from pipeline.templating.missing import Missing
from pipeline.templating.names import Names
from pipeline.templating.pdf_form import FormField, PdfForm

Values = dict[str, str | bool]
_SIGN = 3.6
"""The width in points that a sign of a small text takes at most, on the average."""


def form_values(template: DocumentTemplate, form: PdfForm, names: Names, language: str) -> tuple[Values, list[Problem]]:
    """The value of every mapped field, and every way in which mapping, form and facts disagree."""
    worked_out = _mapped(template, form, names, language)
    return worked_out.values, worked_out.problems


def blank_fields(template: DocumentTemplate, form: PdfForm, names: Names, language: str) -> list[str]:
    """The fields whose fact is missing, those among them that can show no text too."""
    return _mapped(template, form, names, language).blank


def _mapped(template: DocumentTemplate, form: PdfForm, names: Names, language: str) -> _Mapping:
    declared = template.declaration.form or Form()
    worked_out = _Mapping(template, form, names, language)
    for field, expression in declared.fields.items():
        worked_out.put(field, expression, ("form", "fields", field), names)
    for position, rows in enumerate(declared.rows):
        worked_out.put_rows(rows, ("form", "rows", position))
    worked_out.note_unmapped(declared)
    return worked_out


class _Mapping:
    def __init__(self, template: DocumentTemplate, form: PdfForm, names: Names, language: str) -> None:
        self.template, self.form, self.names, self.language = template, form, names, language
        self.values: Values = {}
        self.blank: list[str] = []
        self.problems: list[Problem] = []

    def put_rows(self, rows: Rows, key: Key) -> None:
        """Notes the values of a list's rows; rows beyond its end stay empty, a list too long is a problem."""
        found = self._resolve(rows.list, (*key, "list"), self.names)
        items = list(found) if isinstance(found, Missing) else found
        if not isinstance(items, list):
            return
        if len(items) > rows.count:
            what = f"The form has {rows.count} rows, but there are {len(items)} {rows.list}."
            self.problems.append(self.template.file.problem((*key, "count"), what, "Use a form with more rows."))
        for number in range(1, rows.count + 1):
            for pattern, expression in rows.fields.items():
                field = pattern.replace("{n}", str(number))
                if number <= len(items):
                    self.put(field, expression, (*key, "fields", pattern), items[number - 1])
                else:
                    self.values[field] = ""
                    self._require_field(field, (*key, "fields", pattern))

    def put(self, name: str, expression: str, key: Key, names: Names | Missing) -> None:
        """Notes the value of one field, or why it cannot be there."""
        field = self._require_field(name, key)
        value = self._resolve(expression, key, names)
        if field is None or value is None:
            self.values[name] = ""
            return
        if isinstance(value, Missing):
            self.blank.append(name)
            value = _blank(field, value)
        fault = None if value == "" else _misfit(field, value)
        if fault:
            self.problems.append(self.template.file.problem(key, *fault))
        self.values[name] = value if isinstance(value, bool) else str(value)

    def note_unmapped(self, declared: Form) -> None:
        """Every field of the form is mapped, or left open on purpose, or a declared signature."""
        signatures = {signature.field for signature in self.template.declaration.signatures}
        left_open = declared.left_open()
        for name, key in left_open.items():
            self._require_field(name, key)
        for name, field in self.form.fields.items():
            expected = signatures if field.kind == "signature" else {*self.values, *left_open}
            if name not in expected:
                what = f"The form has a field {name!r} that nothing fills."
                todo = "Map it under [form.fields], or name it in open or open_rows; a signature under [[signatures]]."
                self.problems.append(self.template.file.problem(("form",), what, todo))

    def _require_field(self, name: str, key: Key) -> FormField | None:
        field = self.form.fields.get(name)
        if field is None:
            what = f"{self.form.path.name} has no field {name!r}."
            self.problems.append(self.template.file.problem(key, what, "Add the field in the form, or remove the key."))
        return field

    def _resolve(self, expression: str, key: Key, names: Names | Missing) -> Any:
        if isinstance(names, Missing):
            return names
        try:
            return resolve(expression, names, self.language)
        except UnknownNameError as error:
            self.problems.append(self.template.file.problem(key, str(error), "Use a name that there is."))
            return None


def _blank(field: FormField, missing: Missing) -> str | bool:
    """What a field shows of a missing fact: as much as it has room for."""
    if field.kind == "checkbox":
        return False
    room = field.max_length or math.inf if field.multiline else min(field.max_length or math.inf, field.width / _SIGN)
    texts = [] if field.kind == "choice" else [str(missing), str(missing.shortened())]
    return next((text for text in texts if len(text) <= room), "")


def _misfit(field: FormField, value: Any) -> tuple[str, str] | None:
    """Why a field cannot take a value, and what to do; None when it can."""
    if field.kind == "checkbox":
        return None if isinstance(value, bool) else ("takes true or false.", "Map a yes-or-no fact to a checkbox.")
    if isinstance(value, (bool, dict, list)):
        return "takes text.", "Map a single value to a text field; use a filter such as yes_no."
    text = str(value)
    if field.kind == "choice" and text not in {one for option in field.options for one in option}:
        shown = ", ".join(shown for _, shown in field.options)
        return f"offers {shown}, not {text!r}.", "Correct the fact, or add the choice in the form."
    if field.max_length is not None and len(text) > field.max_length:
        over = len(text) - field.max_length
        return f"takes {field.max_length} characters; {text!r} is {over} too long.", "Shorten it, or widen the field."
    return None
