"""Makes the archive copy of a document to be signed: a PDF/A-3b that carries what it was made of, with nothing to sign.

It is the municipality's own. The copy for signers carries no files, so that no facts reach whoever need not have them.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from pipeline.documents.enclosures import Enclosure
from pipeline.documents.finalize import description
from pipeline.documents.pdf_objects import PdfObjects
from pipeline.documents.preflight.requirement import require_rules
from pipeline.documents.stages import FinalDocument

_IN_TITLE = {"nb": "arkivkopi, ikke til signering", "nn": "arkivkopi, ikkje til signering"}


def archive_copy(final: FinalDocument, enclosures: Sequence[Enclosure], date: datetime.date) -> bytes:
    """The bytes of the archive copy, the same for the same document and files.

    The pages are the issued document's. Fields to be filled become read-only and signature fields are left out, so that
    nobody signs this one. Raises FinalizeError where it breaks a rule of the preflight.
    """
    merged = final.merged
    said = description(merged, date)
    with PdfObjects(final.pdf) as pdf:
        pdf.remove_signature_fields()
        pdf.lock_fields()
        for enclosure in enclosures:
            pdf.enclose(enclosure, date)
        pdf.describe(replace(said, title=f"{said.title} ({_IN_TITLE[merged.language]})", archive_part="3"))
        facts, saved = pdf.facts(), pdf.save()
    require_rules(merged.template.template(merged.language), merged.title, facts, saved)
    return saved
