"""Norwegian dates, amounts, numbers and lists, in both languages, as a template prints them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from pipeline.templating.environment import MissingValueError, environment
from pipeline.templating.filters import filters

NBSP = "\u00a0"
MONTHS = ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november"]
MONTHS += ["desember"]
BOTH = pytest.mark.parametrize("language", ["nb", "nn"])


def printed(expression: str, language: str = "nb", **names: Any) -> str:
    """What a template shows for an expression."""
    return environment(language).from_string("{{ " + expression + " }}").render(names)


@pytest.mark.parametrize(
    ("value", "text"),
    [("8657.25", "8 657"), ("0.5", "1"), ("-0.5", "−1"), ("-2.49", "−2"), ("0", "0"), ("98765432.1", "98 765 432")],
)
def test_a_number_is_rounded_to_a_whole_one_half_away_from_zero(value: str, text: str) -> None:
    assert printed("value | whole | number", value=Decimal(value)).replace(NBSP, " ") == text


@BOTH
@pytest.mark.parametrize(("number", "name"), list(enumerate(MONTHS, start=1)))
def test_a_date_has_its_month_in_norwegian(language: str, number: int, name: str) -> None:
    day = datetime.date(2027, number, 9)
    assert printed("day | date", language, day=day) == f"9.{NBSP}{name} 2027"
    assert printed("day | month", language, day=day) == f"{name} 2027"
    assert printed("day | short_date", language, day=day) == f"09.{number:02}.2027"


@BOTH
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "kr 0"),
        (1, "kr 1"),
        (999, "kr 999"),
        (1000, "kr 1 000"),
        (60000, "kr 60 000"),
        (Decimal("1234567.50"), "kr 1 234 567,50"),
        (Decimal("1234567.00"), "kr 1 234 567"),
        (Decimal("0.05"), "kr 0,05"),
        (Decimal("0.5"), "kr 0,50"),
    ],
)
def test_an_amount_has_decimals_only_where_there_are_oere(language: str, value: Any, text: str) -> None:
    assert printed("value | amount", language, value=value) == text.replace(" ", NBSP)


@BOTH
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1"),
        (1234567, "1 234 567"),
        (Decimal("1234567.50"), "1 234 567,5"),
        (Decimal("0.125"), "0,125"),
        (Decimal("1.25"), "1,25"),
        (Decimal("1.00"), "1"),
    ],
)
def test_a_number_is_exact(language: str, value: Any, text: str) -> None:
    assert printed("value | number", language, value=value) == text.replace(" ", NBSP)


@BOTH
@pytest.mark.parametrize(("value", "text"), [(0, "0 %"), (62, "62 %"), (100, "100 %"), (Decimal("12.5"), "12,5 %")])
def test_a_percentage_stands_off_its_sign(language: str, value: Any, text: str) -> None:
    assert printed("value | percent", language, value=value) == text.replace(" ", NBSP)


@given(oere=st.integers(0, 10**14))
@settings(deadline=None, max_examples=100, derandomize=True)
def test_an_amount_can_be_read_back_to_the_oere(oere: int) -> None:
    value = Decimal(oere) / 100
    text = printed("value | amount", value=value)
    assert Decimal(text.removeprefix(f"kr{NBSP}").replace(NBSP, "").replace(",", ".")) == value


def test_an_organisation_number_is_in_threes() -> None:
    assert printed("value | organisation_number", value="964338531") == f"964{NBSP}338{NBSP}531"


def test_a_telephone_number_stays_on_its_line() -> None:
    assert printed("value | phone", value="+47 55 56 55 56") == f"+47{NBSP}55{NBSP}56{NBSP}55{NBSP}56"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2027-03-31", 1, "2027-04-30"),
        ("2027-02-28", 1, "2027-03-28"),
        ("2027-11-30", 3, "2028-02-29"),
        ("2027-12-31", 1, "2028-01-31"),
        ("2027-12-15", 12, "2028-12-15"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2027-03-31", -1, "2027-02-28"),
        ("2027-01-15", -1, "2026-12-15"),
        ("2027-05-05", 0, "2027-05-05"),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(start: str, months: int, end: str) -> None:
    later = filters("nb")["plus_months"](datetime.date.fromisoformat(start), months)
    assert later == datetime.date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [("2027-12-31", 1, "2028-01-01"), ("2028-02-28", 1, "2028-02-29"), ("2027-06-01", -7, "2027-05-25")],
)
def test_days_later_goes_over_months_and_years(start: str, days: int, end: str) -> None:
    later = filters("nb")["plus_days"](datetime.date.fromisoformat(start), days)
    assert later == datetime.date.fromisoformat(end)


def test_filters_may_follow_each_other() -> None:
    start = datetime.date(2027, 1, 31)
    assert printed("start | plus_months(1) | plus_days(1) | date", start=start) == f"1.{NBSP}mars 2027"


@BOTH
@pytest.mark.parametrize(
    ("values", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a og b"), (["a", "b", "c"], "a, b og c"), ([1, 2, 3, 4], "1, 2, 3 og 4")],
)
def test_a_list_is_one_line_with_og_before_the_last(language: str, values: list[Any], text: str) -> None:
    assert printed("values | list", language, values=values) == text


@BOTH
@pytest.mark.parametrize(("value", "text"), [(True, "ja"), (False, "nei")])
def test_yes_and_no_are_ja_and_nei(language: str, value: bool, text: str) -> None:
    assert printed("value | yes_no", language, value=value) == text


@pytest.mark.parametrize("name", sorted(filters("nb")))
def test_no_filter_makes_something_of_an_absent_fact(name: str) -> None:
    arguments = "(1)" if name.startswith("plus_") else ""
    with pytest.raises(MissingValueError):
        printed(f"value | {name}{arguments}", value=None)


@pytest.mark.parametrize("name", sorted(filters("nb")))
def test_no_filter_makes_something_of_an_unknown_name(name: str) -> None:
    arguments = "(1)" if name.startswith("plus_") else ""
    with pytest.raises(UndefinedError, match="has no attribute 'b'"):
        printed(f"a.b | {name}{arguments}", a={})


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("'1. mai' | date", "'1. mai' is not a date"),
        ("'1. mai' | month", "'1. mai' is not a date"),
        ("'ja' | yes_no", "'ja' is not true or false"),
        ("7 | date", "7 is not a date"),
    ],
)
def test_a_filter_refuses_the_wrong_kind_of_value(expression: str, reason: str) -> None:
    with pytest.raises(TypeError, match=reason):
        printed(expression)


def test_a_yes_or_no_fact_is_printed_only_through_its_filter() -> None:
    with pytest.raises(TypeError, match="yes or no is not text; use the filter yes_no"):
        printed("value", value=True)
