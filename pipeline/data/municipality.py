"""The facts one municipality states in its TOML file; a new kind of fact is one typed line here."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field

from pipeline.data.text import (
    Amount,
    Count,
    Days,
    Email,
    Facts,
    HerId,
    Line,
    Measure,
    Months,
    MunicipalityNumber,
    OrganisationNumber,
    Percent,
    Phone,
    PostalCode,
    Text,
)


class Identity(Facts):
    """Who it is: the number, and only what the register does not know or has no newer figure of."""

    number: MunicipalityNumber
    name: Line | None = None
    official_name: Line | None = None
    designation: Literal["kommune", "herad"] = "kommune"
    """What stands after the name in the full name: Bergen kommune, Voss herad."""
    organisation_number: OrganisationNumber | None = None
    county: Line | None = None
    website: Line | None = None
    language_form: Literal["bokmål", "nynorsk", "nøytral"] | None = None
    population: Count | None = None
    population_date: datetime.date | None = None
    language: Literal["nb", "nn"] | None = None
    """The language the municipality wants its papers in, where that is not what the målform says."""


class Address(Facts):
    """Where it receives people and post."""

    street: Line
    postal_code: PostalCode
    city: Line
    post_box: Line | None = None
    post_box_postal_code: PostalCode | None = None
    post_box_city: Line | None = None
    email: Email
    phone: Phone | None = None


class Person(Facts):
    """A person in a role, with work contact data only."""

    name: Line
    title: Line
    email: Email
    phone: Phone | None = None
    mobile: Phone | None = None
    """Gets a text message as well where there is something to sign electronically."""


class Signatory(Facts):
    """The person who signs for the municipality and the authority to do so."""

    name: Line
    title: Line
    email: Email
    mobile: Phone | None = None
    """Gets a text message as well where there is something to sign electronically."""
    delegation: Text
    """The decision or rule that gives the authority, as it shall stand in the agreement."""


class People(Facts):
    """Everyone the papers name, by role; project owner and project lead are two persons."""

    chief_executive: Person
    project_owner: Person
    project_lead: Person
    record_system_lead: Person
    it: Person
    data_protection_officer: Person
    commercial_contact: Person
    technical_contact: Person
    benefits: Person | None = None
    communication: Person | None = None
    union_representative: Person | None = None
    safety_representative: Person | None = None


class Digifin(Facts):
    """Whether it takes part in the Digifin financing scheme, which users of its solutions must."""

    participant: bool
    date: datetime.date | None = None
    invoice_reference: Line


class RecordSystem(Facts):
    """The electronic patient record system of the home-care services (EPJ)."""

    supplier: Line
    """A key of [record_systems] in templates/programme/parties.toml."""
    product: Line
    version: Line
    operator: Line
    """Who runs it."""


class Service(Facts):
    """A service to connect, as its own communication party."""

    name: Line
    her_id: HerId
    start: datetime.date
    users: Count


class Certificate(Facts):
    """An enterprise certificate."""

    purpose: Line
    issuer: Line
    serial: Line
    environment: Literal["test", "production"]
    expires: datetime.date


class Order(Facts):
    """What is ordered for the connection."""

    environment: Literal["test", "production"]
    messages: bool
    appointments: bool
    cancellation: bool
    visit_notice: bool


class Prerequisites(Facts):
    """What must be in place before a connection, and is."""

    customer_agreement: bool
    message_bus: bool
    service_addressing: bool
    calendar_process: bool
    terms_accepted: bool


class Milestones(Facts):
    """The dates of the introduction, each no earlier than the one before."""

    decision: datetime.date
    agreements_signed: datetime.date
    record_system_upgraded: datetime.date
    test_approved: datetime.date
    pilot_start: datetime.date
    full_operation: datetime.date


class HomeCare(Facts):
    """Today's figures of the home-care services, from which benefits are reckoned."""

    users: Count
    employees: Count
    digitally_active_percent: Percent
    """Share of the users who are active on helsenorge.no."""
    calls_per_day: Count
    minutes_per_call: Count
    missed_visits_per_month: Count
    minutes_per_missed_visit: Count
    hourly_cost: Amount
    """Kroner an hour, social costs included."""


class Routine(Facts):
    """How messages from citizens are handled; what the file does not state is a proposal of ours."""

    readings_per_day: Count = 2
    reply_working_days: Count = 1
    """Within so many working days a message is answered."""
    cancellation_working_days: Count = 1
    """So many working days before a visit it can be cancelled at the latest."""
    urgent_phone: Phone | None = None
    """The number for what cannot wait, where it is not the switchboard's."""


class Analysis(Facts):
    """The assumptions of the analysis that the municipality knows better than programme/analysis.toml."""

    calls_moved_percent: Percent | None = None
    missed_visits_avoided_percent: Percent | None = None
    minutes_per_message: Measure | None = None
    working_days_per_year: Days | None = None
    months_per_year: Months | None = None
    km_per_missed_visit: Measure | None = None
    cost_per_km: Amount | None = None
    training_hours_per_employee: Measure | None = None
    project_hours: Count | None = None
    follow_up_hours_per_year: Count | None = None


class Archive(Facts):
    """Where the municipality files the case."""

    case_number: Line
    classification: Line | None = None


class Invoice(Facts):
    """How it wants to be invoiced."""

    reference: Line


class MunicipalityFacts(Facts):
    """The whole file; each table becomes a name of its own in the templates."""

    municipality: Identity
    address: Address
    people: People
    signatory: Signatory
    digifin: Digifin
    record_system: RecordSystem
    services: Annotated[list[Service], Field(min_length=1)]
    certificates: list[Certificate] = []
    order: Order
    prerequisites: Prerequisites
    milestones: Milestones
    home_care: HomeCare
    routine: Routine = Routine()
    analysis: Analysis = Analysis()
    archive: Archive
    invoice: Invoice
