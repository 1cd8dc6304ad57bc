"""What a check of the preflight finds: a page and a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from pipeline.documents.preflight.facts import PdfFacts


@dataclass(frozen=True, order=True)
class Fault:
    """One way in which a PDF breaks a rule."""

    page: int
    """From 1; 0 where it concerns the whole."""
    what: str


class Check(Protocol):
    """Holds a PDF against one rule."""

    def __call__(self, pdf: PdfFacts, /) -> Iterator[Fault]:
        """Every way in which the PDF breaks the rule."""
