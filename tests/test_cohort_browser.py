"""A cohort's page in a real browser: sorted, filtered and opened with the keyboard, on a desk and on a phone."""

from __future__ import annotations

import importlib.resources
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from small_cohort import CohortRun

from pipeline.data.programme import Programme
from pipeline.packages.cohort.page import cohort_page

pytestmark = pytest.mark.browser
AXE = (importlib.resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
SIZES = {"desk": (1280, 900), "phone": (375, 667)}
QUIET = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
IN_ORDER = ["Aarborte – Hattfjelldal", "Bergen", "Hå", "Kárášjohka – Karasjok", "Oslo – Oslove", "Utsira", "Voss"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium and no other; root may start it only without its sandbox."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("These tests need the browser chromium: apt-get install chromium")
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, programme: Programme) -> str:
    """The address of a cohort's page: three municipalities ready, two lacking facts, two failed."""
    cohort = CohortRun(tmp_path_factory.mktemp("cohort"), programme)
    cohort.number("n1119", "1119")
    outcomes = [*cohort.six(), cohort.lacking("n1119", "archive.case_number")]
    path = cohort.output / "cohorts" / "2027-spring" / "index.html"
    path.parent.mkdir(parents=True)
    path.write_text(cohort_page("Kohorten våren 2027", outcomes, cohort.sources), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(params=SIZES)
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The page, opened without a network; whatever it asks for or complains of fails the test."""
    width, height = SIZES[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
    opened = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto(address)
    yield opened
    context.close()
    assert [url for url in asked if url != address and not url.startswith("data:")] == []
    assert said == []


def _names(page: Page) -> list[str]:
    """The municipalities shown, in their order; the number behind each name is left out."""
    headings = page.get_by_role("rowheader").filter(visible=True).all_inner_texts()
    return [text.rpartition(" ")[0] for text in headings if text != "Hele kohorten"]


def _status(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def _axe(page: Page) -> list[Any]:
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("() => axe.run()")
    assert len(found["passes"]) > 20
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"] + found["incomplete"]]


def test_the_municipalities_are_sorted_with_the_keyboard(page: Page) -> None:
    assert _names(page) == IN_ORDER
    lacking = page.get_by_role("columnheader", name="Mangler eller feil")
    assert lacking.get_attribute("aria-sort") is None
    lacking.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert _names(page) == [
        "Oslo – Oslove", "Utsira", "Hå", "Kárášjohka – Karasjok", "Aarborte – Hattfjelldal", "Bergen", "Voss",
    ]  # fmt: skip
    assert lacking.get_attribute("aria-sort") == "descending"
    assert _status(page) == "Viser 7 av 7 kommuner, sortert etter mangler eller feil, synkende."
    page.keyboard.press("Space")
    assert lacking.get_attribute("aria-sort") == "ascending"
    assert _names(page)[-2:] == ["Utsira", "Oslo – Oslove"]
    expect(lacking.get_by_role("button")).to_be_focused()


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("Kommune", IN_ORDER[::-1]),
        ("Fylke", [IN_ORDER[3], IN_ORDER[0], IN_ORDER[4], IN_ORDER[2], IN_ORDER[5], IN_ORDER[1], IN_ORDER[6]]),
        ("Status", [IN_ORDER[3], IN_ORDER[5], IN_ORDER[2], IN_ORDER[4], IN_ORDER[0], IN_ORDER[1], IN_ORDER[6]]),
        ("Journalsystem", [IN_ORDER[0], IN_ORDER[6], IN_ORDER[4], IN_ORDER[5], IN_ORDER[3], IN_ORDER[1], IN_ORDER[2]]),
    ],
)
def test_each_column_has_its_order_and_only_one_says_so(page: Page, column: str, order: list[str]) -> None:
    page.get_by_role("button", name=column, exact=True).click()
    assert _names(page) == order
    sorted_by = page.locator("th[aria-sort]")
    assert sorted_by.all_inner_texts()[0].startswith(column)
    assert sorted_by.count() == 1


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("KÁRÁŠJOHKA", ["Kárášjohka – Karasjok"]),
        ("karasjohka", ["Kárášjohka – Karasjok"]),
        ("hå", ["Hå"]),
        ("ha\u030a", ["Hå"]),
        ("ha", ["Aarborte – Hattfjelldal"]),
        ("4601", ["Bergen"]),
        ("vestland visma", ["Bergen"]),
        ("case_number", ["Hå", "Utsira"]),
        ("finnes ikke", []),
    ],
)
def test_words_find_municipalities_whatever_their_case_and_marks(page: Page, sought: str, found: list[str]) -> None:
    page.get_by_label("Søk").fill(sought)
    assert _names(page) == found
    assert _status(page).startswith(f"Viser {len(found)} av 7 kommuner,")


def test_filters_add_up_stay_through_a_sort_and_are_taken_away_together(page: Page) -> None:
    page.get_by_label("Status", exact=True).select_option("Feilet")
    assert _names(page) == ["Kárášjohka – Karasjok", "Utsira"]
    page.get_by_role("button", name="Fylke").click()
    page.get_by_label("Fylke", exact=True).select_option("Rogaland")
    assert _names(page) == ["Utsira"]
    page.get_by_label("Journalsystem").select_option("Visma Profil")
    assert _names(page) == []
    assert _status(page) == "Viser 0 av 7 kommuner, sortert etter fylke, stigende."
    page.get_by_role("button", name="Vis alle kommuner").click()
    assert len(_names(page)) == 7


def test_a_municipality_opens_with_the_keyboard_and_shows_its_pages_and_files(page: Page) -> None:
    part = page.locator("#m-voss")
    part.locator("summary").focus()
    page.keyboard.press("Enter")
    paper = part.get_by_role("link", name="Første side: Avtale")
    expect(paper).to_be_visible()
    assert paper.locator("img").evaluate("img => img.decode().then(() => img.naturalWidth)") == 160
    leads = str(paper.evaluate("link => link.href"))
    assert Path(leads.removeprefix("file://").replace("%20", " ")).is_file()
    page.keyboard.press("Tab")
    expect(paper).to_be_focused()


def test_all_that_are_shown_open_and_close_at_once(page: Page) -> None:
    page.get_by_label("Status", exact=True).select_option("Klar")
    page.get_by_role("button", name="Åpne alle viste").click()
    page.get_by_role("button", name="Vis alle kommuner").click()
    assert page.locator(".more details[open]").count() == 3
    page.get_by_role("button", name="Lukk alle").click()
    assert page.locator(".more details[open]").count() == 0


def test_axe_finds_nothing_closed_or_open(page: Page) -> None:
    assert _axe(page) == []
    page.get_by_role("button", name="Åpne alle viste").click()
    page.get_by_text("Fordelt på fylker").click()
    assert _axe(page) == []


def test_the_list_is_a_table_to_screen_readers_however_it_looks(page: Page) -> None:
    table = page.get_by_role("table", name="Kommunene i kohorten")
    assert table.get_by_role("columnheader").count() == 5
    assert table.get_by_role("row").count() == 1 + 2 * 7
    expect(page.get_by_role("img", name="Klar: 3, mangler opplysninger: 2, feilet: 2")).to_be_visible()


def test_nothing_is_wider_than_the_screen(page: Page) -> None:
    page.get_by_role("button", name="Åpne alle viste").click()
    page.get_by_text("Fordelt på fylker").click()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_no_other_script_runs(browser: Browser, address: str) -> None:
    opened = browser.new_page()
    opened.goto(address)
    added = """() => {
        const script = document.createElement("script");
        script.textContent = "window.touched = true";
        document.body.append(script);
        return window.touched === true;
    }"""
    assert opened.evaluate(added) is False
    opened.close()


def test_without_scripts_all_is_shown_and_no_control_that_does_nothing(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address)
    assert _names(opened) == IN_ORDER
    assert opened.get_by_role("button").filter(visible=True).count() == 0
    opened.locator("#m-oslo summary").click()
    expect(opened.get_by_text("IT-lederen i kommunen")).to_be_visible()
    context.close()


def test_the_printed_page_has_the_open_ones_and_no_controls(page: Page) -> None:
    page.locator("#m-oslo summary").click()
    page.emulate_media(media="print")
    expect(page.get_by_label("Søk")).to_be_hidden()
    expect(page.get_by_text("IT-lederen i kommunen")).to_be_visible()
    expect(page.get_by_text("Voss", exact=False).first).to_be_visible()
