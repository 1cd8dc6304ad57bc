"""Reckons what one municipality pays to whom from a price list and its number of inhabitants."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from pipeline.data.programme import Band, PriceLine, PriceList

_OERE = Decimal("0.01")


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


def costs(prices: PriceList, payee: str, population: int) -> PayeeCosts:
    """The lines of `payee` for a municipality of `population` inhabitants, rounded to the øre (half up)."""
    return PayeeCosts(tuple(_cost(line, population) for line in prices.lines if line.payee == payee))


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
        amount=amount.quantize(_OERE, ROUND_HALF_UP),
    )


def _bands(bands: list[Band], population: int) -> list[CostBand]:
    above: int | None = None
    result = []
    for band in bands:
        inside = (above is None or population > above) and (band.up_to is None or population <= band.up_to)
        result.append(CostBand(above, band.up_to, band.amount, inside))
        above = band.up_to
    return result
