"""Prepares the sample for docxtemplater: its templates in its own syntax, the data worked out, and the command."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from bench.docxtemplater_template import Rewritten, rewritten
from bench.merging import names_of, target
from bench.papers import Paper, Sample, papers

NAME = "docxtemplater"
PROGRAM = Path(__file__).with_name("merge_with_docxtemplater.cjs")


def command(sample: Sample, modules: Path) -> list[str]:
    """Writes templates and data to the sample's work folder; the command of the contestant. `modules` is npm's."""
    tasks = [_task(sample, paper) for paper in papers(sample)]
    listed = sample.work / f"{NAME}.json"
    listed.write_text(json.dumps(tasks), encoding="utf-8")
    return ["node", str(PROGRAM), str(modules), str(listed)]


def _task(sample: Sample, paper: Paper) -> dict[str, object]:
    template = sample.work / f"{NAME}-templates" / f"{paper.task.template.name}-{paper.task.language}.docx"
    made = _rewritten(paper.template)
    if not template.exists():
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_bytes(made.docx)
    data = made.data.data(names_of(paper), paper.task.language)
    return {"template": str(template), "data": data, "target": str(target(sample, NAME, paper))}


@cache
def _rewritten(path: Path) -> Rewritten:
    return rewritten(path)
