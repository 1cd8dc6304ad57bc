"""How two engines' PDFs are compared, and that a document which one of them fails is shown and not hidden."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import DATE, ROOT, Project
from html_rules import Page
from reportlab.pdfgen.canvas import Canvas

from pipeline.documents.libreoffice import LibreOfficeEngine
from pipeline.documents.pdf_text import open_shown
from pipeline.errors import SettingsError, UsageError
from pipeline.packages.fidelity import Comparison, PagePair, fidelity, word_differences
from pipeline.packages.fidelity_page import fidelity_page
from pipeline.settings import Settings

FAKES = Path(__file__).resolve().parent / "fakes"
ENGINES = ("office2pdf 0", "LibreOffice 0")


def _settings(root: Path, templates: Path | None = None) -> Settings:
    return Settings(municipalities=root / "municipalities", templates=templates or root / "templates")


def _pdf(*pages: str) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target)
    for page in pages:
        for number, line in enumerate(page.splitlines()):
            canvas.drawString(72, 720 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _differences(expected: bytes, found: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    with open_shown(expected) as one, open_shown(found) as other:
        return word_differences(one, other)


def _comparison(slug: str, **values: object) -> Comparison:
    return Comparison(slug, slug.capitalize(), "nb", "plan", "Plan", **values)  # type: ignore[arg-type]


def _pages(*shares: float) -> tuple[PagePair, ...]:
    return tuple(PagePair(number, (b"png", b"png"), share) for number, share in enumerate(shares, start=1))


@pytest.fixture
def fake_soffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def install(name: str) -> None:
        (tmp_path / "bin").mkdir()
        shutil.copy(FAKES / f"soffice-{name}", tmp_path / "bin" / "soffice")
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")

    return install


def test_words_are_the_same_wherever_lines_and_pages_break() -> None:
    assert _differences(_pdf("en to tre-", "fire fem"), _pdf("fem en", "to tre-fire")) == ((), ())


def test_a_word_broken_in_two_is_the_same_word() -> None:
    assert _differences(_pdf("serienummer 0A1B2C3D", "4E5F"), _pdf("serienummer 0A1B2C3D4E5F")) == ((), ())


def test_words_that_are_lost_or_added_are_told_as_often_as_they_are() -> None:
    assert _differences(_pdf("ja nei ja nei kanskje"), _pdf("ja nei alltid")) == (("ja", "kanskje", "nei"), ("alltid",))


def test_bullets_and_dashes_are_no_words() -> None:
    assert _differences(_pdf("- en * to"), _pdf("en to")) == ((), ())


def test_no_pdf_is_worse_than_words_than_pages_than_pictures() -> None:
    missing = PagePair(3, (b"png", None), 1.0)
    by_badness = [
        _comparison("a", error="no PDF"),
        _comparison("b", lost=("ord",), pages=_pages(0.0)),
        _comparison("c", pages=(*_pages(0.0, 0.0), missing)),
        _comparison("d", pages=_pages(0.0, 0.2)),
        _comparison("e", pages=_pages(0.1, 0.1)),
    ]
    mixed = [by_badness[place] for place in (3, 0, 4, 2, 1)]
    assert sorted(mixed, key=lambda one: one.badness, reverse=True) == by_badness
    assert [one.counts for one in by_badness] == [(0, 0), (1, 1), (3, 2), (2, 2), (2, 2)]


def test_the_page_shows_what_differs_and_is_read_without_seeing_it() -> None:
    missing = PagePair(2, (b"png", None), 1.0)
    comparisons = [
        _comparison("voss", error="LibreOffice made no PDF.\n  nb.docx: <what>"),
        _comparison("bergen", lost=("tapt<b>",), added=("ekstra",), pages=(*_pages(0.5), missing)),
        _comparison("utsira", pages=_pages(0.012)),
    ]
    page = Page(fidelity_page(comparisons, ENGINES, DATE))
    for said in ("made no PDF", "nb.docx: <what>", "tapt<b>", "ekstra", "2 mot 1", "100,0\u00a0%", "1,2\u00a0%"):
        assert said in page.text
    assert "b" not in page.tags
    assert page.fetched == []
    assert all(page.pictures)
    assert len(page.pictures) == len(set(page.pictures)) == 5
    assert page.tables == [(True, True)]
    assert page.links == ["#voss-nb-plan", "#bergen-nb-plan", "#utsira-nb-plan"]
    assert sorted(page.ids) == sorted(link[1:] for link in page.links)
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_an_unknown_municipality_is_one_sentence() -> None:
    with pytest.raises(UsageError, match=r"There is no municipality file .*bergne\.toml\. Did you mean bergen\?"):
        fidelity(_settings(ROOT), DATE, ["bergne"], lambda *_: None)


def test_without_libreoffice_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="LibreOffice is not installed"):
        fidelity(_settings(ROOT), DATE, ["utsira"], lambda *_: None)


@pytest.mark.parametrize(
    ("fake", "error"),
    [("makes-nothing", "LibreOffice: LibreOffice made no PDF."), ("makes-rubbish", "LibreOffice gave no whole PDF.")],
)
def test_what_libreoffice_cannot_convert_is_told_of_each_document(
    fake_soffice: Callable[[str], None], few_templates: Path, fake: str, error: str
) -> None:
    fake_soffice(fake)
    found = fidelity(_settings(ROOT, few_templates), DATE, ["utsira"], lambda *_: None)
    assert {one.document: one.error for one in found} == dict.fromkeys(
        ("cover", "ks-agreement", "standard-messages", "project-plan"), error
    )
    assert error in Page(fidelity_page(found, ENGINES, DATE)).text


def test_what_the_embedded_engine_cannot_make_is_told_and_the_cover_waits(
    project: Project, fake_soffice: Callable[[str], None]
) -> None:
    fake_soffice("makes-nothing")
    (project.root / "templates" / "project-plan" / "nb.docx").write_bytes(b"not a document")
    found = fidelity(_settings(project.root), DATE, ["utsira"], lambda *_: None)
    assert {one.document for one in found} == {"ks-agreement", "standard-messages", "project-plan"}
    plan = next(one for one in found if one.document == "project-plan")
    assert plan.error.startswith("A template cannot be read.")


def _may_leave_the_network() -> bool:
    unshare = shutil.which("unshare")
    return unshare is not None and subprocess.run([unshare, "-rn", "true"], check=False).returncode == 0


@pytest.mark.skipif(not _may_leave_the_network(), reason="this system permits no network namespace")
def test_libreoffice_has_no_network(fake_soffice: Callable[[str], None]) -> None:
    fake_soffice("tells-its-network")
    with LibreOfficeEngine(ROOT / "templates" / "fonts", 5) as engine:
        interfaces = engine.convert(b"").decode().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]


def test_where_no_namespace_is_permitted_libreoffice_runs_all_the_same(
    fake_soffice: Callable[[str], None], tmp_path: Path
) -> None:
    fake_soffice("tells-its-network")
    refusing = tmp_path / "bin" / "unshare"
    refusing.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    refusing.chmod(0o755)
    with LibreOfficeEngine(ROOT / "templates" / "fonts", 5) as engine:
        assert b"lo:" in engine.convert(b"")


@pytest.mark.libreoffice
def test_the_documents_of_a_municipality_are_the_same_by_both_engines(few_templates: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    found = fidelity(_settings(ROOT, few_templates), DATE, ["utsira"], lambda *step: steps.append(step))
    assert steps == [("Utsira", 1, 1)]
    assert {one.document for one in found} == {"cover", "ks-agreement", "standard-messages", "project-plan"}
    for one in found:
        assert (one.error, one.lost, one.added) == ("", (), ()), one.document
        assert one.counts[0] == one.counts[1] == len(one.pages)
        assert one.worst < 0.1
    assert [one.badness for one in found] == sorted((one.badness for one in found), reverse=True)
    page = Page(fidelity_page(found, ENGINES, DATE))
    assert len(page.pictures) == 2 * sum(len(one.pages) for one in found)
