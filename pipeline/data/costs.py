"""Reckons what one municipality pays to whom and when, from a price list and its number of inhabitants."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from pipeline.data.programme import Band, PriceLine, PriceList

_OERE = Decimal("0.01")
_WIDE = Context(prec=60)
YEARS = 5
"""How many calendar years `years` tells of."""


@dataclass(frozen=True)
class CostBand:
    """One band of a price, with its lower limit and whether the municipality is in it."""

    above: int | None
    up_to: int | None
    amount: Decimal
    applies: bool


@dataclass(frozen=True)
class Cost:
    """What the municipality pays on one price line, in kroner without value added tax."""

    id: str
    titles: dict[str, str]
    """By language."""
    kind: str
    vat: bool
    rate: Decimal | None
    bands: tuple[CostBand, ...]
    amount: Decimal


@dataclass(frozen=True)
class PayeeCosts:
    """All a municipality pays to one payee."""

    lines: tuple[Cost, ...]

    def total(self, kind: str) -> Decimal:
        """The sum of the lines of a kind, one_off or yearly."""
        return sum((line.amount for line in self.lines if line.kind == kind), Decimal(0))


@dataclass(frozen=True)
class CostYear:
    """What is paid in one calendar year, in kroner without value added tax."""

    year: int
    number: int
    """1 is the first year, which bears the one-off prices too."""
    one_off: Decimal
    yearly: Decimal
    total: Decimal
    cumulative: Decimal
    """The totals of this and all earlier years."""
    payees: dict[str, Decimal]
    """The total by payee."""


def rounded(amount: Decimal) -> Decimal:
    """The amount to the øre, half up; also other figures to two decimals."""
    return amount.quantize(_OERE, ROUND_HALF_UP, _WIDE)


def costs(prices: PriceList, payee: str, population: int) -> PayeeCosts:
    """The lines of `payee` for a municipality of `population` inhabitants, rounded to the øre (half up)."""
    return PayeeCosts(tuple(_cost(line, population) for line in prices.lines if line.payee == payee))


def total(payees: dict[str, PayeeCosts], kind: str) -> Decimal:
    """The sum over all payees of the prices of a kind, one_off or yearly."""
    return sum((one.total(kind) for one in payees.values()), Decimal(0))


def years(payees: dict[str, PayeeCosts], first: int) -> tuple[CostYear, ...]:
    """Five calendar years: the one-off prices are paid in the `first`, the yearly ones in full in each."""
    result: list[CostYear] = []
    for number in range(1, YEARS + 1):
        once = total(payees, "one_off") if number == 1 else Decimal(0)
        yearly = total(payees, "yearly")
        by_payee = {
            name: one.total("yearly") + (one.total("one_off") if number == 1 else 0) for name, one in payees.items()
        }
        before = result[-1].cumulative if result else Decimal(0)
        result.append(
            CostYear(first + number - 1, number, once, yearly, once + yearly, before + once + yearly, by_payee)
        )
    return tuple(result)


def _cost(line: PriceLine, population: int) -> Cost:
    bands = tuple(_bands(line.bands, population))
    amount = (line.fixed or Decimal(0)) + sum((band.amount for band in bands if band.applies), Decimal(0))
    amount += (line.rate or Decimal(0)) * population
    return Cost(
        id=line.id,
        titles={"nb": line.title.nb, "nn": line.title.nn},
        kind=line.kind,
        vat=line.vat,
        rate=line.rate,
        bands=bands,
        amount=rounded(amount),
    )


def _bands(bands: list[Band], population: int) -> list[CostBand]:
    above: int | None = None
    result = []
    for band in bands:
        inside = (above is None or population > above) and (band.up_to is None or population <= band.up_to)
        result.append(CostBand(above, band.up_to, band.amount, inside))
        above = band.up_to
    return result
