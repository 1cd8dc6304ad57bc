"""Fetches what has been signed: asks for news as often as the service permits, keeps results, then confirms them."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.errors import EsignError
from pipeline.packages.disk import unwritable, write_whole
from pipeline.packages.esign.answers import News
from pipeline.packages.esign.client import RefusedError, Service
from pipeline.packages.esign.job import Kind
from pipeline.packages.esign.sending import Clock
from pipeline.packages.esign.state import JobState, JobStore

_SIGNED, _DECLINED = "COMPLETED_SUCCESSFULLY", "FAILED"
_MOST_NEWS = 500
"""So much news a run takes at most, so that a service that never falls silent does not hold it forever."""


@dataclass(frozen=True)
class Collecting:
    """How news is asked for."""

    service: Service
    store: JobStore
    clock: Clock
    signed: Path
    """The folder for what comes back."""
    until: datetime.datetime
    """So long it may wait for news."""
    tell: Callable[[str], None]
    """Told what it waits for, and of what is odd."""


def collect(collecting: Collecting) -> None:
    """Asks for news of all open jobs until there is none left to wait for. Raises EsignError or BundleError.

    What was fetched is on the disk before it is confirmed, so that a run that is killed loses nothing.
    """
    for state in collecting.store.all():
        if state.confirmation_url:
            _confirm(collecting, state)
    for kind in sorted({one.kind for one in collecting.store.all() if one.is_open}):
        _collect(collecting, kind)


def _collect(collecting: Collecting, kind: Kind) -> None:
    store = collecting.store
    for _ in range(_MOST_NEWS):
        if not any(one.is_open and one.kind == kind for one in store.all()):
            return
        permitted = store.next_poll(kind)
        if permitted and permitted > collecting.clock():
            if permitted > collecting.until:
                return
            collecting.tell(f"Waiting until {permitted.astimezone():%H:%M:%S}, when the service may be asked again.")
            time.sleep(max(0.0, (permitted - collecting.clock()).total_seconds()))
        polled = collecting.service.poll(kind, collecting.clock)
        store.write_next_poll(kind, polled.next_poll)
        if polled.news:
            _take(collecting, kind, polled.news)
        elif collecting.clock() >= collecting.until:
            return
        else:
            time.sleep(collecting.service.pause)


def _take(collecting: Collecting, kind: Kind, news: News) -> None:
    """What news means for its job; that of a job which is not known here is left for whoever knows it."""
    states = [one for one in collecting.store.all() if one.kind == kind]
    state = next((one for one in states if _is_about(one, news)), None)
    if state is None:
        collecting.tell(f"The service has news of the job {news.job_id} ({news.reference}), which is not known here.")
        return
    statuses = {state.signers.get(one.who) or _only(state) or one.who: one.status for one in news.signers}
    state = replace(state, job_id=news.job_id, statuses=statuses, confirmation_url=news.confirmation_url)
    if news.status == _SIGNED:
        state = replace(state, phase="signed", redirects={}, files=_fetched(collecting, state, news))
    elif news.status == _DECLINED:
        state = replace(state, phase="failed", redirects={})
    elif state.phase == "sending":
        state = replace(state, phase="created")
    _confirm(collecting, collecting.store.write(state))


def _is_about(state: JobState, news: News) -> bool:
    if state.job_id:
        return state.job_id == news.job_id
    return state.phase == "sending" and state.reference == news.reference


def _only(state: JobState) -> str:
    """The field of a job with one signer, whom the service need not name."""
    return next(iter(state.signers.values())) if len(state.signers) == 1 else ""


def _fetched(collecting: Collecting, state: JobState, news: News) -> tuple[str, ...]:
    """The paths of the signed PDF and of each signer's signature, all on the disk. Raises EsignError, BundleError."""
    if not news.pades_url:
        raise EsignError(f"The service says that {state.reference} is signed, and gives no document. Try again later.")
    pdf = collecting.service.fetch(news.pades_url)
    if not pdf.startswith(b"%PDF"):
        raise EsignError(f"What the service gives as the signed {state.path} is no PDF. Try again later.")
    proofs = {
        state.signers.get(one.who) or _only(state) or f"signer-{number}": collecting.service.fetch(one.xades_url)
        for number, one in enumerate(news.signers, start=1)
        if one.xades_url
    }
    path = _put(collecting.signed / state.path, pdf, state.reference)
    others = [
        _put(collecting.signed / f"{state.path.removesuffix('.pdf')}.{field}.xades.xml", proof, state.reference)
        for field, proof in proofs.items()
    ]
    return tuple(str(one) for one in (path, *others))


def _put(path: Path, content: bytes, reference: str) -> Path:
    """Writes a file, beside another one of that name and never over it."""
    try:
        if path.exists() and path.read_bytes() != content:
            path = path.with_name(f"{path.stem}-{reference}{path.suffix}")
        write_whole(path, content, durable=True)
    except OSError as error:
        raise unwritable("What was signed", path, error) from error
    return path


def _confirm(collecting: Collecting, state: JobState) -> None:
    """Tells the service that news was dealt with; a refusal means that it no longer needs to know."""
    if not state.confirmation_url:
        return
    try:
        collecting.service.confirm(state.confirmation_url)
    except RefusedError as error:
        collecting.tell(f"The news of {state.reference} was not confirmed: {error.message}")
    collecting.store.write(replace(state, confirmation_url=""))
