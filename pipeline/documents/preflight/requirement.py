"""Lets a PDF pass that keeps every rule, and tells of another all faults at once, each with its page."""

from __future__ import annotations

from pathlib import Path

from pipeline.documents.preflight.facts import PdfFacts
from pipeline.documents.preflight.rules import faults_of
from pipeline.errors import FinalizeError, Problem


def require_rules(template: Path, title: str, pdf: PdfFacts) -> None:
    """Raises FinalizeError with every fault of the PDF that `template` gave."""
    problems = [
        Problem(template, 0, f"PDF page {fault.page}" if fault.page else "PDF", fault.what, rule.todo, rule=rule.name)
        for rule, fault in faults_of(pdf)
    ]
    if problems:
        raise FinalizeError(f"The PDF of {title} does not keep the rules of preflight.", problems=problems)
