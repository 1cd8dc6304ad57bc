"""What can go wrong, as places in people's files and as families with an exit code.

PipelineError
├─ UsageError        2   unknown municipality, document or option value
├─ SettingsError     3   a folder, font or environment value that cannot be used
├─ DataError         4   a municipality or programme TOML that does not parse or validate
├─ TemplateError     5   a template, its declaration or a package file that does not hold
├─ MergeError        6   a value that is missing, unprintable or too long for its place
├─ ConversionError   7   the engine failed, timed out, lost text or took another font
├─ FinalizeError     8   a signature place not found, or a PDF that breaks its rules
├─ BundleError       9   the package cannot be written where it belongs
├─ LedgerError      11   the ledger cannot be used, or another run was quicker
└─ EsignError       12   the signing service refuses, is not reached, or leaves it open what became of a job
A run of many municipalities of which some have no package gives 10; it tells why of each.
A file that came back wrapped by a signing service gives 13, any other that is not proven 14.
Anything else is our own fault: exit code 70, with the traceback. Ctrl-C gives 130.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path


class ExitCode(IntEnum):
    """The exit status of each family; under make it is always 2, so there the message is the interface."""

    OK = 0
    USAGE = 2
    SETTINGS = 3
    DATA = 4
    TEMPLATE = 5
    MERGE = 6
    CONVERSION = 7
    FINALIZE = 8
    BUNDLE = 9
    SOME_FAILED = 10
    LEDGER = 11
    ESIGN = 12
    WRAPPED = 13
    NOT_PROVEN = 14
    INTERNAL = 70
    INTERRUPTED = 130


MISSING = "missing-fact"
"""The rule of a problem that tells of a fact of a municipality that nobody has stated yet."""

_STORIES = {"document": "body", "core": "document properties"}


@dataclass(frozen=True, order=True)
class Spot:
    """A paragraph of an Office file as its author finds it; all numbers count from 1, 0 where there is none."""

    part: str
    """The part's name in the file, such as word/header1.xml."""
    paragraph: int = 0
    words: str = ""
    """The first words of the paragraph."""
    table: int = 0
    row: int = 0
    column: int = 0
    story: str = ""
    """What a person calls the part, such as slide 3; empty where the part's name says it."""
    cell: str = ""
    """The cell of a worksheet, such as B4, or the header or footer."""

    def __str__(self) -> str:
        name = self.part.rpartition("/")[2].removesuffix(".xml").rstrip("0123456789")
        place = self.story or _STORIES.get(name, name)
        if self.cell:
            return f"{place}, {self.cell} «{self.words}»"
        if self.table:
            place += f", table {self.table} row {self.row} column {self.column}"
        return f"{place}, paragraph {self.paragraph} «{self.words}»" if self.paragraph else place


@dataclass(frozen=True, order=True)
class Problem:
    """One located fault in someone's file: where it is, what is wrong, what to do about it."""

    path: Path
    line: int
    """1-based; 0 when the fault concerns the file as a whole."""
    place: str
    """The dotted key, or the part and paragraph of a template."""
    what: str
    todo: str
    spot: Spot | None = field(default=None, compare=False)
    """In an Office file, the paragraph; `place` says it in words."""
    rule: str = field(default="", compare=False)
    """The name of the check that found it, such as unknown-name."""

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        place = f"  {self.place}" if self.place else ""
        return f"{where}{place}: {self.what} {self.todo}".rstrip()


class PipelineError(Exception):
    """A fault a person can mend; `message` is one sentence, `problems` are its places."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, message: str, *, problems: Iterable[Problem] = ()) -> None:
        self.message = message
        self.problems = tuple(sorted(set(problems)))
        super().__init__(message)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {problem}" for problem in self.problems)])


class UsageError(PipelineError):
    """The command names something that is not there."""

    exit_code = ExitCode.USAGE


class SettingsError(PipelineError):
    """The surroundings do not allow a run: a folder, a font, an environment value."""

    exit_code = ExitCode.SETTINGS


class DataError(PipelineError):
    """A TOML file of facts is wrong; every fault of it is in `problems`."""

    exit_code = ExitCode.DATA


class TemplateError(PipelineError):
    """A template, a declaration or a package file is wrong."""

    exit_code = ExitCode.TEMPLATE


class MergeError(PipelineError):
    """Facts and template do not fit together."""

    exit_code = ExitCode.MERGE


class ConversionError(PipelineError):
    """A document could not be converted faithfully."""

    exit_code = ExitCode.CONVERSION


class FinalizeError(PipelineError):
    """A converted document cannot be made ready for signing."""

    exit_code = ExitCode.FINALIZE


class BundleError(PipelineError):
    """The finished package could not be put in its place; what was there before is untouched."""

    exit_code = ExitCode.BUNDLE


class LedgerError(PipelineError):
    """The ledger of what was issued cannot be used, or does not allow what is wanted."""

    exit_code = ExitCode.LEDGER


class EsignError(PipelineError):
    """Documents could not be handed to the signing service, or fetched from it."""

    exit_code = ExitCode.ESIGN
