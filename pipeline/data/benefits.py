"""Reckons what a municipality gains in a year when calls and visits in vain go away, and what its own work costs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.data.analysis import AnalysisBasis, Assumptions
from pipeline.data.costs import rounded
from pipeline.data.municipality import HomeCare

_TODAY = (
    "calls_per_day",
    "minutes_per_call",
    "missed_visits_per_month",
    "minutes_per_missed_visit",
    "hourly_cost",
    "employees",
)
_MINUTES = 60
_ALL = Decimal(100)


@dataclass(frozen=True)
class Figures:
    """Every figure that costs and benefits hang on, so that a case of the sensitivity can replace some."""

    calls_per_day: Decimal
    minutes_per_call: Decimal
    missed_visits_per_month: Decimal
    minutes_per_missed_visit: Decimal
    hourly_cost: Decimal
    employees: Decimal
    calls_moved_percent: Decimal
    missed_visits_avoided_percent: Decimal
    minutes_per_message: Decimal
    working_days_per_year: Decimal
    months_per_year: Decimal
    km_per_missed_visit: Decimal
    cost_per_km: Decimal
    training_hours_per_employee: Decimal
    project_hours: Decimal
    follow_up_hours_per_year: Decimal
    one_off_payments: Decimal
    """Kroner to all payees together, without value added tax."""
    yearly_payments: Decimal
    discount_rate_percent: Decimal
    tax_cost_percent: Decimal


@dataclass(frozen=True)
class Effect:
    """What goes away in a year at full effect."""

    id: str
    quantity: Decimal
    """Calls, visits or kilometres."""
    hours: Decimal
    """Hours of work saved; below zero where the messages take longer than the calls they replace."""
    amount: Decimal
    """Kroner."""


@dataclass(frozen=True)
class OwnWork:
    """The municipality's own work in kroner."""

    one_off: Decimal
    """Training of every employee, and the project."""
    yearly: Decimal
    """Follow-up."""


def figures_of(
    home_care: HomeCare, assumptions: Assumptions, basis: AnalysisBasis, one_off: Decimal, yearly: Decimal
) -> Figures:
    """The figures as they are stated; `one_off` and `yearly` are the payments to all payees in kroner."""
    today = {name: getattr(home_care, name) for name in _TODAY}
    return Figures(
        **{name: Decimal(value) for name, value in {**today, **dict(assumptions)}.items()},
        one_off_payments=one_off,
        yearly_payments=yearly,
        discount_rate_percent=basis.discount_rate_percent,
        tax_cost_percent=basis.tax_cost_percent,
    )


def effects(figures: Figures) -> tuple[Effect, ...]:
    """The effects in kroner at full effect, by the principles of DFØ's guide in socio-economic analysis.

    Quantities, hours and amounts are each rounded to two decimals, half up, before they are used further, so that the
    printed figures multiply to one another. A share above 100 percent counts as 100.
    """
    calls = rounded(_share(figures.calls_moved_percent) * figures.calls_per_day * figures.working_days_per_year)
    visits = rounded(
        _share(figures.missed_visits_avoided_percent) * figures.missed_visits_per_month * figures.months_per_year
    )
    driven = rounded(visits * figures.km_per_missed_visit)
    return (
        _of_time("calls", calls, figures.minutes_per_call - figures.minutes_per_message, figures.hourly_cost),
        _of_time("missed_visits", visits, figures.minutes_per_missed_visit, figures.hourly_cost),
        Effect("driving", driven, Decimal(0), rounded(driven * figures.cost_per_km)),
    )


def own_work(figures: Figures) -> OwnWork:
    """What the municipality's own hours cost, in kroner rounded to the øre."""
    hours = figures.training_hours_per_employee * figures.employees + figures.project_hours
    return OwnWork(
        rounded(hours * figures.hourly_cost), rounded(figures.follow_up_hours_per_year * figures.hourly_cost)
    )


def _of_time(name: str, quantity: Decimal, minutes: Decimal, hourly_cost: Decimal) -> Effect:
    hours = rounded(quantity * minutes / _MINUTES)
    return Effect(name, quantity, hours, rounded(hours * hourly_cost))


def _share(percent: Decimal) -> Decimal:
    return min(percent, _ALL) / _ALL
