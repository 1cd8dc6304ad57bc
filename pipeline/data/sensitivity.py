"""Reckons the net present value anew with other figures, to show how much it hangs on each of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.data.analysis import SensitivityCase
from pipeline.data.benefits import Figures
from pipeline.data.present_value import Appraisal, Course, appraise

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Outcome:
    """What comes of it when the figures of a case are changed."""

    at: Decimal
    """The change in percent, or the value, as the case declares it."""
    figures: Figures
    """All of them, as changed."""
    appraisal: Appraisal

    @property
    def net_present_value(self) -> Decimal:
        """What the figures come to."""
        return self.appraisal.net_present_value


@dataclass(frozen=True)
class Span:
    """Both outcomes of a case."""

    case: SensitivityCase
    ends: tuple[Outcome, ...]
    """Both, as the case declares them."""
    low: Outcome
    """The lower net present value, whichever end of the range gives it."""
    high: Outcome

    @property
    def changes(self) -> bool:
        """Whether the range is a change in percent, and not two values."""
        return self.case.change_percent is not None


def sensitivity(figures: Figures, course: Course, cases: list[SensitivityCase]) -> tuple[Span, ...]:
    """Each case by itself, all other figures as they are, by DFØ's guide in socio-economic analysis as we know it."""
    return tuple(_span(figures, course, case) for case in cases)


def _span(figures: Figures, course: Course, case: SensitivityCase) -> Span:
    range_ = case.change_percent or case.values or []
    ends = tuple(_outcome(figures, course, case, at) for at in range_)
    low, high = sorted(ends, key=lambda one: one.net_present_value)
    return Span(case, ends, low, high)


def _outcome(figures: Figures, course: Course, case: SensitivityCase, at: Decimal) -> Outcome:
    changed = replace(figures, **{name: _changed(getattr(figures, name), case, at) for name in case.figures})
    return Outcome(at, changed, appraise(changed, course))


def _changed(value: Decimal, case: SensitivityCase, at: Decimal) -> Decimal:
    return at if case.change_percent is None else value * (_HUNDRED + at) / _HUNDRED
