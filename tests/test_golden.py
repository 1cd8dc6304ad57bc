"""The text of every paper of three municipalities, as a person would read it, against what was accepted before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from conftest import ROOT

from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.stages import Final, FinalWorkbook
from pipeline.documents.workbook import workbook_texts
from pipeline.packages.contents import Contents, Workshop, make_contents
from pipeline.templating.catalogue import load_package
from pipeline.templating.names import Edition

GOLDEN = ROOT / "tests" / "golden"
FONTS = ROOT / "templates" / "fonts"
EDITIONS = [("bergen", "nb"), ("voss", "nn"), ("karasjok", "nn"), ("utsira", "nb")]
DOCUMENTS = ["cover", "ks-agreement", "nhn-order-form", "standard-messages", "project-plan"]


@pytest.fixture(scope="module")
def contents(edition: Callable[..., Edition], engine: EmbeddedEngine) -> Callable[[str, str], Contents]:
    package = load_package(ROOT / "templates", "onboarding")
    workshop = Workshop(engine, FONTS, FONTS / "Carlito-Regular.ttf", lambda *_: None)
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


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize(("slug", "language"), EDITIONS)
def test_a_paper_reads_as_it_was_accepted(
    contents: Callable[[str, str], Contents], slug: str, language: str, document: str, pytestconfig: pytest.Config
) -> None:
    packed = {one.final.merged.template.name: one for one in contents(slug, language).documents}[document]
    path = GOLDEN / f"{slug}-{language}" / f"{document}.txt"
    _compare(path, _text(packed.final), update=pytestconfig.getoption("--update-golden"))


def test_all_documents_are_compared(contents: Callable[[str, str], Contents]) -> None:
    assert [one.final.merged.template.name for one in contents("bergen", "nb").documents] == DOCUMENTS


@pytest.mark.slow
@pytest.mark.parametrize("slug", sorted(path.stem for path in (ROOT / "municipalities").glob("*.toml")))
@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_committed_municipality_gets_its_papers_in_both_languages(
    contents: Callable[[str, str], Contents], slug: str, language: str
) -> None:
    assert all(document.final.sha256 for document in contents(slug, language).documents)
