"""How the engines fail, and that a failure is one sentence and leaves nothing running."""

from __future__ import annotations

import io
import multiprocessing
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from pipeline.documents.convert import foreign_fonts
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.libreoffice import LibreOfficeEngine
from pipeline.documents.pdf_objects import embedded_fonts
from pipeline.documents.pdf_text import open_text
from pipeline.errors import ConversionError, SettingsError

FONTS = Path(__file__).resolve().parent.parent / "templates" / "fonts"
FAKES = Path(__file__).resolve().parent / "fakes"


def _docx(text: str, font: str = "Calibri") -> bytes:
    document = Document()
    document.styles["Normal"].font.name = font
    document.core_properties.title, document.core_properties.language = "Prøve", "nb-NO"
    document.add_paragraph(text)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.fixture
def fake_soffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def install(name: str) -> None:
        shutil.copy(FAKES / f"soffice-{name}", tmp_path / "soffice")
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return install


def test_the_embedded_engine_keeps_sami_letters_and_uses_the_fonts_given(engine: EmbeddedEngine) -> None:
    pdf = engine.convert(_docx("Kárášjohka čđŋšŧž ÁČĐŊŠŦŽ"))
    with open_text(pdf) as text:
        assert "Kárášjohka čđŋšŧž ÁČĐŊŠŦŽ" in text.page(0)
    assert foreign_fonts(embedded_fonts(pdf), frozenset({"Carlito"})) == []


def test_the_same_docx_gives_the_same_pdf(engine: EmbeddedEngine) -> None:
    docx = _docx("Likt hver gang")
    assert engine.convert(docx) == engine.convert(docx)


def test_a_document_that_takes_too_long_is_given_up_and_the_engine_goes_on() -> None:
    with EmbeddedEngine(FONTS, 0.0001) as hurried:
        with pytest.raises(ConversionError, match=r"it took more than 0.0001 seconds\. Raise PIPELINE_TIMEOUT"):
            hurried.convert(_docx("For sent"))
        hurried._timeout = 60  # noqa: SLF001  # the same engine, given time
        assert hurried.convert(_docx("I tide")).startswith(b"%PDF")


def test_what_is_not_a_docx_is_refused_in_one_sentence_and_the_engine_goes_on(engine: EmbeddedEngine) -> None:
    with pytest.raises(ConversionError, match="the engine refused it"):
        engine.convert(b"not a docx")
    assert engine.convert(_docx("Etterpå")).startswith(b"%PDF")


def test_libreoffice_that_is_not_there_is_a_setting_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="LibreOffice is not installed"):
        LibreOfficeEngine(FONTS, 5)


def test_libreoffice_that_makes_nothing_is_not_taken_at_its_exit_status(fake_soffice: Callable[[str], None]) -> None:
    fake_soffice("makes-nothing")
    with LibreOfficeEngine(FONTS, 5) as engine, pytest.raises(ConversionError, match="LibreOffice made no PDF"):
        engine.convert(_docx("Ingenting"))


def test_libreoffice_that_hangs_is_killed_with_its_children(fake_soffice: Callable[[str], None]) -> None:
    fake_soffice("hangs")
    with (
        LibreOfficeEngine(FONTS, 0.5) as engine,
        pytest.raises(ConversionError, match=r"it took more than 0.5 seconds"),
    ):
        engine.convert(_docx("Henger"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of the worker from /proc")
def test_the_engine_does_not_grow_with_every_document() -> None:
    before = set(multiprocessing.active_children())
    with EmbeddedEngine(FONTS, 60) as engine:
        for number in range(80):
            engine.convert(_docx(f"{number}. " + "Ny tekst som må settes på nytt i hvert dokument. " * 300))
            for worker in set(multiprocessing.active_children()) - before:
                status = Path(f"/proc/{worker.pid}/status").read_text(encoding="utf-8")
                kilobytes = int(status.partition("VmRSS:")[2].split()[0])
                assert kilobytes < 600_000, f"{kilobytes} kB after {number + 1} documents"


@pytest.mark.libreoffice
def test_libreoffice_shows_only_the_fonts_given() -> None:
    with LibreOfficeEngine(FONTS, 120) as engine:
        pdf = engine.convert(_docx("Kárášjohka čđŋšŧž"))
    assert foreign_fonts(embedded_fonts(pdf), frozenset({"Carlito"})) == []
    with open_text(pdf) as text:
        assert "Kárášjohka čđŋšŧž" in text.page(0)
