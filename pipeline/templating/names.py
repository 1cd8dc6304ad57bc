"""Every name a template may use, as plain values: strings, numbers, dates, lists and dicts, never a model."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from pipeline.data.draft import Draft
from pipeline.data.load import Municipality
from pipeline.data.programme import Programme
from pipeline.templating.draft_names import DRAFT, draft_names
from pipeline.templating.economy import analysis, cost_names, costs_by_payee, prices_that_apply
from pipeline.templating.name_types import plain

Names = dict[str, Any]

ALWAYS = frozenset({"document", "recipient", DRAFT})
"""Names that every document has without needing to declare them."""


@dataclass(frozen=True)
class Edition:
    """What a set of papers is made for: whom, in which language, on which date."""

    municipality: Municipality
    programme: Programme
    language: str
    date: datetime.date
    draft: Draft | None = None
    """What is missing, where the papers are only a draft."""


def facts(edition: Edition) -> Names:
    """The names that stem from the municipality and the programme, its prices and analysis those of the date.

    In a draft, a `Missing` stands for each fact that is missing and for all that hangs on it. Raises DataError where no
    prices or analysis are in force yet, or where the condition of a price names no yes-or-no fact.
    """
    if edition.draft is None:
        return _all_facts(edition)
    trials = (
        (key, _all_facts(replace(edition, municipality=one))) for key, one in edition.draft.trials(edition.municipality)
    )
    stated = [key for key, _ in edition.draft.others]
    return draft_names(_all_facts(edition), stated, trials, edition.language)


def _all_facts(edition: Edition) -> Names:
    municipality, programme = edition.municipality, edition.programme
    prices = programme.prices(edition.date)
    names: Names = municipality.facts.model_dump(exclude={"analysis"})
    names["municipality"] = _identity(municipality)
    names["address"] |= _postal(names["address"])
    names["record_system"] = _record_system(names["record_system"], programme)
    names["invoice"]["electronic_address"] = f"0192:{municipality.organisation_number}"
    names["parties"] = _parties(names["record_system"], programme)
    names["prices"] = {"valid_from": prices.valid_from, "example": prices.example, "source": prices.source}
    applying = prices_that_apply(prices, programme, names, edition.language)
    payees = costs_by_payee(applying, programme, municipality.population)
    names["costs"] = cost_names(payees, names["milestones"]["agreements_signed"].year, edition.language)
    basis = programme.analysis(edition.date)
    names["analysis"] = plain(analysis(municipality, basis, payees, edition.language))
    return names


def _identity(municipality: Municipality) -> Names:
    entry, designation = municipality.entry, municipality.facts.municipality.designation
    return {
        "number": entry.number,
        "name": entry.name,
        "official_name": entry.official_name,
        "full_name": f"{entry.name} {designation}",
        "official_full_name": f"{entry.official_name} {designation}",
        "organisation_number": municipality.organisation_number,
        "county": entry.county,
        "population": municipality.population,
        "population_date": municipality.population_date,
        "website": entry.website,
        "administrative_centre": entry.administrative_centre,
        "sami_area": entry.sami_area,
    }


def _postal(address: Names) -> Names:
    visiting = f"{address['street']}, {address['postal_code']} {address['city']}"
    box = f"{address['post_box']}, {address['post_box_postal_code']} {address['post_box_city']}"
    return {"visiting": visiting, "postal": box if address["post_box"] else visiting}


def _record_system(stated: Names, programme: Programme) -> Names:
    known = programme.record_systems[stated["supplier"]]
    return stated | {"id": stated["supplier"], "supplier": known.supplier, "name": known.name}


def _parties(record_system: Names, programme: Programme) -> Names:
    named = {key: party.model_dump() for key, party in programme.parties.items()}
    supplier = {"name": record_system["supplier"], "short_name": record_system["supplier"]}
    return named | {"supplier": supplier}
