"""Lets a PDF pass that keeps every rule and that qpdf finds whole, and tells of another all faults at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.documents.preflight.facts import PdfFacts
from pipeline.documents.preflight.file_form import file_form
from pipeline.documents.preflight.reading import UnreadablePdfError, syntax_faults
from pipeline.documents.preflight.rules import faults_of
from pipeline.errors import FinalizeError, Problem

_SYNTAX = "Make it again; if that does not help, save the template anew in the program that it was made with."


def require_rules(template: Path, title: str, facts: PdfFacts, saved: bytes) -> None:
    """Raises FinalizeError with every fault of the PDF that `template` gave.

    `facts` are those of the PDF while it was open, `saved` are its bytes: these tell how it was saved, and qpdf unpacks
    every stream of them to check the syntax.
    """
    problems = [
        Problem(template, 0, f"PDF page {fault.page}" if fault.page else "PDF", fault.what, rule.todo, rule=rule.name)
        for rule, fault in faults_of(replace(facts, file=file_form(saved)))
    ]
    problems += [Problem(template, 0, "PDF", f"{one}.", _SYNTAX, rule="syntax") for one in _syntax(saved)]
    if problems:
        raise FinalizeError(f"The PDF of {title} does not keep the rules of preflight.", problems=problems)


def _syntax(pdf: bytes) -> list[str]:
    try:
        return [f"qpdf finds this: {fault.rstrip('.')}" for fault in syntax_faults(pdf)]
    except UnreadablePdfError:
        return ["qpdf cannot read it"]
