"""Reads the service's answers: a job that was created, news of one, when it may be asked again, why it refuses."""

from __future__ import annotations

import datetime
import email.utils
from dataclasses import dataclass

from lxml import etree

from pipeline.errors import EsignError
from pipeline.packages.esign.connection import Answer
from pipeline.packages.esign.schema import SERVICE, parsed

_NEXT_POLL = "x-next-permitted-poll-time"
_USUAL_PAUSE = datetime.timedelta(minutes=10)
"""The pause after an empty queue in production, for an answer that does not say it."""
_LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Created:
    """A job that the service has taken on."""

    job_id: str
    redirects: dict[str, str]
    """Of a direct job, where each signer signs."""


@dataclass(frozen=True)
class Signed:
    """How it stands with one signer."""

    who: str
    """The e-mail address, the telephone number or the name that the sender chose; empty for the only one."""
    status: str
    xades_url: str


@dataclass(frozen=True)
class News:
    """What the service says has changed with a job."""

    job_id: str
    reference: str
    status: str
    """IN_PROGRESS, COMPLETED_SUCCESSFULLY or FAILED; others may come."""
    signers: tuple[Signed, ...]
    pades_url: str
    confirmation_url: str


def created(body: bytes) -> Created:
    """What an answer to a new job says. Raises EsignError where it is not such an answer."""
    root = parsed(body)
    redirects = {
        _text(one, "signer-identifier"): _text(one, "redirect-url") for one in root.findall(f"{{{SERVICE}}}signer")
    }
    return Created(_needed(root, "signature-job-id"), redirects)


def news(body: bytes) -> News:
    """What an answer with news says. Raises EsignError where it is not such an answer."""
    root = parsed(body)
    portal = root.find(f"{{{SERVICE}}}signatures")
    return News(
        job_id=_needed(root, "signature-job-id"),
        reference=_text(root, "reference"),
        status=_text(root, "signature-job-status") if portal is None else _needed(root, "status"),
        signers=_of_direct(root) if portal is None else _of_portal(portal),
        pades_url=_text(root if portal is None else portal, "pades-url"),
        confirmation_url=_text(root, "confirmation-url"),
    )


def next_poll(answer: Answer, now: datetime.datetime) -> datetime.datetime:
    """When the service may be asked again, by its own header, Retry-After, or the usual pause after an empty queue."""
    try:
        if told := answer.headers.get(_NEXT_POLL):
            moment = datetime.datetime.fromisoformat(told)
            return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        if told := answer.headers.get("retry-after"):
            return _retry_after(told, now)
    except ValueError:
        return now + _USUAL_PAUSE
    return now if answer.status == 200 else now + _USUAL_PAUSE


def refusal(answer: Answer) -> str:
    """Why the service refuses, as a sentence."""
    try:
        root = parsed(answer.body)
        said = f"{_text(root, 'error-code')}: {' '.join(_text(root, 'error-message').split())}".strip(": ")
    except EsignError:
        said = ""
    told = said[:_LONGEST_MESSAGE].rstrip(".") or "it gives no reason"
    return f"The service refuses with {answer.status} ({told})."


def _retry_after(told: str, now: datetime.datetime) -> datetime.datetime:
    if told.strip().isdecimal():
        return now + datetime.timedelta(seconds=int(told))
    moment = email.utils.parsedate_to_datetime(told)
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _of_portal(signatures: etree._Element) -> tuple[Signed, ...]:
    found = []
    for one in signatures.findall(f"{{{SERVICE}}}signature"):
        reached = one.find(f"{{{SERVICE}}}identifier")
        who = "" if reached is None else _reached_at(reached)
        found.append(Signed(who, _text(one, "status"), _text(one, "xades-url")))
    return tuple(found)


def _reached_at(identifier: etree._Element) -> str:
    mail, sms = identifier.find(f"{{{SERVICE}}}email"), identifier.find(f"{{{SERVICE}}}sms")
    if mail is not None:
        return str(mail.get("address", ""))
    return "" if sms is None else str(sms.get("number", ""))


def _of_direct(root: etree._Element) -> tuple[Signed, ...]:
    urls = {one.get("signer", ""): (one.text or "").strip() for one in root.findall(f"{{{SERVICE}}}xades-url")}
    statuses = root.findall(f"{{{SERVICE}}}status")
    return tuple(
        Signed(who, (one.text or "").strip(), urls.get(who, "")) for one in statuses for who in [one.get("signer", "")]
    )


def _text(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"{{{SERVICE}}}{name}") or "").strip()


def _needed(root: etree._Element, name: str) -> str:
    if text := _text(root, name):
        return text
    raise EsignError(
        f"What the service sent lacks {name}. Tell the service, or see whether this program is too old for it."
    )
