"""One side of a comparison: a folder with municipalities and templates, and what its files are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.data.load import slugs
from pipeline.errors import PipelineError, SettingsError, UsageError
from pipeline.settings import Settings, read_settings

_LANGUAGES = frozenset({"nb", "nn"})


@dataclass(frozen=True)
class Fault:
    """Why something cannot be made, in the pipeline's own words."""

    message: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """A project's folder as it is read for a comparison."""

    folder: Path
    settings: Settings
    files: dict[str, str]
    """SHA-256 of each file below municipalities and templates, by its path below the folder."""
    error: SettingsError | None
    """Why no paper at all can be made here, such as a font that is missing."""

    def packages(self) -> set[str]:
        """The names of the package files."""
        return {path.stem for path in (self.settings.templates / "packages").glob("*.toml")}

    def municipalities(self) -> set[str]:
        """The municipalities that have a file."""
        return set(slugs(self.settings.municipalities))

    def fault(self, error: PipelineError) -> Fault:
        """What went wrong here, with the files named by their path below the folder."""
        texts = [text.replace(f"{self.folder}/", "") for text in (error.message, *map(str, error.problems))]
        return Fault(texts[0], tuple(texts[1:]))

    def fonts(self) -> dict[str, str]:
        """The font files."""
        return {path: value for path, value in self.files.items() if path.startswith("templates/fonts/")}

    def common(self, package: str, slug: str) -> dict[str, str]:
        """The files that every document of a municipality's package is made of."""
        named = {f"municipalities/{slug}.toml", f"templates/packages/{package}.toml"}
        return self.fonts() | {
            path: value
            for path, value in self.files.items()
            if path in named or path.startswith(("templates/programme/", "municipalities/cohorts/"))
        }

    def of_document(self, document: str, language: str) -> dict[str, str]:
        """The files of a document's folder, without those in another language."""
        others = _LANGUAGES - {language}
        folder = f"templates/{document}/"
        return {
            path: value
            for path, value in self.files.items()
            if path.startswith(folder) and path.removeprefix(folder).partition(".")[0] not in others
        }


def open_side(folder: Path) -> Side:
    """Reads what files there are. Raises UsageError when the folder holds no project."""
    folder = folder.resolve()
    places = {name: str(folder / name) for name in ("municipalities", "templates")}
    for place in places.values():
        if not Path(place).is_dir():
            raise UsageError(f"There is no folder {place}. Name a folder that holds municipalities and templates.")
    settings, error = Settings.model_validate(places), None
    try:
        settings = read_settings(**places)
    except SettingsError as fault:
        error = fault
    paths = sorted(
        path
        for root in (settings.municipalities, settings.templates)
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith((".", "~$"))
    )
    files = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    return Side(folder, settings, files, error)


def changed_files(before: Side, after: Side) -> dict[str, str]:
    """The files that are not the same on both sides, each with how: changed, new or gone."""
    paths = sorted(before.files.keys() | after.files.keys())
    return {path: _how(path, before, after) for path in paths if before.files.get(path) != after.files.get(path)}


def _how(path: str, before: Side, after: Side) -> str:
    if path not in before.files:
        return "new"
    return "changed" if path in after.files else "gone"
