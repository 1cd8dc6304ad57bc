"""Holds any PDF file against the table of rules, qpdf's check and, where it is installed, veraPDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.documents.preflight.fault import Fault
from pipeline.documents.preflight.reading import UnreadablePdfError, facts_of, syntax_faults
from pipeline.documents.preflight.rules import RULES, Rule
from pipeline.documents.verapdf import Verdict, find_verapdf, validate


@dataclass(frozen=True)
class Report:
    """What was found of one file."""

    is_readable: bool
    checked: tuple[tuple[Rule, tuple[Fault, ...]], ...] = ()
    """Each rule of the table with the faults that break it."""
    syntax: tuple[str, ...] = ()
    """What qpdf finds wrong."""
    part: str = ""
    """Of PDF/A, to whose rules it was held."""
    verdicts: tuple[Verdict, ...] = ()
    """veraPDF's; none where it is not installed."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        rules = all(not faults for _, faults in self.checked)
        return self.is_readable and rules and not self.syntax and all(one.passed for one in self.verdicts)


def report_of(pdf: Path) -> Report:
    """Everything found of a file. Raises OSError, and SettingsError where veraPDF gives no verdict."""
    raw = pdf.read_bytes()
    try:
        facts, syntax = facts_of(raw), syntax_faults(raw)
    except UnreadablePdfError:
        return Report(is_readable=False)
    part = "3" if facts.is_archive else "2"
    checked = tuple((rule, tuple(rule.check(facts))) for rule in RULES)
    return Report(True, checked, tuple(syntax), part, tuple(_verdicts(pdf, part)))


def _verdicts(pdf: Path, part: str) -> Iterator[Verdict]:
    if program := find_verapdf():
        for flavour in (f"{part}b", "ua1"):
            yield validate(program, pdf, flavour)
