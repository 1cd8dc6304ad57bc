"""What a change would do: exactly the papers that change, what changes in them, and what cannot be made."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import pytest
from conftest import DATE, ROOT, Project, keep_few_papers
from docx import Document
from html_rules import Page

from pipeline.documents.pdf_text import open_shown
from pipeline.errors import UsageError
from pipeline.packages.difference.differences import Differences, differences
from pipeline.packages.difference.page import difference_page
from pipeline.packages.difference.paper_set import Difference

pytestmark = pytest.mark.slow

SLUGS = ("bergen", "utsira", "voss")
CONTACT = ('[people.technical_contact]\nname = "', '[people.technical_contact]\nname = "Prøve ')
SIGNATORY = ('[signatory]\nname = "', '[signatory]\nname = "Prøve ')


@pytest.fixture
def sides(tmp_path: Path) -> tuple[Project, Project]:
    """Two equal projects with three municipalities."""
    projects = []
    for name in ("before", "after"):
        root = tmp_path / name
        shutil.copytree(ROOT / "templates", root / "templates")
        keep_few_papers(root / "templates")
        (root / "municipalities").mkdir()
        for slug in SLUGS:
            shutil.copy(ROOT / "municipalities" / f"{slug}.toml", root / "municipalities")
        projects.append(Project(root))
    return projects[0], projects[1]


def _compare(sides: tuple[Project, Project]) -> Differences:
    return differences(sides[0].root, sides[1].root, DATE, lambda *_: None)


def _keep_only(sides: tuple[Project, Project], slug: str) -> None:
    for side in sides:
        for path in (side.root / "municipalities").glob("*.toml"):
            if path.stem != slug:
                path.unlink()


def _change_word(project: Project, path: str, old: str, new: str) -> None:
    """Replaces a text that stands exactly once in the body of a Word file."""
    file = project.root / path
    target = io.BytesIO()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "word/document.xml":
                assert content.count(old.encode()) == 1, f"{old!r} stands {content.count(old.encode())} times in {path}"
                content = content.replace(old.encode(), new.encode())
            copy.writestr(name, content)
    file.write_bytes(target.getvalue())


def _papers(found: Differences) -> set[tuple[str, str, str]]:
    return {(one.slug, one.language, one.document) for one in found.papers}


def _whole_package(project: Project, slug: str) -> dict[str, list[tuple[str, bytes]]]:
    """The text and picture of each page of each PDF, from the package as it is made; archive copies say the same."""
    ran = project.run("package", slug, "--date", DATE.isoformat())
    assert ran.code == 0, ran.err
    files = {path: content for path, content in project.files(slug).items() if not path.startswith("archive/")}
    return {path: _shown(content) for path, content in files.items() if path.endswith(".pdf")}


def _shown(pdf: bytes) -> list[tuple[str, bytes]]:
    with open_shown(pdf) as text:
        return [(text.page(number), text.picture(number, 0.5)) for number in range(len(text))]


def _words(found: Difference, side: str) -> list[str]:
    pieces = [words for change in found.text for words in getattr(change, side)]
    return [words.text for words in pieces if words.kind == "changed"]


def test_a_word_of_a_template_changes_that_document_for_those_who_get_it_and_nothing_else(
    sides: tuple[Project, Project],
) -> None:
    _change_word(sides[1], "templates/ks-agreement/nb.docx", "Definisjoner", "Ordforklaringer")
    found = _compare(sides)
    assert found.changed_files == {"templates/ks-agreement/nb.docx": "changed"}
    assert _papers(found) == {("bergen", "nb", "ks-agreement"), ("utsira", "nb", "ks-agreement")}
    for one in found.papers:
        assert (_words(one, "before"), _words(one, "after")) == (["Definisjoner"], ["Ordforklaringer"])
        [page] = one.pages
        assert page.numbers[0] == page.numbers[1]
        assert page.pictures[0] != page.pictures[1]
        [region] = page.regions
        assert 0 < region.left < region.right < 1
        assert 0 < region.top < region.bottom < region.top + 0.05


def test_a_fact_changes_exactly_the_documents_that_use_it(sides: tuple[Project, Project]) -> None:
    sides[1].change("municipalities/bergen.toml", *SIGNATORY)
    found = _compare(sides)
    assert {one.slug for one in found.papers} == {"bergen"}
    before, after = (_whole_package(side, "bergen") for side in sides)
    really = {path for path in before if before[path] != after[path]}
    assert 0 < len(really) < len(before)
    assert {f"{one.files[1]}.pdf" for one in found.papers} == really
    assert all(one.text and one.pages for one in found.papers)


def test_nothing_changed_says_so_and_makes_nothing(sides: tuple[Project, Project]) -> None:
    """A template that could not be read would be told of, had it been opened."""
    for side in sides:
        (side.root / "templates" / "project-plan" / "nb.docx").write_bytes(b"not a document")
    found = _compare(sides)
    assert (found.papers, found.changed_files, found.municipalities) == ((), {}, 3)
    page = Page(difference_page(found, "før", "nå"))
    assert "Ingen dokumenter endrer seg" in page.text
    assert page.headings == [(1, "Hva endringen gjør med dokumentene")]


def test_a_change_that_no_paper_shows_is_told_with_its_file(sides: tuple[Project, Project]) -> None:
    with (sides[1].root / "municipalities" / "voss.toml").open("a", encoding="utf-8") as file:
        file.write("\n# Ein merknad\n")
    found = _compare(sides)
    assert (found.papers, found.changed_files) == ((), {"municipalities/voss.toml": "changed"})
    page = Page(difference_page(found, "før", "nå"))
    assert "Ingen dokumenter endrer seg" in page.text
    assert "municipalities/voss.toml" in page.text


def test_only_what_a_change_touches_is_made(sides: tuple[Project, Project]) -> None:
    """The unreadable plan is the same on both sides and not asked for by a change of another template."""
    for side in sides:
        (side.root / "templates" / "project-plan" / "nb.docx").write_bytes(b"not a document")
    _change_word(sides[1], "templates/ks-agreement/nb.docx", "Definisjoner", "Ordforklaringer")
    found = _compare(sides)
    assert _papers(found) == {("bergen", "nb", "ks-agreement"), ("utsira", "nb", "ks-agreement")}
    assert not found.broken


@pytest.mark.parametrize("broken", [0, 1])
def test_facts_that_are_wrong_on_one_side_are_shown_with_their_problem(
    sides: tuple[Project, Project], broken: int
) -> None:
    sides[broken].change("municipalities/voss.toml", 'number = "4621"', 'number = "9999"')
    found = _compare(sides)
    [one] = found.papers
    assert (one.slug, one.document, found.broken) == ("voss", "", broken == 1)
    fault = one.faults[broken]
    assert fault is not None
    assert one.faults[1 - broken] is None
    assert fault.message.startswith("municipalities/voss.toml has ")
    assert any("'9999', which is not the number of a municipality" in problem for problem in fault.problems)
    page = Page(difference_page(found, "før", "nå"))
    assert "which is not the number of a municipality" in page.text
    assert str(sides[broken].root) not in page.source


def test_a_template_that_is_wrong_is_shown_with_its_problem_beside_what_can_be_made(
    sides: tuple[Project, Project],
) -> None:
    _keep_only(sides, "bergen")
    _change_word(sides[1], "templates/ks-agreement/nb.docx", "Definisjoner", "{{ munisipality.name }}")
    sides[1].change("municipalities/bergen.toml", *SIGNATORY)
    found = _compare(sides)
    by_name = {one.document: one for one in found.papers}
    fault = by_name["ks-agreement"].faults[1]
    assert fault is not None
    assert any("'munisipality'" in problem for problem in fault.problems)
    assert by_name["nhn-order-form"].text
    assert "cover" not in by_name
    page = Page(difference_page(found, "før", "nå"))
    assert "'munisipality'" in page.text
    assert "Prøve" in page.text


def test_a_side_without_a_font_is_shown_and_not_made(sides: tuple[Project, Project]) -> None:
    (sides[1].root / "templates" / "fonts" / "Carlito-Bold.ttf").unlink()
    found = _compare(sides)
    assert [(one.slug, one.document, one.faults[0]) for one in found.papers] == [(slug, "", None) for slug in SLUGS]
    assert all("Fonts are missing: templates/fonts/Carlito-Bold.ttf" in str(one.faults[1]) for one in found.papers)


def test_a_municipality_that_is_new_or_gone_is_told(sides: tuple[Project, Project]) -> None:
    (sides[0].root / "municipalities" / "utsira.toml").unlink()
    (sides[1].root / "municipalities" / "voss.toml").unlink()
    found = _compare(sides)
    assert {(one.slug, one.how) for one in found.papers} == {("utsira", "new"), ("voss", "gone")}
    assert [one.document for one in found.papers if one.slug == "utsira"] == [
        one.document for one in found.papers if one.slug == "voss"
    ]
    assert len(found.papers) == 10
    assert all(bool(one.pages) == (one.how == "new") for one in found.papers)
    page = Page(difference_page(found, "før", "nå"))
    assert page.text.count("Nytt dokument.") == page.text.count("Dokumentet faller bort.") == 5


def test_a_document_that_leaves_the_package_is_gone_from_the_cover_too(sides: tuple[Project, Project]) -> None:
    _keep_only(sides, "utsira")
    sides[1].change("templates/packages/onboarding.toml", '"standard-messages", ', "")
    found = _compare(sides)
    assert [(one.document, one.how) for one in found.papers] == [("standard-messages", "gone"), ("cover", "changed")]
    assert any("Standardmeldinger" in word for word in _words(found.papers[1], "before"))


def test_pages_more_have_no_before_and_the_cover_tells_of_them(sides: tuple[Project, Project]) -> None:
    _keep_only(sides, "utsira")
    path = sides[1].root / "templates" / "ks-agreement" / "nb.docx"
    document = Document(str(path))
    for number in range(60):
        document.add_paragraph(f"Et nytt punkt nummer {number}, som avtalen ikke hadde.")
    document.save(str(path))
    found = _compare(sides)
    agreement = next(one for one in found.papers if one.document == "ks-agreement")
    assert agreement.pages[-1].numbers[0] is None
    assert agreement.pages[-1].pictures[0] is None
    assert "Et nytt punkt nummer 59, som avtalen ikke hadde." in " ".join(_words(agreement, "after"))
    [cover] = [one for one in found.papers if one.document == "cover"]
    assert [word for word in _words(cover, "after") if word.isdigit()] == [str(agreement.pages[-1].numbers[1])]
    assert len(found.papers) == 2


def test_the_table_that_is_delivered_is_compared_too(sides: tuple[Project, Project]) -> None:
    _keep_only(sides, "utsira")
    path = sides[1].root / "templates" / "standard-messages" / "nb.csv"
    text = path.read_bytes().decode("utf-8-sig")
    title = text.splitlines()[1].split(";")[2]
    path.write_bytes(text.replace(title, f"Prøve: {title}", 1).encode("utf-8-sig"))
    found = _compare(sides)
    assert {one.document for one in found.papers} == {"standard-messages"}
    assert "CSV-filen" in {change.place for change in found.papers[0].text}


def test_another_language_is_other_papers(sides: tuple[Project, Project]) -> None:
    _keep_only(sides, "voss")
    sides[1].change("municipalities/voss.toml", "[municipality]\n", '[municipality]\nlanguage = "nb"\n')
    found = _compare(sides)
    assert {(one.language, one.how) for one in found.papers} == {("nn", "gone"), ("nb", "new")}


def test_a_folder_that_is_no_project_is_one_sentence(sides: tuple[Project, Project], tmp_path: Path) -> None:
    sentence = (
        r"\AThere is no folder .*/nowhere/municipalities\. Name a folder that holds municipalities and templates\.\Z"
    )
    with pytest.raises(UsageError, match=sentence):
        differences(tmp_path / "nowhere", sides[1].root, DATE, lambda *_: None)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A page with papers that changed, are gone, and cannot be made."""
    roots = [tmp_path_factory.mktemp(name) for name in ("before", "after")]
    for root in roots:
        shutil.copytree(ROOT / "templates", root / "templates")
        keep_few_papers(root / "templates")
        (root / "municipalities").mkdir()
        for slug in SLUGS:
            shutil.copy(ROOT / "municipalities" / f"{slug}.toml", root / "municipalities")
    sides = Project(roots[0]), Project(roots[1])
    sides[1].change("municipalities/bergen.toml", CONTACT[0], f"{CONTACT[0]}<b>Ny</b> & ")
    sides[1].change("municipalities/voss.toml", 'number = "4621"', 'number = "9999"')
    (sides[1].root / "municipalities" / "utsira.toml").unlink()
    return Page(difference_page(_compare(sides), "HEAD~1 <før>", "mappen her"))


def test_the_page_needs_nothing_but_itself(page: Page) -> None:
    assert page.fetched == []
    assert page.language == "nb"
    assert "HEAD~1 <før>" in page.text


def test_facts_are_shown_as_text_and_never_become_part_of_the_page(page: Page) -> None:
    assert "<b>Ny</b> &" in page.text
    assert "b" not in page.tags


def test_the_page_can_be_read_without_seeing_it(page: Page) -> None:
    assert page.headings[0][0] == 1
    assert all(later <= earlier + 1 for (earlier, _), (later, _) in zip(page.headings, page.headings[1:], strict=False))
    assert page.pictures
    assert all(page.pictures)
    assert len(set(page.pictures)) == len(page.pictures)
    assert page.tables
    assert all(headed and captioned for headed, captioned in page.tables)


def test_every_link_of_the_page_leads_somewhere(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert page.links
    assert set(page.links) <= {f"#{one}" for one in page.ids}
