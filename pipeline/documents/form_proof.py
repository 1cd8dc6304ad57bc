"""Proves that each field of a finished form stores the fact it is mapped to and that just this is drawn in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes

from pipeline.data.toml_file import Key
from pipeline.documents.docx_text import bare
from pipeline.documents.form_values import form_values
from pipeline.documents.marked import dotted_of, origins_of
from pipeline.documents.pdf_text import FilledField, filled_fields, open_shown
from pipeline.documents.placed_text import Index
from pipeline.documents.sight import Fault, Sight
from pipeline.documents.stages import FinalDocument
from pipeline.errors import Spot
from pipeline.templating.data_names import resolve
from pipeline.templating.declaration import Form
from pipeline.templating.environment import environment
from pipeline.templating.names import Names
from pipeline.templating.pdf_form import FormField, pdf_form

_STORED = Fault("value-not-in-pdf", "is not what the field stores.", "Make the package anew; report it if it stays so.")
_DRAWN = Fault("value-not-in-pdf", "is not what is drawn in the field.", "Save the form again without its own drawing.")


@dataclass(frozen=True)
class FieldProof:
    """A mapped field as it was found in the finished form."""

    field: FilledField
    spot: Spot
    expression: str
    key: Key | None
    """The path of the fact below the names; None where it is worked out."""
    value: str
    fact: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Mapped:
    """A field, the data name that fills it, and where that starts from."""

    field: str
    expression: str
    names: Names
    base: Key


def form_proofs(final: FinalDocument) -> list[FieldProof]:
    """Every mapped field that has a value, in the order of the declaration."""
    merged = final.merged
    form = pdf_form(merged.template.template(merged.language))
    values, _ = form_values(merged.template, form, merged.names, merged.language)
    stored = {field.name: field for field in filled_fields(final.pdf)}
    with open_shown(final.pdf) as pdf:
        look = _Look(Sight(pdf))
        return [
            look.proof(one, form.fields[one.field], values[one.field], stored[one.field], merged.language)
            for one in _mapped(merged.template.declaration.form or Form(), merged.names, merged.language)
            if values[one.field] != ""
        ]


def _mapped(form: Form, names: Names, language: str) -> Iterator[_Mapped]:
    for field, expression in form.fields.items():
        yield _Mapped(field, expression, names, ())
    origins = origins_of(names)
    for rows in form.rows:
        for number, item in enumerate(resolve(rows.list, names, language), start=1):
            for pattern, expression in rows.fields.items():
                yield _Mapped(pattern.replace("{n}", str(number)), expression, item, origins.get(id(item), ()))


@dataclass(frozen=True)
class _Look:
    """The form as a reader sees it."""

    sight: Sight

    def proof(
        self, mapped: _Mapped, field: FormField, value: str | bool, stored: FilledField, language: str
    ) -> FieldProof:
        key = _key(mapped, language)
        fact = "" if key is None else str(_fact(mapped, key))
        faults = self._tick(value, stored) if isinstance(value, bool) else self._text(field, value, stored)
        printed = str(value).lower() if isinstance(value, bool) else _shown(field, value)
        return FieldProof(stored, Spot(""), mapped.expression, key, printed, fact, tuple(faults))

    def _tick(self, value: bool, stored: FilledField) -> list[Fault]:
        return [] if stored.ticked == value else [_STORED]

    def _text(self, field: FormField, value: str, stored: FilledField) -> list[Fault]:
        export = next((one for one, shown in field.options if value in {one, shown}), value)
        if stored.value != export:
            return [_STORED]
        characters = list(self._inside(stored))
        drawn = "".join(self.sight.characters(page)[index] for page, index in characters)
        return self.sight.faults(characters) if bare(drawn) == bare(_shown(field, value)) else [_DRAWN]

    def _inside(self, stored: FilledField) -> Iterator[Index]:
        """The characters whose middle lies in the field."""
        place = stored.place
        for index, sign in enumerate(self.sight.characters(place.page)):
            box = self.sight.boxes(place.page)[index]
            across, up = (box.left + box.right) / 2, (box.bottom + box.top) / 2
            if not sign.isspace() and place.left <= across <= place.right and place.bottom <= up <= place.top:
                yield place.page, index


def _shown(field: FormField, value: str) -> str:
    """What is drawn for a value."""
    return next((shown for export, shown in field.options if value in {export, shown}), value)


def _key(mapped: _Mapped, language: str) -> Key | None:
    """The path of the fact that a data name begins with."""
    output = environment(language).parse("{{" + mapped.expression + "}}").body[0]
    expression = output.nodes[0] if isinstance(output, nodes.Output) else nodes.Const(None)
    root, path = dotted_of(expression)
    return (*mapped.base, root.name, *path) if isinstance(root, nodes.Name) else None


def _fact(mapped: _Mapped, key: Key) -> Any:
    value: Any = mapped.names
    for step in key[len(mapped.base) :]:
        value = value[step]
    return value
