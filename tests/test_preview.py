"""A preview: one document as PDF and pictures, and one sentence for every name that there is not."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from conftest import DATE, Project

from pipeline.documents.pdf_text import open_text
from pipeline.errors import BundleError, PipelineError, TemplateError, UsageError
from pipeline.packages.package import Order
from pipeline.packages.preview import preview
from pipeline.settings import Settings


def _settings(project: Project) -> Settings:
    root = project.root
    return Settings(municipalities=root / "municipalities", templates=root / "templates", output=root / "output")


def _order(slug: str = "bergen", package: str = "onboarding", language: str | None = None) -> Order:
    return Order(slug, package, DATE, language)


def _size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_it_makes_the_pdf_and_a_picture_of_each_page(project: Project) -> None:
    pdf, *pictures = preview(_settings(project), _order(), "ks-agreement")
    folder = project.output / ".preview" / "bergen-ks-agreement"
    assert pdf == folder / "ks-agreement.pdf"
    with open_text(pdf.read_bytes()) as text:
        assert "mellom Bergen kommune og KS" in text.page(0)
        assert [picture.name for picture in pictures] == [f"ks-agreement-{page + 1}.png" for page in range(len(text))]
        wide, high = text.sizes[0]
    assert len({picture.read_bytes() for picture in pictures}) == len(pictures)
    assert {_size(picture.read_bytes()) for picture in pictures} == {(round(wide * 1.5), round(high * 1.5))}
    assert {path for path in project.output.rglob("*") if path.is_file()} == {pdf, *pictures}


def test_a_form_is_shown_filled(project: Project) -> None:
    filled = [path.read_bytes() for path in preview(_settings(project), _order(), "nhn-order-form")[1:]]
    project.change("municipalities/bergen.toml", 'email = "integrasjon@bergen.example"', 'email = "x@bergen.example"')
    other = [path.read_bytes() for path in preview(_settings(project), _order(), "nhn-order-form")[1:]]
    assert len(filled) == len(other) == 3
    assert [one == another for one, another in zip(filled, other, strict=True)] == [False, True, True]


def test_it_is_in_the_municipality_s_language_unless_another_is_asked_for(project: Project) -> None:
    texts = []
    for language in (None, "nn"):
        with open_text(preview(_settings(project), _order(language=language), "ks-agreement")[0].read_bytes()) as text:
            texts.append(text.page(0))
    assert "Avtale om tilkobling" in texts[0]
    assert "Avtale om tilkopling" in texts[1]


def test_it_replaces_an_earlier_preview_and_nothing_else(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("ks-agreement-99.png", "ks-agreement-old.png", "project-plan-1.png"):
        (folder / name).write_bytes(b"before")
    made = preview(_settings(project), _order(), "ks-agreement", folder)
    kept = {folder / "ks-agreement-old.png", folder / "project-plan-1.png"}
    assert set(folder.iterdir()) == {*made, *kept}
    assert {path.read_bytes() for path in kept} == {b"before"}
    assert not project.output.exists()


def test_a_fault_in_another_template_does_not_stop_it(project: Project) -> None:
    (project.root / "templates" / "project-plan" / "nb.docx").write_bytes(b"not a document")
    assert preview(_settings(project), _order(), "ks-agreement")[0].is_file()
    with pytest.raises(TemplateError, match="A template cannot be read"):
        preview(_settings(project), _order(), "project-plan")


@pytest.mark.parametrize(
    ("order", "document", "sentence"),
    [
        (_order(), "ks-agrement", r"There is no document 'ks-agrement' in .*\. Did you mean ks-agreement\?"),
        (_order(), "zzz", r"There is no document 'zzz' in .*\. There is: cover, ks-agreement, .*\."),
        (_order("bergne"), "ks-agreement", r"There is no municipality file .*/bergne\.toml\. Did you mean bergen\?"),
        (_order(package="onbording"), "ks-agreement", r"There is no package 'onbording'\. Did you mean onboarding\?"),
        (_order(), "cover", r"The document 'cover' is the cover, .*: make the package to see it\."),
    ],
)
def test_a_name_that_cannot_be_previewed_is_one_sentence(
    project: Project, order: Order, document: str, sentence: str
) -> None:
    with pytest.raises(UsageError, match=rf"\A{sentence}\Z") as caught:
        preview(_settings(project), order, document)
    assert "\n" not in str(caught.value)
    assert not project.output.exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(project: Project, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(BundleError, match=r"The preview cannot be written to .*taken \(File exists\)\."):
        preview(_settings(project), _order(), "ks-agreement", tmp_path / "taken")


def test_what_keeps_a_document_from_being_made_is_said(project: Project) -> None:
    project.change("municipalities/bergen.toml", 'number = "4601"', 'number = "9999"')
    with pytest.raises(PipelineError, match="is '9999', which is not the number of a municipality"):
        preview(_settings(project), _order(), "ks-agreement")


def test_the_pictures_are_the_same_for_the_same_facts(project: Project) -> None:
    first = [path.read_bytes() for path in preview(_settings(project), _order("voss"), "nhn-order-form")]
    assert first == [path.read_bytes() for path in preview(_settings(project), _order("voss"), "nhn-order-form")]
