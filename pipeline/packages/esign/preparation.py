"""Makes ready what of a package is signed electronically: a job for each document, checked before anything leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.data.load import find, load_municipality
from pipeline.data.programme import load_programme
from pipeline.errors import BundleError, EsignError, Problem, UsageError
from pipeline.packages.contents import folder_of
from pipeline.packages.disk import deliver
from pipeline.packages.esign.job import Identifier, Job, JobDocument, Kind, Level
from pipeline.packages.esign.limits import limit_problems
from pipeline.packages.esign.manifest import manifest
from pipeline.packages.esign.signers import Contacts, signers
from pipeline.packages.packed import ListedDocument, Packed, require_packed
from pipeline.settings import Settings
from pipeline.templating.catalogue import DocumentTemplate, PackageTemplate, load_package
from pipeline.templating.names import Edition, facts


@dataclass(frozen=True)
class Wish:
    """What of a package shall be signed, and how."""

    slug: str
    package: str
    kind: Kind
    days: int
    documents: Collection[str] = ()
    """Folders in templates/; none for all that are signed."""
    without: Collection[str] = ()
    """Signature fields for which nobody is asked."""
    level: Level | None = None
    identifier: Identifier | None = None
    exit_url: str = ""


@dataclass(frozen=True)
class PreparedJob:
    """A job that keeps the service's limits, and its manifest."""

    document: str
    path: str
    """The PDF, below the package's folder."""
    job: Job
    manifest: bytes = field(repr=False)


@dataclass(frozen=True)
class Prepared:
    """All jobs of a package."""

    folder: Path
    """The package's folder."""
    language: str
    jobs: tuple[PreparedJob, ...]


@dataclass(frozen=True)
class _Source:
    folder: Path
    package: PackageTemplate
    packed: Packed
    contacts: Contacts


def package_folder(settings: Settings, wish: Wish) -> Path:
    """Where the package lies. Raises UsageError for a municipality or package that is not known."""
    find(settings.municipalities, wish.slug)
    return settings.output / folder_of(wish.slug, load_package(settings.templates, wish.package))


def prepare(settings: Settings, wish: Wish) -> Prepared:
    """The jobs of a package that lies in its folder; nothing is sent.

    Raises PipelineError: EsignError with every problem of every document at once.
    """
    folder = package_folder(settings, wish)
    path = find(settings.municipalities, wish.slug)
    package = load_package(settings.templates, wish.package)
    packed = require_packed(folder)
    programme = load_programme(settings.programme)
    edition = Edition(load_municipality(path, programme), programme, packed.language, packed.date)
    contacts = Contacts(edition, facts(edition), needed=wish.kind == "portal")
    chosen = _chosen(packed, wish)
    source = _Source(folder, package, packed, contacts)
    made = [_job(one, source, wish) for one in chosen]
    problems = [problem for job, wrong in made for problem in (*wrong, *limit_problems(job))]
    if problems:
        raise EsignError(f"Nothing of {folder} is sent to be signed.", problems=problems)
    jobs = [
        PreparedJob(one.name, one.files[0].path, job, manifest(job)) for one, (job, _) in zip(chosen, made, strict=True)
    ]
    return Prepared(folder, packed.language, tuple(jobs))


def write_manifests(prepared: Prepared) -> list[Path]:
    """Puts each job's manifest beside the package, to look at or to send in another way. Raises BundleError."""
    folder = prepared.folder.with_name(f"{prepared.folder.name}-esign")
    return [deliver("The manifest", folder / f"{one.document}.manifest.xml", one.manifest) for one in prepared.jobs]


def _chosen(packed: Packed, wish: Wish) -> list[ListedDocument]:
    """The documents that shall be signed. Raises UsageError for one that is not there or that nobody signs."""
    known = {one.name: one for one in packed.signable}
    for name in wish.documents:
        if name not in known:
            raise UsageError(
                f"Nobody signs a document {name!r} of this package. There is: {', '.join(known) or 'none'}."
            )
    fields = {one.field for document in known.values() for one in document.signatories}
    for name in wish.without:
        if name not in fields:
            raise UsageError(
                f"There is no field {name!r} to leave out. There is: {', '.join(sorted(fields)) or 'none'}."
            )
    chosen = [one for name, one in known.items() if name in wish.documents or not wish.documents]
    wanted = [one for one in chosen if {each.field for each in one.signatories} - set(wish.without)]
    if not wanted:
        raise UsageError("No document is left that anybody signs. Leave out less.")
    return wanted


def _job(listed: ListedDocument, source: _Source, wish: Wish) -> tuple[Job, list[Problem]]:
    packed, package = source.packed, source.package
    template = _template(package, listed)
    people, problems = signers(listed, template, source.contacts, wish.without)
    path = source.folder / listed.files[0].path
    pdf = _read(path)
    if hashlib.sha256(pdf).hexdigest() != listed.files[0].sha256:
        todo = "Make the package again, or put the file back."
        problems.append(Problem(path, 0, "", "The file is not the one that the packing list names.", todo))
    title = package.declaration.title.in_language(packed.language)
    job = Job(
        kind=wish.kind,
        place=source.folder,
        sender=packed.organisation_number,
        title=listed.title,
        description=f"{packed.name}: {title}",
        documents=(JobDocument(path.name, listed.title, pdf, path, template.file, packed.language),),
        signers=people,
        days=wish.days,
        level=wish.level,
        identifier=wish.identifier,
        exit_url=wish.exit_url,
    )
    return job, problems


def _template(package: PackageTemplate, listed: ListedDocument) -> DocumentTemplate:
    for one in package.documents:
        if one.name == listed.name:
            return one
    raise UsageError(f"The package file has no document {listed.name!r} any more. Make the package again.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BundleError(f"{path} cannot be read ({error.strerror}). Make the package again.") from error
