"""What holds for every municipality of a programme: parties, record systems, dated prices and analyses."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from pipeline.data.analysis import Analyses, AnalysisBasis, analysis_problems
from pipeline.data.text import Amount, Count, Email, Facts, Line, OrganisationNumber, Phone, Translated
from pipeline.data.toml_file import Key, TomlFile, read_toml
from pipeline.data.validation import validate
from pipeline.errors import DataError, Problem

PARTIES, PRICES, ANALYSIS = "parties.toml", "prices.toml", "analysis.toml"
_TAKEN = {"supplier", "total", "years", "year", "number", "one_off", "yearly", "cumulative"}


class PartySignatory(Facts):
    """The person who signs for an organisation electronically, as the organisation itself has said."""

    name: Line
    email: Email
    mobile: Phone | None = None


class Party(Facts):
    """An organisation that the papers name."""

    name: Line
    short_name: Line
    organisation_number: OrganisationNumber
    address: Line
    email: Email
    website: Line
    signatory: PartySignatory | None = None


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
    include_when: Line | None = None
    """A yes-or-no fact of the municipality; where it is no, the price does not apply."""


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


Dated = TypeVar("Dated", PriceList, AnalysisBasis)


@dataclass(frozen=True)
class Programme:
    """The parties, price lists and analyses of a programme, checked."""

    parties: dict[str, Party]
    record_systems: dict[str, RecordSystemProduct]
    price_lists: tuple[PriceList, ...]
    """By date, the oldest first."""
    analyses: tuple[AnalysisBasis, ...]
    """By date, the oldest first."""
    files: dict[str, TomlFile]
    """Each file as it was read, by its name."""

    @property
    def hashes(self) -> dict[str, str]:
        """SHA-256 of each file by its name."""
        return {name: file.sha256 for name, file in self.files.items()}

    @property
    def payees(self) -> tuple[str, ...]:
        """Every key that a price line may have as its payee."""
        return (*self.parties, "supplier")

    def prices(self, date: datetime.date) -> PriceList:
        """The list in force on `date`. Raises DataError when the first list begins later."""
        return _in_force(self.price_lists, date, "price list", PRICES)

    def analysis(self, date: datetime.date) -> AnalysisBasis:
        """What analyses take for granted on `date`. Raises DataError when the first list begins later."""
        return _in_force(self.analyses, date, "list of assumptions", ANALYSIS)

    def place(self, name: str, valid_from: datetime.date) -> Key:
        """The key of a dated list in its file, where the lists need not stand in the order of dates."""
        lists = self.files[name].values["lists"]
        return "lists", next((n for n, one in enumerate(lists) if one["valid_from"] == valid_from), 0)


def load_programme(folder: Path) -> Programme:
    """Reads parties.toml, prices.toml and analysis.toml in `folder`. Raises DataError with every fault of them."""
    files = {name: read_toml(folder / name) for name in (PARTIES, PRICES, ANALYSIS)}
    parties, problems = validate(Parties, files[PARTIES])
    prices, of_prices = validate(Prices, files[PRICES])
    analyses, of_analyses = validate(Analyses, files[ANALYSIS])
    problems += of_prices + of_analyses
    if parties:
        problems += _party_problems(files[PARTIES], parties)
    if parties and prices:
        problems += _price_problems(files[PRICES], prices, parties)
    if analyses:
        problems += analysis_problems(files[ANALYSIS], analyses)
    if problems or parties is None or prices is None or analyses is None:
        raise DataError("The programme's data is not right.", problems=problems)
    return Programme(
        parties=parties.parties,
        record_systems=parties.record_systems,
        price_lists=tuple(sorted(prices.lists, key=lambda one: one.valid_from)),
        analyses=tuple(sorted(analyses.lists, key=lambda one: one.valid_from)),
        files=files,
    )


def _in_force(lists: tuple[Dated, ...], date: datetime.date, what: str, name: str) -> Dated:
    valid = [one for one in lists if one.valid_from <= date]
    if not valid:
        raise DataError(
            f"No {what} is in force on {date}: the first begins on {lists[0].valid_from}. "
            f"Choose a later date, or add a list to programme/{name}."
        )
    return valid[-1]


def _party_problems(file: TomlFile, parties: Parties) -> list[Problem]:
    what, todo = "is a name that the costs need themselves.", "Choose another key."
    return [file.problem(("parties", key), what, todo) for key in parties.parties if key in _TAKEN]


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
