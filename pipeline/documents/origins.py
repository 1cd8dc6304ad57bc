"""Tells of a printed fact where a person finds it: a line of a TOML file, the register, or how it came about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from pipeline.data.analysis import AnalysisBasis, EffectTitles
from pipeline.data.programme import ANALYSIS, PARTIES, PRICES, PriceList
from pipeline.data.register import register
from pipeline.data.toml_file import Key, dotted
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.names import Edition, Names, facts

_ADDRESS = {"street": ("postal_code", "city"), "post_box": ("post_box_postal_code", "post_box_city")}
"""The keys of [address] that make an address, by the one it begins with."""


Kind = Literal["municipality", "register", "programme", "texts", "template", "package", "run", "calculated"]
"""Who says it; «texts» are those of a CSV file beside the template, «package» is its file or what it holds."""


@dataclass(frozen=True, order=True)
class Origin:
    """Where a value comes from."""

    kind: Kind
    file: str
    """The file as the packing list calls it, such as municipalities/bergen.toml; empty where it is no file's."""
    line: int
    """1-based; 0 where the file as a whole, or none, gives it."""
    key: str
    """The dotted name by which templates call it; empty for what only the placeholder works out."""
    what: str
    """The keys in the file, or what it was worked out from."""

    def __str__(self) -> str:
        return ", ".join(filter(None, (self.kind, self.place, self.what)))

    @property
    def place(self) -> str:
        """The file with the line, such as municipalities/bergen.toml:12."""
        return f"{self.file}:{self.line}" if self.line else self.file


class Origins:
    """The origins of the values of one document."""

    def __init__(self, edition: Edition, template: DocumentTemplate, language: str) -> None:
        self._edition, self._template, self._language = edition, template, language
        self._file = edition.municipality.file
        self._tables: dict[str, Callable[[Key], Origin]] = {
            "municipality": self._of_register,
            "address": self._of_address,
            "record_system": self._of_record_system,
            "invoice": self._of_invoice,
            "parties": self._of_parties,
            "prices": self._of_prices,
            "costs": self._of_costs,
            "analysis": self._of_analysis,
            "document": self._of_run,
            "recipient": self._of_recipient,
        }

    def of(self, key: Key | None, typed: str) -> Origin:
        """The origin of the fact at a path below the names; `typed` is the placeholder, for what it works out."""
        if key is None:
            return Origin("calculated", "", 0, "", typed.strip("{}-+ "))
        table = self._template.declaration.table
        if table and key[0] == table.name:
            name = f"{self._template.name}/{self._template.table(self._language).name}"
            return Origin("texts", name, 0, dotted(key), "")
        if key[0] == "package":
            return Origin("package", "", 0, dotted(key), "")
        return self._tables.get(str(key[0]), self._stated)(key)

    def _stated(self, key: Key, *more: Key) -> Origin:
        """A fact of the municipality's own file, made of the values at `more` or of the one at `key`."""
        keys = more or (key,)
        path = self._file.stated_in(keys[0]).path
        folder = "municipalities" if path == self._file.path else f"municipalities/{path.parent.name}"
        return Origin(
            "municipality",
            f"{folder}/{path.name}",
            self._file.line(keys[0]),
            dotted(key),
            ", ".join(map(dotted, keys)),
        )

    def _has(self, key: Key) -> bool:
        return self._file.get(dotted(key)) is not None

    def _of_register(self, key: Key) -> Origin:
        """Who the municipality is: the file states only what the register has not, or has no newer figure of."""
        entry = self._edition.municipality.entry
        stated = {"number", "population", "population_date"}
        stated |= set() if entry.organisation_number else {"organisation_number"}
        if key[1] in stated and self._has(key):
            return self._stated(key)
        what, designation = "", ("municipality", "designation")
        if key[1] in {"full_name", "official_full_name"} and self._has(designation):
            what = f"{dotted(designation)} ({self._stated(designation).place})"
        known = list(register())
        line = 2 + known.index(entry.number) if entry.number in known else 0
        return Origin("register", "register.csv", line, dotted(key), what)

    def _of_address(self, key: Key) -> Origin:
        if key[1] not in {"visiting", "postal"}:
            return self._stated(key)
        first = "post_box" if key[1] == "postal" and self._has(("address", "post_box")) else "street"
        return self._stated(key, *(("address", name) for name in (first, *_ADDRESS[first])))

    def _of_record_system(self, key: Key) -> Origin:
        if key[1] not in {"id", "supplier", "name"}:
            return self._stated(key)
        if key[1] == "id":
            return self._stated(key, ("record_system", "supplier"))
        return self._of_programme(PARTIES, key, self._record_system(str(key[1])))

    def _record_system(self, name: str) -> Key:
        return "record_systems", self._edition.municipality.facts.record_system.supplier, name

    def _of_invoice(self, key: Key) -> Origin:
        if key[1] != "electronic_address":
            return self._stated(key)
        number = self._of_register(("municipality", "organisation_number"))
        return Origin(number.kind, number.file, number.line, dotted(key), f"0192:{{{number.key}}}")

    def _of_parties(self, key: Key) -> Origin:
        stands = self._record_system("supplier") if key[1] == "supplier" else key
        return self._of_programme(PARTIES, key, stands)

    def _of_prices(self, key: Key) -> Origin:
        return self._of_programme(PRICES, key, (*self._list(PRICES), *key[1:]))

    def _of_costs(self, key: Key) -> Origin:
        place = self._list(PRICES)
        if len(key) < 4 or key[1] == "years":
            return self._of_programme(PRICES, key, place, "calculated")
        name = self._costs[str(key[1])]["lines"][key[3]]["id"]
        number = next(number for number, line in enumerate(self._prices.lines) if line.id == name)
        stands: Key = (*place, "lines", number, *key[4:])
        if key[-1] == "amount" and "bands" not in key:
            return self._of_programme(PRICES, key, stands[:-1], "calculated")
        return self._of_programme(PRICES, key, stands)

    def _of_analysis(self, key: Key) -> Origin:
        """An assumption that the municipality states, one of the programme, or what was worked out from all."""
        place = self._list(ANALYSIS)
        own = ("analysis", *key[2:])
        if key[1] == "assumptions" and len(key) > 2 and self._has(own):
            return self._stated(key, own)
        stands = _in_analysis(key[1:])
        kind: Kind = "programme" if stands else "calculated"
        return self._of_programme(ANALYSIS, key, (*place, *stands), kind)

    def _of_run(self, key: Key) -> Origin:
        if key[1] in {"title", "version"}:
            file = self._template.file
            name = f"{self._template.name}/{file.path.name}"
            return Origin("template", name, file.line(key[1:]), dotted(key), dotted(key[1:]))
        return Origin("run", "", 0, dotted(key), "")

    def _of_recipient(self, key: Key) -> Origin:
        return Origin("package", "", 0, dotted(key), "recipients")

    def _of_programme(self, name: str, key: Key, stands: Key, kind: Kind = "programme") -> Origin:
        """What stands in a file of the programme, or was calculated with the inhabitants from what stands there."""
        line = self._edition.programme.files[name].line(stands)
        return Origin(kind, f"programme/{name}", line, dotted(key), dotted(stands))

    def _list(self, name: str) -> Key:
        """The key of the list in force in a file of the programme."""
        programme, date = self._edition.programme, self._edition.date
        in_force = programme.prices(date) if name == PRICES else programme.analysis(date)
        return programme.place(name, in_force.valid_from)

    @property
    def _prices(self) -> PriceList:
        return self._edition.programme.prices(self._edition.date)

    @cached_property
    def _costs(self) -> Names:
        return dict(facts(self._edition)["costs"])


def _in_analysis(key: Key) -> Key:
    """Where analysis.toml states what is below `analysis`; empty where it was worked out."""
    match key:
        case ("ramp_up", int(), "percent"):
            return ("ramp_up",)
        case ("effects", int() as position, "title"):
            return ("effects", tuple(EffectTitles.model_fields)[position])
        case ("sensitivity", int(), "id" | "title") | ("assumptions", str()):
            return key
        case (str() as name,) if name in AnalysisBasis.model_fields:
            return key
    return ()
