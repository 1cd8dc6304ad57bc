"""Reckons year by year what is paid and gained, and what it is worth in the year the agreements are signed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.data.analysis import AnalysisBasis
from pipeline.data.benefits import Figures, effects, own_work
from pipeline.data.costs import rounded

_HUNDRED = Decimal(100)
_FACTOR = Decimal("0.000001")
_NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Course:
    """How the years follow one another."""

    first_year: int
    """The calendar year of year 0, in which the agreements are signed."""
    period_years: int
    """Years with benefits, after year 0."""
    ramp_up: tuple[int, ...]
    """Percent of the full benefit in year 1, 2 and so on; the last holds for all later years."""

    def percent(self, number: int) -> int:
        """The share of the full benefit in a year; none in year 0."""
        return self.ramp_up[min(number, len(self.ramp_up)) - 1] if number else 0


@dataclass(frozen=True)
class Year:
    """One year of the analysis, amounts in kroner rounded to the øre."""

    number: int
    year: int
    ramp_up_percent: int
    one_off_cost: Decimal
    yearly_cost: Decimal
    tax_cost: Decimal
    cost: Decimal
    benefit: Decimal
    net: Decimal
    discount_factor: Decimal
    """Rounded to six decimals, to be shown; present values are reckoned with the exact factor."""
    present_value: Decimal
    """Of `net`."""
    cumulative: Decimal
    """The present values of this and all earlier years."""


@dataclass(frozen=True)
class Appraisal:
    """What it all comes to, in kroner of year 0."""

    years: tuple[Year, ...]
    present_cost: Decimal
    """What the present value of the benefit exceeds the net present value by, so that the three always agree."""
    present_benefit: Decimal
    net_present_value: Decimal
    benefit_cost_ratio: Decimal | None
    """With two decimals; absent where there is no cost."""
    payback_year: int | None
    """The calendar year from which the cumulative present value is not below zero; absent when never, or no cost."""


def course_of(basis: AnalysisBasis, first_year: int) -> Course:
    """The course that a basis declares, from the calendar year in which the agreements are signed."""
    return Course(first_year, basis.period_years, tuple(basis.ramp_up))


def appraise(figures: Figures, course: Course) -> Appraisal:
    """Costs and benefits of all years, by DFØ's guide in socio-economic analysis and circular R-109 as we know them.

    Year 0 bears the one-off costs and the first yearly ones; benefits begin in year 1. The cost of financing by taxes
    is a percentage of the costs. Every amount of a year is rounded to the øre, half up, and sums are sums of those, so
    that a workbook that rounds alike gets the same: present value = ROUND(net / (1 + rate) ^ number, 2).
    """
    years: list[Year] = []
    for number in range(course.period_years + 1):
        years.append(_year(figures, course, number, years[-1].cumulative if years else _NOTHING))
    benefit = sum((rounded(one.benefit / _growth(figures, one.number)) for one in years), _NOTHING)
    net = years[-1].cumulative
    return Appraisal(
        years=tuple(years),
        present_cost=benefit - net,
        present_benefit=benefit,
        net_present_value=net,
        benefit_cost_ratio=rounded(benefit / (benefit - net)) if benefit > net else None,
        payback_year=_payback_year(years) if benefit > net else None,
    )


def one_off_cost(figures: Figures) -> Decimal:
    """Payments and own work of year 0 alone, in kroner without the cost of financing."""
    return rounded(figures.one_off_payments) + own_work(figures).one_off


def yearly_cost(figures: Figures) -> Decimal:
    """Payments and own work of every year, in kroner without the cost of financing."""
    return rounded(figures.yearly_payments) + own_work(figures).yearly


def yearly_benefit(figures: Figures) -> Decimal:
    """The sum of all effects in a year at full effect, in kroner."""
    return sum((one.amount for one in effects(figures)), _NOTHING)


def _year(figures: Figures, course: Course, number: int, before: Decimal) -> Year:
    once = _NOTHING if number else one_off_cost(figures)
    yearly = yearly_cost(figures)
    tax = rounded(figures.tax_cost_percent * (once + yearly) / _HUNDRED)
    benefit = rounded(yearly_benefit(figures) * course.percent(number) / _HUNDRED)
    cost = once + yearly + tax
    value = rounded((benefit - cost) / _growth(figures, number))
    return Year(
        number=number,
        year=course.first_year + number,
        ramp_up_percent=course.percent(number),
        one_off_cost=once,
        yearly_cost=yearly,
        tax_cost=tax,
        cost=cost,
        benefit=benefit,
        net=benefit - cost,
        discount_factor=(1 / _growth(figures, number)).quantize(_FACTOR),
        present_value=value,
        cumulative=before + value,
    )


def _growth(figures: Figures, number: int) -> Decimal:
    return (1 + figures.discount_rate_percent / _HUNDRED) ** number


def _payback_year(years: list[Year]) -> int | None:
    found = None
    for one in reversed(years):
        if one.cumulative < 0:
            break
        found = one.year
    return found
