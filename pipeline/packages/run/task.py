"""One document to be made, wherever: all that it takes in a form that travels, and the making itself."""

from __future__ import annotations

import pickle
import traceback
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from pipeline.documents.stages import FinalDocument
from pipeline.errors import PipelineError, TemplateError
from pipeline.packages.cohort.picture import first_page
from pipeline.packages.contents import PackedDocument, Workshop, make_document
from pipeline.packages.run.entry import written
from pipeline.settings import Settings
from pipeline.templating.catalogue import PackageTemplate, load_package
from pipeline.templating.names import Edition, Names, facts


@dataclass(frozen=True)
class Task:
    """A document of a package for an edition."""

    slug: str
    package: str
    document: str
    """The name of its folder; the cover's for the cover."""
    key: str | None
    """What it is made of, as `document_key` says; None where that cannot be told."""
    edition: bytes
    """An Edition, packed once for all documents of the municipality."""
    project: str
    """The digest of all templates as they must be."""
    hashes: dict[str, str]
    """SHA-256 of its own template files, by the path below the templates folder."""
    told: Names = field(default_factory=dict)
    """More names, for the cover."""


@dataclass(frozen=True)
class Done:
    """What came of a task: the document as bytes, or why there is none."""

    task: Task
    document: bytes | None
    error: PipelineError | None = None
    picture: bytes | None = None
    """Of its first page, where it is to be signed."""


def packed(edition: Edition) -> bytes:
    """An edition in a form that travels."""
    return pickle.dumps(edition)


def do(task: Task, settings: Settings, workshop: Workshop) -> Done:
    """Makes the document, or says in the answer why it cannot be made; raises nothing.

    Draws the picture of what is signed too, while its PDF is at hand.
    """
    try:
        made = _made(task, settings.templates, workshop)
        picture = None
        if isinstance(made.final, FinalDocument) and made.final.signature_fields:
            picture = first_page(made.final.pdf)
        return Done(task, written(made), picture=picture)
    except PipelineError as error:
        return Done(task, None, error)
    except Exception as error:  # noqa: BLE001  # a fault of our own must not stop the other municipalities
        return Done(task, None, own_fault(task, error))


def _made(task: Task, templates: Path, workshop: Workshop) -> PackedDocument:
    package = _package(templates, task.package, task.project)
    template = next(one for one in (*package.documents, package.cover) if one.name == task.document)
    edition, names = _edition(task.edition)
    made = make_document(package, template, edition, names | task.told, workshop)
    if made.final.merged.template_hashes != task.hashes:
        raise TemplateError(f"A template of {task.document} was changed during the run. Run again.")
    return made


def own_fault(task: Task, error: BaseException) -> PipelineError:
    """What is said of a fault of the pipeline itself; the note has the traceback."""
    what = f"{type(error).__name__}: {error}".rstrip(": .")
    told = PipelineError(f"{task.document} met a fault in the pipeline itself ({what}). Please report it.")
    told.add_note("".join(traceback.format_exception(error)))
    return told


@lru_cache(maxsize=4)
def _package(templates: Path, name: str, _project: str) -> PackageTemplate:
    return load_package(templates, name)


@lru_cache(maxsize=4)
def _edition(edition: bytes) -> tuple[Edition, Names]:
    """The edition and its names, which its documents share."""
    found: Edition = pickle.loads(edition)  # noqa: S301  # packed by the run itself
    return found, facts(found)
