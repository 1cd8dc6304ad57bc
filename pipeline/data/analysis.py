"""What the analysis of costs and benefits takes for granted, by date: programme/analysis.toml."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from pipeline.data.text import (
    Amount,
    Change,
    Count,
    Days,
    ExactPercent,
    Facts,
    Line,
    Measure,
    Months,
    Percent,
    Translated,
)
from pipeline.data.toml_file import TomlFile
from pipeline.errors import Problem

Figure = Literal[
    "calls_per_day",
    "minutes_per_call",
    "missed_visits_per_month",
    "minutes_per_missed_visit",
    "hourly_cost",
    "employees",
    "calls_moved_percent",
    "missed_visits_avoided_percent",
    "minutes_per_message",
    "working_days_per_year",
    "months_per_year",
    "km_per_missed_visit",
    "cost_per_km",
    "training_hours_per_employee",
    "project_hours",
    "follow_up_hours_per_year",
    "one_off_payments",
    "yearly_payments",
    "discount_rate_percent",
    "tax_cost_percent",
]
"""What a case of the sensitivity may change; `benefits.Figures` has them all."""


class Assumptions(Facts):
    """What is assumed where a municipality states nothing else under [analysis]."""

    calls_moved_percent: Percent
    """Share of today's telephone calls that become messages."""
    missed_visits_avoided_percent: Percent
    """Share of today's visits in vain that no longer happen."""
    minutes_per_message: Measure
    """Time to handle a message that replaces a call."""
    working_days_per_year: Days
    months_per_year: Months
    km_per_missed_visit: Measure
    """Driven there and back."""
    cost_per_km: Amount
    """Kroner."""
    training_hours_per_employee: Measure
    project_hours: Count
    """The municipality's own work until full operation."""
    follow_up_hours_per_year: Count
    """The municipality's own work afterwards."""


class EffectTitles(Facts):
    """What the effects in kroner are called."""

    calls: Translated
    missed_visits: Translated
    driving: Translated
    """Its quantity is kilometres."""


class SensitivityCase(Facts):
    """A case in which some figures are changed together, by percent or to other values."""

    id: Line
    title: Translated
    figures: Annotated[list[Figure], Field(min_length=1)]
    change_percent: Annotated[list[Change], Field(min_length=2, max_length=2)] | None = None
    values: Annotated[list[Measure], Field(min_length=2, max_length=2)] | None = None


class AnalysisBasis(Facts):
    """What holds from a date on, until a later list takes over.

    A real rate of 4 percent for the first 40 years and a cost of 20 øre for each krone of tax are those of the Ministry
    of Finance's circular R-109 as we know it; we could not confirm them.
    """

    valid_from: datetime.date
    example: bool
    """True as long as the figures are examples that nobody has confirmed."""
    source: Line
    discount_rate_percent: ExactPercent
    """Real, a year."""
    period_years: Annotated[int, Field(ge=1, le=40)]
    """Years after the one in which the agreements are signed."""
    tax_cost_percent: ExactPercent
    """What financing by taxes costs society, in percent of the costs."""
    ramp_up: Annotated[list[Percent], Field(min_length=1)]
    """The share of the full benefit reached in year 1, 2 and so on; the last holds for all later years."""
    assumptions: Assumptions
    effects: EffectTitles
    sensitivity: list[SensitivityCase] = []


class Analyses(Facts):
    """The file programme/analysis.toml."""

    lists: Annotated[list[AnalysisBasis], Field(min_length=1)]


def analysis_problems(file: TomlFile, analyses: Analyses) -> list[Problem]:
    """What the types alone do not find: cases with the same id, or without exactly one range."""
    problems = []
    for position, basis in enumerate(analyses.lists):
        seen: set[str] = set()
        for index, case in enumerate(basis.sensitivity):
            key = ("lists", position, "sensitivity", index)
            if case.id in seen:
                problems.append(file.problem((*key, "id"), "is used twice in this list.", "Give each case its own id."))
            seen.add(case.id)
            if (case.change_percent is None) == (case.values is None):
                todo = "Give the case exactly one of change_percent and values."
                problems.append(file.problem(key, "has no range, or two.", todo))
    return problems
