"""Holds what a contestant made against what ours made, so that only equal work is timed."""

from __future__ import annotations

from bench.contestant import ContestantError
from bench.merging import target
from bench.papers import Sample, papers
from bench.texts import difference
from pipeline.documents.pdf_text import open_shown


def require_equal_texts(sample: Sample, contestant: str) -> None:
    """Every Word file has ours' text, paragraph by paragraph. Raises ContestantError with the first difference."""
    for paper in papers(sample):
        found = difference(target(sample, "ours", paper), target(sample, contestant, paper))
        if found:
            raise ContestantError(f"{contestant} did not make what ours made. {found}.")


def require_pdfs(sample: Sample, contestant: str) -> None:
    """Every PDF opens, has pages and names its municipality. Raises ContestantError for the first that does not."""
    for paper in papers(sample):
        path = target(sample, contestant, paper, "pdf")
        name = paper.task.names["municipality"]["name"]
        try:
            with open_shown(path.read_bytes()) as pdf:
                text = "".join(pdf.characters(number) for number in range(len(pdf)))
        except (OSError, RuntimeError) as error:
            raise ContestantError(f"{contestant} made no PDF that opens: {path}.") from error
        if name not in " ".join(text.split()):
            raise ContestantError(f"{path}, made by {contestant}, does not name {name}.")
