"""What a municipality pays and gains, as templates name it: the prices that apply, the costs, the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.data.analysis import AnalysisBasis, Assumptions
from pipeline.data.benefits import Effect, Figures, effects, figures_of, own_work
from pipeline.data.costs import CostYear, PayeeCosts, costs, total, years
from pipeline.data.load import Municipality
from pipeline.data.present_value import (
    Year,
    appraise,
    course_of,
    one_off_cost,
    yearly_benefit,
    yearly_cost,
)
from pipeline.data.programme import PRICES, PriceList, Programme
from pipeline.data.sensitivity import Outcome, Span, sensitivity
from pipeline.errors import DataError, Problem
from pipeline.templating.data_names import UnknownNameError, resolve
from pipeline.templating.filters import change, filters


@dataclass(frozen=True)
class RampUp:
    """The share of the full benefit reached in a year."""

    number: int
    percent: int


@dataclass(frozen=True)
class NamedEffect:
    """An effect at full effect, with its title."""

    id: str
    title: str
    quantity: Decimal
    hours: Decimal
    amount: Decimal


@dataclass(frozen=True)
class NamedSpan:
    """A case of the sensitivity, with its title and what gives either net present value."""

    id: str
    title: str
    low: Decimal
    high: Decimal
    low_label: str
    high_label: str


@dataclass(frozen=True)
class NamedOutcome:
    """One end of a case of the sensitivity, with every step from the figures to its net present value."""

    title: str
    """The case's."""
    label: str
    at: Decimal
    is_change: bool
    """Whether `at` is a change in percent, and not a value."""
    changed: tuple[str, ...]
    """The figures that the case changes, by their names below `figures`."""
    figures: Figures
    effects: tuple[Effect, ...]
    yearly_benefit: Decimal
    one_off_cost: Decimal
    yearly_cost: Decimal
    years: tuple[Year, ...]
    net_present_value: Decimal


@dataclass(frozen=True)
class Analysis:
    """The names below `analysis`, amounts in kroner."""

    example: bool
    source: str
    discount_rate_percent: Decimal
    period_years: int
    tax_cost_percent: Decimal
    first_year: int
    assumptions: Assumptions
    ramp_up: tuple[RampUp, ...]
    effects: tuple[NamedEffect, ...]
    yearly_hours: Decimal
    yearly_benefit: Decimal
    internal_one_off: Decimal
    internal_yearly: Decimal
    one_off_cost: Decimal
    yearly_cost: Decimal
    years: tuple[Year, ...]
    present_cost: Decimal
    present_benefit: Decimal
    net_present_value: Decimal
    benefit_cost_ratio: Decimal | None
    payback_year: int | None
    sensitivity: tuple[NamedSpan, ...]
    outcomes: tuple[NamedOutcome, ...]
    """Both ends of each case in turn, as the case declares them."""


def prices_that_apply(prices: PriceList, programme: Programme, names: dict[str, Any], language: str) -> PriceList:
    """The list without the lines whose condition is not met. Raises DataError for conditions that name no such fact."""
    kept, problems = [], []
    for index, line in enumerate(prices.lines):
        try:
            applies = True if line.include_when is None else resolve(line.include_when, names, language)
        except UnknownNameError as error:
            problems.append(_wrong(programme, prices, index, str(error), "Use a name that there is."))
            continue
        if not isinstance(applies, bool):
            what = f"{line.include_when} is not true or false."
            problems.append(_wrong(programme, prices, index, what, "Name a yes-or-no fact."))
        elif applies:
            kept.append(line)
    if problems:
        raise DataError("The price list is not right.", problems=problems)
    return prices.model_copy(update={"lines": kept})


def costs_by_payee(prices: PriceList, programme: Programme, population: int) -> dict[str, PayeeCosts]:
    """What is paid to each party of the programme and to the supplier."""
    return {payee: costs(prices, payee, population) for payee in programme.payees}


def cost_names(payees: dict[str, PayeeCosts], first_year: int, language: str) -> dict[str, Any]:
    """The names below `costs`."""
    return {
        **{payee: _payee(one, language) for payee, one in payees.items()},
        "total": {"one_off": total(payees, "one_off"), "yearly": total(payees, "yearly")},
        "years": [_cost_year(one) for one in years(payees, first_year)],
    }


def assumptions_of(municipality: Municipality, basis: AnalysisBasis) -> Assumptions:
    """The assumptions of the basis, where the municipality does not state its own."""
    return basis.assumptions.model_copy(update=municipality.facts.analysis.model_dump(exclude_none=True))


def analysis(
    municipality: Municipality, basis: AnalysisBasis, payees: dict[str, PayeeCosts], language: str
) -> Analysis:
    """The analysis with what the municipality pays to `payees`, titles in `language`."""
    facts, assumptions = municipality.facts, assumptions_of(municipality, basis)
    figures = figures_of(facts.home_care, assumptions, basis, total(payees, "one_off"), total(payees, "yearly"))
    course = course_of(basis, facts.milestones.agreements_signed.year)
    titles = {name: title.in_language(language) for name, title in basis.effects}
    gained = effects(figures)
    result = appraise(figures, course)
    spans = sensitivity(figures, course, basis.sensitivity)
    return Analysis(
        example=basis.example,
        source=basis.source,
        discount_rate_percent=basis.discount_rate_percent,
        period_years=basis.period_years,
        tax_cost_percent=basis.tax_cost_percent,
        first_year=course.first_year,
        assumptions=assumptions,
        ramp_up=tuple(RampUp(number, percent) for number, percent in enumerate(basis.ramp_up, start=1)),
        effects=tuple(NamedEffect(one.id, titles[one.id], one.quantity, one.hours, one.amount) for one in gained),
        yearly_hours=sum((one.hours for one in gained), Decimal(0)),
        yearly_benefit=yearly_benefit(figures),
        internal_one_off=own_work(figures).one_off,
        internal_yearly=own_work(figures).yearly,
        one_off_cost=one_off_cost(figures),
        yearly_cost=yearly_cost(figures),
        years=result.years,
        present_cost=result.present_cost,
        present_benefit=result.present_benefit,
        net_present_value=result.net_present_value,
        benefit_cost_ratio=result.benefit_cost_ratio,
        payback_year=result.payback_year,
        sensitivity=tuple(_named(span, language) for span in spans),
        outcomes=tuple(_outcome(span, end, language) for span in spans for end in span.ends),
    )


def _wrong(programme: Programme, prices: PriceList, index: int, what: str, todo: str) -> Problem:
    key = (*programme.place(PRICES, prices.valid_from), "lines", index, "include_when")
    return programme.files[PRICES].problem(key, what, todo)


def _payee(costs_of_payee: PayeeCosts, language: str) -> dict[str, Any]:
    lines = [
        {
            "id": line.id,
            "title": line.titles[language],
            "kind": line.kind,
            "vat": line.vat,
            "rate": line.rate,
            "amount": line.amount,
            "bands": [vars(band) for band in line.bands],
        }
        for line in costs_of_payee.lines
    ]
    return {"one_off": costs_of_payee.total("one_off"), "yearly": costs_of_payee.total("yearly"), "lines": lines}


def _cost_year(one: CostYear) -> dict[str, Any]:
    return {name: value for name, value in vars(one).items() if name != "payees"} | one.payees


def _named(span: Span, language: str) -> NamedSpan:
    return NamedSpan(
        id=span.case.id,
        title=span.case.title.in_language(language),
        low=span.low.net_present_value,
        high=span.high.net_present_value,
        low_label=_label(span, span.low, language),
        high_label=_label(span, span.high, language),
    )


def _outcome(span: Span, end: Outcome, language: str) -> NamedOutcome:
    return NamedOutcome(
        title=span.case.title.in_language(language),
        label=_label(span, end, language),
        at=end.at,
        is_change=span.changes,
        changed=tuple(span.case.figures),
        figures=end.figures,
        effects=effects(end.figures),
        yearly_benefit=yearly_benefit(end.figures),
        one_off_cost=one_off_cost(end.figures),
        yearly_cost=yearly_cost(end.figures),
        years=end.appraisal.years,
        net_present_value=end.net_present_value,
    )


def _label(span: Span, outcome: Outcome, language: str) -> str:
    return change(outcome.at, language) if span.changes else str(filters(language)["percent"](outcome.at))
