"""Rules between the facts of a municipality, read from the raw file so that they are told with all other faults."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import pairwise

from pipeline.data.municipality import Milestones
from pipeline.data.programme import Programme
from pipeline.data.register import POPULATION_DATE, RegisterEntry
from pipeline.data.toml_file import TomlFile
from pipeline.errors import MISSING, Problem


def rule_problems(file: TomlFile, entry: RegisterEntry | None, programme: Programme) -> list[Problem]:
    """Every broken rule; a value of the wrong type is left to the model's own check."""
    return [
        *(_register_contradictions(file, entry) if entry else ()),
        *_population(file, entry),
        *_owner_and_lead(file),
        *_digifin(file),
        *_record_system(file, programme),
        *_milestone_order(file),
        *_her_ids(file),
        *_post_box(file),
    ]


def _register_contradictions(file: TomlFile, entry: RegisterEntry) -> Iterator[Problem]:
    for name in ("name", "official_name", "organisation_number", "county", "website", "language_form"):
        stated, known = file.get(f"municipality.{name}"), getattr(entry, name)
        if known and isinstance(stated, str) and stated.replace(" ", "") != known.replace(" ", ""):
            what = f"contradicts the register, which has {known!r} for {entry.number}."
            yield file.problem(("municipality", name), what, "Remove the key, or correct the municipality number.")
    if not entry.organisation_number and file.get("municipality.organisation_number") is None:
        key = ("municipality", "organisation_number")
        what = "is missing, and the register does not know it."
        yield file.problem(key, what, "Look it up in Enhetsregisteret.", MISSING)


def _population(file: TomlFile, entry: RegisterEntry | None) -> Iterator[Problem]:
    population, date = file.get("municipality.population"), file.get("municipality.population_date")
    if (population is None) != (date is None):
        missing = "population_date" if date is None else "population"
        yield file.problem(
            ("municipality", missing), "is missing.", "Give the population together with its date.", MISSING
        )
    elif entry and type(date) is datetime.date and date <= POPULATION_DATE and population != entry.population:
        what = f"is not newer than the register's {POPULATION_DATE}, and the figures differ ({entry.population})."
        yield file.problem(("municipality", "population_date"), what, "Remove both, or give a newer figure.")


def _owner_and_lead(file: TomlFile) -> Iterator[Problem]:
    owner, lead = (file.get(f"people.{role}.email") for role in ("project_owner", "project_lead"))
    if owner and owner == lead:
        what = "is also the project owner's; owner and lead must be two persons."
        yield file.problem(("people", "project_lead", "email"), what, "Name another project lead or owner.")


def _digifin(file: TomlFile) -> Iterator[Problem]:
    participant, date = file.get("digifin.participant"), file.get("digifin.date")
    if participant is True and date is None:
        yield file.problem(("digifin", "date"), "is missing.", "Add the date from which it takes part.", MISSING)
    if participant is False and date is not None:
        what = "is given though the municipality does not take part."
        yield file.problem(("digifin", "date"), what, "Remove the date, or set participant to true.")


def _record_system(file: TomlFile, programme: Programme) -> Iterator[Problem]:
    supplier, product = file.get("record_system.supplier"), file.get("record_system.product")
    known = programme.record_systems
    if isinstance(supplier, str) and supplier not in known:
        what = f"is {supplier!r}, not one of {', '.join(known)}."
        yield file.problem(("record_system", "supplier"), what, "Use one of these.")
    elif isinstance(supplier, str) and isinstance(product, str) and product != known[supplier].product:
        what = f"is {product!r}, but the product of {supplier} is {known[supplier].product}."
        yield file.problem(("record_system", "product"), what, "Correct the product or the supplier.")


def _milestone_order(file: TomlFile) -> Iterator[Problem]:
    dates = [(name, file.get(f"milestones.{name}")) for name in Milestones.model_fields]
    given = [(name, date) for name, date in dates if type(date) is datetime.date]
    for (earlier, before), (later, after) in pairwise(given):
        if after < before:
            what = f"is {after}, before {earlier} ({before})."
            yield file.problem(("milestones", later), what, "Put the milestones in the order of time.")


def _her_ids(file: TomlFile) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    services = file.values.get("services")
    for position, service in enumerate(services if isinstance(services, list) else []):
        her_id = service.get("her_id") if isinstance(service, dict) else None
        if not isinstance(her_id, str):
            continue
        if her_id in seen:
            what = f"is the same as in services[{seen[her_id]}]; each service has a HER-id of its own."
            yield file.problem(("services", position, "her_id"), what, "Look both up in Adresseregisteret.")
        seen.setdefault(her_id, position + 1)


def _post_box(file: TomlFile) -> Iterator[Problem]:
    keys = ("post_box", "post_box_postal_code", "post_box_city")
    given = [key for key in keys if file.get(f"address.{key}") is not None]
    for key in keys:
        if given and key not in given:
            what = f"is missing, though {given[0]} is given."
            yield file.problem(("address", key), what, "Give the post box with its postal code and city.", MISSING)
