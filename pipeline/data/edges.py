"""Synthetic municipalities at the edges of what the data allows, to try every template on."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pipeline.data.load import Municipality
from pipeline.data.municipality import Analysis, MunicipalityFacts
from pipeline.data.programme import Band, PriceLine, PriceList, Programme
from pipeline.data.register import RegisterEntry, register

Values = dict[str, Any]

MANY = 30
"""How many entries a long list has."""
SAMI_LETTERS = "ÁáČčĐđŊŋŠšŦŧŽžÏï"
AWKWARD = "A & B < C > D \"E\" 'F' {{ G }} {% H %} «I» – J"


@dataclass(frozen=True)
class Edge:
    """A synthetic municipality, and the programme it is tried with."""

    name: str
    municipality: Municipality
    programme: Programme


def edges(model: Municipality, programme: Programme) -> list[Edge]:
    """Every edge, made from the facts of a municipality that has them all."""
    made = [
        Edge("longest official names", _with_entry(model, _longest_names()), programme),
        Edge("all Sami letters", _with_entry(_changed(model, _sami_texts), _sami_names(model.entry)), programme),
        Edge("everything optional absent", _changed(model, _without_options), programme),
        Edge("every list empty", _changed(model, _short_lists), programme),
        Edge("every list long", _changed(model, _long_lists), programme),
        Edge("amounts of zero", _changed(model, _zeros, population=0), _priced(programme, Decimal(0))),
        Edge("amounts of millions", _changed(model, _millions, population=9_999_999), _priced(programme, _MILLIONS)),
        Edge("awkward characters", _changed(model, _awkward_texts), programme),
    ]
    return [Edge(one.name, replace(one.municipality, slug=f"edge: {one.name}"), one.programme) for one in made]


_MILLIONS = Decimal("98765432.10")


def _changed(model: Municipality, change: Callable[[Values], None], population: int | None = None) -> Municipality:
    """The municipality with other facts, which are as valid as any file's."""
    values = copy.deepcopy(model.file.values)
    change(values)
    facts = MunicipalityFacts.model_validate(values)
    file = replace(model.file, values=values)
    return replace(model, file=file, facts=facts, population=model.population if population is None else population)


def _with_entry(model: Municipality, entry: RegisterEntry) -> Municipality:
    return replace(model, entry=entry)


def _longest_names() -> RegisterEntry:
    entries = register().values()
    longest = max(entries, key=lambda entry: len(entry.official_name))
    return replace(longest, county=max((entry.county for entry in entries), key=len))


def _sami_names(entry: RegisterEntry) -> RegisterEntry:
    return replace(entry, name=SAMI_LETTERS, official_name=f"{SAMI_LETTERS} – {entry.name}", sami_area=True)


def _sami_texts(values: Values) -> None:
    for person in values["people"].values():
        person["name"] = f"Eksempel {SAMI_LETTERS}"
    values["services"][0]["name"] = SAMI_LETTERS


def _awkward_texts(values: Values) -> None:
    for person in values["people"].values():
        person["name"] = AWKWARD[:40]
    values["signatory"]["delegation"] = AWKWARD
    values["record_system"]["operator"] = AWKWARD[:40]
    values["services"][0]["name"] = AWKWARD[:40]


def _without_options(values: Values) -> None:
    """Removes every key that the model says may be absent."""
    values["digifin"] = {"participant": False, "invoice_reference": values["digifin"]["invoice_reference"]}
    for role in ("benefits", "communication", "union_representative", "safety_representative"):
        values["people"].pop(role, None)
    for person in values["people"].values():
        person.pop("phone", None)
    for key in ("phone", "post_box", "post_box_postal_code", "post_box_city"):
        values["address"].pop(key, None)
    values["archive"].pop("classification", None)
    for table in ("certificates", "routine", "analysis"):
        values.pop(table, None)


def _short_lists(values: Values) -> None:
    values["services"] = values["services"][:1]
    values["certificates"] = []


def _long_lists(values: Values) -> None:
    for name in ("services", "certificates"):
        entry = values[name][0]
        values[name] = [copy.deepcopy(entry) for _ in range(MANY)]
    for number, service in enumerate(values["services"], start=1):
        service["her_id"] = f"9{number:05}"
        service["name"] = f"{service['name']} {number}"


def _zeros(values: Values) -> None:
    values["analysis"] = dict.fromkeys(Analysis.model_fields, 0)
    values["home_care"] = {key: Decimal(0) if key == "hourly_cost" else 0 for key in values["home_care"]}
    for service in values["services"]:
        service["users"] = 0


def _millions(values: Values) -> None:
    """Every price applies, and what is worked out from the figures is large too, but still fits a table."""
    figures = {
        "digitally_active_percent": 100,
        "minutes_per_call": 3,
        "minutes_per_missed_visit": 9,
        "hourly_cost": Decimal("1234.56"),
    }
    values["home_care"] = {key: figures.get(key, 9_876_543) for key in values["home_care"]}
    values["digifin"] = {"participant": False, "invoice_reference": values["digifin"]["invoice_reference"]}
    for service in values["services"]:
        service["users"] = 9_876_543


def _priced(programme: Programme, amount: Decimal) -> Programme:
    return replace(programme, price_lists=tuple(_list_priced(one, amount) for one in programme.price_lists))


def _list_priced(prices: PriceList, amount: Decimal) -> PriceList:
    lines = [_line_priced(line, amount) for line in prices.lines]
    return prices.model_copy(update={"lines": lines, "valid_from": datetime.date(2000, 1, 1)})


def _line_priced(line: PriceLine, amount: Decimal) -> PriceLine:
    bands = [Band(up_to=band.up_to, amount=amount) for band in line.bands]
    fixed = amount if line.fixed is not None else None
    return line.model_copy(update={"bands": bands, "fixed": fixed})
