"""What is the same for every municipality of a run: the package, the programme, the templates and what makes papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.data.cohort import FOLDER as COHORTS
from pipeline.data.programme import Programme, load_programme
from pipeline.packages.contents import folder_of
from pipeline.packages.engines import engine_name
from pipeline.packages.run.keys import digest, sha256
from pipeline.packages.run.makers import makers_of_documents, makers_of_packages
from pipeline.settings import Settings
from pipeline.templating.catalogue import PackageTemplate, load_package, require_parties


@dataclass(frozen=True)
class Project:
    """Everything read once, at the beginning of a run."""

    settings: Settings
    package: PackageTemplate
    programme: Programme
    engine: str
    templates: str
    """The digest of every template of the package, and of the programme."""
    makers: str
    """The digest of what makes documents."""
    packers: str
    """The digest of what makes packages, and of the cohorts that lend dates."""

    def folder(self, slug: str, *, draft: bool = False) -> str:
        """What the folder of a municipality's package, or of a draft of it, is called."""
        return folder_of(slug, self.package, draft=draft)

    def path(self, slug: str) -> Path:
        """Where a municipality's file lies."""
        return self.settings.municipalities / f"{slug}.toml"

    def stated(self, slug: str) -> str | None:
        """The SHA-256 of a municipality's file, or None where there is none."""
        path = self.path(slug)
        return sha256(path.read_bytes()) if path.is_file() else None


def open_project(settings: Settings, package: str) -> Project:
    """Reads what all municipalities share. Raises PipelineError when some of it is not right."""
    template, programme = load_package(settings.templates, package), load_programme(settings.programme)
    require_parties(template, programme.parties)
    engine = engine_name(settings)
    cohorts = sorted((settings.municipalities / COHORTS).glob("*.toml"))
    return Project(
        settings=settings,
        package=template,
        programme=programme,
        engine=engine,
        templates=digest([template.file.sha256, programme.hashes, _folders(template)]),
        makers=makers_of_documents(settings, engine),
        packers=digest([makers_of_packages(settings, engine), _hashes(cohorts)]),
    )


def _folders(package: PackageTemplate) -> dict[str, str]:
    """The hash of every file in the folders of the documents and of the mails' words."""
    folders = [one.folder for one in (package.cover, *package.documents)]
    folders += [one for mail in package.declaration.mails if (one := package.mail_folder(mail)).is_dir()]
    paths = [path for folder in folders for path in folder.iterdir() if not path.name.startswith((".", "~$"))]
    return _hashes([path for path in paths if path.is_file()])


def _hashes(paths: Iterable[Path]) -> dict[str, str]:
    return {f"{path.parent.name}/{path.name}": sha256(path.read_bytes()) for path in paths}
