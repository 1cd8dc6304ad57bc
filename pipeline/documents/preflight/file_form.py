"""Reads from the bytes of a PDF how it was saved: its version, whether once, encrypted or linearized."""

from __future__ import annotations

import re

from pipeline.documents.preflight.facts import FileForm

_HEADER = re.compile(rb"%PDF-(\d\.\d)\r?\n%[\x80-\xff]{4}")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_FIRST_KILOBYTE = 1024
"""Where a linearized file has to say so (ISO 32000-1, annex F)."""


def file_form(pdf: bytes) -> FileForm:
    """How the file was saved; of its trailers the last one counts."""
    header = _HEADER.match(pdf)
    starts = list(_START.finditer(pdf))
    trailer = _trailer(pdf, int(starts[-1].group(1))) if starts else b""
    return FileForm(
        version=header.group(1).decode() if header else "",
        encrypted=b"/Encrypt" in trailer,
        linearized=b"/Linearized" in pdf[:_FIRST_KILOBYTE],
        has_id=re.search(rb"/ID\s*\[", trailer) is not None,
        revisions=len(starts),
        ends=bool(starts) and not pdf[starts[-1].end() :].strip(b"\r\n"),
    )


def _trailer(pdf: bytes, start: int) -> bytes:
    """The dictionary of a cross-reference stream, or a cross-reference table with its trailer."""
    return pdf[start:].partition(b"stream")[0]
