"""What holds for every municipality of a programme: its parties, record systems and dated price lists."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pipeline.data.text import Amount, Count, Email, Facts, Line, OrganisationNumber
from pipeline.data.toml_file import TomlFile, read_toml
from pipeline.data.validation import validate
from pipeline.errors import DataError, Problem


class Party(Facts):
    """An organisation that the papers name."""

    name: Line
    short_name: Line
    organisation_number: OrganisationNumber
    address: Line
    email: Email
    website: Line


class RecordSystemProduct(Facts):
    """A record system a municipality may have, and who supplies it."""

    supplier: Line
    product: Line
    name: Line
    """What people call it, such as Visma Profil."""


class Parties(Facts):
    """The file programme/parties.toml."""

    parties: dict[str, Party]
    record_systems: dict[str, RecordSystemProduct]


class Translated(Facts):
    """The same words in both languages."""

    nb: Line
    nn: Line

    def in_language(self, language: str) -> str:
        """The words in nb or nn."""
        return {"nb": self.nb, "nn": self.nn}[language]


class Band(Facts):
    """A price for municipalities with at most `up_to` inhabitants; the last band has no limit."""

    up_to: Count | None = None
    amount: Amount


class PriceLine(Facts):
    """One price: either a fixed sum, a rate per inhabitant or bands by number of inhabitants."""

    id: Line
    payee: Line
    """A key of [parties] in parties.toml, or "supplier"."""
    kind: Literal["one_off", "yearly"]
    title: Translated
    vat: bool
    """Whether value added tax comes on top."""
    fixed: Amount | None = None
    rate: Amount | None = None
    """Kroner per inhabitant."""
    bands: list[Band] = []


class PriceList(Facts):
    """The prices from a date on, until a later list takes over."""

    valid_from: datetime.date
    example: bool
    """True as long as the figures are examples and not the payee's own prices."""
    source: Line
    lines: Annotated[list[PriceLine], Field(min_length=1)]


class Prices(Facts):
    """The file programme/prices.toml."""

    lists: Annotated[list[PriceList], Field(min_length=1)]


@dataclass(frozen=True)
class Programme:
    """The parties and price lists of a programme, checked."""

    parties: dict[str, Party]
    record_systems: dict[str, RecordSystemProduct]
    price_lists: tuple[PriceList, ...]
    """By date, the oldest first."""
    hashes: dict[str, str]
    """SHA-256 of each file by its name."""

    def prices(self, date: datetime.date) -> PriceList:
        """The list in force on `date`. Raises DataError when the first list begins later."""
        valid = [prices for prices in self.price_lists if prices.valid_from <= date]
        if not valid:
            raise DataError(
                f"No price list is in force on {date}: the first begins on {self.price_lists[0].valid_from}. "
                "Choose a later date, or add a list to programme/prices.toml."
            )
        return valid[-1]


def load_programme(folder: Path) -> Programme:
    """Reads parties.toml and prices.toml in `folder`. Raises DataError with every fault of both."""
    parties_file, prices_file = read_toml(folder / "parties.toml"), read_toml(folder / "prices.toml")
    parties, problems = validate(Parties, parties_file)
    prices, more = validate(Prices, prices_file)
    problems += more
    if parties and prices:
        problems += _price_problems(prices_file, prices, parties)
    if problems or parties is None or prices is None:
        raise DataError("The programme's data is not right.", problems=problems)
    return Programme(
        parties=parties.parties,
        record_systems=parties.record_systems,
        price_lists=tuple(sorted(prices.lists, key=lambda one: one.valid_from)),
        hashes={file.path.name: file.sha256 for file in (parties_file, prices_file)},
    )


def _price_problems(file: TomlFile, prices: Prices, parties: Parties) -> list[Problem]:
    problems = []
    payees = {*parties.parties, "supplier"}
    for position, prices_of_date in enumerate(prices.lists):
        seen: set[str] = set()
        for index, line in enumerate(prices_of_date.lines):
            key = ("lists", position, "lines", index)
            if line.payee not in payees:
                expected = ", ".join(sorted(payees))
                problems.append(file.problem((*key, "payee"), f"is not one of {expected}.", "Use one of these."))
            if line.id in seen:
                problems.append(file.problem((*key, "id"), "is used twice in this list.", "Give each line its own id."))
            seen.add(line.id)
            if sum((line.fixed is not None, line.rate is not None, bool(line.bands))) != 1:
                todo = "Give the line exactly one of fixed, rate and bands."
                problems.append(file.problem(key, "has no price, or more than one kind.", todo))
            if line.bands and not _cover_all(line.bands):
                todo = "Let up_to grow from band to band and leave it out of the last, and only there."
                problems.append(file.problem((*key, "bands"), "does not cover every number of inhabitants.", todo))
    return problems


def _cover_all(bands: list[Band]) -> bool:
    limits = [band.up_to for band in bands[:-1] if band.up_to is not None]
    return bands[-1].up_to is None and len(limits) == len(bands) - 1 and limits == sorted(set(limits))
