"""One document from its template to its PDF without the proof of its values, for those who want to look at it."""

from __future__ import annotations

import datetime
from pathlib import Path

from pipeline.documents.convert import Engine
from pipeline.documents.merge import Assignment, merge
from pipeline.documents.stages import MergedDocument
from pipeline.packages.contents import PackedDocument, finish
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate
from pipeline.templating.names import Edition, Names


def merge_unproven(
    package: PackageTemplate, template: DocumentTemplate, edition: Edition, names: Names, form_font: Path
) -> MergedDocument:
    """The document with its facts in place. Raises PipelineError."""
    return merge(Assignment(template, edition, package.recipient(template), names, form_font))


def finish_unproven(
    package: PackageTemplate, merged: MergedDocument, date: datetime.date, engine: Engine, fonts: Path
) -> PackedDocument:
    """The document as PDF, with its text and fonts checked and its signature fields set. Raises PipelineError."""
    return PackedDocument(finish(merged, date, engine, fonts), package.recipient(merged.template))
