"""Prices that some municipalities do not pay, and what all payees come to in five years."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import DATE, ROOT
from small_papers import MakeEdition, papers_below, with_loop, word

from pipeline.data.load import load_municipality
from pipeline.data.programme import load_programme
from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.provenance import bound_values
from pipeline.errors import DataError
from pipeline.templating.names import Edition, facts

PROGRAMME = ROOT / "templates" / "programme"
CONDITION = 'include_when = "not digifin.participant"'
Priced = Callable[[str], Edition]


@pytest.fixture
def priced(tmp_path: Path) -> Priced:
    """Utsira's edition with another condition for the contribution to Digifin."""

    def make(condition: str) -> Edition:
        shutil.copytree(PROGRAMME, tmp_path / "programme")
        file = tmp_path / "programme" / "prices.toml"
        text = file.read_text(encoding="utf-8")
        assert text.count(CONDITION) == 1
        file.write_text(text.replace(CONDITION, condition), encoding="utf-8")
        programme = load_programme(tmp_path / "programme")
        municipality = load_municipality(ROOT / "municipalities" / "utsira.toml", programme)
        return Edition(municipality, programme, "nb", DATE)

    return make


def costs_of(edition: Edition) -> dict[str, Any]:
    return dict(facts(edition)["costs"])


@pytest.mark.parametrize(
    ("slug", "amounts", "one_off"),
    [("utsira", [4300], 114300), ("bergen", [], 205000), ("voss", [], 145000)],
)
def test_only_those_outside_digifin_contribute(
    slug: str, amounts: list[int], one_off: int, edition: MakeEdition
) -> None:
    """20 kroner for each of the 215 inhabitants of Utsira; 25 000 to KS and 85 000 to the supplier besides."""
    names = facts(edition(slug))
    assert [line["amount"] for line in names["costs"]["digifin"]["lines"]] == amounts
    assert names["costs"]["digifin"]["one_off"] == sum(amounts)
    assert names["costs"]["digifin"]["yearly"] == 0
    assert names["costs"]["total"]["one_off"] == one_off
    if amounts:
        assert names["costs"]["digifin"]["lines"][0]["rate"] * names["municipality"]["population"] == amounts[0]


def test_a_price_without_a_condition_applies_to_all(priced: Priced) -> None:
    assert len(costs_of(priced(""))["digifin"]["lines"]) == 1


@pytest.mark.parametrize("condition", ["digifin.participant", "order.visit_notice", "not not people.benefits"])
def test_a_price_whose_condition_is_no_is_in_no_sum(priced: Priced, condition: str) -> None:
    names = costs_of(priced(f'include_when = "{condition}"'))
    assert names["digifin"]["lines"] == []
    assert names["total"]["one_off"] == 110000
    assert names["years"][0]["digifin"] == 0


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("digifin.partisipant", "There is no name 'digifin.partisipant'. Use a name that there is."),
        ("not digifn.participant", "'not digifn.participant' cannot be worked out"),
        ("municipality.name", "municipality.name is not true or false. Name a yes-or-no fact."),
        ("people.benefits", "people.benefits is not true or false. Name a yes-or-no fact."),
        ("costs.total.one_off", "There is no name"),
        ("digifin.participant |", "cannot be worked out"),
    ],
)
def test_a_condition_that_names_no_such_fact_is_a_placed_problem(priced: Priced, condition: str, problem: str) -> None:
    lines = (PROGRAMME / "prices.toml").read_text(encoding="utf-8").split("\n")
    with pytest.raises(DataError) as caught:
        facts(priced(f'include_when = "{condition}"'))
    [told] = caught.value.problems
    assert told.path.name == "prices.toml"
    assert told.line == 1 + lines.index(CONDITION)
    assert told.place == "lists[1].lines[6].include_when"
    assert problem in f"{told.what} {told.todo}"


def test_the_problem_stands_in_the_list_in_force(tmp_path: Path) -> None:
    shutil.copytree(PROGRAMME, tmp_path / "programme")
    file = tmp_path / "programme" / "prices.toml"
    text = file.read_text(encoding="utf-8")
    later = text.replace("2026-01-01", "2027-01-01").replace(CONDITION, 'include_when = "digifin.date"')
    file.write_text(later + text, encoding="utf-8")
    programme = load_programme(tmp_path / "programme")
    bergen = load_municipality(ROOT / "municipalities" / "bergen.toml", programme)
    assert facts(Edition(bergen, programme, "nb", DATE))["costs"]["digifin"]["one_off"] == 0
    with pytest.raises(DataError) as caught:
        facts(Edition(bergen, programme, "nb", datetime.date(2027, 1, 1)))
    assert [(one.place, one.line) for one in caught.value.problems] == [
        ("lists[1].lines[6].include_when", 1 + text.split("\n").index(CONDITION))
    ]


@pytest.mark.parametrize("key", ["supplier", "total", "years", "cumulative"])
def test_a_party_cannot_take_a_name_of_the_costs(tmp_path: Path, key: str) -> None:
    shutil.copytree(PROGRAMME, tmp_path / "programme")
    file = tmp_path / "programme" / "parties.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[parties.digifin]", f"[parties.{key}]"), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_programme(tmp_path / "programme")
    told = [str(replace(one, path=Path(one.path.name))) for one in caught.value.problems if one.place.endswith(key)]
    line = 1 + text.split("\n").index("[parties.digifin]")
    assert told == [
        f"parties.toml:{line}  parties.{key}: is a name that the costs need themselves. Choose another key."
    ]


# Five years


def test_five_years_of_utsira_by_hand(edition: MakeEdition) -> None:
    """Once 25 000, 85 000 and 4 300; yearly 1.25 and 0.75 kroner for 215 inhabitants, and 18 000."""
    years = facts(edition("utsira"))["costs"]["years"]
    first = {"ks": "25268.75", "nhn": "161.25", "digifin": "4300", "supplier": "103000"}
    later = {"ks": "268.75", "nhn": "161.25", "digifin": "0", "supplier": "18000"}
    for number, one in enumerate(years, start=1):
        expected = first if number == 1 else later
        assert (one["number"], one["year"]) == (number, 2026 + number)
        assert {payee: one[payee] for payee in expected} == {payee: Decimal(by) for payee, by in expected.items()}
        assert (one["one_off"], one["yearly"]) == (114300 if number == 1 else 0, 18430)
        assert one["total"] == one["one_off"] + one["yearly"] == sum(one[payee] for payee in expected)
        assert one["cumulative"] == 114300 + 18430 * number
    assert len(years) == 5


@pytest.mark.parametrize("slug", ["bergen", "oslo", "karasjok", "utsira"])
def test_the_total_is_what_the_lines_come_to(slug: str, edition: MakeEdition) -> None:
    names = facts(edition(slug))["costs"]
    for kind in ("one_off", "yearly"):
        lines = [line for payee in ("ks", "nhn", "supplier", "digifin") for line in names[payee]["lines"]]
        assert names["total"][kind] == sum(line["amount"] for line in lines if line["kind"] == kind)


# Where the figures come from


def test_each_figure_says_where_it_is_from(tmp_path: Path, edition: MakeEdition, engine: EmbeddedEngine) -> None:
    document = word(
        "{{ costs.total.one_off | amount }}",
        "{{ costs.years[4].ks | amount }} {{ analysis.net_present_value | amount }}",
        "{{ analysis.discount_rate_percent | percent }} {{ analysis.assumptions.cost_per_km | amount }}",
        "{{ analysis.effects[1].title }} {{ analysis.sensitivity[4].title }} {{ analysis.sensitivity[0].low_label }}",
    )
    with_loop(document, "l in costs.digifin.lines", "{{ l.title }}", "{{ l.rate | amount }}", "{{ l.amount | amount }}")
    papers = papers_below(tmp_path, engine)
    values = bound_values(papers.final(edition("utsira"), document), edition("utsira"))
    told = {one.placeholder.typed: one.origin for one in values}
    lines = {
        name: (PROGRAMME / name).read_text(encoding="utf-8").split("\n") for name in ("prices.toml", "analysis.toml")
    }
    shown = {typed: (origin.kind, lines[Path(origin.file).name][origin.line - 1]) for typed, origin in told.items()}
    assert shown == {
        "{{ costs.total.one_off | amount }}": ("calculated", "[[lists]]"),
        "{{ costs.years[4].ks | amount }}": ("calculated", "[[lists]]"),
        "{{ analysis.net_present_value | amount }}": ("calculated", "[[lists]]"),
        "{{ analysis.discount_rate_percent | percent }}": ("programme", "discount_rate_percent = 4"),
        "{{ analysis.assumptions.cost_per_km | amount }}": ("programme", "cost_per_km = 3.5"),
        "{{ analysis.effects[1].title }}": (
            "programme",
            'missed_visits = { nb = "Færre bomturer", nn = "Færre bomturar" }',
        ),
        "{{ analysis.sensitivity[4].title }}": (
            "programme",
            'title = { nb = "Kalkulasjonsrente", nn = "Kalkulasjonsrente" }',
        ),
        "{{ analysis.sensitivity[0].low_label }}": ("calculated", "[[lists]]"),
        "{{ l.title }}": ("programme", 'title = { nb = "Tilskudd til Digifin", nn = "Tilskot til Digifin" }'),
        "{{ l.rate | amount }}": ("programme", "rate = 20"),
        "{{ l.amount | amount }}": ("calculated", "[[lists.lines]]"),
    }
