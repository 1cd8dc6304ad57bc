"""The door to pypdf: reads the fields of a PDF form and fills them so that every viewer shows the same."""

from __future__ import annotations

import codecs
import io
import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.constants import FieldDictionaryAttributes as Field
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

from pipeline.errors import Problem, TemplateError
from pipeline.templating.form_text import Box, draw

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it logs, it raises as well, or we check
_READ_ONLY = 1 << 0
_MULTILINE = 1 << 12
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_FONT_OF_APPEARANCE = re.compile(r"(/\S+)\s+[\d.]+\s+Tf")
_PLAIN = {0xA0: " ", 0x202F: " ", 0x2011: "-"}
"""Characters that only forbid a line break, as those that fonts have a glyph of."""
_ORDER_MARKS = ("þÿ", "ÿþ", "ï»¿")
_KINDS: dict[str, Literal["text", "checkbox", "choice", "signature"]] = {
    "/Tx": "text",
    "/Btn": "checkbox",
    "/Ch": "choice",
    "/Sig": "signature",
}


@dataclass(frozen=True)
class FormField:
    """One field: what it takes and how much room there is, in points."""

    name: str
    kind: Literal["text", "checkbox", "choice", "signature"]
    width: float
    height: float
    multiline: bool = False
    max_length: int | None = None
    options: tuple[tuple[str, str], ...] = ()
    """Of a choice: what is stored and what is shown."""
    on_state: str = ""
    """Of a checkbox: the name of its ticked appearance."""
    tooltip: str = ""
    """What a reader of the PDF is told the field is for."""
    read_only: bool = False
    font_for_typing: bool = False
    """Whether what a person types is shown in a font that the form brings."""


class PdfForm:
    """A fillable PDF. Raises TemplateError when the file is not a PDF with a form."""

    def __init__(self, path: Path, raw: bytes) -> None:
        self.path, self._raw = path, raw
        try:
            reader = PdfReader(io.BytesIO(raw))
            typing = _Typing(cast(DictionaryObject, reader.root_object["/AcroForm"]))
            fields = [_field(widget, typing) for widget in _widgets(reader)]
        except (OSError, PyPdfError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise _unreadable(path) from error
        self.fields = {field.name: field for field in fields}
        self.drawn_anew = typing.drawn_anew
        """Whether the form asks each reader to draw its fields anew, in the reader's own fonts."""

    def fill(self, values: dict[str, str | bool], font: Path) -> bytes:
        """The form with the values stored and drawn in `font`; fields without a value stay empty.

        A text is given for a text or choice field, a boolean for a checkbox. Raises FormTextError from `draw` for a
        text that does not fit; the caller has checked options and lengths.
        """
        texts = {name: value for name, value in values.items() if isinstance(value, str) and value}
        pages = PdfReader(
            io.BytesIO(draw([_box(self.fields[name], value) for name, value in texts.items()], font))
        ).pages
        drawn = dict(zip(texts, pages, strict=False))
        writer = PdfWriter(clone_from=io.BytesIO(self._raw))
        for widget in _widgets(writer):
            name = str(widget[Field.T])
            if name in drawn:
                self._set_text(writer, widget, texts[name], drawn[name])
            elif values.get(name) is True:
                state = NameObject(self.fields[name].on_state)
                widget[NameObject(Field.V)] = state
                widget[NameObject("/AS")] = state
        filled = io.BytesIO()
        writer.write(filled)
        return filled.getvalue()

    def _set_text(self, writer: PdfWriter, widget: DictionaryObject, value: str, drawn: PageObject) -> None:
        field = self.fields[str(widget[Field.T])]
        stored = next((export for export, shown in field.options if value in {export, shown}), value)
        widget[NameObject(Field.V)] = _text_string(stored)
        if field.options:
            index = [export for export, _ in field.options].index(stored)
            widget[NameObject("/I")] = ArrayObject([NumberObject(index)])
        widget[NameObject("/AP")] = DictionaryObject({NameObject("/N"): _appearance(writer, field, drawn)})


def pdf_form(path: Path) -> PdfForm:
    """The form at `path`, read once per process for each content. Raises TemplateError."""
    try:
        return _read(path, path.read_bytes())
    except OSError as error:
        raise _unreadable(path) from error


@lru_cache(maxsize=64)
def _read(path: Path, raw: bytes) -> PdfForm:
    return PdfForm(path, raw)


def _unreadable(path: Path) -> TemplateError:
    problem = Problem(path, 0, "", "The file is not a readable PDF form.", "Save it again as a PDF with fields.")
    return TemplateError("A form template cannot be read.", problems=[problem])


def _text_string(value: str) -> TextStringObject:
    """The text for a PDF, in UTF-16 where its first bytes would pass for a byte order mark (ISO 32000-2, 7.9.2.2)."""
    string = TextStringObject(value)
    if value.startswith(_ORDER_MARKS):
        string.autodetect_pdfdocencoding, string.autodetect_utf16 = False, True
        string.utf16_bom = codecs.BOM_UTF16_BE
    return string


def _appearance(writer: PdfWriter, field: FormField, drawn: PageObject) -> PdfObject:
    """The drawn page as a form XObject (ISO 32000-1, 12.7.3.3: marked content /Tx around the text)."""
    stream = DecodedStreamObject()
    contents = drawn.get_contents()
    stream.set_data(b"/Tx BMC\nq\n" + (b"" if contents is None else contents.get_data()) + b"\nQ\nEMC\n")
    box = [FloatObject(0), FloatObject(0), FloatObject(round(field.width, 3)), FloatObject(round(field.height, 3))]
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(box),
            NameObject("/Resources"): cast(DictionaryObject, drawn["/Resources"]).clone(writer),
        }
    )
    return writer._add_object(stream.flate_encode())  # noqa: SLF001  # pypdf has no public way to add an object


def _widgets(pdf: PdfReader | PdfWriter) -> list[DictionaryObject]:
    """Every field's widget in page order; fields with several widgets are not used in our forms."""
    annotations = [entry.get_object() for page in pdf.pages for entry in page.get("/Annots", ArrayObject())]
    return [one for one in annotations if one.get("/Subtype") == "/Widget" and one.get(Field.FT) in _KINDS]


class _Typing:
    """How a form says that what a person types is drawn."""

    def __init__(self, form: DictionaryObject) -> None:
        resources = cast(DictionaryObject, form.get("/DR", DictionaryObject()).get_object())
        fonts = cast(DictionaryObject, resources.get("/Font", DictionaryObject()).get_object())
        self.appearance = str(form.get("/DA", ""))
        self.drawn_anew = str(form.get("/NeedAppearances", "")).lower() == "true"
        self.embedded = {name for name, font in fonts.items() if _is_embedded(font.get_object())}

    def has_font(self, widget: DictionaryObject) -> bool:
        """Whether the form brings the font that a field's default appearance names (ISO 32000-1, 12.7.3.3)."""
        found = _FONT_OF_APPEARANCE.search(str(widget.get("/DA", self.appearance)))
        return found is not None and found.group(1) in self.embedded


def _is_embedded(font: DictionaryObject) -> bool:
    described = cast(ArrayObject, font.get("/DescendantFonts", ArrayObject([font])).get_object())[0].get_object()
    descriptor = described.get("/FontDescriptor", DictionaryObject()).get_object()
    return any(key in descriptor for key in _FONT_FILES)


def _field(widget: DictionaryObject, typing: _Typing) -> FormField:
    left, bottom, right, top = (float(edge) for edge in cast(ArrayObject, widget["/Rect"]))
    states = [state for state in widget.get("/AP", {}).get("/N", {}) if state != "/Off"]
    kind = _KINDS[str(widget[Field.FT])]
    flags = int(cast(NumberObject, widget.get(Field.Ff, NumberObject(0))))
    return FormField(
        name=str(widget[Field.T]),
        kind=kind,
        width=right - left,
        height=top - bottom,
        multiline=bool(flags & _MULTILINE),
        max_length=int(cast(NumberObject, widget["/MaxLen"])) if "/MaxLen" in widget else None,
        options=tuple(_option(option) for option in widget.get("/Opt", ArrayObject())),
        on_state=str(states[0]) if kind == "checkbox" and states else "",
        tooltip=str(widget.get("/TU", "")).strip(),
        read_only=bool(flags & _READ_ONLY),
        font_for_typing=typing.has_font(widget),
    )


def _option(option: Any) -> tuple[str, str]:
    return (str(option[0]), str(option[1])) if isinstance(option, ArrayObject) else (str(option), str(option))


def _box(field: FormField, value: str) -> Box:
    shown = next((shown for export, shown in field.options if value in {export, shown}), value)
    return Box(field.name, shown.translate(_PLAIN), field.width, field.height, field.multiline)
