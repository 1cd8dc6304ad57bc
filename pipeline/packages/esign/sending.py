"""Sends prepared jobs, each at most once: what is known of a job is kept before and after anything leaves."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.errors import EsignError, Problem
from pipeline.packages.esign.asice import SigningSender, bundle
from pipeline.packages.esign.client import RefusedError, Service
from pipeline.packages.esign.connection import NotReachedError, UncertainError
from pipeline.packages.esign.job import Job
from pipeline.packages.esign.manifest import request, service_number
from pipeline.packages.esign.preparation import PreparedJob
from pipeline.packages.esign.state import JobState, JobStore

Clock = Callable[[], datetime.datetime]


@dataclass(frozen=True)
class Sending:
    """How jobs are sent."""

    service: Service
    sender: SigningSender
    store: JobStore
    clock: Clock
    again: bool
    """Whether a person has seen to it that the service has no such job, or that a second one is wanted."""


def send(sending: Sending, jobs: Sequence[PreparedJob]) -> list[Problem]:
    """Sends what has not been sent; what stands in the way of the rest. Raises EsignError where nothing can be sent.

    A job that may exist already, or another one for the same document, is left alone unless `again` says otherwise.
    """
    ways = [(one, *_before(sending, one)) for one in jobs]
    if any(attempt for _, attempt, _ in ways):
        sending.service.greet()
    problems = []
    for one, attempt, problem in ways:
        told = _send(sending, one, attempt) if attempt else problem
        problems += [told] if told else []
    return problems


def _before(sending: Sending, one: PreparedJob) -> tuple[int, Problem | None]:
    """Which attempt is to be made now, 0 for none; and what stands in the way."""
    state = sending.store.read(one.document)
    if state is None:
        return 1, None
    same = state.base == one.job.reference()
    if state.phase == "refused":
        return state.attempt if same else 1, None
    if sending.again:
        return state.attempt + 1 if same else 1, None
    if same and state.phase in {"created", "signed"}:
        return 0, None
    if same and state.phase == "sending":
        what = (
            f"may have reached the service as {state.reference}; that is not known, and it is not sent a second time."
        )
        todo = "Look there. If it has no such job, run this again with --again; else its news will come by itself."
    elif state.phase == "failed":
        if not same:
            return 1, None
        what = f"was not signed: {_told(state)}."
        todo = "Mend what kept it, and run this again with --again to ask anew."
    else:
        known = "is signed" if state.phase == "signed" else "is out for signing"
        what = f"{known} in another version or by other people, as {state.reference}."
        todo = "If that one is to stay behind, cancel it in the service and run this again with --again."
    return 0, Problem(one.job.place / one.path, 0, "", f"The document {what}", todo)


def _send(sending: Sending, one: PreparedJob, attempt: int) -> Problem | None:
    service, store = sending.service, sending.store
    earlier = store.read(one.document)
    if earlier and earlier.phase != "refused":
        store.shelve(earlier)
    state = _new_state(sending, one, store.free_attempt(one.document, one.job.reference, attempt))
    asked = request(one.job, state.reference, service.queue)
    store.write(state)
    pdfs = {document.name: document.pdf for document in one.job.documents}
    try:
        made = service.create(one.job.kind, asked, bundle(pdfs, one.manifest, sending.sender, sending.clock()))
    except (RefusedError, NotReachedError) as error:
        store.write(replace(state, phase="refused", message=error.message))
        return Problem(one.job.place / one.path, 0, "", error.message, "It was not sent; mend it and run this again.")
    except UncertainError as error:
        what = f"{error.message} Whether it has the job {state.reference} is not known."
        todo = "Run this again to hear of it; it is not sent a second time. Or look in the service."
        return Problem(one.job.place / one.path, 0, "", what, todo)
    store.write(replace(state, phase="created", job_id=made.job_id, redirects=made.redirects))
    return None


def _new_state(sending: Sending, one: PreparedJob, attempt: int) -> JobState:
    return JobState(
        document=one.document,
        path=one.path,
        base=one.job.reference(),
        attempt=attempt,
        reference=one.job.reference(attempt),
        kind=one.job.kind,
        sender=one.job.sender,
        endpoint=sending.service.endpoint,
        phase="sending",
        sent_at=sending.clock().isoformat(timespec="seconds"),
        signers=known_as(one.job),
    )


def known_as(job: Job) -> dict[str, str]:
    """By what the service names each signer, and that signer's field."""
    if job.kind == "direct":
        return {one.field: one.field for one in job.signers}
    return {one.email or service_number(one.mobile or ""): one.field for one in job.signers}


def _told(state: JobState) -> str:
    told = ", ".join(f"{field} {status}" for field, status in state.statuses.items())
    return told or "the service says no more"


def require_same_service(states: Sequence[JobState], endpoint: str) -> None:
    """Raises EsignError where an open job was sent to another service than the one that is asked now."""
    other = sorted({one.endpoint for one in states if one.is_open and one.endpoint != endpoint})
    if other:
        raise EsignError(f"Jobs of this package are open at {other[0]}. Ask that service, or cancel them there first.")
