"""What the explaining page promises: every value is a link with its origin, on one page that needs nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import ROOT
from small_papers import FONT, FONTS, MakeEdition, changed, papers_below, saved, word

from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.provenance import bound_values
from pipeline.packages.contents import PackedDocument, Workshop, make_document
from pipeline.packages.explain import explain_page
from pipeline.templating.catalogue import load_package
from pipeline.templating.names import facts

_VOID = {"meta", "img", "br", "!doctype"}


class _Page(HTMLParser):
    """The elements of a page; a tag that is not closed in its place is an error."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def _document(edition: MakeEdition, engine: EmbeddedEngine, slug: str, name: str) -> PackedDocument:
    package = load_package(ROOT / "templates", "onboarding")
    template = next(one for one in package.documents if one.name == name)
    workshop = Workshop(engine, FONTS, FONT)
    return make_document(package, template, edition(slug), facts(edition(slug)), workshop)


@pytest.fixture(scope="module", params=[("bergen", "ks-agreement"), ("voss", "nhn-order-form")])
def document(request: pytest.FixtureRequest, edition: MakeEdition, engine: EmbeddedEngine) -> PackedDocument:
    slug, name = request.param
    return _document(edition, engine, slug, name)


def test_the_page_fetches_nothing_and_runs_nothing(document: PackedDocument) -> None:
    text = explain_page(document)
    page = _Page(text)
    assert page.all("script") == []
    assert page.all("link") == []
    assert "url(" not in text
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.all("img"))
    assert all(link["href"].startswith("#") for link in page.all("a"))
    assert len(page.all("img")) == document.final.pages


def test_each_value_is_a_link_that_the_keyboard_reaches_once(document: PackedDocument) -> None:
    page = _Page(explain_page(document))
    for number, value in enumerate(document.values, start=1):
        links = [link for link in page.all("a") if link["href"] == f"#v{number}"]
        reached = [link for link in links if link.get("tabindex") != "-1"]
        assert len(links) == len({place.page for place in value.places})
        assert [link["id"] for link in reached] == [f"p{number}"]
        assert value.origin.place in reached[0]["aria-label"]
        assert value.placeholder.typed in reached[0]["aria-label"]


def test_every_link_leads_somewhere_and_the_table_leads_back(document: PackedDocument) -> None:
    page = _Page(explain_page(document))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids)) == 2 * len(document.values)
    targets = {link["href"] for link in page.all("a")}
    assert targets == {f"#{one}" for one in ids}


def test_the_page_is_in_the_language_of_the_paper(edition: MakeEdition, engine: EmbeddedEngine) -> None:
    texts = {slug: explain_page(_document(edition, engine, slug, "nhn-order-form")) for slug in ("bergen", "voss")}
    assert [page.all("html")[0]["lang"] for page in map(_Page, texts.values())] == ["nb", "nn"]
    assert "Hvor verdiene i «Bestilling av tilkobling til Digihelse» kommer fra" in texts["bergen"]
    assert "Kvar verdiane i «Bestilling av tilkopling til Digihelse» kjem frå" in texts["voss"]
    assert "ikke krysset av" in texts["bergen"]
    assert "ikkje kryssa av" in texts["voss"]


def test_the_marks_lie_on_the_values(document: PackedDocument) -> None:
    page = _Page(explain_page(document))
    spots = [one["style"] for one in page.all("span") if one.get("class") == "spot"]
    assert len(spots) == sum(len(value.places) for value in document.values)
    edges = [dict(re.findall(r"(left|top|width|height):([\d.]+)%", style)) for style in spots]
    for edge in edges:
        assert float(edge["left"]) + float(edge["width"]) < 100
        assert float(edge["top"]) + float(edge["height"]) < 100
    first = document.values[0].places[0]
    assert float(edges[0]["left"]) == pytest.approx((first.left - 1.5) / 595 * 100, abs=0.1)


def test_it_is_the_same_page_every_time(document: PackedDocument) -> None:
    assert explain_page(document) == explain_page(document)


def test_a_value_that_is_lost_is_told_and_has_no_mark(
    tmp_path: Path, edition: MakeEdition, engine: EmbeddedEngine
) -> None:
    papers = papers_below(tmp_path, engine)
    template = word("{{ municipality.name }} & <{{ address.city }}>", "Tlf. {{ address.phone }}")
    final = papers.swapped(edition("bergen"), template, engine.convert(saved(word("Bergen & <Bergen>", "Tlf. "))))
    page = _Page(explain_page(PackedDocument(final, None, bound_values(final, edition("bergen")))))
    text = " ".join(page.texts)
    assert "1 av de 3 verdiene står ikke som de skal i den ferdige PDF-en." in text
    assert "«55 56 55 56» is not in the finished PDF." in text.replace("\u00a0", " ")
    assert "ikke funnet" in page.texts
    assert {link["href"] for link in page.all("a")} == {"#v1", "#v2", "#p1", "#p2"}


def test_no_text_can_become_a_tag(tmp_path: Path, edition: MakeEdition, engine: EmbeddedEngine) -> None:
    papers = papers_below(tmp_path, engine)
    awkward = changed(edition("bergen"), tmp_path, "Bergen kommune, IKT drift", "<b>fet</b> & 'slik'")
    final = papers.final(awkward, word("Drift: {{ record_system.operator }}"))
    page = _Page(explain_page(PackedDocument(final, None, bound_values(final, awkward))))
    [label] = [link["aria-label"] for link in page.all("a") if link["href"] == "#v1"]
    assert label.startswith("Verdi: <b>fet</b> & 'slik'; ")
    assert "fet" not in page.texts
