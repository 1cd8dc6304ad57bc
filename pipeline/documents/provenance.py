"""Finds every value that was bound into a document again in its finished PDF, and tells where it comes from.

What is proven: the text of each placeholder stands in the PDF's text at the place that its paragraph gives it, the
font has a glyph for each of its signs, and nothing cuts it off or is written over it. Of a form: the field stores the
value and draws it. What cannot be seen: text in the colour of the paper or under a picture; a glyph that a font draws
wrongly, and a missing one where the font is not TrueType or its sign lies before U+0080; a header that one page among
several lacks; values in addresses of links, descriptions of pictures and document properties. Where a paragraph came
through torn, values alike may be taken for one another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.documents.body_text import pattern
from pipeline.documents.docx_text import bare, read_docx_text
from pipeline.documents.form_proof import FieldProof, form_proofs
from pipeline.documents.geometry import lines
from pipeline.documents.marked import MarkedParagraph, MarkedValue, marked_paragraphs
from pipeline.documents.origins import Origin, Origins
from pipeline.documents.pdf_text import PdfText, Rectangle, open_shown
from pipeline.documents.placed_text import Index, PlacedText
from pipeline.documents.sight import Fault, Sight
from pipeline.documents.slides_text import slide_paragraphs
from pipeline.documents.stages import Final, FinalDocument, FinalWorkbook, MergedDocument
from pipeline.documents.workbook import holds, read_workbook
from pipeline.errors import FinalizeError, Problem
from pipeline.templating.names import Edition
from pipeline.templating.office_template import office_template
from pipeline.templating.placeholders import Placeholder

FORMAT = 1
"""Counts up when the meaning of a key of the JSON changes."""
_RUNNING_TEXT = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_NOT_IN_CELL = Fault(
    "value-not-in-cell",
    "is not what the finished workbook has in this cell.",
    "Give the placeholder a cell of its own.",
)
_LOST = Fault(
    "value-not-in-pdf",
    "is not in the finished PDF.",
    "Simplify the layout there, or try --converter libreoffice.",
)


@dataclass(frozen=True)
class BoundValue:
    """A value that a placeholder or form field prints; a loop gives one for each time round."""

    placeholder: Placeholder
    """As typed, and its paragraph; of a form, the data name, and no paragraph."""
    field: str
    """The form's field; empty in a Word template."""
    value: str
    """As printed; of a checkbox true or false."""
    fact: str
    """The fact before any filter; empty where the placeholder works it out."""
    origin: Origin
    places: tuple[Rectangle, ...]
    """One for each line it stands on, for a header on every page; of a form, the field."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with it in the PDF; empty when it is proven."""


def bound_values(final: Final, edition: Edition) -> tuple[BoundValue, ...]:
    """Every bound value in the order of the template's parts; what is wrong with one is among its `problems`."""
    merged = final.merged
    join = _Join(merged.template.template(merged.language), Origins(edition, merged.template, merged.language))
    if isinstance(final, FinalDocument) and merged.form is not None:
        return tuple(join.field(proof) for proof in form_proofs(final))
    template = office_template(join.path, merged.language)
    marked = marked_paragraphs(template, merged.names, merged.language)
    if isinstance(final, FinalWorkbook):
        return tuple(_in_cells(final, marked, join))
    paragraphs, margins = _shown(merged)
    with open_shown(final.pdf) as pdf:
        text, sight = PlacedText(pdf, margins), Sight(pdf)
        parts = _RUNNING_TEXT if merged.docx else tuple(marked)
        running = [one for part in parts for one in marked.pop(part, []) if one.text.strip()]
        found = list(_in_body(running, paragraphs, text))
        found += [one for paragraphs in marked.values() for one in _in_margins(paragraphs, text)]
        return tuple(join.value(value, printed, places, pdf, sight) for value, printed, places in found)


def _shown(merged: MergedDocument) -> tuple[Sequence[str], Sequence[str]]:
    """The paragraphs that the PDF must show, and its headers and footers."""
    if merged.pptx is not None:
        return [one.text for one in slide_paragraphs(merged.pptx)], ()
    docx = read_docx_text(merged.docx or b"")
    return docx.paragraphs, docx.margins


def _in_cells(final: FinalWorkbook, marked: dict[str, list[MarkedParagraph]], join: _Join) -> Iterator[BoundValue]:
    """The values of a workbook, each proven by its cell; those of a header or footer are not proven."""
    sheets = {f"sheet {sheet.name}": sheet.cells for sheet in read_workbook(final.xlsx)}
    for paragraph in (one for paragraphs in marked.values() for one in paragraphs):
        for value in paragraph.values:
            spot = value.placeholder.spot
            cell = sheets.get(spot.story, {}).get(spot.cell.removeprefix("cell "))
            is_proven = not spot.cell.startswith("cell ") or holds(cell, paragraph.text)
            yield join.cell(value, paragraph.text[value.start : value.end], is_proven=is_proven)


def proven_values(final: Final, edition: Edition) -> tuple[BoundValue, ...]:
    """Every bound value. Raises FinalizeError with all that is wrong with any of them."""
    values = bound_values(final, edition)
    problems = [problem for value in values for problem in value.problems]
    if problems:
        raise FinalizeError(f"{final.merged.title} does not show all its facts.", problems=problems)
    return values


def provenance_json(values: Mapping[str, Sequence[BoundValue]]) -> bytes:
    """The values of each PDF by its path, as UTF-8 JSON with a line for each; the same bytes for the same values."""
    documents = []
    for path, bound in values.items():
        lines_of_values = ",\n".join(json.dumps(_listed(one), ensure_ascii=False) for one in bound)
        documents.append(f'{{"file": {json.dumps(path, ensure_ascii=False)}, "values": [\n{lines_of_values}\n]}}')
    return f'{{"format": {FORMAT}, "documents": [\n{",".join(documents)}\n]}}\n'.encode()


def _listed(value: BoundValue) -> dict[str, Any]:
    origin = value.origin
    return {
        "value": value.value,
        "placeholder": value.placeholder.typed,
        "stands_in": f"field {value.field}" if value.field else str(value.placeholder.spot),
        "origin": {
            "kind": origin.kind,
            "file": origin.file or None,
            "line": origin.line or None,
            "key": origin.key or None,
            "what": origin.what or None,
        },
        "places": [
            {
                "page": place.page + 1,
                "box": [round(edge, 1) for edge in (place.left, place.bottom, place.right, place.top)],
            }
            for place in value.places
        ],
    }


_Found = tuple[MarkedValue, str, list[list[Index | None]]]
"""A value, its text, and the characters of each place it stands in."""


def _in_body(marked: list[MarkedParagraph], printed: Sequence[str], text: PlacedText) -> Iterator[_Found]:
    """The values of paragraphs, of notes too; `printed` are the same paragraphs with their numbers."""
    numbers = list(_numbers(marked, printed))
    places = text.paragraphs([bare(number + one.text) for number, one in zip(numbers, marked, strict=True)])
    for number, paragraph, characters in zip(numbers, marked, places, strict=True):
        for value in paragraph.values:
            shown = paragraph.text[value.start : value.end]
            start = len(bare(number + paragraph.text[: value.start]))
            yield value, shown, [characters[start : start + len(bare(shown))]]


def _numbers(marked: list[MarkedParagraph], printed: Sequence[str]) -> Iterator[str]:
    """The number that Word puts before each paragraph."""
    rest = iter(printed)
    for paragraph in marked:
        yield next(one for one in rest if one.endswith(paragraph.text)).removesuffix(paragraph.text)


def _in_margins(paragraphs: list[MarkedParagraph], text: PlacedText) -> Iterator[_Found]:
    """The values of a header or footer, on each page that has it."""
    shape, values = "", []
    for paragraph in paragraphs:
        position = 0
        for value in paragraph.values:
            shown = paragraph.text[value.start : value.end]
            values.append((value, shown))
            shape += f"{pattern(paragraph.text[position : value.start])}({pattern(shown)})"
            position = value.end
        shape += pattern(paragraph.text[position:])
    pages = list(text.margins(re.compile(shape))) if values else []
    for number, (value, shown) in enumerate(values):
        yield value, shown, [list(page[number]) for page in pages]


@dataclass(frozen=True)
class _Join:
    """Puts together what is known of a value."""

    path: Path
    origins: Origins

    def value(
        self, value: MarkedValue, printed: str, found: list[list[Index | None]], pdf: PdfText, sight: Sight
    ) -> BoundValue:
        places = [[one for one in characters if one is not None] for characters in found]
        faults = [fault for one in places for fault in sight.faults(one)]
        if bare(printed) and (not found or any(None in characters for characters in found)):
            places, faults = [], [_LOST]
        boxes = [pdf.box(*index, loose=True) for characters in places for index in characters]
        return self._bound(value, printed, lines(boxes), dict.fromkeys(faults))

    def cell(self, value: MarkedValue, printed: str, *, is_proven: bool) -> BoundValue:
        return self._bound(value, printed, (), () if is_proven else (_NOT_IN_CELL,))

    def _bound(
        self, value: MarkedValue, printed: str, places: tuple[Rectangle, ...], faults: Iterable[Fault]
    ) -> BoundValue:
        placeholder = value.placeholder
        return BoundValue(
            placeholder=placeholder,
            field="",
            value=printed,
            fact=value.source.fact,
            origin=self.origins.of(value.source.key, placeholder.typed),
            places=places,
            problems=tuple(self._problem(printed, placeholder, fault) for fault in faults),
        )

    def field(self, proof: FieldProof) -> BoundValue:
        placeholder = Placeholder(proof.spot, proof.expression)
        field, place = proof.field, f"field {proof.field.name}"
        return BoundValue(
            placeholder=placeholder,
            field=field.name,
            value=proof.value,
            fact=proof.fact,
            origin=self.origins.of(proof.key, proof.expression),
            places=(field.place,),
            problems=tuple(
                Problem(self.path, 0, place, *fault.words(proof.value), rule=fault.rule) for fault in proof.faults
            ),
        )

    def _problem(self, printed: str, placeholder: Placeholder, fault: Fault) -> Problem:
        return Problem(self.path, 0, str(placeholder), *fault.words(printed), placeholder.spot, fault.rule)
