"""The door to pikepdf for what an archive copy has beside the document: files within it, and fields nobody can fill."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pikepdf
from pikepdf import AttachedFileSpec, Name

_READ_ONLY = 1


@dataclass(frozen=True)
class Enclosure:
    """A file to be put into a PDF."""

    name: str
    content: bytes
    mime: str
    is_source: bool
    """Whether the document was made from it; otherwise it is data that belongs to it (ISO 19005-3, 6.8)."""
    description: str


def enclose(pdf: pikepdf.Pdf, enclosure: Enclosure, date: datetime.date) -> None:
    """Puts a file into an open PDF, associated with the whole document, with fixed dates."""
    moment = f"D:{date:%Y%m%d}000000+00'00"
    pdf.attachments[enclosure.name] = AttachedFileSpec(
        pdf,
        enclosure.content,
        filename=enclosure.name,
        description=enclosure.description,
        mime_type=enclosure.mime,
        creation_date=moment,
        mod_date=moment,
        relationship=Name.Source if enclosure.is_source else Name.Data,  # type: ignore[call-arg]  # not in the stub
    )


def lock_fields(pdf: pikepdf.Pdf) -> None:
    """Makes every field of a form read-only; what it shows and its tag stay."""
    for field in pdf.Root.AcroForm.Fields if Name.AcroForm in pdf.Root else ():
        field.Ff = int(field.get(Name.Ff, 0)) | _READ_ONLY
