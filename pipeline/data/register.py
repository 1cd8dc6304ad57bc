"""The embedded register of the 357 Norwegian municipalities (2024 division); register.md names its sources."""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

POPULATION_DATE = datetime.date(2024, 1, 1)
"""The day the register's populations are of."""


@dataclass(frozen=True)
class RegisterEntry:
    """What the register knows of one municipality."""

    number: str
    name: str
    """The Norwegian name, for running text."""
    official_name: str
    """Every official name, Sami and Kven ones too, with dashes between: Kárášjohka – Karasjok."""
    county: str
    organisation_number: str
    """Nine digits, or empty for the two the register does not know."""
    language_form: str
    """Målform by vote: bokmål, nynorsk or nøytral."""
    population: int
    sami_area: bool
    """Whether it belongs to the administrative area for Sami languages."""
    administrative_centre: str
    website: str


@cache
def register() -> dict[str, RegisterEntry]:
    """Every municipality by its number; short names are not unique (Herøy, Våler), numbers are."""
    path = Path(__file__).with_name("register.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["kommunenummer"]: _entry(row) for row in csv.DictReader(file)}


def _entry(row: dict[str, str]) -> RegisterEntry:
    return RegisterEntry(
        number=row["kommunenummer"],
        name=row["navn_norsk"],
        official_name=row["navn_offisielt_2026"].replace(" - ", " – "),
        county=row["fylke"].replace(" - ", " – "),
        organisation_number=row["organisasjonsnummer"],
        language_form=row["malform"],
        population=int(row["innbyggere"]),
        sami_area=bool(row["samisk_forvaltningsomrade_2020_23"]),
        administrative_centre=row["adm_senter"],
        website=row["nettsted"],
    )
