"""The sample: the papers that every contestant makes, which are the Word files that docxtpl can fill."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.data.load import load_municipality
from pipeline.data.programme import load_programme
from pipeline.documents.merge import Assignment, included
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate, load_package
from pipeline.templating.names import Edition, facts

PACKAGE = "onboarding"


@dataclass(frozen=True)
class Sample:
    """Which municipalities' papers are made, of which templates; a text, so that each contestant can be told it."""

    municipalities: Path
    templates: Path
    work: Path
    """Where each contestant has a folder of its own for what it makes."""
    slugs: tuple[str, ...]
    date: datetime.date

    def as_json(self) -> str:
        """The sample for a command line."""
        return json.dumps(asdict(self), default=str)


@dataclass(frozen=True)
class Paper:
    """One document of the sample."""

    slug: str
    task: Assignment

    @property
    def name(self) -> str:
        """Its path below a contestant's folder, without a suffix."""
        return f"{self.slug}/{self.task.template.name}"

    @property
    def template(self) -> Path:
        """The Word file it is made from."""
        return self.task.template.template(self.task.language)


def sample_of(text: str) -> Sample:
    """The sample that `as_json` wrote."""
    told: dict[str, Any] = json.loads(text)
    municipalities, templates, work = (Path(told[name]) for name in ("municipalities", "templates", "work"))
    return Sample(municipalities, templates, work, tuple(told["slugs"]), datetime.date.fromisoformat(told["date"]))


def left_out(template: DocumentTemplate) -> str | None:
    """Why a document is not in the sample; None where it is."""
    declaration = template.declaration
    if declaration.kind != "docx":
        return f"docxtpl fills no {declaration.kind}"
    return "docxtpl fills no charts" if declaration.charts else None


def sampled(package: PackageTemplate) -> list[DocumentTemplate]:
    """The documents in the sample. The cover is not: it tells of the finished pages of all others."""
    return [one for one in package.documents if left_out(one) is None]


def papers(sample: Sample) -> list[Paper]:
    """Every paper of the sample, with what our pipeline needs to merge it."""
    programme = load_programme(sample.templates / "programme")
    package = load_package(sample.templates, PACKAGE)
    font = sample.templates / "fonts" / "Carlito-Regular.ttf"
    found = []
    for slug in sample.slugs:
        municipality = load_municipality(sample.municipalities / f"{slug}.toml", programme)
        edition = Edition(municipality, programme, municipality.language, sample.date)
        names = facts(edition)
        for template in sampled(package):
            if included(template, names, edition.language):
                task = Assignment(template, edition, package.recipient(template), names, font)
                found.append(Paper(slug, task))
    return found
