"""A cohort's page: every municipality told as it is, nothing fetched, no text that becomes more than text."""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import ROOT
from html_rules import Page
from small_cohort import HOSTILE, CohortRun, blank_pdf

from pipeline.data.programme import Programme
from pipeline.data.register import register
from pipeline.errors import BundleError
from pipeline.packages.cohort.entry import alphabetical
from pipeline.packages.cohort.page import cohort_page
from pipeline.packages.cohort.picture import WIDTH, kept_first_page
from pipeline.packages.ledger.issue import IssueRecord
from pipeline.packages.ledger.status import Standing
from pipeline.packages.outcome import Outcome, failed
from pipeline.packages.packed import read_packed

GOLDEN = ROOT / "tests" / "golden" / "cohort-page.txt"


@pytest.fixture
def cohort(tmp_path: Path, programme: Programme) -> CohortRun:
    return CohortRun(tmp_path, programme)


def _page(cohort: CohortRun, *outcomes: Outcome) -> Page:
    return Page(cohort_page("Våren 2027", outcomes, cohort.sources))


def _lines(page: Page) -> str:
    """The text as it stands in the source, a line for each line, without blank ones."""
    return "\n".join(line for line in (one.strip() for one in page.text.splitlines()) if line) + "\n"


def _of(page: Page, slug: str) -> str:
    """The source of a municipality's part."""
    found = re.search(rf'<tbody [^>]*id="m-{slug}".*?</tbody>', page.source, flags=re.DOTALL)
    assert found, slug
    return found.group()


def test_the_text_of_the_page_is_the_accepted_one(cohort: CohortRun, pytestconfig: pytest.Config) -> None:
    text = _lines(_page(cohort, *cohort.six())).replace(str(cohort.municipalities), "municipalities")
    if pytestconfig.getoption("--update-golden"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_the_page_keeps_to_the_rules_of_a_page(cohort: CohortRun) -> None:
    page = _page(cohort, *cohort.six())
    assert page.language == "nb"
    assert len(page.ids) == len(set(page.ids))
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - before <= 1 for before, later in pairwise(levels))
    assert page.tables == [(True, True), (True, True)]
    assert set(page.pictures) == {"Første side: "}
    assert len(page.pictures) == 5


def test_the_page_fetches_nothing_and_allows_its_own_script_alone(cohort: CohortRun) -> None:
    page = _page(cohort, *cohort.six())
    assert page.fetched == ["script"]
    [script] = page.scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page.source)
    assert policy
    assert policy.group(1) == (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    )
    assert not re.search(r"\son[a-z]+=|javascript:", page.source)


def test_every_link_leads_to_a_file_of_its_package(cohort: CohortRun) -> None:
    page = _page(cohort, *cohort.six())
    here = cohort.output / "cohorts" / "2027-spring"
    here.mkdir(parents=True)
    assert len(page.links) == 5 * 6
    assert [link for link in page.links if not (here / unquote(link)).is_file()] == []
    assert {link.split("/")[2] for link in page.links} == {"bergen", "hattfjelldal", "karasjok", "oslo", "voss"}


def test_nothing_told_of_a_municipality_becomes_markup(cohort: CohortRun) -> None:
    page = _page(cohort, cohort.hostile())
    assert len(page.scripts) == 1
    assert "alert(" not in page.scripts[0]
    assert "b" in page.tags
    assert '"><b>' not in page.source
    assert page.text.count(HOSTILE) > 6


def test_a_missing_fact_is_told_with_its_line_and_who_can_give_it(cohort: CohortRun) -> None:
    told = _of(
        _page(cohort, cohort.lacking("voss", "people.it", "services[2].her_id", "home_care.hourly_cost")), "voss"
    )
    assert re.findall(r"<b>([^<]*)</b> kan gi", told) == ["IT-lederen i kommunen", "Økonomiavdelingen i kommunen"]
    assert '<code>services[2].her_id</code> mangler <span class="quiet">(voss.toml:1)</span>' in told
    assert '<code>people.it</code> mangler <span class="quiet">(voss.toml)</span>' in told
    assert 'lang="en"' not in told


def test_other_problems_stand_in_english_below_a_norwegian_sentence(cohort: CohortRun) -> None:
    told = _of(_page(cohort, *cohort.six()), "utsira")
    assert "Dette er meldingen fra kjøringen, på engelsk:" in told
    english = re.search(r'<div class="problem" lang="en">(.*?)</div>', told)
    assert english
    assert "address.phone: is not a telephone number. Write digits." in english.group(1)
    assert "archive.case_number" not in english.group(1)
    assert "<code>archive.case_number</code> mangler" in told


def test_an_earlier_package_is_told_as_such_and_names_a_municipality_whose_file_is_broken(cohort: CohortRun) -> None:
    page = _page(cohort, *cohort.six())
    assert "Det ligger en eldre pakke her fra <time" in _of(page, "karasjok")
    assert "Kárášjohka – Karasjok <span" in _of(page, "karasjok")
    assert "eldre pakke" not in _of(page, "bergen")
    assert "Det ligger ingen pakke her." not in page.text


def test_a_municipality_that_nothing_is_known_of_goes_by_the_name_of_its_file(cohort: CohortRun) -> None:
    lost = failed("nowhere", cohort.output / "nowhere", BundleError("The disk is full."))
    told = _of(_page(cohort, lost), "nowhere")
    assert '<th scope="rowgroup" role="rowheader">nowhere</th>' in told
    assert "Ukjent fylke" in told
    assert "Ukjent system" in told
    assert "1\u00a0feil" in told
    assert "The disk is full." in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "packing-list.json is not a whole packing list. Make the package again."),
        ("[]", "packing-list.json is not a whole packing list. Make the package again."),
        ('{"format": 9}', "packing-list.json has the format 9, not 1. Make the package again."),
    ],
)
def test_a_broken_packing_list_is_told_and_the_others_are_shown(cohort: CohortRun, content: str, said: str) -> None:
    outcomes = cohort.six()
    (cohort.output / "bergen" / "packing-list.json").write_text(content, encoding="utf-8")
    page = _page(cohort, *outcomes)
    assert said in _of(page, "bergen")
    assert "Pakken som ligger i mappen, kan ikke vises:" in _of(page, "bergen")
    assert len(page.pictures) == 4


def test_a_broken_pdf_costs_its_own_picture_only(cohort: CohortRun) -> None:
    outcome = cohort.complete("bergen", "4601")
    (outcome.folder / "01-ks" / "avtale nr 1.pdf").write_bytes(b"no PDF")
    told = _of(_page(cohort, outcome, cohort.complete("voss", "4621", "nn")), "bergen")
    assert '<span class="none" lang="nb">Siden kan ikke vises</span><span>Avtale</span>' in told


def test_the_same_run_gives_the_same_page_in_any_order(cohort: CohortRun) -> None:
    outcomes = cohort.six()
    assert cohort_page("A", outcomes, cohort.sources) == cohort_page("A", outcomes[::-1], cohort.sources)


def test_the_papers_of_a_package_are_marked_with_their_language(cohort: CohortRun) -> None:
    page = _page(cohort, *cohort.six())
    assert '<div lang="nn">' in _of(page, "voss")
    assert "Brukarar og pårørande" in _of(page, "voss")
    assert "Pakken er på nynorsk" in _of(page, "voss")


def test_what_was_sent_and_what_came_back_stands_beside_each_paper(cohort: CohortRun) -> None:
    outcomes = [cohort.complete("bergen", "4601"), cohort.complete("voss", "4621", "nn")]
    packed = {slug: read_packed(cohort.output / slug) for slug in ("bergen", "voss")}
    [bergen, voss] = [one.signable[0].files[0].sha256 for one in packed.values() if one]
    day = datetime.date(2026, 12, 1)
    sources = replace(
        cohort.sources,
        standings=[
            Standing(_issue("bergen", bergen), day, datetime.date(2026, 12, 9), "proven"),
            Standing(_issue("voss", voss), day, None, None),
        ],
    )
    text = _lines(Page(cohort_page("A", outcomes, sources)))
    assert "Sendt 01.12.2026. Kom tilbake 09.12.2026: signert og bevist." in text
    assert (
        "er 1 sendt og ikke kommet tilbake, 0 kommet tilbake uten å være bevist, og 1 kommet tilbake og bevist." in text
    )
    assert "kommet tilbake" not in _lines(Page(cohort_page("A", outcomes, cohort.sources)))


def _issue(slug: str, sha256: str) -> IssueRecord:
    return IssueRecord(slug, slug, "paper", 1, sha256, "2026-11-23", "Avtale", "nb", slug, "a.pdf", {}, "", [])


def test_names_stand_in_the_order_of_the_alphabet() -> None:
    names = [
        "Åsnes",
        "Øyer",
        "Ål",
        "Árviesluokta",
        "Ærøy",
        "Ås",
        "Đátnu",
        "Dyrøy",
        "Aarborte",
        "Alta",
        "Šuoššo",
        "Stord",
    ]
    assert sorted(names, key=alphabetical) == [
        "Aarborte", "Alta", "Árviesluokta", "Đátnu", "Dyrøy", "Stord", "Šuoššo", "Ærøy", "Øyer", "Ål", "Ås", "Åsnes",
    ]  # fmt: skip


def test_a_whole_country_of_municipalities_has_counts_by_county(cohort: CohortRun) -> None:
    outcomes = []
    for number in register():
        cohort.number(f"m{number}", number)
        outcomes.append(Outcome(f"m{number}", cohort.output / f"m{number}", "complete", 3, 0))
    outcomes[3] = replace(outcomes[3], state="failed", documents=0)
    page = _page(cohort, *outcomes)
    assert "356 av 357\u00a0kommuner har pakken sin klar." in page.text
    assert "De ferdige pakkene har 1\u00a0068 dokumenter." in page.text
    assert 'aria-label="Klar: 356, mangler opplysninger: 0, feilet: 1"' in page.source
    row = re.search(r'<tr><th scope="row">Rogaland</th>(.*?)<td><svg', page.source)
    assert row
    assert re.findall(r"<td>(\d+)</td>", row.group(1)) == ["22", "0", "1", "23"]
    assert page.source.count("<tbody role") == 357


def test_a_picture_is_drawn_once_for_a_content(tmp_path: Path) -> None:
    pdf, cache = tmp_path / "a.pdf", tmp_path / "pictures"
    pdf.write_bytes(blank_pdf())
    drawn = kept_first_page(pdf, "a" * 64, cache)
    assert drawn[8:12] == b"WEBP"
    assert int.from_bytes(drawn[26:28], "little") == WIDTH
    assert len(drawn) < 3000
    pdf.unlink()
    assert kept_first_page(pdf, "a" * 64, cache) == drawn
    assert [path.name for path in cache.iterdir()] == [f"{'a' * 64}.webp"]
    with pytest.raises(OSError, match=r"a\.pdf"):
        kept_first_page(pdf, "b" * 64, cache)


def test_a_file_that_is_no_pdf_has_no_picture_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 half")
    with pytest.raises(RuntimeError):
        kept_first_page(tmp_path / "a.pdf", "c" * 64, tmp_path / "pictures")
    assert not (tmp_path / "pictures").exists()
