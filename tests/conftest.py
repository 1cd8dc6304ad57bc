"""What the tests share: the repository's own data, a copy of it to break, and the command line as a person runs it."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.data.load import Municipality, load_municipality
from pipeline.data.programme import Programme, load_programme
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.templating.names import Edition

ROOT = Path(__file__).resolve().parent.parent
DATE = datetime.date(2026, 11, 23)


if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # what a shell starts in the background ignores Ctrl-C, and so would the runs that the tests start and stop
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="accept the papers' text as it is now")


@dataclass(frozen=True)
class Ran:
    """What a finished command said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Project:
    """A copy of the municipalities and templates that a test may change."""

    root: Path

    @property
    def output(self) -> Path:
        return self.root / "output"

    def change(self, path: str, old: str, new: str) -> None:
        """Replaces a text that stands exactly once in a file."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *arguments: str, **environment: str) -> Ran:
        """Runs `python -m pipeline` here, without a terminal."""
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *arguments],
            cwd=self.root,
            env={**_without_settings(), "PYTHONPATH": str(ROOT), "PIPELINE_WORKERS": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=1800,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def files(self, slug: str) -> dict[str, bytes]:
        """Every file of a package by its path."""
        folder = self.output / slug
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PIPELINE_")}


FEW_PAPERS = ("ks-agreement", "nhn-order-form", "standard-messages", "project-plan")
"""Enough to show what a package does: an agreement and a plan to sign, a form, a table; the whole one takes longer."""


def keep_few_papers(templates: Path, papers: tuple[str, ...] = FEW_PAPERS) -> None:
    """Leaves the onboarding package alone, with only the papers that a test needs."""
    path = templates / "packages" / "onboarding.toml"
    (templates / "packages" / "signing.toml").unlink(missing_ok=True)
    listed = ", ".join(f'"{name}"' for name in papers)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"documents = \[.*?\]", f"documents = [{listed}]", text, flags=re.DOTALL), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with few papers in its package."""
    for folder in ("municipalities", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    keep_few_papers(tmp_path / "templates")
    return Project(tmp_path)


@pytest.fixture(scope="session")
def few_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's templates with few papers in the onboarding package; not to be changed."""
    templates = tmp_path_factory.mktemp("few") / "templates"
    shutil.copytree(ROOT / "templates", templates)
    keep_few_papers(templates)
    return templates


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme(ROOT / "templates" / "programme")


@pytest.fixture(scope="session")
def municipality(programme: Programme) -> Callable[[str], Municipality]:
    return lambda slug: load_municipality(ROOT / "municipalities" / f"{slug}.toml", programme)


@pytest.fixture(scope="session")
def edition(municipality: Callable[[str], Municipality], programme: Programme) -> Callable[..., Edition]:
    def make(slug: str, language: str | None = None) -> Edition:
        loaded = municipality(slug)
        return Edition(loaded, programme, language or loaded.language, DATE)

    return make


@pytest.fixture(scope="session")
def engine() -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(ROOT / "templates" / "fonts", 60) as started:
        yield started
