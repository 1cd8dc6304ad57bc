"""Benefits and net present value: worked out by hand, worked out anew with fractions, and at the edges."""

from __future__ import annotations

import datetime
import re
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest
from conftest import DATE, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.data.analysis import Figure, SensitivityCase
from pipeline.data.benefits import Figures, effects, own_work
from pipeline.data.edges import edges
from pipeline.data.load import Municipality, load_municipality
from pipeline.data.municipality import Analysis
from pipeline.data.present_value import Appraisal, Course, appraise
from pipeline.data.programme import Programme, load_programme
from pipeline.data.sensitivity import sensitivity
from pipeline.data.text import Translated
from pipeline.errors import DataError
from pipeline.templating.names import Edition, facts

FIGURES = Figures(
    calls_per_day=Decimal(10),
    minutes_per_call=Decimal(5),
    missed_visits_per_month=Decimal(4),
    minutes_per_missed_visit=Decimal(30),
    hourly_cost=Decimal(500),
    employees=Decimal(20),
    calls_moved_percent=Decimal(30),
    missed_visits_avoided_percent=Decimal(25),
    minutes_per_message=Decimal(2),
    working_days_per_year=Decimal(230),
    months_per_year=Decimal(12),
    km_per_missed_visit=Decimal(6),
    cost_per_km=Decimal("3.50"),
    training_hours_per_employee=Decimal(2),
    project_hours=Decimal(100),
    follow_up_hours_per_year=Decimal(10),
    one_off_payments=Decimal(30000),
    yearly_payments=Decimal(5000),
    discount_rate_percent=Decimal(4),
    tax_cost_percent=Decimal(20),
)
COURSE = Course(first_year=2027, period_years=2, ramp_up=(50, 100))


def with_figures(**changed: str) -> Figures:
    return replace(FIGURES, **{name: Decimal(value) for name, value in changed.items()})


def nothing_but(**stated: str) -> Figures:
    return with_figures(**{one.name: "0" for one in fields(Figures)} | stated)


# What goes away in a year


def test_the_effects_of_a_small_municipality_by_hand() -> None:
    """10 calls x 230 days x 30 % = 690, of 3 minutes each; 4 visits x 12 months x 25 % = 12, of 30 minutes and 6 km."""
    told: list[tuple[Any, ...]] = [(one.id, one.quantity, one.hours, one.amount) for one in effects(FIGURES)]
    assert told == [
        ("calls", 690, Decimal("34.50"), 17250),
        ("missed_visits", 12, 6, 3000),
        ("driving", 72, 0, 252),
    ]
    assert [own_work(FIGURES).one_off, own_work(FIGURES).yearly] == [70000, 5000]


def test_hours_are_rounded_half_up_before_they_become_kroner() -> None:
    """1 call x 1 day x 100 % x 5.1 minutes = 0.085 hours, which is 0.09; at 100 kroner that is 9, not 8.50."""
    small = with_figures(
        calls_per_day="1",
        working_days_per_year="1",
        calls_moved_percent="100",
        minutes_per_call="5.1",
        minutes_per_message="0",
        hourly_cost="100",
    )
    assert [effects(small)[0].hours, effects(small)[0].amount] == [Decimal("0.09"), 9]


def test_messages_that_take_longer_than_calls_cost_time() -> None:
    assert effects(with_figures(minutes_per_message="6"))[0].amount == -5750


def test_more_than_all_calls_cannot_go_away() -> None:
    assert effects(with_figures(calls_moved_percent="120")) == effects(with_figures(calls_moved_percent="100"))


# The present value


def test_the_years_of_a_small_municipality_by_hand() -> None:
    """Once 30 000 + 70 000, yearly 5 000 + 5 000, 20 % of both for the tax; full benefit 20 502."""
    result = appraise(FIGURES, COURSE)
    shown: list[tuple[Any, ...]] = [
        (one.number, one.year, one.ramp_up_percent, one.cost, one.benefit, str(one.present_value), str(one.cumulative))
        for one in result.years
    ]
    assert shown == [
        (0, 2027, 0, 132000, 0, "-132000.00", "-132000.00"),
        (1, 2028, 50, 12000, 10251, "-1681.73", "-133681.73"),
        (2, 2029, 100, 12000, 20502, "7860.58", "-125821.15"),
    ]
    assert [one.tax_cost for one in result.years] == [22000, 2000, 2000]
    assert [str(one.discount_factor) for one in result.years] == ["1.000000", "0.961538", "0.924556"]
    assert str(result.net_present_value) == "-125821.15"
    assert str(result.present_benefit) == "28811.98"
    assert str(result.present_cost) == "154633.13"
    assert str(result.benefit_cost_ratio) == "0.19"
    assert result.payback_year is None


def test_it_pays_back_in_the_year_from_which_the_sum_is_not_below_zero() -> None:
    """Without interest and tax: -1000 in year 0, then 400, 800 and 800 a year."""
    plain = nothing_but(
        one_off_payments="1000",
        missed_visits_per_month="1",
        months_per_year="1",
        missed_visits_avoided_percent="100",
        minutes_per_missed_visit="60",
        hourly_cost="800",
    )
    result = appraise(plain, Course(2027, 3, (50, 100)))
    assert [one.cumulative for one in result.years] == [-1000, -600, 200, 1000]
    assert result.payback_year == 2029
    assert result.benefit_cost_ratio == 2
    assert result.net_present_value == 1000
    assert appraise(plain, Course(2027, 3, (100, 0))).payback_year is None


@pytest.mark.parametrize("gained", ["0", "1", "9999999"])
def test_without_costs_there_is_no_ratio_and_nothing_to_pay_back(gained: str) -> None:
    free = nothing_but(
        missed_visits_per_month=gained,
        months_per_year="12",
        missed_visits_avoided_percent="100",
        km_per_missed_visit="1",
        cost_per_km="1",
        discount_rate_percent="4",
    )
    result = appraise(free, COURSE)
    assert effects(free)[2].amount == 12 * int(gained)
    assert result.present_cost == 0
    assert result.benefit_cost_ratio is None
    assert result.payback_year is None


# Worked out anew, with fractions


def half_up(value: Fraction) -> Fraction:
    """To hundredths; away from zero at the middle."""
    hundredths = abs(value) * 100 + Fraction(1, 2)
    return Fraction(hundredths.numerator // hundredths.denominator, 100) * (-1 if value < 0 else 1)


def expected(figures: Figures, course: Course) -> dict[str, Any]:
    f = {one.name: Fraction(getattr(figures, one.name)) for one in fields(Figures)}
    calls = half_up(
        f["calls_per_day"] * f["working_days_per_year"] * min(f["calls_moved_percent"], Fraction(100)) / 100
    )
    visits = half_up(
        f["missed_visits_per_month"]
        * f["months_per_year"]
        * min(f["missed_visits_avoided_percent"], Fraction(100))
        / 100
    )
    call_hours = half_up(calls * (f["minutes_per_call"] - f["minutes_per_message"]) / 60)
    visit_hours = half_up(visits * f["minutes_per_missed_visit"] / 60)
    driven = half_up(visits * f["km_per_missed_visit"])
    full = sum(half_up(hours * f["hourly_cost"]) for hours in (call_hours, visit_hours))
    full += half_up(driven * f["cost_per_km"])
    own_hours = f["employees"] * f["training_hours_per_employee"] + f["project_hours"]
    once = half_up(f["one_off_payments"]) + half_up(own_hours * f["hourly_cost"])
    yearly = half_up(f["yearly_payments"]) + half_up(f["follow_up_hours_per_year"] * f["hourly_cost"])
    values, benefits = [], []
    for number in range(course.period_years + 1):
        percents = (0, *course.ramp_up)
        percent = percents[number] if number < len(percents) else percents[-1]
        cost = yearly + (once if number == 0 else 0)
        cost += half_up(cost * f["tax_cost_percent"] / 100)
        benefit = half_up(full * percent / 100)
        growth = (1 + f["discount_rate_percent"] / 100) ** number
        values.append(half_up((benefit - cost) / growth))
        benefits.append(half_up(benefit / growth))
    return {"values": values, "net": sum(values), "benefit": sum(benefits), "cost": sum(benefits) - sum(values)}


def agrees(result: Appraisal, figures: Figures, course: Course) -> None:
    anew = expected(figures, course)
    assert [Fraction(one.present_value) for one in result.years] == anew["values"]
    assert Fraction(result.net_present_value) == anew["net"]
    assert Fraction(result.present_benefit) == anew["benefit"]
    assert Fraction(result.present_cost) == anew["cost"]
    assert result.present_benefit - result.present_cost == result.net_present_value == result.years[-1].cumulative


MEASURES = st.decimals(0, 5000, places=2)
PERCENTS = st.integers(0, 100).map(Decimal)


@given(
    figures=st.builds(
        Figures,
        **{
            one.name: PERCENTS if one.name.endswith("percent") else MEASURES
            for one in fields(Figures)
            if one.name not in {"one_off_payments", "yearly_payments"}
        },
        one_off_payments=st.decimals(0, 10**9, places=2),
        yearly_payments=st.decimals(0, 10**9, places=2),
    ),
    course=st.builds(
        Course,
        st.integers(2020, 2040),
        st.integers(1, 40),
        st.lists(st.integers(0, 100), min_size=1, max_size=6).map(tuple),
    ),
)
@settings(deadline=None, max_examples=60, derandomize=True)
def test_the_present_value_is_that_of_exact_fractions(figures: Figures, course: Course) -> None:
    agrees(appraise(figures, course), figures, course)


# Sensitivity


def case(figures: list[Figure], **range_: list[Decimal]) -> SensitivityCase:
    return SensitivityCase.model_validate(
        {"id": "case", "title": Translated(nb="Tall", nn="Tal"), "figures": figures, **range_}
    )


def test_a_case_is_the_present_value_with_the_changed_figures_alone() -> None:
    changed = case(["yearly_payments", "follow_up_hours_per_year"], change_percent=[Decimal(-25), Decimal(25)])
    [span] = sensitivity(FIGURES, COURSE, [changed])
    more = with_figures(yearly_payments="6250", follow_up_hours_per_year="12.5")
    less = with_figures(yearly_payments="3750", follow_up_hours_per_year="7.5")
    assert [span.low.at, span.high.at] == [25, -25]
    assert span.low.net_present_value == appraise(more, COURSE).net_present_value
    assert span.high.net_present_value == appraise(less, COURSE).net_present_value
    assert appraise(FIGURES, COURSE).net_present_value - span.low.net_present_value == Decimal("8658.29")


def test_a_case_may_give_values() -> None:
    [span] = sensitivity(FIGURES, COURSE, [case(["discount_rate_percent"], values=[Decimal(2), Decimal(6)])])
    assert {span.low.at, span.high.at} == {2, 6}
    assert span.low.net_present_value <= appraise(FIGURES, COURSE).net_present_value <= span.high.net_present_value


def test_a_case_may_name_every_figure_and_no_other() -> None:
    assert list(get_args(Figure)) == [one.name for one in fields(Figures)]


# The names of a municipality


def test_the_analysis_of_bergen_by_hand(edition: Callable[..., Edition]) -> None:
    """940 calls, 430 visits in vain, 480 kroner an hour, 2400 employees; the example prices and assumptions."""
    names = facts(edition("bergen"))["analysis"]
    assert [(one["id"], one["quantity"], one["amount"]) for one in names["effects"]] == [
        ("calls", 64860, 1556640),
        ("missed_visits", 1290, 258000),
        ("driving", 7740, 27090),
    ]
    assert (names["yearly_hours"], names["yearly_benefit"]) == (Decimal("3780.5"), 1841730)
    assert (names["internal_one_off"], names["internal_yearly"]) == (1344000, 48000)
    assert (names["one_off_cost"], names["yearly_cost"]) == (1549000, 776880)
    assert names["first_year"] == names["years"][0]["year"] == 2027
    assert names["ramp_up"] == [{"number": n, "percent": p} for n, p in ((1, 40), (2, 70), (3, 100))]
    assert len(names["years"]) == names["period_years"] + 1 == 11


def test_sensitivity_speaks_the_language_and_signs_its_changes(edition: Callable[..., Edition]) -> None:
    for language, title in (("nb", "Andel bomturer som unngås"), ("nn", "Del av bomturane som fell bort")):
        spans = {one["id"]: one for one in facts(edition("bergen", language))["analysis"]["sensitivity"]}
        assert len(spans) >= 5
        assert spans["missed_visits_avoided"]["title"] == title
        labels = [(one["low_label"], one["high_label"]) for one in spans.values()]
        assert labels[0] == ("\u221250\u00a0%", "+50\u00a0%")
        assert ("2\u00a0%", "6\u00a0%") in labels or ("6\u00a0%", "2\u00a0%") in labels
        net = facts(edition("bergen", language))["analysis"]["net_present_value"]
        assert all(one["low"] <= net <= one["high"] for one in spans.values())


def test_the_outcomes_are_both_ends_of_each_case_as_declared(edition: Callable[..., Edition]) -> None:
    names = facts(edition("bergen"))["analysis"]
    pairs = list(zip(names["outcomes"][::2], names["outcomes"][1::2], strict=True))
    assert [{one["title"] for one in pair} for pair in pairs] == [{one["title"]} for one in names["sensitivity"]]
    assert [[one["at"] for one in pair] for pair in pairs][-2:] == [[-25, 25], [2, 6]]
    for pair, span in zip(pairs, names["sensitivity"], strict=True):
        assert sorted(one["net_present_value"] for one in pair) == [span["low"], span["high"]]
        assert {one["label"] for one in pair} == {span["low_label"], span["high_label"]}
    [cheaper, dearer] = pairs[3]
    assert cheaper["changed"] == ["yearly_payments", "follow_up_hours_per_year"]
    assert cheaper["is_change"]
    assert not pairs[4][0]["is_change"]
    assert (cheaper["figures"]["follow_up_hours_per_year"], dearer["figures"]["follow_up_hours_per_year"]) == (75, 125)
    assert all(one["net_present_value"] == one["years"][-1]["cumulative"] for one in names["outcomes"])


def test_what_a_municipality_states_itself_takes_over(tmp_path: Path, programme: Programme) -> None:
    text = (ROOT / "municipalities" / "bergen.toml").read_text(encoding="utf-8")
    stated = "[analysis]\ncalls_moved_percent = 10\nminutes_per_message = 1.5\n"
    (tmp_path / "bergen.toml").write_text(f"{text}\n{stated}", encoding="utf-8")
    loaded = load_municipality(tmp_path / "bergen.toml", programme)
    names = facts(Edition(loaded, programme, "nb", DATE))["analysis"]
    assert names["assumptions"]["calls_moved_percent"] == 10
    assert names["assumptions"]["minutes_per_message"] == Decimal("1.5")
    assert names["assumptions"]["missed_visits_avoided_percent"] == 25
    assert names["effects"][0]["quantity"] == 21620


def test_a_municipality_may_state_each_assumption_and_no_other(programme: Programme) -> None:
    assert list(Analysis.model_fields) == list(type(programme.analyses[0].assumptions).model_fields)
    assert not any(field.is_required() for field in Analysis.model_fields.values())


def test_no_edge_falls_over(municipality: Callable[[str], Municipality], programme: Programme) -> None:
    for edge in edges(municipality("bergen"), programme):
        names = facts(Edition(edge.municipality, edge.programme, "nb", DATE))
        analysis = names["analysis"]
        assert analysis["net_present_value"] == analysis["years"][-1]["cumulative"]
        assert (analysis["benefit_cost_ratio"] is None) == (analysis["present_cost"] == 0)
        if edge.name == "amounts of zero":
            assert analysis["benefit_cost_ratio"] is None
            assert analysis["payback_year"] is None


# The file of assumptions


def problems_after(tmp_path: Path, old: str, new: str) -> list[str]:
    folder = tmp_path / "programme"
    shutil.copytree(ROOT / "templates" / "programme", folder)
    file = folder / "analysis.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_programme(folder)
    return [str(replace(problem, path=Path(problem.path.name))) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "values = [2, 6]",
            "values = [2, 6, 8]",
            "sensitivity[5].values: has too many entries; at most 2 fit. Remove what is too much.",
        ),
        (
            "values = [2, 6]",
            "values = [2, 6]\nchange_percent = [-1, 1]",
            "sensitivity[5]: has no range, or two. Give the case exactly one of change_percent and values.",
        ),
        ("values = [2, 6]", "", "sensitivity[5]: has no range, or two. Give the case exactly one of"),
        ("period_years = 10", "period_years = 0", "period_years: is less than 1. Correct the figure."),
        ("ramp_up = [40, 70, 100]", "ramp_up = [40, 170]", "ramp_up[2]: is more than 100. Correct the figure."),
        ('id = "hourly_cost"', 'id = "calls_moved"', "sensitivity[3].id: is used twice in this list."),
        ('figures = ["hourly_cost"]', 'figures = ["hour_cost"]', "sensitivity[3].figures[1]: is not one of"),
        ("project_hours = 400", "project_hours = 400.5", "assumptions.project_hours: must be a whole number."),
    ],
)
def test_a_wrong_assumption_is_a_placed_problem(tmp_path: Path, old: str, new: str, problem: str) -> None:
    told = problems_after(tmp_path, old, new)
    assert len(told) == 1
    assert re.match(r"analysis\.toml:\d+  lists\[1\]\.", told[0])
    assert problem in told[0]


def test_the_list_of_the_date_is_used(programme: Programme) -> None:
    old = programme.analyses[0]
    later = old.model_copy(update={"valid_from": datetime.date(2027, 1, 1), "source": "later"})
    both = replace(programme, analyses=(old, later))
    assert both.analysis(datetime.date(2026, 12, 31)).source == "Eksempelliste"
    assert both.analysis(datetime.date(2027, 1, 1)).source == "later"
    with pytest.raises(DataError, match="No list of assumptions is in force on 2025-01-01"):
        both.analysis(datetime.date(2025, 1, 1))
