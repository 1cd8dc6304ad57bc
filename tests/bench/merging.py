"""Two contestants that only merge: our pipeline, and docxtpl as its manual shows it.

Run as `python -m bench.merging ours|docxtpl SAMPLE`. Each writes its Word files to a folder of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from docxtpl import DocxTemplate

from bench.contestant import serve
from bench.papers import Paper, Sample, papers, sample_of
from pipeline.documents.merge import merge
from pipeline.templating.environment import environment
from pipeline.templating.names import Names


def target(sample: Sample, contestant: str, paper: Paper, suffix: str = "docx") -> Path:
    """Where a contestant writes a paper; the folder is made."""
    path = sample.work / contestant / f"{paper.name}.{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def names_of(paper: Paper) -> Names:
    """Everything the paper's template may name, for a contestant that cannot find it out itself."""
    return merge(paper.task).names


def with_docxtpl(paper: Paper, names: Names, path: Path) -> None:
    """As the manual shows it: a new template object for each document. Our filters are in its environment."""
    template = DocxTemplate(paper.template)
    template.render(names, jinja_env=environment(paper.task.language), autoescape=True)
    template.save(path)


def _ours(paper: Paper, path: Path) -> None:
    path.write_bytes(merge(paper.task).docx or b"")


def _maker(sample: Sample, contestant: str, paper: Paper) -> Callable[[], None]:
    path = target(sample, contestant, paper)
    if contestant == "docxtpl":
        return partial(with_docxtpl, paper, names_of(paper), path)
    return partial(_ours, paper, path)


def main(contestant: str, told: str) -> None:
    """Serves one of the two."""
    sample = sample_of(told)
    serve([_maker(sample, contestant, paper) for paper in papers(sample)])


if __name__ == "__main__":
    main(*sys.argv[1:])
