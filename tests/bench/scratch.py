"""A scratch folder for one run: made-up municipalities, and a copy of the templates that a run may change."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.contestant import ROOT
from bench.country import country, write_municipalities
from bench.papers import PACKAGE, Sample, sampled
from pipeline.templating.catalogue import load_package

SAMPLE_PACKAGE = "sample"
"""The package file with the sampled documents alone."""
DATE = datetime.date(2027, 1, 15)
_LISTED = re.compile(r"documents = \[.*?\]", re.DOTALL)
_FIRST_TEXT = re.compile(r"(<w:t(?: [^>]*)?>)([^<{}]*[a-zæøå]{3,}[^<{}]*)(</w:t>)")


@dataclass(frozen=True)
class Scratch:
    """The folders of a run."""

    root: Path
    templates: Path

    def municipalities(self, count: int) -> Path:
        """A folder with the first so many of the country."""
        folder = self.root / f"municipalities-{count}"
        if not folder.exists():
            write_municipalities(country()[:count], folder)
        return folder

    def sample(self, count: int, name: str) -> Sample:
        """The sampled papers of the first so many; `name` is the part of the run."""
        folder, work = self.municipalities(count), self.root / name
        work.mkdir(exist_ok=True)
        slugs = sorted(path.stem for path in folder.glob("*.toml"))
        return Sample(folder, self.templates, work, tuple(slugs), DATE)


def scratch(root: Path, documents: tuple[str, ...]) -> Scratch:
    """Fills `root`, which is empty; with `documents`, the onboarding package holds only these."""
    templates = root / "templates"
    shutil.copytree(ROOT / "templates", templates)
    onboarding = templates / "packages" / f"{PACKAGE}.toml"
    if documents:
        onboarding.write_text(_listing(onboarding, documents), encoding="utf-8")
    few = [one.name for one in sampled(load_package(templates, PACKAGE))]
    (templates / "packages" / f"{SAMPLE_PACKAGE}.toml").write_text(_listing(onboarding, few), encoding="utf-8")
    return Scratch(root, templates)


def change_text(template: Path) -> None:
    """Puts an exclamation mark behind the first text of a Word template, as its owner might."""
    target = io.BytesIO()
    with zipfile.ZipFile(template) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            content = given.read(name)
            if name == "word/document.xml":
                text, changes = _FIRST_TEXT.subn(r"\1\2!\3", content.decode(), count=1)
                if not changes:
                    raise ValueError(f"{template} has no text to change")
                content = text.encode()
            made.writestr(name, content)
    template.write_bytes(target.getvalue())


def _listing(package: Path, documents: Iterable[str]) -> str:
    listed = ", ".join(f'"{name}"' for name in documents)
    return _LISTED.sub(f"documents = [{listed}]", package.read_text(encoding="utf-8"))
