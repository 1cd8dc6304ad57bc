"""The text of every paper of three municipalities, as a person would read it, against what was accepted before."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from conftest import ROOT

from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.stages import Final, FinalWorkbook
from pipeline.documents.workbook import workbook_texts
from pipeline.packages.contents import Contents, Workshop, make_contents
from pipeline.packages.cross_check import cross_problems
from pipeline.templating.catalogue import load_package
from pipeline.templating.names import Edition

GOLDEN = ROOT / "tests" / "golden"
FONTS = ROOT / "templates" / "fonts"
EDITIONS = [
    ("bergen", "nb"),
    pytest.param("voss", "nn", marks=pytest.mark.slow),
    pytest.param("karasjok", "nn", marks=pytest.mark.slow),
    pytest.param("utsira", "nb", marks=pytest.mark.slow),
]
DOCUMENTS = [one.name for one in load_package(ROOT / "templates", "onboarding").documents]


@pytest.fixture(scope="module")
def contents(edition: Callable[..., Edition], engine: EmbeddedEngine) -> Callable[[str, str], Contents]:
    package = load_package(ROOT / "templates", "onboarding")
    workshop = Workshop(engine, FONTS, FONTS / "Carlito-Regular.ttf")
    made: dict[tuple[str, str], Contents] = {}

    def make(slug: str, language: str) -> Contents:
        if (slug, language) not in made:
            made[slug, language] = make_contents(package, edition(slug, language), workshop)
        return made[slug, language]

    return make


def _text(final: Final) -> str:
    """The pages' text and the values of form fields, without trailing blanks; of a workbook its cells."""
    if isinstance(final, FinalWorkbook):
        return "\n".join(f"--- {sheet}" for sheet in workbook_texts(final.xlsx)) + "\n"
    document = pypdfium2.PdfDocument(final.pdf)
    pages = []
    for number, page in enumerate(document, start=1):
        lines = page.get_textpage().get_text_bounded().splitlines()
        pages.append("\n".join([f"--- {number}", *(line.rstrip() for line in lines)]))
    return "\n".join(pages) + "\n"


def _compare(path: Path, text: str, *, update: bool) -> None:
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"{path} is missing; make golden accepts the text as it is now"
    assert text.splitlines() == path.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(("slug", "language"), EDITIONS)
def test_the_papers_read_as_they_were_accepted_and_fit_together(
    contents: Callable[[str, str], Contents], slug: str, language: str, pytestconfig: pytest.Config
) -> None:
    made = contents(slug, language)
    folder = GOLDEN / f"{slug}-{language}"
    update = pytestconfig.getoption("--update-golden")
    if update:
        shutil.rmtree(folder, ignore_errors=True)
    names = [one.final.merged.template.name for one in made.documents]
    for name, packed in zip(names, made.documents, strict=True):
        _compare(folder / f"{name}.txt", _text(packed.final), update=update)
    assert {path.stem for path in folder.iterdir()} == set(names)
    assert cross_problems(made) == []


def test_every_document_is_in_one_of_the_packages_compared() -> None:
    """Some go only to those who do not take part in a scheme, so that no municipality has all of them."""
    assert {path.stem for path in GOLDEN.glob("*-n?/*")} == {*DOCUMENTS, "cover"}
