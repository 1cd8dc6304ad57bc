"""The command that hands documents to the e-signing service, and fetches them when they are signed."""

from __future__ import annotations

import argparse
import datetime
import getpass
import sys
from pathlib import Path

from pipeline.cli.returning import verdict_of
from pipeline.errors import EsignError, ExitCode, Problem, SettingsError
from pipeline.packages.esign.client import Service
from pipeline.packages.esign.collecting import Collecting, collect
from pipeline.packages.esign.connection import Address, Connection
from pipeline.packages.esign.preparation import Prepared, Wish, package_folder, prepare, write_manifests
from pipeline.packages.esign.sending import Sending, require_same_service, send
from pipeline.packages.esign.state import JobState, JobStore
from pipeline.packages.ledger.event import event
from pipeline.packages.ledger.ledger import Ledger
from pipeline.packages.ledger.status import standings
from pipeline.packages.packed import require_packed
from pipeline.settings import EsignSettings, Settings, read_esign_settings, read_settings


def esign(options: argparse.Namespace) -> int:
    """Puts manifests ready; with a certificate, sends what was not sent and fetches what is signed."""
    settings, of_service = read_settings(), read_esign_settings(endpoint=options.endpoint)
    wish = _wish(options, of_service)
    folder = package_folder(settings, wish)
    if not options.certificate:
        _say_ready(prepare(settings, wish))
        return ExitCode.OK
    store = JobStore(settings.output, folder.name)
    with store.alone():
        sending = _sending(options, of_service, store, require_packed(folder).organisation_number)
        require_same_service(store.all(), sending.service.endpoint)
        try:
            problems = send(sending, prepare(settings, wish).jobs)
        except EsignError as error:  # what is signed already is fetched none the less
            problems = list(error.problems) or [Problem(folder, 0, "", error.message, "")]
        collect(_collecting(sending, folder, options.wait))
        states = store.all()
        _note_sent(settings, options.municipality, states)
        for state in states:
            _say(settings, state, folder, options.municipality)
        _say_when(store, states)
    if problems:
        raise EsignError(f"Not all of {folder} is out for signing.", problems=problems)
    return ExitCode.ESIGN if any(one.phase in {"failed", "sending"} for one in states) else ExitCode.OK


def _wish(options: argparse.Namespace, of_service: EsignSettings) -> Wish:
    return Wish(
        slug=options.municipality,
        package=options.package,
        kind=options.kind,
        days=options.days,
        documents=options.documents,
        without=options.without,
        level=options.level,
        identifier=of_service.identifier,
        exit_url=of_service.exit_url,
    )


def _sending(options: argparse.Namespace, of_service: EsignSettings, store: JobStore, sender: str) -> Sending:
    """Opens the certificate and the way to the service. Raises SettingsError."""
    if not of_service.endpoint:
        raise SettingsError("No signing service is named. Set PIPELINE_ESIGN_ENDPOINT, or give its --endpoint.")
    try:
        from pipeline.packages.esign.certificate import load_certificate  # noqa: PLC0415  # an extra that few install
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"{error.name} is not installed, which signing needs. Run: make .venv/ready-signing"
        ) from error
    certificate = load_certificate(options.certificate, _password(of_service, options.certificate), _now())
    endpoint = of_service.endpoint.rstrip("/")
    address = Address(endpoint, of_service.authorities, of_service.service, of_service.timeout)
    queue = f"{of_service.queue}-{store.folder.name}"
    service = Service(Connection(address, certificate), endpoint, sender, queue, of_service.pause)
    return Sending(service, certificate, store, _now, options.again)


def _password(of_service: EsignSettings, certificate: Path) -> str:
    if of_service.password is not None:
        return of_service.password.get_secret_value()
    if not sys.stdin.isatty():
        raise SettingsError(f"The password of {certificate} is not known. Set PIPELINE_ESIGN_PASSWORD.")
    return getpass.getpass(f"Password of {certificate}: ")


def _collecting(sending: Sending, folder: Path, wait: int) -> Collecting:
    signed = folder.with_name(f"{folder.name}-signed")
    until = _now() + datetime.timedelta(seconds=wait)
    return Collecting(sending.service, sending.store, _now, signed, until, _tell)


def _say_ready(prepared: Prepared) -> None:
    for path in write_manifests(prepared):
        print(f"  {path}")
    print("Nothing was sent. To send, give the enterprise certificate: --certificate FILE")


def _note_sent(settings: Settings, municipality: str, states: list[JobState]) -> None:
    """Lets the ledger know of every job that the service has."""
    sent = {one.document: one for one in states if one.phase in {"created", "signed"}}
    with Ledger(settings.output) as ledger:
        for one in standings(ledger, [municipality]):
            issue, state = one.issue, sent.get(one.issue.document)
            if state and not one.sent:
                moment = datetime.datetime.fromisoformat(state.sent_at)
                ledger.note(event(issue.municipality, issue.document, issue.number, "sent", moment))


def _say(settings: Settings, state: JobState, folder: Path, municipality: str) -> None:
    signers = ", ".join(f"{field} {state.statuses.get(field, 'WAITING')}" for field in state.signers.values())
    told = {
        "created": f"out for signing as job {state.job_id} since {state.sent_at} ({signers})",
        "signed": f"signed, {state.files[0] if state.files else ''}",
        "failed": f"not signed ({signers})",
        "sending": f"not known whether the service has it as {state.reference}",
        "refused": "not sent",
    }
    print(f"  {folder / state.path}: {told[state.phase]}")
    for field, url in state.redirects.items():
        print(f"    {field} signs at {url} (this address works once)")
    if state.phase == "signed" and not Path(state.files[0]).is_file():
        print("    That file is gone, so there is no verdict. Get it again on the pages of the service.")
    elif state.phase == "signed":
        print(f"    verdict: {verdict_of(settings, Path(state.files[0]), municipality)}")
        print(f"    See why: make verify FILE={state.files[0]} MUNICIPALITY={municipality}")


def _say_when(store: JobStore, states: list[JobState]) -> None:
    waiting = {one.kind for one in states if one.is_open}
    for moment in [one for kind in sorted(waiting) if (one := store.next_poll(kind))]:
        print(f"Run the same command again after {moment.astimezone():%Y-%m-%d %H:%M:%S} to hear more.")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _now() -> datetime.datetime:
    return datetime.datetime.now(tz=datetime.UTC)
