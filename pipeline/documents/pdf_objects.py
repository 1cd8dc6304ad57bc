"""The door to pikepdf: fonts, tags, metadata and signature fields of a PDF, and saving it byte for byte the same."""

from __future__ import annotations

import datetime
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from pipeline.documents.pdf_text import Rectangle

NOT_EMBEDDED = " (not embedded)"
_EVERYWHERE_VISIBLE = 4
_SIGNATURES_EXIST_APPEND_ONLY = 3
"""/SigFlags at issue: with 1 alone, validators refuse an honest later signature (ISO 32000-1, table 219)."""
_VOLATILE_XMP = ("xmpMM:History", "xmpMM:InstanceID", "xmpMM:DocumentID", "xmpMM:RenditionClass", "pdf:PDFVersion")
_LAYOUT_ROLES = {"/Table", "/THead", "/TBody", "/TFoot", "/TR", "/TD"}
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


def embedded_fonts(pdf: bytes) -> list[str]:
    """The name of every font the PDF uses, with a mark behind those that are not embedded."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return sorted(set(_fonts(opened)))


class PdfObjects:
    """An open PDF to be finished; use it as a context manager. Raises pikepdf.PdfError when it is broken."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pikepdf.open(io.BytesIO(pdf))

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

    def mend_tags(self) -> None:
        """Tags body paragraphs P and layout grids Div; the embedded engine tags them Span and Table (PDF/UA-1, 7.1)."""
        if Name.MarkInfo in self._pdf.Root:
            self._pdf.Root.MarkInfo = Dictionary(Marked=True)
        root = self._pdf.Root.get(Name.StructTreeRoot)
        for element in list(_elements(root)) if root is not None else []:
            if element.S == Name.Span and _is_block(element):
                element.S = Name.P
                del element.A
            elif element.S == Name.Table and not any(inner.S == Name.TH for inner in _elements(element)):
                _untable(element)

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
        self._tag_widget(widget, page.obj, tooltip)

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

    def _tag_widget(self, widget: Object, page: Object, tooltip: str) -> None:
        root = self._pdf.Root.get(Name.StructTreeRoot)
        if root is None:
            return
        document = root.K[0] if isinstance(root.K, Array) else root.K
        reference = Dictionary(Type=Name.OBJR, Obj=widget, Pg=page)
        element = self._pdf.make_indirect(
            Dictionary(
                Type=Name.StructElem, S=Name.Form, P=document, Pg=page, K=Array([reference]), Alt=String(tooltip)
            )
        )
        if not isinstance(document.K, Array):
            document.K = Array([document.K])
        document.K.append(element)
        key = int(root.get(Name.ParentTreeNextKey, 0))
        widget.StructParent = key
        root.ParentTreeNextKey = key + 1
        pikepdf.NumberTree(root.ParentTree)[key] = element

    def _fix_profile_date(self, intent: Any) -> None:
        profile = intent.get(Name.DestOutputProfile)
        if profile is not None:
            content = bytearray(profile.read_bytes())
            content[_ICC_DATE] = bytes(12)
            profile.write(zlib.compress(bytes(content), 9), filter=Name.FlateDecode)


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for thing in pdf.objects:
        if (
            isinstance(thing, Dictionary)
            and thing.get(Name.Type) == Name.Font
            and thing.get(Name.Subtype) != Name.Type0
        ):
            name = str(thing.get(Name.BaseFont, "/unnamed")).removeprefix("/")
            descriptor = thing.get(Name.FontDescriptor, Dictionary())
            embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            yield name if embedded else f"{name}{NOT_EMBEDDED}"


def _elements(parent: Any) -> Iterator[Any]:
    """Every structure element below `parent`, in reading order."""
    kids = parent.get(Name.K, Array())
    for kid in kids if isinstance(kids, Array) else [kids]:
        if isinstance(kid, Dictionary) and Name.S in kid:
            yield kid
            yield from _elements(kid)


def _is_block(element: Any) -> bool:
    attributes = element.get(Name.A, Array())
    owners = attributes if isinstance(attributes, Array) else [attributes]
    return any(isinstance(one, Dictionary) and one.get(Name.Placement) == Name.Block for one in owners)


def _untable(table: Any) -> None:
    for element in (table, *_elements(table)):
        if str(element.S) in _LAYOUT_ROLES:
            element.S = Name.Div
            if Name.A in element:
                del element.A
