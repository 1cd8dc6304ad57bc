"""What a mail's template may say of the mail itself: to whom it goes, and which documents it takes along."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.templating.catalogue import DocumentTemplate
from pipeline.templating.declaration import Mail
from pipeline.templating.names import Names

Check = str
"""What was found of a paper that came back signed: proven, wrapped; empty for one that nobody has signed yet."""


@dataclass(frozen=True)
class Enclosed:
    """A document that a mail takes along."""

    title: str
    signed_by: tuple[str, ...]
    """Who signs for the municipality; of a paper that came back, who has signed."""
    signed_later_by: tuple[str, ...]
    """The roles of those whom the other party names, and who sign after the municipality."""


@dataclass(frozen=True)
class Enclosures:
    """The documents of a mail, by whether they are attached."""

    attached: tuple[Enclosed, ...] = ()
    to_sign: tuple[Enclosed, ...] = ()
    """To be attached when the municipality has signed them."""
    too_large: tuple[Enclosed, ...] = ()
    """To be sent in another way."""


def enclosed(template: DocumentTemplate, title: str, signatories: dict[str, str | None], language: str) -> Enclosed:
    """A document as its signature fields say it; a field whose signatory has a data name is the municipality's."""
    signatures = template.declaration.signatures
    return Enclosed(
        title=title,
        signed_by=tuple(name for one in signatures if one.name and (name := signatories.get(one.field))),
        signed_later_by=tuple(one.role.in_language(language) for one in signatures if not one.name),
    )


def is_signed_first(template: DocumentTemplate) -> bool:
    """Whether somebody of the municipality has to sign the document before it is sent."""
    return any(one.name for one in template.declaration.signatures)


def mail_names(mail: Mail, names: Names, enclosures: Enclosures, check: Check = "") -> Names:
    """All facts, and below `mail` what is known of the mail."""
    party = names["parties"][mail.party] if mail.party else None
    lists = {
        "attached": enclosures.attached,
        "to_sign": enclosures.to_sign,
        "too_large": enclosures.too_large,
        "documents": (*enclosures.attached, *enclosures.to_sign, *enclosures.too_large),
    }
    told = {name: [_told(one) for one in documents] for name, documents in lists.items()}
    return names | {"mail": {"to": _addressee(party), "check": check, **told}}


EXAMPLE = Enclosures(*[(Enclosed("A document", ("A person",), ("A role",)),)] * 3)
"""With an entry in each list, so that a name in any loop can be told from one there is not."""


def _addressee(party: Names | None) -> Names | None:
    return {"name": party["name"], "short_name": party["short_name"]} if party else None


def _told(one: Enclosed) -> Names:
    return {"title": one.title, "signed_by": list(one.signed_by), "signed_later_by": list(one.signed_later_by)}
