"""Holds a job against the service's limits before it leaves, and tells everything that is too much, at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.documents.pdf_shape import PdfShape, UnreadablePdfError, shape_of
from pipeline.errors import Problem
from pipeline.packages.esign.job import Job, JobDocument

MOST_BYTES = 10_485_760
"""10 MiB for all documents of a job together."""
MOST_DOCUMENTS, MOST_SIGNERS = 20, 10
LONGEST_TITLE, LONGEST_DESCRIPTION = 80, 220
LONGEST_DAYS = 90
_LONGEST_NAME = 100
_VERSIONS = tuple(f"1.{minor}" for minor in range(1, 8))
_A4 = (595.28, 841.89)
_NEARLY = 2
"""So many points a page may differ from A4; how much the service bears is not told."""


def limit_problems(job: Job) -> list[Problem]:
    """Everything about the job that the service would refuse; the limits are those of its documentation of 2026."""
    return [*_of_job(job), *_of_signers(job), *(one for each in job.documents for one in _of_document(each))]


def _of_job(job: Job) -> Iterator[Problem]:
    total = sum(len(one.pdf) for one in job.documents)
    if not 1 <= len(job.documents) <= MOST_DOCUMENTS:
        yield _of_all(job, "documents", f"are {len(job.documents)}; a job has 1 to {MOST_DOCUMENTS}.", "Ask in parts.")
    if total > MOST_BYTES:
        what = f"are {total} bytes together; a job holds {MOST_BYTES}."
        yield _of_all(job, "documents", what, "Send fewer at a time, or make them smaller.")
    if job.level == "advanced" and len(job.documents) > 1:
        what = "are several; a public body gets an advanced signature on one at a time."
        yield _of_all(job, "documents", what, "Ask for each by itself.")
    if not 1 <= job.days <= LONGEST_DAYS:
        what = f"is {job.days} days; the service takes 1 to {LONGEST_DAYS}."
        yield _of_all(job, "availability", what, "Give another number with --days.")
    if len(job.description) > LONGEST_DESCRIPTION:
        what = f"has {len(job.description)} characters; {LONGEST_DESCRIPTION} fit."
        yield _of_all(job, "description", what, "Shorten the title in the package file.")
    if len(job.title) > LONGEST_TITLE and job.title not in {one.title for one in job.documents}:
        what = f"has {len(job.title)} characters; {LONGEST_TITLE} fit."
        yield _of_all(job, "title", what, "Shorten it.")
    if job.kind == "direct" and not job.exit_url.startswith("https://"):
        todo = "Set PIPELINE_ESIGN_EXIT_URL to the https address where signers shall come to afterwards."
        yield _of_all(job, "exit address", "is missing or does not begin with https://.", todo)


def _of_signers(job: Job) -> Iterator[Problem]:
    if not 1 <= len(job.signers) <= MOST_SIGNERS:
        what = f"are {len(job.signers)}; a job has 1 to {MOST_SIGNERS}."
        yield _of_all(job, "signers", what, "Split the document, or leave fields out with --without.")
    seen: dict[tuple[str | None, str | None], str] = {}
    for one in job.signers if job.kind == "portal" else ():
        first = seen.setdefault((one.email, one.mobile), one.field)
        if first != one.field:
            what = f"of {first} and {one.field} are reached at the same address, by which the service tells them apart."
            yield _of_all(job, "signers", what, "Give each an address of their own.")


def _of_document(document: JobDocument) -> Iterable[Problem]:
    declared = document.declared
    if not document.title or len(document.title) > LONGEST_TITLE:
        what = f"has {len(document.title)} characters; the service takes 1 to {LONGEST_TITLE}."
        yield declared.problem(("title", document.language), what, "Shorten it.")
    if not 4 <= len(document.name) <= _LONGEST_NAME:
        what = f"gives the name {document.name!r}; the service takes 4 to {_LONGEST_NAME} characters."
        yield declared.problem(("file_name", document.language), what, "Choose another name.")
    try:
        shape = shape_of(document.pdf)
    except UnreadablePdfError as error:
        yield Problem(document.path, 0, "", f"This PDF cannot be read: {error}.", "Make the package again.")
        return
    yield from _of_shape(document, shape)


def _of_shape(document: JobDocument, shape: PdfShape) -> Iterable[Problem]:
    if shape.encrypted:
        what = "This PDF is encrypted or has a password."
        yield Problem(document.path, 0, "", what, "Save it without; the service refuses it.")
    if shape.version not in _VERSIONS:
        what = f"This is PDF {shape.version}; the service takes {_VERSIONS[0]} to {_VERSIONS[-1]}."
        yield Problem(document.path, 0, "", what, "Save it as PDF 1.7.")
    for number, size in enumerate(shape.pages, start=1):
        if any(abs(is_ - wanted) > _NEARLY for is_, wanted in zip(size, _A4, strict=True)):
            millimetres = " × ".join(str(round(side * 25.4 / 72)) for side in size)
            what = f"is {millimetres} mm; the service takes A4 upright, 210 × 297 mm."
            yield Problem(document.path, 0, f"page {number}", what, "Correct the page in the template.")


def _of_all(job: Job, place: str, what: str, todo: str) -> Problem:
    return Problem(job.place, 0, place, what, todo)
