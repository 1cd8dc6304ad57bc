"""Made-up facts for any municipality of the register, as one states them in its file: the same for the same number."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from typing import Any

from stdnum.no import orgnr

from pipeline.data.register import RegisterEntry

Table = dict[str, Any]
Facts = dict[str, Table | list[Table]]

_ROLES = {
    "chief_executive": ("Kommunedirektør", "Kommunedirektør"),
    "project_owner": ("Prosjekteier", "Prosjekteigar"),
    "project_lead": ("Prosjektleder", "Prosjektleiar"),
    "record_system_lead": ("Systemansvarlig", "Systemansvarleg"),
    "it": ("IT-leder", "IT-leiar"),
    "data_protection_officer": ("Personvernombud", "Personvernombod"),
    "commercial_contact": ("Innkjøpsansvarlig", "Innkjøpsansvarleg"),
    "technical_contact": ("Integrasjonsansvarlig", "Integrasjonsansvarleg"),
}
_OPTIONAL_ROLES = {
    "benefits": ("Gevinstansvarlig", "Gevinstansvarleg"),
    "communication": ("Kommunikasjonsrådgiver", "Kommunikasjonsrådgivar"),
    "union_representative": ("Hovedtillitsvalgt", "Hovudtillitsvald"),
    "safety_representative": ("Hovedverneombud", "Hovudverneombod"),
}
_SERVICES = (
    ("Hjemmebaserte tjenester", "Heimebaserte tenester"),
    ("Psykisk helse og rus", "Psykisk helse og rus"),
    ("Bo- og miljøtjeneste", "Bu- og miljøteneste"),
    ("Hverdagsrehabilitering", "Kvardagsrehabilitering"),
)
"""As many as the order form has rows for."""
_SYSTEMS = {"visma": ("Profil", "2026.1"), "tietoevry": ("Gerica", "8.4"), "dips": ("CosDoc", "6.2")}
_DELEGATION = (
    "Kommunedirektørens fullmakt etter delegeringsreglementet (eksempel)",
    "Fullmakta til kommunedirektøren etter delegeringsreglementet (eksempel)",
)
_OPERATOR = ("Eksempel driftssamarbeid", "Eksempel driftssamarbeid")
_USERS_OF_POPULATION = 0.037
"""About the share of Norway's population that had home-care services at the end of 2023 (Statistics Norway)."""


def example_facts(entry: RegisterEntry) -> Facts:
    """Valid facts for a municipality, no real person among them, each optional one present or absent by chance."""
    return _Example(entry).facts()


def language_of(entry: RegisterEntry) -> str:
    """nb or nn: by the register, and nynorsk for every fourth that is neutral, which its file then has to say."""
    if entry.language_form == "nøytral":
        return "nn" if int(entry.number) % 4 == 0 else "nb"
    return "nn" if entry.language_form == "nynorsk" else "nb"


class _Example:
    """One municipality's facts, drawn from a source of chance that its number sets."""

    def __init__(self, entry: RegisterEntry) -> None:
        self._entry, self._number = entry, int(entry.number)
        self._chance = random.Random(self._number)  # noqa: S311  # examples, no secrets
        self._nynorsk = language_of(entry) == "nn"
        self._mail = f"k{entry.number}.example.no"
        self._pilot = datetime.date(2027, 3, 1) + datetime.timedelta(days=self._chance.randrange(500))
        self._users = max(5, round(entry.population * _USERS_OF_POPULATION * self._chance.uniform(0.8, 1.2)))
        self._reference = f"EKS-{entry.number}"

    def facts(self) -> Facts:
        """Every table of the file; the order in which they are drawn is part of the outcome."""
        found: Facts = {"municipality": self._municipality(), "address": self._address()}
        found |= self._people()
        found |= {"signatory": self._signatory(), "digifin": self._digifin(), "record_system": self._record_system()}
        found["services"] = self._services()
        if self._happens(0.7):
            found["certificates"] = self._certificates()
        found |= {"order": self._order(), "prerequisites": self._prerequisites()}
        found |= {"milestones": self._milestones(), "home_care": self._home_care()}
        if self._happens(0.5):
            found["routine"] = self._routine()
        if self._happens(0.5):
            found["analysis"] = self._analysis()
        archive = {"case_number": f"2026/{self._chance.randrange(1, 9999)}"}
        found["archive"] = archive | ({"classification": "F20"} if self._happens(0.5) else {})
        return found | {"invoice": {"reference": self._reference}}

    def _word(self, both: tuple[str, str]) -> str:
        return both[self._nynorsk]

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share

    def _some(self, **made: Callable[[], Any]) -> Table:
        """Each of the facts in two of three municipalities."""
        return {name: make() for name, make in made.items() if self._happens(2 / 3)}

    def _phone(self) -> str:
        return f"55 00 {self._chance.randrange(100):02} {self._chance.randrange(100):02}"

    def _municipality(self) -> Table:
        entry, found = self._entry, {"number": self._entry.number}
        if not entry.organisation_number:
            found["organisation_number"] = _organisation_number(self._number)
        if entry.language_form == "nøytral" and self._nynorsk:
            found["language"] = "nn"
        return found | ({"designation": "herad"} if entry.website.endswith(".herad.no") else {})

    def _address(self) -> Table:
        code, place = f"{self._number:04}", self._entry.administrative_centre
        found = {"street": f"Eksempelveien {self._chance.randrange(1, 99)}", "postal_code": code, "city": place}
        if self._nynorsk:
            found["street"] = found["street"].replace("veien", "vegen")
        found["email"] = f"postmottak@{self._mail}"
        if self._happens(0.6):
            box = f"Postboks {self._chance.randrange(1, 999)}"
            found |= {"post_box": box, "post_box_postal_code": code, "post_box_city": place}
        return found | self._some(phone=self._phone)

    def _people(self) -> Facts:
        optional = {role: words for role, words in _OPTIONAL_ROLES.items() if self._happens(2 / 3)}
        return {f"people.{role}": self._person(role, self._word(words)) for role, words in (_ROLES | optional).items()}

    def _person(self, role: str, title: str) -> Table:
        found = {"name": f"Eksempel {title}", "title": title, "email": f"{role.replace('_', '-')}@{self._mail}"}
        return found | self._some(phone=self._phone)

    def _signatory(self) -> Table:
        title = self._word(_ROLES["chief_executive"])
        person = {"name": f"Eksempel {title}", "title": title, "email": f"chief-executive@{self._mail}"}
        return person | {"delegation": self._word(_DELEGATION)}

    def _digifin(self) -> Table:
        if self._happens(0.8):
            joined = datetime.date(2018 + self._chance.randrange(6), 3, 1)
            return {"participant": True, "date": joined, "invoice_reference": self._reference}
        return {"participant": False, "invoice_reference": self._reference}

    def _record_system(self) -> Table:
        supplier = self._chance.choice(sorted(_SYSTEMS))
        product, version = _SYSTEMS[supplier]
        return {"supplier": supplier, "product": product, "version": version, "operator": self._word(_OPERATOR)}

    def _services(self) -> list[Table]:
        count = self._chance.randint(1, len(_SERVICES))
        return [
            {
                "name": self._word(words),
                "her_id": f"{self._number}{position:02}",
                "start": self._pilot + datetime.timedelta(days=28 * position),
                "users": self._users // (position + 1),
            }
            for position, words in enumerate(_SERVICES[:count])
        ]

    def _certificates(self) -> list[Table]:
        """As many as the order form has rows for."""
        kinds = (("production", "Helsenettet, produksjon"), ("test", "Helsenettet, test"))
        return [
            {
                "purpose": purpose,
                "issuer": self._chance.choice(["Buypass", "Commfides"]),
                "serial": f"{self._chance.randrange(16**12):012X}",
                "environment": environment,
                "expires": datetime.date(2028, 1 + self._chance.randrange(12), 28),
            }
            for environment, purpose in kinds[: self._chance.randint(1, 2)]
        ]

    def _order(self) -> Table:
        found: Table = {"environment": self._chance.choice(["test", "production"])}
        shares = {"messages": 0.9, "appointments": 0.9, "cancellation": 0.8, "visit_notice": 0.7}
        return found | {name: self._happens(share) for name, share in shares.items()}

    def _prerequisites(self) -> Table:
        names = ("customer_agreement", "message_bus", "service_addressing", "calendar_process", "terms_accepted")
        return {name: self._happens(0.5) for name in names}

    def _milestones(self) -> Table:
        days = {
            "decision": -180,
            "agreements_signed": -150,
            "record_system_upgraded": -90,
            "test_approved": -30,
            "pilot_start": 0,
            "full_operation": self._chance.choice([0, 60, 90]),
        }
        return {name: self._pilot + datetime.timedelta(days=after) for name, after in days.items()}

    def _home_care(self) -> Table:
        users = self._users
        return {
            "users": users,
            "employees": max(3, round(users * 0.5)),
            "digitally_active_percent": self._chance.randint(30, 70),
            "calls_per_day": max(1, round(users * 0.1)),
            "minutes_per_call": self._chance.randint(3, 8),
            "missed_visits_per_month": max(1, round(users * 0.05)),
            "minutes_per_missed_visit": self._chance.randint(15, 40),
            "hourly_cost": self._chance.randrange(440, 520, 5),
        }

    def _routine(self) -> Table:
        return self._some(
            readings_per_day=lambda: self._chance.randint(1, 4),
            reply_working_days=lambda: self._chance.randint(1, 3),
            cancellation_working_days=lambda: self._chance.randint(1, 2),
            urgent_phone=self._phone,
        )

    def _analysis(self) -> Table:
        return self._some(
            calls_moved_percent=lambda: self._chance.randint(20, 40),
            minutes_per_message=lambda: self._chance.randint(1, 3),
            km_per_missed_visit=lambda: self._chance.randint(2, 30),
            project_hours=lambda: 60 + round(self._users**0.5) * 10,
            follow_up_hours_per_year=lambda: 15 + round(self._users**0.5) * 2,
        )


def _organisation_number(number: int) -> str:
    """A made-up organisation number with a valid control digit, for those whose own the register does not know.

    Enhetsregisteret gives out numbers that begin with 8 or 9, so this is nobody's.
    """
    return next(one for last in range(1000) if orgnr.is_valid(one := f"10{number:04}{last:03}"))
