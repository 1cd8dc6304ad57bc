"""What the check of a whole package promises: its papers agree, and none of them names another municipality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from small_papers import FONT, FONTS, MakeEdition, Papers, changed, papers_below, word

from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.provenance import bound_values
from pipeline.errors import FinalizeError
from pipeline.packages.contents import Contents, PackedDocument, Workshop, make_contents
from pipeline.packages.cross_check import cross_problems, require_cross_proof
from pipeline.templating.catalogue import load_package
from pipeline.templating.names import Edition


@pytest.fixture
def papers(tmp_path: Path, engine: EmbeddedEngine) -> Papers:
    return papers_below(tmp_path, engine)


@pytest.fixture
def packed(papers: Papers) -> Callable[..., PackedDocument]:
    def make(edition: Edition, *paragraphs: str, name: str = "paper") -> PackedDocument:
        final = papers.final(edition, word(*paragraphs), name)
        return PackedDocument(final, None, bound_values(final, edition))

    return make


def _contents(edition: Edition, *documents: PackedDocument) -> Contents:
    return Contents(load_package(ROOT / "templates", "onboarding"), edition, "an engine", documents)


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ("Avtale med Voss herad.", "Voss herad", "4621"),
        ("AVTALE MED VOSS HERAD", "VOSS HERAD", "4621"),
        ("Voss kommunes vedtak", "Voss kommunes", "4621"),
        ("Bergen kommune og Voss herad", "Voss herad", "4621"),
        ("Stavanger kommune og Bergen kommune", "Stavanger kommune", "1103"),
        ("Vi i Nord-Aurdal kommune", "Nord-Aurdal kommune", "3451"),
        ("Kommunen heter Kárášjohka – Karasjok.", "Kárášjohka – Karasjok", "5610"),
        ("Org.nr. 960 510 542", "960 510 542", "4621"),
        ("Faktura til 0192:960510542.", "960510542", "4621"),
    ],
)
def test_another_municipality_is_exactly_one_problem(
    packed: Callable[..., PackedDocument], edition: MakeEdition, text: str, words: str, number: str
) -> None:
    bergen = edition("bergen")
    planted, clean = packed(bergen, "{{ municipality.full_name }}", text), packed(bergen, "Ingenting.", name="clean")
    [problem] = cross_problems(_contents(bergen, planted, clean))
    assert (problem.rule, problem.place) == ("other-municipality", "paper.pdf")
    assert problem.what == f"names {words}, which is another municipality ({number})."
    with pytest.raises(FinalizeError):
        require_cross_proof(_contents(bergen, planted, clean))


@pytest.mark.parametrize(
    "text",
    [
        "{{ municipality.full_name }}, {{ municipality.organisation_number | organisation_number }}",
        "Postboks 1378 Vika, 0114 Oslo",
        "De betaler per time kommunen bruker, og hver kommune betaler selv.",
        "Tlf. 960 51 054 og sak 2026/960510542000",
        "Kommunen ligger i Hordaland, nær Voss. Kommune og herad er det samme.",
    ],
)
def test_what_names_no_other_municipality_is_no_problem(
    packed: Callable[..., PackedDocument], edition: MakeEdition, text: str
) -> None:
    assert cross_problems(_contents(edition("bergen"), packed(edition("bergen"), text))) == []


def test_a_name_broken_over_two_lines_is_seen(papers: Papers, edition: MakeEdition) -> None:
    document = word()
    document.add_table(rows=1, cols=6).rows[0].cells[0].text = "Drift i Nord-Aurdal kommune"
    final = papers.final(edition("bergen"), document)
    packed = PackedDocument(final, None, bound_values(final, edition("bergen")))
    [problem] = cross_problems(_contents(edition("bergen"), packed))
    assert problem.what == "names Nord-Aurdal kommune, which is another municipality (3451)."


def test_a_municipality_that_the_facts_name_may_be_named(
    packed: Callable[..., PackedDocument], edition: MakeEdition, tmp_path: Path
) -> None:
    operated = changed(edition("bergen"), tmp_path, "Bergen kommune, IKT drift", "Haugesund kommune, IKT drift")
    text = "Drift: {{ record_system.operator }}"
    assert cross_problems(_contents(operated, packed(operated, text))) == []
    [problem] = cross_problems(_contents(edition("bergen"), packed(operated, text)))
    assert problem.what == "names Haugesund kommune, which is another municipality (1106)."


def test_another_municipality_in_a_form_field_is_a_problem(
    edition: MakeEdition, engine: EmbeddedEngine, few_templates: Path
) -> None:
    workshop = Workshop(engine, FONTS, FONT)
    made = make_contents(load_package(few_templates, "onboarding"), edition("bergen"), workshop)
    form = next(one for one in made.documents if one.final.merged.form)
    problems = cross_problems(_contents(edition("voss"), form))
    assert [problem.what for problem in problems] == [
        "names Bergen kommune, which is another municipality (4601).",
        "names 964 338 531, which is another municipality (4601).",
        "names 964338531, which is another municipality (4601).",
    ]


@pytest.mark.parametrize(
    ("old", "new", "texts", "place"),
    [
        (
            '[invoice]\nreference = "BGO-7011"',
            '[invoice]\nreference = "BGO-9999"',
            ("Ref. {{ invoice.reference }}", "Faktura {{ invoice.reference }}"),
            "invoice.reference: «BGO-9999» and «BGO-7011»",
        ),
        (
            "users = 1800",
            "users = 1900",
            ("{{ services[1].users | number }}", "{{ services[1].users }} brukere"),
            "services[2].users: «1900» and «1800»",
        ),
    ],
)
def test_papers_with_different_facts_are_exactly_one_problem(
    packed: Callable[..., PackedDocument],
    edition: MakeEdition,
    tmp_path: Path,
    old: str,
    new: str,
    texts: tuple[str, str],
    place: str,
) -> None:
    bergen = edition("bergen")
    other = changed(bergen, tmp_path, old, new)
    documents = packed(other, texts[0], name="first"), packed(bergen, texts[1], name="second")
    [problem] = cross_problems(_contents(bergen, *documents))
    assert (problem.rule, problem.place) == ("values-differ", "first and second")
    assert problem.what == f"have different values for {place}."
    alike = packed(bergen, texts[0], name="first"), packed(bergen, texts[1], name="second")
    assert cross_problems(_contents(bergen, *alike)) == []


def test_the_one_who_signs_is_the_same_in_all_papers(
    packed: Callable[..., PackedDocument], edition: MakeEdition
) -> None:
    bergen = edition("bergen")
    template = next(
        one for one in load_package(ROOT / "templates", "onboarding").documents if one.name == "ks-agreement"
    )
    made = packed(bergen, "Avtale", name="first"), packed(bergen, "Bestilling", name="second")
    first, second = (
        replace(
            one,
            final=replace(
                one.final, merged=replace(one.final.merged, template=template, signatories={"sigMunicipality": name})
            ),
        )
        for one, name in zip(made, ("Kari Eksempel", "Ola Eksempel"), strict=True)
    )
    [problem] = cross_problems(_contents(bergen, first, second))
    assert problem.what == "have different values for signatory.name: «Kari Eksempel» and «Ola Eksempel»."
