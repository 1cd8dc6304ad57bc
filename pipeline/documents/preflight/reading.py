"""Reads an open PDF once for all rules of the preflight: what it says of itself, its pages and annotations."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from pipeline.documents.preflight.content import Content, read_content
from pipeline.documents.preflight.facts import Annotation, Described, Page, PdfFacts
from pipeline.documents.preflight.file_form import file_form
from pipeline.documents.preflight.part_reading import read_actions, read_attachments, read_fonts, read_form
from pipeline.documents.preflight.tag_reading import Tags, entry
from pipeline.documents.preflight.xmp import Xmp

_SPACE = slice(16, 20)
"""Where an ICC profile names its colour space (ICC.1, 7.2.6)."""
_NO_NEWS = re.compile(r"^WARNING: (stream <[^>]*> )?")
"""What qpdf's sentences begin with: that they are warnings, and what Python calls the file."""


class UnreadablePdfError(Exception):
    """The bytes are no PDF, not a whole one, or locked by a password."""


def facts_of(pdf: bytes) -> PdfFacts:
    """All that the rules ask about a PDF. Raises UnreadablePdfError."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return replace(read_facts(opened), file=file_form(pdf))
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError) as error:
        raise UnreadablePdfError from error


def syntax_faults(pdf: bytes) -> list[str]:
    """What qpdf finds wrong with the syntax, all streams unpacked. Raises UnreadablePdfError."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            found = (*opened.get_warnings(), *opened.check_pdf_syntax())
            return [_NO_NEWS.sub("", str(fault)) for fault in found]
    except pikepdf.PdfError as error:
        raise UnreadablePdfError from error


def read_facts(pdf: pikepdf.Pdf) -> PdfFacts:
    """What the rules ask about an open PDF, but for how its file was saved."""
    tags = Tags(pdf, {page.obj.objgen[0]: number for number, page in enumerate(pdf.pages, start=1)})
    return PdfFacts(
        described=_described(pdf, tags),
        intents=tuple(_intents(pdf)),
        elements=tuple(one for top in tags.elements for one in top.all()),
        pages=tuple(_page(page.obj, number, tags) for number, page in enumerate(pdf.pages, start=1)),
        fonts=tuple(read_fonts(pdf)),
        form=read_form(pdf),
        actions=tuple(read_actions(pdf)),
        attachments=tuple(read_attachments(pdf)),
    )


def _described(pdf: pikepdf.Pdf, tags: Tags) -> Described:
    root = pdf.Root
    metadata, marks = root.get(Name.Metadata), root.get(Name.MarkInfo, Dictionary())
    xmp = Xmp(metadata.read_bytes() if isinstance(metadata, Stream) else b"")
    return Described(
        xmp=xmp.properties,
        undescribed=xmp.undescribed,
        info={key[1:]: str(value) for key, value in pdf.trailer.get(Name.Info, Dictionary()).items()},
        language=str(root.get(Name.Lang, "")),
        shows_title=bool(root.get(Name.ViewerPreferences, Dictionary()).get(Name.DisplayDocTitle, False)),
        is_marked=tags.is_there and bool(marks.get(Name.Marked, False)),
        is_suspect=bool(marks.get(Name.Suspects, False)),
    )


def _intents(pdf: pikepdf.Pdf) -> Iterator[str]:
    for intent in pdf.Root.get(Name.OutputIntents, ()):
        profile = intent.get(Name.DestOutputProfile)
        if intent.get(Name.S) == Name.GTS_PDFA1:
            yield profile.read_bytes()[_SPACE].decode("latin-1").strip() if isinstance(profile, Stream) else ""


def _page(page: Any, number: int, tags: Tags) -> Page:
    left, bottom, right, top = (float(edge) for edge in page.MediaBox)
    content = _content(page)
    return Page(
        number=number,
        object=page.objgen[0],
        width=right - left,
        height=top - bottom,
        tabs=str(page.get(Name.Tabs, ""))[1:],
        annotations=tuple(_annotation(one, number, tags) for one in page.get(Name.Annots, ())),
        marked=content.marked,
        untagged=content.untagged,
        owners=tags.owners(page),
    )


def _content(page: Any) -> Content:
    streams = page.get(Name.Contents)
    parts = [] if streams is None else list(streams) if isinstance(streams, Array) else [streams]
    lists = page.get(Name.Resources, Dictionary()).get(Name.Properties, Dictionary())

    def named(name: str) -> int | None:
        mark = lists.get(f"/{name}", Dictionary()).get(Name.MCID)
        return None if mark is None else int(mark)

    return read_content(b"\n".join(part.read_bytes() for part in parts), named)


def _annotation(one: Any, page: int, tags: Tags) -> Annotation:
    kind, flags = str(entry(one, "/Subtype") or "")[1:], entry(one, "/F")
    left, bottom, right, top = (float(edge) for edge in entry(one, "/Rect") or (0, 0, 0, 0))
    return Annotation(
        number=one.objgen[0],
        page=page,
        kind=kind,
        field=str(_inherited(one, "/FT") or "")[1:] if kind == "Widget" else "",
        name=str(_inherited(one, "/T") or ""),
        tooltip=str(_inherited(one, "/TU") or ""),
        contents=str(entry(one, "/Contents") or ""),
        flags=None if flags is None else int(flags),
        appearance=_appearance(one),
        area=right != left or top != bottom,
        owner=tags.owner(one),
        has_value=_inherited(one, "/V") is not None,
    )


def _appearance(annotation: Any) -> str:
    drawn = annotation.get(Name.AP, Dictionary())
    if list(drawn.keys()) != ["/N"]:
        return ""
    return "stream" if isinstance(drawn.N, Stream) else "states"


def _inherited(field: Any, key: str) -> Any:
    """An entry of a field, or of the field that it belongs to (ISO 32000-1, 12.7.3.1)."""
    for _ in range(16):
        if (value := entry(field, key)) is not None or (field := entry(field, "/Parent")) is None:
            return value
    return None
