"""The programme: its parties, its dated price lists and what a municipality pays by them."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.data.costs import costs
from pipeline.data.programme import Band, PriceLine, PriceList, Programme, load_programme
from pipeline.data.text import Translated
from pipeline.errors import DataError

ROOT = Path(__file__).resolve().parent.parent

LIST = """
[[lists]]
valid_from = {date}
example = true
source = "Eksempel"

[[lists.lines]]
id = "connection"
payee = "ks"
kind = "one_off"
title = {{ nb = "Tilkobling", nn = "Tilkopling" }}
vat = false
{price}
"""


@pytest.fixture
def with_prices(tmp_path: Path) -> Callable[[str], Programme]:
    """Loads the repository's parties and analyses beside another price list."""
    for name in ("parties.toml", "analysis.toml"):
        shutil.copy(ROOT / "templates" / "programme" / name, tmp_path)

    def load(prices: str) -> Programme:
        (tmp_path / "prices.toml").write_text(prices, encoding="utf-8")
        return load_programme(tmp_path)

    return load


def lines_of(load: Callable[[str], Programme], prices: str) -> list[str]:
    with pytest.raises(DataError) as caught:
        load(prices)
    return [str(replace(problem, path=Path(problem.path.name))) for problem in caught.value.problems]


def price_list(*lines: PriceLine) -> PriceList:
    return PriceList(valid_from=datetime.date(2026, 1, 1), example=True, source="Eksempel", lines=list(lines))


def price(
    name: str = "line",
    kind: str = "yearly",
    payee: str = "ks",
    rate: Decimal | None = None,
    bands: tuple[tuple[int | None, int], ...] = (),
    fixed: Decimal | None = None,
) -> PriceLine:
    return PriceLine.model_validate(
        {
            "id": name,
            "payee": payee,
            "kind": kind,
            "title": Translated(nb="Pris", nn="Pris"),
            "vat": False,
            "rate": rate,
            "fixed": fixed,
            "bands": [Band(up_to=up_to, amount=Decimal(amount)) for up_to, amount in bands],
        }
    )


def test_the_programme_of_the_repository_is_right(programme: Programme) -> None:
    assert set(programme.parties) == {"ks", "nhn", "digifin"}
    assert set(programme.record_systems) == {"visma", "tietoevry", "dips"}
    assert set(programme.hashes) == {"parties.toml", "prices.toml", "analysis.toml"}


@pytest.mark.parametrize(
    ("population", "amount", "band"),
    [
        (0, 25000, 0),
        (4999, 25000, 0),
        (5000, 25000, 0),
        (5001, 40000, 1),
        (10000, 40000, 1),
        (10001, 60000, 2),
        (50000, 60000, 2),
        (50001, 120000, 3),
        (700000, 120000, 3),
    ],
)
def test_a_band_takes_in_its_upper_limit_and_not_its_lower(population: int, amount: int, band: int) -> None:
    line = price(kind="one_off", bands=((5000, 25000), (10000, 40000), (50000, 60000), (None, 120000)))
    cost = costs(price_list(line), "ks", population).lines[0]
    assert cost.amount == amount
    assert [one.applies for one in cost.bands] == [position == band for position in range(4)]


def test_each_band_tells_both_its_limits() -> None:
    line = price(bands=((5000, 1), (10000, 2), (None, 3)))
    shown = [(band.above, band.up_to) for band in costs(price_list(line), "ks", 7000).lines[0].bands]
    assert shown == [(None, 5000), (5000, 10000), (10000, None)]


@pytest.mark.parametrize(
    ("rate", "population", "amount"),
    [
        ("1.25", 291940, "364925.00"),
        ("0.75", 213, "159.75"),
        ("0.005", 1, "0.01"),
        ("0.005", 3, "0.02"),
        ("0.0049", 1, "0.00"),
        ("0.125", 5001, "625.13"),
        ("0.1", 3, "0.30"),
        ("33.335", 1, "33.34"),
    ],
)
def test_a_rate_is_reckoned_exactly_and_rounded_half_up_to_the_oere(rate: str, population: int, amount: str) -> None:
    cost = costs(price_list(price(rate=Decimal(rate))), "ks", population).lines[0]
    assert str(cost.amount) == amount


def test_a_fixed_price_is_the_same_for_all() -> None:
    line = price(fixed=Decimal(85000))
    assert {costs(price_list(line), "ks", population).lines[0].amount for population in (0, 213, 700000)} == {85000}


def test_totals_are_by_payee_and_kind() -> None:
    prices = price_list(
        price("a", kind="one_off", fixed=Decimal(100)),
        price("b", kind="one_off", rate=Decimal("0.5")),
        price("c", kind="yearly", fixed=Decimal(7)),
        price("d", kind="yearly", fixed=Decimal(9), payee="supplier"),
    )
    ks, supplier = costs(prices, "ks", 10), costs(prices, "supplier", 10)
    assert [ks.total(kind) for kind in ("one_off", "yearly")] == [105, 7]
    assert [supplier.total(kind) for kind in ("one_off", "yearly")] == [0, 9]
    assert [line.id for line in ks.lines] == ["a", "b", "c"]


def test_a_payee_without_prices_costs_nothing() -> None:
    assert costs(price_list(price(fixed=Decimal(1))), "nhn", 100).total("yearly") == 0


@given(
    population=st.integers(0, 10_000_000),
    limits=st.lists(st.integers(1, 1_000_000), min_size=1, max_size=6, unique=True),
)
@settings(deadline=None, max_examples=100, derandomize=True)
def test_every_population_is_in_exactly_one_band(population: int, limits: list[int]) -> None:
    bands = (*((limit, limit) for limit in sorted(limits)), (None, 10_000_001))
    cost = costs(price_list(price(bands=bands)), "ks", population).lines[0]
    assert [band.amount for band in cost.bands if band.applies] == [cost.amount]
    assert cost.amount == min(band.amount for band in cost.bands if band.amount >= population)


@pytest.mark.parametrize(
    ("date", "source"),
    [("2026-01-01", "first"), ("2026-12-31", "first"), ("2027-01-01", "second"), ("2030-06-01", "second")],
)
def test_a_price_list_holds_until_the_next_takes_over(
    with_prices: Callable[[str], Programme], date: str, source: str
) -> None:
    later = LIST.format(date="2027-01-01", price="fixed = 2").replace("Eksempel", "second")
    earlier = LIST.format(date="2026-01-01", price="fixed = 1").replace("Eksempel", "first")
    assert with_prices(later + earlier).prices(datetime.date.fromisoformat(date)).source == source


def test_a_date_before_all_price_lists_is_told_with_the_first(with_prices: Callable[[str], Programme]) -> None:
    loaded = with_prices(LIST.format(date="2026-01-01", price="fixed = 1"))
    with pytest.raises(DataError) as caught:
        loaded.prices(datetime.date(2025, 12, 31))
    assert str(caught.value) == (
        "No price list is in force on 2025-12-31: the first begins on 2026-01-01. "
        "Choose a later date, or add a list to programme/prices.toml."
    )


ONE_PRICE = "has no price, or more than one kind. Give the line exactly one of fixed, rate and bands."
GROWING = (
    "does not cover every number of inhabitants. "
    "Let up_to grow from band to band and leave it out of the last, and only there."
)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("", f"prices.toml:7  lists[1].lines[1]: {ONE_PRICE}"),
        ("fixed = 1\nrate = 2", f"prices.toml:7  lists[1].lines[1]: {ONE_PRICE}"),
        ("rate = 2\nbands = [{ amount = 1 }]", f"prices.toml:7  lists[1].lines[1]: {ONE_PRICE}"),
        ("bands = []", f"prices.toml:7  lists[1].lines[1]: {ONE_PRICE}"),
        ("bands = [{ up_to = 5, amount = 1 }]", f"prices.toml:13  lists[1].lines[1].bands: {GROWING}"),
        (
            "bands = [{ up_to = 9, amount = 1 }, { up_to = 5, amount = 1 }, { amount = 1 }]",
            f"prices.toml:13  lists[1].lines[1].bands: {GROWING}",
        ),
        (
            "bands = [{ up_to = 5, amount = 1 }, { up_to = 5, amount = 1 }, { amount = 1 }]",
            f"prices.toml:13  lists[1].lines[1].bands: {GROWING}",
        ),
        ("bands = [{ amount = 1 }, { amount = 1 }]", f"prices.toml:13  lists[1].lines[1].bands: {GROWING}"),
        ("fixed = -1", "prices.toml:13  lists[1].lines[1].fixed: is less than 0. Correct the figure."),
        ('fixed = "1"', "prices.toml:13  lists[1].lines[1].fixed: must be a number. Write it without quotes."),
        (
            "fixed = 1\nprice = 1",
            "prices.toml:14  lists[1].lines[1].price: is not a known key. Remove it or spell it right.",
        ),
    ],
)
def test_a_wrong_price_is_a_problem(with_prices: Callable[[str], Programme], lines: str, problem: str) -> None:
    assert lines_of(with_prices, LIST.format(date="2026-01-01", price=lines)) == [problem]


def test_every_fault_of_a_price_list_is_told_at_once(with_prices: Callable[[str], Programme]) -> None:
    twice = LIST.format(date="2026-01-01", price="fixed = 1").replace('"ks"', '"kss"')
    second = twice[twice.index("[[lists.lines]]") :]
    payee = "payee: is not one of digifin, ks, nhn, supplier. Use one of these."
    assert lines_of(with_prices, f"{twice}\n{second}") == [
        f"prices.toml:9  lists[1].lines[1].{payee}",
        "prices.toml:16  lists[1].lines[2].id: is used twice in this list. Give each line its own id.",
        f"prices.toml:17  lists[1].lines[2].{payee}",
    ]


def test_the_same_id_may_stand_in_two_lists(with_prices: Callable[[str], Programme]) -> None:
    both = LIST.format(date="2026-01-01", price="fixed = 1") + LIST.format(date="2027-01-01", price="fixed = 2")
    assert len(with_prices(both).price_lists) == 2


def test_the_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "parties.toml").write_text("[parties]\n[record_systems]\n[extra]\n", encoding="utf-8")
    (tmp_path / "prices.toml").write_text("lists = []\n", encoding="utf-8")
    (tmp_path / "analysis.toml").write_text("lists = 1\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_programme(tmp_path)
    assert [str(replace(problem, path=Path(problem.path.name))) for problem in caught.value.problems] == [
        "analysis.toml:1  lists: must be a list. Write it in square brackets, or as [[lists]] tables.",
        "parties.toml:3  extra: is not a known key. Remove it or spell it right.",
        "prices.toml:1  lists: has too few entries; at least 1 is needed. Add what is missing.",
    ]
