"""Handing documents to a signing service and fetching them, against a service that follows the specification."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, Ran
from signing_service import PASSWORD, SENDER, SERVICE_NUMBER, Authority, Issued, SigningService, a4, pack, serving

from pipeline.cli.main import main

CHIEF, OWNER, LEAD = "Eksempel Kommunaldirektør", "Eksempel Prosjekteier", "Eksempel Prosjektleder"
PLAN = {
    "document": "project-plan",
    "path": "04-project/prosjektplan.pdf",
    "title": "Prosjektplan",
    "pdf": a4(pages=2),
    "signed": [("sigOwner", OWNER), ("sigLead", LEAD)],
}
LETTER = {
    "document": "digifin-confirmation",
    "path": "01-ks/bekreftelse.pdf",
    "title": "Bekreftelse",
    "pdf": a4(),
    "signed": [("sigMunicipality", CHIEF)],
}
PLAN_PDF = "output/bergen/04-project/prosjektplan.pdf"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Trust:
    """Made-up authorities and what they issued."""

    sender: Issued
    stranger: Issued
    expired: Issued
    server: Issued


@pytest.fixture(scope="module")
def trust() -> Trust:
    known, unknown = Authority("Eksempel CA"), Authority("Ukjent CA")
    sender = known.issue("Eksempel kommune", SENDER)
    expired = known.issue("Eksempel kommune", SENDER, days=0)
    return Trust(sender, unknown.issue("Fremmed", SENDER), expired, known.issue("Eksempel signering", SERVICE_NUMBER))


@dataclass
class Hand:
    """A project with a package, and the service it is handed to."""

    root: Path
    service: SigningService
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str, certificate: str = "sender.p12", **environment: str) -> Ran:
        """Runs `esign bergen`; what differs from run to run is left out of what it said."""
        settings = {
            "ENDPOINT": self.service.url,
            "AUTHORITIES": "root.pem",
            "SERVICE": SERVICE_NUMBER,
            "PASSWORD": PASSWORD,
            "TIMEOUT": "10",
            "PAUSE": "0",
            **environment,
        }
        with self.monkeypatch.context() as patch:
            for name, value in settings.items():
                patch.setenv(f"PIPELINE_ESIGN_{name}", value)
            code = main(["esign", "bergen", "--certificate", certificate, *arguments])
        said = self.capsys.readouterr()
        return Ran(code, self._steady(said.out), self._steady(said.err))

    def state(self, document: str = "project-plan") -> dict[str, object]:
        state: dict[str, object] = json.loads((self.root / "output/.esign/bergen" / f"{document}.json").read_bytes())
        return state

    def created(self) -> int:
        """How many requests for a job the service got."""
        return sum(one.startswith("POST") and one.endswith("signature-jobs") for one in self.service.asked)

    def _steady(self, text: str) -> str:
        text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\+00:00)?", "<time>", text)
        return re.sub(r"-[0-9a-f]{12}\b", "-<digest>", text.replace(self.service.url, "<service>"))


@pytest.fixture
def hand(
    tmp_path: Path, trust: Trust, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Hand]:
    for folder in ("municipalities", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    pack(tmp_path / "output" / "bergen", [PLAN])
    root = trust.sender.root(tmp_path / "root.pem")
    trust.sender.p12(tmp_path / "sender.p12")
    monkeypatch.chdir(tmp_path)
    service = SigningService(root)
    with serving(service, trust.server.pem(tmp_path / "server.pem"), root):
        yield Hand(tmp_path, service, monkeypatch, capsys)


def test_a_portal_job_is_sent_signed_fetched_and_confirmed(hand: Hand) -> None:
    sent = hand.run()
    assert (sent.code, sent.err) == (0, "")
    assert sent.out == (
        f"  {PLAN_PDF}: out for signing as job 1 since <time> (sigOwner WAITING, sigLead WAITING)\n"
        "Run the same command again after <time> to hear more.\n"
    )
    [job] = hand.service.jobs
    assert job.kind == "portal"
    assert list(job.files) == ["prosjektplan.pdf", "manifest.xml", "META-INF/signatures.xml"]
    assert job.files["prosjektplan.pdf"] == PLAN["pdf"]

    hand.service.sign(job)
    back = hand.run()
    assert (back.code, back.err) == (0, "")
    assert back.out == (
        f"  {PLAN_PDF}: signed, output/bergen-signed/04-project/prosjektplan.pdf\n"
        "    verdict: unreadable\n"
        "    See why: make verify FILE=output/bergen-signed/04-project/prosjektplan.pdf MUNICIPALITY=bergen\n"
    )
    signed = hand.root / "output" / "bergen-signed" / "04-project"
    assert {path.name: path.read_bytes() for path in signed.iterdir()} == {
        "prosjektplan.pdf": b"%PDF-1.7 signed",
        "prosjektplan.sigOwner.xades.xml": b"<XAdESSignatures/>",
        "prosjektplan.sigLead.xades.xml": b"<XAdESSignatures/>",
    }
    assert hand.service.confirmed == [1]
    assert hand.run().out == back.out
    (signed / "prosjektplan.pdf").unlink()
    gone = hand.run()
    assert (gone.code, gone.err, gone.out.splitlines()[1]) == (
        0,
        "",
        "    That file is gone, so there is no verdict. Get it again on the pages of the service.",
    )
    assert hand.created() == 1


def test_each_signer_s_state_is_told_as_it_comes(hand: Hand) -> None:
    hand.run()
    hand.service.sign(hand.service.jobs[0], "IN_PROGRESS", signed=1)
    assert "job 1 since <time> (sigOwner SIGNED, sigLead WAITING)" in hand.run().out
    assert hand.service.confirmed == [1]


def test_each_document_is_a_job_of_its_own(hand: Hand) -> None:
    pack(hand.root / "output" / "bergen", [PLAN, LETTER])
    hand.run("--document", "digifin-confirmation")
    hand.run()
    assert [one.reference for one in hand.service.jobs] == [
        hand.state("digifin-confirmation")["reference"],
        hand.state("project-plan")["reference"],
    ]
    assert {one.queue for one in hand.service.jobs} == {"pipeline-bergen"}


def test_a_direct_job_shows_each_signer_the_way(hand: Hand) -> None:
    sent = hand.run("--kind", "direct", EXIT_URL="https://bergen.example/takk")
    way = f"<service>/{SENDER}/direct/signature-jobs/1/redirect"
    assert sent.out == (
        f"  {PLAN_PDF}: out for signing as job 1 since <time> (sigOwner WAITING, sigLead WAITING)\n"
        f"    sigOwner signs at {way}/0 (this address works once)\n"
        f"    sigLead signs at {way}/1 (this address works once)\n"
        "Run the same command again after <time> to hear more.\n"
    )
    assert oct((hand.root / "output/.esign/bergen/project-plan.json").stat().st_mode & 0o777) == "0o600"
    hand.service.sign(hand.service.jobs[0])
    back = hand.run("--kind", "direct", EXIT_URL="https://bergen.example/takk")
    assert back.out.startswith(f"  {PLAN_PDF}: signed, output/bergen-signed/04-project/prosjektplan.pdf\n")
    assert hand.state()["statuses"] == {"sigOwner": "SIGNED", "sigLead": "SIGNED"}
    assert hand.state()["redirects"] == {}


def test_it_waits_as_the_service_permits(hand: Hand) -> None:
    """The queue is empty at first, and asked again no earlier than its header says: the service never says 429."""
    hand.service.pause = 3.0
    hand.run()
    hand.service.sign(hand.service.jobs[0])
    back = hand.run("--wait", "20")
    assert back.err == f"Waiting until {back.err[14:22]}, when the service may be asked again.\n"
    assert f"{PLAN_PDF}: signed" in back.out


def test_it_does_not_ask_before_it_may(hand: Hand) -> None:
    hand.service.pause = 600
    hand.run()
    asked = list(hand.service.asked)
    assert "Run the same command again after <time> to hear more." in hand.run().out
    assert hand.service.asked == asked


def test_a_service_that_is_asked_too_often_is_asked_later(hand: Hand) -> None:
    """Another program has asked in between; the pause that 429 names counts."""
    hand.service.pause = 600
    hand.run()
    (hand.root / "output/.esign/bergen/.queue-portal.json").unlink()
    assert hand.run().code == 0
    before = list(hand.service.asked)
    hand.run()
    assert hand.service.asked == before


def test_retry_after_counts_where_the_service_s_own_header_is_missing(hand: Hand) -> None:
    hand.service.header = "Retry-After"
    hand.run()
    hand.service.sign(hand.service.jobs[0])
    assert f"{PLAN_PDF}: signed" in hand.run("--wait", "1").out


def test_an_answer_that_names_no_pause_means_ten_minutes(hand: Hand) -> None:
    hand.service.header = "X-Something"
    hand.run()
    asked = list(hand.service.asked)
    hand.run("--wait", "1")
    assert hand.service.asked == asked


@pytest.mark.parametrize("status", [400, 403, 409, 429])
def test_a_refused_job_was_not_created_and_may_be_sent_again(hand: Hand, status: int) -> None:
    hand.service.on_create = [(status, "SOME_CODE")]
    refused = hand.run()
    assert refused.code == 12
    assert refused.err == (
        "Error: Not all of output/bergen is out for signing.\n"
        f"  {PLAN_PDF}: The service refuses with {status} (SOME_CODE: No, not now). "
        "It was not sent; mend it and run this again.\n"
    )
    assert refused.out == f"  {PLAN_PDF}: not sent\n"
    assert hand.run().code == 0
    assert len(hand.service.jobs) == 1


def test_a_refusal_at_the_door_sends_nothing(hand: Hand) -> None:
    """The certificate's owner has no access: told before the bundle is sent."""
    hand.service.faults = [403]
    refused = hand.run()
    assert refused.err == (
        "Error: Not all of output/bergen is out for signing.\n"
        "  output/bergen: The service refuses with 403 (FAULT: No, not now).\n"
    )
    assert hand.created() == 0


@pytest.mark.parametrize("what", ["cut", (500, "INTERNAL"), (503, "BUSY")])
def test_a_job_that_may_exist_is_not_sent_a_second_time(hand: Hand, what: str | tuple[int, str]) -> None:
    hand.service.on_create = [what]
    first = hand.run()
    assert first.code == 12
    assert "Whether it has the job bergen-prosjektplan-<digest> is not known. Run this again to hear of it" in first.err
    assert first.out.startswith(f"  {PLAN_PDF}: not known whether the service has it as bergen-prosjektplan-<digest>\n")
    second = hand.run()
    assert second.code == 12
    assert second.err == (
        "Error: Not all of output/bergen is out for signing.\n"
        f"  {PLAN_PDF}: The document may have reached the service as bergen-prosjektplan-<digest>; that is not known, "
        "and it is not sent a second time. Look there. If it has no such job, run this again with --again; else its "
        "news will come by itself.\n"
    )
    assert hand.created() == 1


def test_a_cut_connection_after_the_job_was_created_ends_well_by_its_reference(hand: Hand) -> None:
    hand.service.on_create = ["cut"]
    hand.run()
    [job] = hand.service.jobs
    hand.service.sign(job, "IN_PROGRESS", signed=1)
    hand.run()
    assert (hand.state()["phase"], hand.state()["job_id"]) == ("created", "1")
    hand.service.sign(job)
    assert f"{PLAN_PDF}: signed" in hand.run().out
    assert hand.created() == 1


def test_a_time_out_leaves_the_job_unknown(hand: Hand) -> None:
    hand.service.on_create = ["slow"]
    late = hand.run(TIMEOUT="0.5")
    assert "The service did not answer in time. Whether it has the job" in late.err
    hand.service.released.set()
    assert hand.run().code == 12
    assert hand.created() == 1


def test_a_run_that_was_killed_while_sending_leaves_the_job_unknown(hand: Hand) -> None:
    """Only what is on the disk counts; the same as after a cut connection."""
    hand.run()
    path = hand.root / "output/.esign/bergen/project-plan.json"
    path.write_text(json.dumps({**hand.state(), "phase": "sending", "job_id": ""}), encoding="utf-8")
    assert hand.run().code == 12
    hand.service.sign(hand.service.jobs[0])
    assert f"{PLAN_PDF}: signed" in hand.run().out
    assert hand.created() == 1


def test_a_second_attempt_is_a_person_s_decision_and_has_its_own_reference(hand: Hand) -> None:
    hand.service.on_create = [(500, "INTERNAL")]
    hand.run()
    assert hand.run("--again").code == 0
    assert hand.state()["reference"] == f"{hand.state()['base']}-2"
    shelved = sorted(path.name for path in (hand.root / "output/.esign/bergen").glob("project-plan.bergen-*.json"))
    assert shelved == [f"project-plan.{hand.state()['base']}.json"]


def test_a_changed_document_is_not_sent_while_the_old_one_is_out(hand: Hand) -> None:
    hand.run()
    pack(hand.root / "output" / "bergen", [{**PLAN, "pdf": a4(pages=3)}])
    other = hand.run()
    assert other.err == (
        "Error: Not all of output/bergen is out for signing.\n"
        f"  {PLAN_PDF}: The document is out for signing in another version or by other people, as "
        "bergen-prosjektplan-<digest>. If that one is to stay behind, cancel it in the service and run this again with "
        "--again.\n"
    )
    assert hand.created() == 1
    assert hand.run("--again").code == 0
    assert [one.reference for one in hand.service.jobs][1] == hand.state()["reference"]


def test_the_same_document_asked_for_anew_after_another_gets_a_new_reference(hand: Hand) -> None:
    hand.run()
    pack(hand.root / "output" / "bergen", [{**PLAN, "pdf": a4(pages=3)}])
    hand.run("--again")
    pack(hand.root / "output" / "bergen", [PLAN])
    hand.run("--again")
    references = [one.reference for one in hand.service.jobs]
    assert references[2] == f"{references[0]}-2"


def test_a_declined_document_is_told_and_not_sent_again_by_itself(hand: Hand) -> None:
    hand.run()
    hand.service.sign(hand.service.jobs[0], "FAILED", signed=1)
    declined = hand.run()
    assert declined.code == 12
    assert declined.out == f"  {PLAN_PDF}: not signed (sigOwner SIGNED, sigLead REJECTED)\n"
    assert hand.service.confirmed == [1]
    again = hand.run()
    assert again.err == (
        "Error: Not all of output/bergen is out for signing.\n"
        f"  {PLAN_PDF}: The document was not signed: sigOwner SIGNED, sigLead REJECTED. "
        "Mend what kept it, and run this again with --again to ask anew.\n"
    )
    assert hand.created() == 1
    assert hand.run("--again").code == 0


def test_faults_while_fetching_are_asked_over_and_nothing_is_confirmed_before(hand: Hand) -> None:
    hand.run()
    hand.service.sign(hand.service.jobs[0])
    hand.service.faults = [503, 500]
    assert f"{PLAN_PDF}: signed" in hand.run().out
    assert hand.service.confirmed == [1]


def test_a_service_that_stays_broken_loses_nothing(hand: Hand) -> None:
    hand.run()
    hand.service.faults = [503, 503, 503]
    assert hand.run().err == "Error: The service refuses with 503 (FAULT: No, not now). Try again later.\n"
    hand.service.sign(hand.service.jobs[0])
    assert f"{PLAN_PDF}: signed" in hand.run().out


def test_what_was_fetched_but_not_confirmed_is_confirmed_by_the_next_run(hand: Hand) -> None:
    hand.run()
    path = hand.root / "output/.esign/bergen/project-plan.json"
    url = f"{hand.service.url}/{SENDER}/portal/signature-jobs/1/complete"
    path.write_text(json.dumps({**hand.state(), "confirmation_url": url}), encoding="utf-8")
    hand.run()
    assert hand.service.confirmed == [1]
    assert hand.state()["confirmation_url"] == ""


def test_a_signed_file_is_never_written_over(hand: Hand) -> None:
    place = hand.root / "output/bergen-signed/04-project/prosjektplan.pdf"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"%PDF-1.7 an earlier one")
    hand.run()
    hand.service.sign(hand.service.jobs[0])
    assert (
        f"signed, output/bergen-signed/04-project/prosjektplan-{'bergen-prosjektplan'}-<digest>.pdf" in hand.run().out
    )
    assert place.read_bytes() == b"%PDF-1.7 an earlier one"


def test_news_of_a_job_that_is_not_known_here_is_left_for_others(hand: Hand) -> None:
    hand.run()
    hand.service.sign(hand.service.jobs[0])
    path = hand.root / "output/.esign/bergen/project-plan.json"
    path.write_text(json.dumps({**hand.state(), "job_id": "77"}), encoding="utf-8")
    told = hand.run()
    assert told.err == ("The service has news of the job 1 (bergen-prosjektplan-<digest>), which is not known here.\n")
    assert hand.service.confirmed == []


def test_no_other_host_is_asked(hand: Hand) -> None:
    hand.service.elsewhere = "https://127.0.0.2:1/api"
    hand.run()
    hand.service.sign(hand.service.jobs[0])
    assert hand.run().err == "Error: The service sends on to another place, https://127.0.0.2:1, which is not asked.\n"


def test_the_wrong_certificate_is_refused_before_anything_is_sent(hand: Hand, trust: Trust) -> None:
    trust.stranger.p12(hand.root / "stranger.p12")
    refused = hand.run(certificate="stranger.p12")
    assert refused.code == 12
    assert re.search(r"127\.0\.0\.1:\d+ does not accept|The connection to the service broke off", refused.err)
    assert hand.service.asked == []
    assert not (hand.root / "output/.esign/bergen/project-plan.json").exists()


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"AUTHORITIES": "other.pem"}, r"is not trusted \(.+\)\. Check PIPELINE_ESIGN_AUTHORITIES"),
        ({"SERVICE": "123456785"}, r"is not that of 123456785\. Check PIPELINE_ESIGN_SERVICE\."),
        ({"SERVICE": ""}, r"is not trusted \(.+\)\. Check PIPELINE_ESIGN_AUTHORITIES and PIPELINE_ESIGN_SERVICE\."),
    ],
)
def test_a_service_that_is_not_the_right_one_gets_nothing(
    hand: Hand, trust: Trust, environment: dict[str, str], told: str
) -> None:
    trust.stranger.root(hand.root / "other.pem")
    refused = hand.run(**environment)
    assert refused.code == 12
    assert re.search(told, refused.err)
    assert hand.service.asked == []


def test_a_service_that_is_not_there_is_told(hand: Hand) -> None:
    refused = hand.run(ENDPOINT="https://127.0.0.1:1/api")
    assert "127.0.0.1:1 is not reached (Connection refused). Check the address, or try later." in refused.err
    assert not (hand.root / "output/.esign/bergen/project-plan.json").exists()


def test_jobs_that_are_open_elsewhere_are_not_asked_for_here(hand: Hand) -> None:
    hand.run()
    other = hand.run("--endpoint", "https://127.0.0.1:1/api")
    assert other.err == (
        "Error: Jobs of this package are open at <service>. Ask that service, or cancel them there first.\n"
    )


def test_a_damaged_state_stops_everything(hand: Hand) -> None:
    hand.run()
    (hand.root / "output/.esign/bergen/project-plan.json").write_text("{", encoding="utf-8")
    assert hand.run().err == (
        "Error: output/.esign/bergen/project-plan.json cannot be read, and nothing is sent, so that no job is created "
        "twice. Get the file back, or look in the service what is out for signing and then remove it.\n"
    )
    assert hand.created() == 1


def test_signed_documents_come_though_the_package_is_no_longer_right(hand: Hand) -> None:
    hand.run()
    hand.service.sign(hand.service.jobs[0])
    file = hand.root / "municipalities" / "bergen.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(LEAD, "Eksempel Etterfølger"), encoding="utf-8")
    back = hand.run()
    assert back.out.startswith(f"  {PLAN_PDF}: signed")
    assert "people.project_lead.name: is 'Eksempel Etterfølger' now, but the document was made for" in back.err
    assert back.code == 12


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "told"),
    [
        ({}, {"ENDPOINT": ""}, 3, "No signing service is named. Set PIPELINE_ESIGN_ENDPOINT, or give its --endpoint."),
        (
            {},
            {"ENDPOINT": "http://signering.example"},
            3,
            "A setting is not right: PIPELINE_ESIGN_ENDPOINT: String should match pattern '^(https://[^\\s?#]+)?$'. "
            "Correct or unset it.",
        ),
        ({}, {"PASSWORD": "feil"}, 3, "sender.p12 cannot be opened. Check that it is a .p12 file, and its password."),
        (
            {},
            {"AUTHORITIES": "sender.p12"},
            3,
            "sender.p12 is no PEM file of certificates. Correct PIPELINE_ESIGN_AUTHORITIES.",
        ),
        (
            {"certificate": "nope.p12"},
            {},
            3,
            "nope.p12 cannot be read (No such file or directory). Check the address of the certificate.",
        ),
        (
            {"certificate": "alone.p12"},
            {},
            3,
            "alone.p12 lacks the certificate of the issuer CN=Eksempel CA,2.5.4.97=NTRNO-100000008,O=Eksempel CA,C=NO. "
            "Export it again with its key and the certificates of its issuers up to the root.",
        ),
    ],
)
def test_settings_that_are_not_right_are_told(
    hand: Hand, trust: Trust, arguments: dict[str, str], environment: dict[str, str], code: int, told: str
) -> None:
    trust.sender.p12(hand.root / "alone.p12", issuers=False)
    ran = hand.run(**arguments, **environment)
    assert (ran.code, ran.err) == (code, f"Error: {told}\n")
    assert hand.service.asked == []


def test_a_certificate_that_has_run_out_is_not_used(hand: Hand, trust: Trust) -> None:
    trust.expired.p12(hand.root / "expired.p12")
    told = hand.run(certificate="expired.p12")
    assert told.code == 3
    assert re.fullmatch(
        r"Error: The certificate in expired\.p12 is valid from \S+ to \S+ only\. Take one that is valid today\.\n",
        told.err,
    )


def test_the_password_is_never_shown(hand: Hand) -> None:
    told = hand.run(ENDPOINT="nope", PASSWORD="et passord som ingen skal se")  # noqa: S106  # the point of the test
    assert "ingen skal se" not in told.err + told.out
    assert told.code == 3
