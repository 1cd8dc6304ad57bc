"""Finds who signs a document and where each is reached, or says which fact is missing and where it belongs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pipeline.data.programme import PARTIES
from pipeline.data.toml_file import TomlFile, parsed_key
from pipeline.errors import Problem
from pipeline.packages.esign.job import Signer
from pipeline.packages.packed import ListedDocument, Signatory
from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.data_names import UnknownNameError, resolve
from pipeline.templating.declaration import Signature
from pipeline.templating.names import Edition, Names


@dataclass(frozen=True)
class Contacts:
    """What is known of people, now: the facts may be newer than the package."""

    edition: Edition
    names: Names
    needed: bool
    """Whether everybody must be reached; the signers of a direct job are shown the way."""

    def value(self, name: str) -> Any:
        """What a data name stands for, None where it is absent. Raises UnknownNameError."""
        return resolve(name, self.names, self.edition.language)

    def stated_in(self, name: str) -> TomlFile:
        """The file that states a data name."""
        if name.partition(".")[0] == "parties":
            return self.edition.programme.files[PARTIES]
        return self.edition.municipality.file


def signers(
    listed: ListedDocument, template: DocumentTemplate, contacts: Contacts, without: Collection[str]
) -> tuple[tuple[Signer, ...], list[Problem]]:
    """Who signs the document, in order, and every problem with them."""
    declared = {one.field: one for one in template.declaration.signatures}
    found: list[Signer] = []
    problems: list[Problem] = []
    for one in listed.signatories:
        if one.field in without:
            continue
        if one.field not in declared:
            what = f"has no field {one.field!r} any more, which the package has."
            problems.append(template.file.problem(("signatures",), what, "Make the package again."))
            continue
        key = ("signatures", template.declaration.signatures.index(declared[one.field]))
        try:
            signer, wrong = _signer(one, declared[one.field], contacts)
        except UnknownNameError as error:
            problems.append(template.file.problem((*key, "contact"), str(error), "Correct the name."))
            continue
        if not wrong and contacts.needed and not signer.email and not signer.mobile:
            wrong = _nowhere(declared[one.field], contacts) or template.file.problem(key, *_UNTOLD)
        found.append(signer)
        problems += [wrong] if wrong else []
    return tuple(found), problems


_UNTOLD = (
    "does not say who signs, or where that person is reached.",
    'Add name, or contact = "parties.….signatory" or the like, or leave the field out with --without.',
)


def _signer(one: Signatory, declared: Signature, contacts: Contacts) -> tuple[Signer, Problem | None]:
    """Who signs in a field, and whether that is still the person whom the document names."""
    contact = contacts.value(source) if (source := _source(declared)) else None
    known: Names = contact if isinstance(contact, dict) else {}
    signer = Signer(one.field, one.role, one.name or known.get("name"), known.get("email"), known.get("mobile"))
    now = contacts.value(declared.name) if declared.name else None
    if not declared.name or now == one.name:
        return signer, None
    what = f"is {now!r} now, but the document was made for {one.name!r}."
    file = contacts.stated_in(declared.name)
    return signer, file.problem(parsed_key(declared.name), what, "Make the package again.")


def _nowhere(declared: Signature, contacts: Contacts) -> Problem | None:
    """That a person cannot be reached, where the facts of that person belong; None where no place is named for them."""
    if not (source := _source(declared)):
        return None
    what = f"does not say where whoever signs {declared.field} is reached."
    todo = f"Add [{source}] with name and email, or leave the field out with --without {declared.field}."
    return contacts.stated_in(source).problem(parsed_key(source), what, todo)


def _source(declared: Signature) -> str:
    """The data name of the table that says where a person is reached."""
    return declared.contact or (declared.name or "").rpartition(".")[0]
