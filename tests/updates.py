"""What somebody adds behind a PDF's own bytes, as an incremental update: the file still begins with what was issued."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

_RED = b"q 0.8 0 0 rg 90 150 120 20 re f Q"


def _updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def white_box_added(pdf: bytes) -> bytes:
    """A white box over the text of page 2."""
    return _updated(pdf, lambda writer: _draw(writer, 1, b"q 1 g 60 600 400 180 re f Q"))


def stamp_drawn(pdf: bytes) -> bytes:
    """Something that looks like a signature, drawn on page 3."""
    return _updated(pdf, lambda writer: _draw(writer, 2, _RED))


def _draw(writer: IncrementalPdfFileWriter, page: int, content: bytes) -> None:
    stream = writer.add_object(StreamObject(stream_data=content))
    writer.add_stream_to_page(page, stream)


def pages_swapped(pdf: bytes) -> bytes:
    """Pages 1 and 2 in each other's place."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        kids = pages["/Kids"]
        kids[0], kids[1] = kids.raw_get(1), kids.raw_get(0)
        writer.update_container(pages)

    return _updated(pdf, change)


def field_moved(pdf: bytes, field: str) -> bytes:
    """A signature field made large and laid over the text of its page."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        for reference in writer.root["/AcroForm"]["/Fields"]:
            one: Any = reference.get_object()
            if one["/T"] == field:
                one["/Rect"] = ArrayObject(FloatObject(edge) for edge in (60, 600, 460, 780))
                writer.update_container(one)

    return _updated(pdf, change)


def note_added(pdf: bytes) -> bytes:
    """A note on page 1."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        page, _ = writer.find_page_for_modification(0)
        edges = ArrayObject(FloatObject(edge) for edge in (400, 700, 420, 720))
        note = DictionaryObject(
            {
                pdf_name("/Type"): NameObject("/Annot"),
                pdf_name("/Subtype"): NameObject("/Text"),
                pdf_name("/Rect"): edges,
                pdf_name("/Contents"): pdf_string("Gjelder ikke lenger"),
            }
        )
        writer.register_annotation(page, writer.add_object(note))

    return _updated(pdf, change)


def description_touched(pdf: bytes) -> bytes:
    """The metadata as an honest program renews them when it saves: as an object of their own."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        metadata = writer.root["/Metadata"].data
        content = metadata.replace(b"<xmp:CreatorTool>", b"<!-- prove --><xmp:CreatorTool>")
        assert content != metadata
        renewed = StreamObject(stream_data=content)
        renewed[pdf_name("/Type")], renewed[pdf_name("/Subtype")] = pdf_name("/Metadata"), pdf_name("/XML")
        writer.root["/Metadata"] = writer.add_object(renewed)
        writer.update_root()

    return _updated(pdf, change)


def resaved(pdf: bytes) -> bytes:
    """An update that changes nothing."""
    return _updated(pdf, lambda writer: writer.update_root())


def filled(pdf: bytes, field: str, value: str, shown: str | None = None) -> bytes:
    """A text in a field of the form, and how it looks, as a program for reading writes it; `shown` if that differs."""
    drawn = f"/Tx BMC q BT /H 9 Tf 2 4 Td ({value if shown is None else shown}) Tj ET Q EMC".encode("cp1252")
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    helvetica = DictionaryObject({pdf_name(key): NameObject(name) for key, name in font.items()})

    def change(writer: IncrementalPdfFileWriter) -> None:
        for one in _fields_named(writer, field):
            look = StreamObject(dict(one["/AP"]["/N"]), stream_data=drawn)
            look[pdf_name("/Resources")] = DictionaryObject(
                {pdf_name("/Font"): DictionaryObject({pdf_name("/H"): helvetica})}
            )
            one["/V"] = pdf_string(value)
            one["/AP"] = DictionaryObject({pdf_name("/N"): writer.add_object(look)})
            writer.update_container(one)

    return _updated(pdf, change)


def ticked(pdf: bytes, field: str) -> bytes:
    """A tick in a box of the form."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        for one in _fields_named(writer, field):
            one["/V"], one["/AS"] = pdf_name("/On"), pdf_name("/On")
            writer.update_container(one)

    return _updated(pdf, change)


def _fields_named(writer: IncrementalPdfFileWriter, name: str) -> list[Any]:
    fields: list[Any] = [reference.get_object() for reference in writer.root["/AcroForm"]["/Fields"]]
    return [one for one in fields if one["/T"] == name]
