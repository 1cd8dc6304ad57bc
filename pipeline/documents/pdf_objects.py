"""The door to pikepdf: fonts, metadata and signature fields of a PDF, and saving it byte for byte the same."""

from __future__ import annotations

import datetime
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from pipeline.documents.enclosures import Enclosure, enclose, lock_fields
from pipeline.documents.pdf_tags import (
    MarkedTexts,
    describe_figures,
    elements_of,
    mend_roles,
    part_paragraphs,
    tag_widget,
    untag_widget,
)
from pipeline.documents.pdf_text import Rectangle
from pipeline.documents.preflight.content import with_lines_as_artifacts
from pipeline.documents.preflight.facts import PdfFacts
from pipeline.documents.preflight.reading import read_facts
from pipeline.documents.preflight.xmp import Xmp

NOT_EMBEDDED = " (not embedded)"
_FONT, _COMPOSED = Name.Font, Name.Type0
_EVERYWHERE_VISIBLE = 4
_SIGNATURES_EXIST_APPEND_ONLY = 3
"""/SigFlags at issue: with 1 alone, validators refuse an honest later signature (ISO 32000-1, table 219)."""
_VOLATILE_XMP = ("xmpMM:History", "xmpMM:InstanceID", "xmpMM:DocumentID", "xmpMM:RenditionClass", "pdf:PDFVersion")
_ACCESSIBLE = "1"
"""The part of ISO 14289 to whose rules the PDF is made; the engine says so only of files without pictures."""
_ICC_DATE = slice(24, 36)


@dataclass(frozen=True)
class Description:
    """What a PDF says of itself."""

    title: str
    author: str
    language: str
    """A BCP 47 tag such as nb-NO."""
    producer: str
    date: datetime.date
    archive_part: str = "2"
    """The part of ISO 19005 to whose rules it is made; 3 allows files within."""


@dataclass(frozen=True)
class Overlay:
    """What is drawn over a page that has been finished."""

    matrix: tuple[float, float, float, float, float, float]
    """Where and how large a drawing is put (ISO 32000-2, 8.3.3)."""
    grounds: tuple[Rectangle, ...]
    """Places that get a yellow ground."""


def embedded_fonts(pdf: bytes) -> list[str]:
    """The name of every font the PDF uses, with a mark behind those that are not embedded."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return sorted(set(_fonts(opened)))


class PdfObjects:
    """An open PDF to be finished; use it as a context manager. Raises pikepdf.PdfError when it is broken."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pikepdf.open(io.BytesIO(pdf))
        self._elements: list[Any] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pdf.close()

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self._pdf.pages)

    @property
    def signature_fields(self) -> list[str]:
        """The names of the signature fields there are."""
        return [str(field.T) for field in self._form_fields() if field.get(Name.FT) == Name.Sig]

    def mend_tags(self, texts: MarkedTexts, paragraphs: Sequence[tuple[str, str]]) -> None:
        """Tags each paragraph by itself, as its text and role say, and layout grids as no tables."""
        self._elements = elements_of(self._pdf)
        mend_roles(self._pdf, self._elements)
        part_paragraphs(self._pdf, self._elements, texts, paragraphs)

    def describe_figures(self, descriptions: Sequence[str]) -> bool:
        """Gives the figures their alternative texts in reading order; False where there are more or fewer figures.

        To be called after the tags are mended, which makes and removes no figure.
        """
        return describe_figures(self._elements, descriptions)

    def describe(self, description: Description) -> None:
        """Sets title, author, language and dates in the document information and, the same, in the XMP."""
        self._pdf.Root.Lang = String(description.language)
        self._pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        moment = f"{description.date}T00:00:00+00:00"
        with self._pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
            for key in _VOLATILE_XMP:
                if key in xmp:
                    del xmp[key]
            xmp["dc:title"], xmp["dc:creator"], xmp["dc:language"] = (
                description.title,
                [description.author],
                {description.language},
            )
            xmp["xmp:CreateDate"] = xmp["xmp:ModifyDate"] = xmp["xmp:MetadataDate"] = moment
            xmp["pdf:Producer"] = xmp["xmp:CreatorTool"] = description.producer
            xmp["pdfuaid:part"], xmp["pdfaid:part"] = _ACCESSIBLE, description.archive_part
        if packet := Xmp(self._pdf.Root.Metadata.read_bytes()).with_accessibility_described():
            self._pdf.Root.Metadata.write(packet)
        for key in set(self._pdf.docinfo.keys()) - {
            "/Title", "/Author", "/Creator", "/Producer", "/CreationDate", "/ModDate",
        }:  # fmt: skip
            del self._pdf.docinfo[key]

    def add_signature_field(self, name: str, tooltip: str, place: Rectangle) -> None:
        """Adds an empty, tagged signature field (ISO 32000-1, 12.7.4.5; tagged as ISO 14289-1, 7.18.4 asks)."""
        page = self._pdf.pages[place.page]
        edges = Array([round(edge, 2) for edge in (place.left, place.bottom, place.right, place.top)])
        size = Array([0, 0, round(place.right - place.left, 2), round(place.top - place.bottom, 2)])
        empty = pikepdf.Stream(self._pdf, b"", Type=Name.XObject, Subtype=Name.Form, BBox=size)
        widget = self._pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String(name), TU=String(tooltip),
                Contents=String(tooltip), F=_EVERYWHERE_VISIBLE, Rect=edges, P=page.obj, AP=Dictionary(N=empty),
            )
        )  # fmt: skip
        if Name.Annots not in page.obj:
            page.obj.Annots = Array()
        page.obj.Annots.append(widget)
        page.obj.Tabs = Name.S
        if Name.AcroForm not in self._pdf.Root:
            self._pdf.Root.AcroForm = Dictionary(Fields=Array())
        form = self._pdf.Root.AcroForm
        form.Fields.append(widget)
        form.SigFlags = _SIGNATURES_EXIST_APPEND_ONLY
        tag_widget(self._pdf, widget, page.obj, tooltip)

    def overlay(self, drawing: bytes, overlays: Sequence[Overlay]) -> None:
        """Draws on each page its grounds and, in a light grey, the first page of another PDF, as an artifact."""
        with pikepdf.open(io.BytesIO(drawing)) as other:
            form = self._pdf.copy_foreign(other.pages[0].as_form_xobject())
        states = {
            Name.DraftGround: self._pdf.make_indirect(Dictionary(Type=Name.ExtGState, ca=1, BM=Name.Multiply)),
            Name.DraftWord: self._pdf.make_indirect(Dictionary(Type=Name.ExtGState, ca=0.18, BM=Name.Normal)),
        }
        for page, one in zip(self._pdf.pages, overlays, strict=True):
            for name, state in states.items():
                page.add_resource(state, Name.ExtGState, name)
            page.add_resource(form, Name.XObject, Name.DraftForm)
            page.contents_add(b"q", prepend=True)
            page.contents_add(_drawn(one).encode("ascii"))

    def remove_signature_fields(self) -> None:
        """Takes every signature field out, from the form and from its page."""
        for field in [one for one in self._form_fields() if one.get(Name.FT) == Name.Sig]:
            for page in self._pdf.pages:
                kept = [one for one in page.obj.get(Name.Annots, Array()) if one.objgen != field.objgen]
                page.obj.Annots = Array(kept)
            untag_widget(self._pdf, field)
            form = self._pdf.Root.AcroForm
            form.Fields = Array([one for one in form.Fields if one.objgen != field.objgen])
            form.SigFlags = 0

    def lock_fields(self) -> None:
        """Makes every field read-only."""
        lock_fields(self._pdf)

    def enclose(self, enclosure: Enclosure, date: datetime.date) -> None:
        """Puts a file into the PDF."""
        enclose(self._pdf, enclosure, date)

    def facts(self) -> PdfFacts:
        """What the rules of the preflight ask about the PDF as it is now."""
        return read_facts(self._pdf)

    def mark_lines(self) -> None:
        """Marks lines and areas that belong to no tag as artifacts."""
        for page in self._pdf.pages:
            page.contents_coalesce()
            page.obj.Contents.write(with_lines_as_artifacts(page.obj.Contents.read_bytes()))

    def save(self) -> bytes:
        """The bytes of the PDF, the same for the same content: no random id, no creation time in the colour profile."""
        for key in (Name.ID, Name.DocChecksum):
            if key in self._pdf.trailer:
                del self._pdf.trailer[key]
        for intent in self._pdf.Root.get(Name.OutputIntents, Array()):
            self._fix_profile_date(intent)
        target = io.BytesIO()
        self._pdf.remove_unreferenced_resources()
        self._pdf.save(target, deterministic_id=True, min_version="1.7", linearize=False)
        return target.getvalue()

    def _form_fields(self) -> list[Any]:
        form = self._pdf.Root.get(Name.AcroForm)
        return list(form.Fields) if form is not None else []

    def _fix_profile_date(self, intent: Any) -> None:
        profile = intent.get(Name.DestOutputProfile)
        if profile is not None:
            content = bytearray(profile.read_bytes())
            content[_ICC_DATE] = bytes(12)
            profile.write(zlib.compress(bytes(content), 9), filter=Name.FlateDecode)


def _drawn(overlay: Overlay) -> str:
    boxes = "".join(
        f"{box.left:.2f} {box.bottom:.2f} {box.right - box.left:.2f} {box.top - box.bottom:.2f} re f\n"
        for box in overlay.grounds
    )
    matrix = " ".join(f"{number:.4f}" for number in overlay.matrix)
    return (
        f"\nQ\n/Artifact <</Type /Pagination /Subtype /Watermark>> BDC\n"
        f"q /DraftGround gs 1 0.93 0.35 rg\n{boxes}Q\nq /DraftWord gs 0.45 g {matrix} cm /DraftForm Do Q\nEMC\n"
    )


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get("/Type") == _FONT and thing.get("/Subtype") != _COMPOSED:
            name = str(thing.get(Name.BaseFont, "/unnamed")).removeprefix("/")
            descriptor = thing.get(Name.FontDescriptor, Dictionary())
            embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            yield name if embedded else f"{name}{NOT_EMBEDDED}"
