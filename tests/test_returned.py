"""Every way in which a paper may come back, with its one verdict and what is said of it."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import return_cases as ways
import updates
from conftest import ROOT
from issued_papers import Issuer, MakeEdition, real_paper
from PIL import Image
from signing_kit import CHECKED, Person, authority, certified, signed, time_stamped, time_stamper

from pipeline.documents.embedded import EmbeddedEngine
from pipeline.documents.returned.check import check_return
from pipeline.documents.returned.trust import Terms, read_trust
from pipeline.documents.returned.verdict import IssuedPaper, Verdict
from pipeline.errors import SettingsError

_PAST = (datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC), datetime.datetime(2022, 1, 1, tzinfo=datetime.UTC))
_UNSEEN = (0, 0, 0, 0)


@dataclass(frozen=True)
class Scene:
    """Two issued papers, those who sign, and whom the trust list names."""

    bergen: IssuedPaper
    voss: IssuedPaper
    root: Person
    head: Person
    other: Person
    service: Person
    terms: Terms

    @property
    def pdf(self) -> bytes:
        return self.bergen.read()

    def both(self, pdf: bytes) -> bytes:
        """Signed by the two who should."""
        return signed(signed(pdf, "sigMunicipality", self.head), "sigKS", self.other)

    def served(self, pdf: bytes) -> bytes:
        """Signed by a service, unseen."""
        return signed(pdf, "Tjenesten", self.service, box=_UNSEEN)

    def check(self, pdf: bytes, municipality: str | None = None) -> Verdict:
        return check_return(pdf, [self.voss, self.bergen], self.terms, municipality)


@pytest.fixture(scope="module")
def scene(engine: EmbeddedEngine, edition: MakeEdition, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("returned")
    (folder / "programme").symlink_to(ROOT / "templates" / "programme")
    issuer = Issuer(folder, engine)
    bergen, voss = issuer.paper(edition("bergen")), issuer.paper(edition("voss"))
    root = authority("Prøveutstederen")
    (folder / "trust" / "person-high").mkdir(parents=True)
    (folder / "trust" / "person-high" / "prove.pem").write_bytes(root.pem())
    return Scene(
        bergen,
        voss,
        root,
        head=certified("Kommunaldirektør, Eksempel", root),
        other=certified("Eksempel Fagdirektør", root),
        service=certified("Prøvetjenesten", root, organisation="Prøvetjenesten AS"),
        terms=Terms(read_trust(folder / "trust"), CHECKED, "Eksempel Arkivar"),
    )


Way = Callable[[Scene], bytes]
CASES: list[tuple[str, Way, str, list[str]]] = [
    ("honest", lambda s: s.both(s.pdf), "proven", ["as-issued", "signed", "signed-unnamed"]),
    (
        "metadata touched by an honest program",
        lambda s: s.both(updates.description_touched(s.pdf)),
        "proven",
        ["as-issued", "signed", "signed-unnamed"],
    ),
    (
        "another file behind the issued bytes, with a page more",
        lambda s: s.both(ways.behind_issued(s.pdf, ways.page_appended)),
        "altered",
        ["added", "page-added"],
    ),
    (
        "another file behind the issued bytes, with pale text",
        lambda s: s.both(ways.behind_issued(s.pdf, ways.pale_text)),
        "altered",
        ["added"],
    ),
    (
        "another file behind the issued bytes, with a script",
        lambda s: s.both(ways.behind_issued(s.pdf, ways.script)),
        "altered",
        ["added"],
    ),
    (
        "another file behind the issued bytes, and an update of that",
        lambda s: s.both(updates.resaved(ways.behind_issued(s.pdf, ways.page_appended))),
        "altered",
        ["added", "page-added"],
    ),
    ("unsigned", lambda s: s.pdf, "unsigned", ["identical"]),
    ("saved again, unsigned", lambda s: updates.resaved(s.pdf), "unsigned", ["resaved"]),
    (
        "one of two",
        lambda s: signed(s.pdf, "sigMunicipality", s.head),
        "incomplete",
        ["as-issued", "signed", "field-empty"],
    ),
    (
        "the municipality signs for the other",
        lambda s: signed(signed(s.pdf, "sigMunicipality", s.head), "sigKS", s.head),
        "incomplete",
        ["as-issued", "same-signer", "same-signer"],
    ),
    (
        "somebody else",
        lambda s: signed(signed(s.pdf, "sigMunicipality", s.service), "sigKS", s.other),
        "incomplete",
        ["as-issued", "wrong-signer", "signed-unnamed"],
    ),
    (
        "untrusted certificate",
        lambda s: signed(
            signed(s.pdf, "sigMunicipality", certified(s.head.name, authority("Ukjent"))), "sigKS", s.other
        ),
        "incomplete",
        ["as-issued", "signer-untrusted", "signed-unnamed"],
    ),
    (
        "expired certificate",
        lambda s: signed(signed(s.pdf, "sigMunicipality", certified(s.head.name, s.root, _PAST)), "sigKS", s.other),
        "incomplete",
        ["as-issued", "signer-out-of-date", "signed-unnamed"],
    ),
    (
        "white box, then signed",
        lambda s: s.both(updates.white_box_added(s.pdf)),
        "altered",
        ["added", "page-looks"],
    ),
    (
        "white box, written anew, then signed",
        lambda s: s.both(ways.with_white_box(s.pdf)),
        "altered",
        ["rewritten", "page-looks"],
    ),
    (
        "a page from another municipality",
        lambda s: s.both(ways.with_page_of(s.pdf, s.voss.read())),
        "altered",
        ["rewritten", "page-text"],
    ),
    (
        "pages swapped by an update",
        lambda s: s.both(updates.pages_swapped(s.pdf)),
        "altered",
        ["added", "page-looks", "page-looks"],
    ),
    (
        "pages swapped, written anew",
        lambda s: s.served(ways.with_pages_in_order(s.pdf, [1, 0, 2])),
        "altered",
        ["rewritten", "pages-order"],
    ),
    (
        "a page left out",
        lambda s: s.served(ways.with_pages_in_order(s.pdf, [0, 2])),
        "altered",
        ["rewritten", "page-missing"],
    ),
    (
        "a page put between",
        lambda s: s.served(ways.with_page_inserted(s.pdf, 1)),
        "altered",
        ["rewritten", "page-inserted"],
    ),
    (
        "an extra signature field over page 1",
        lambda s: signed(s.both(s.pdf), "sigExtra", s.other, box=(60, 600, 460, 780)),
        "altered",
        ["field-new", "page-looks"],
    ),
    (
        "a signature field moved over text",
        lambda s: s.both(updates.field_moved(s.pdf, "sigKS")),
        "altered",
        ["added", "field-moved", "page-looks"],
    ),
    ("a stamp drawn, nobody signed", lambda s: updates.stamp_drawn(s.pdf), "altered", ["added", "page-looks"]),
    (
        "a note after signing",
        lambda s: updates.note_added(s.both(s.pdf)),
        "altered",
        ["added", "not-covered", "page-looks", "signature-broken", "signature-broken"],
    ),
    (
        "saved anew after signing",
        lambda s: ways.written_anew(s.both(s.pdf)),
        "altered",
        ["rewritten", "signature-broken", "signature-broken"],
    ),
    (
        "a byte of a signature changed",
        lambda s: ways.flipped(s.both(s.pdf), s.bergen.size + 4000),
        "altered",
        ["signature-broken", "signature-broken"],
    ),
    ("printed anew", lambda s: ways.printed_anew(s.pdf), "scan-or-reprint", ["reprint"]),
    (
        "printed anew with another amount",
        lambda s: ways.printed_anew(s.pdf, "120 000", "220 000"),
        "altered",
        ["rewritten", "page-text"],
    ),
    ("scanned, municipality not named", lambda s: ways.scanned(s.pdf), "scan-or-reprint", ["unknown-scan"]),
    (
        "scanned with text behind",
        lambda s: ways.with_text_behind(ways.scanned(s.pdf), s.pdf),
        "scan-or-reprint",
        ["scan"],
    ),
    ("cut off", lambda s: s.both(s.pdf)[:-200], "unreadable", ["cut-off"]),
    ("last bytes cut off", lambda s: s.both(s.pdf)[:-3], "unreadable", ["cut-off"]),
    ("half of what was issued", lambda s: s.pdf[:15000], "unreadable", ["cut-off"]),
    (
        "wrapped by a service",
        lambda s: s.served(ways.wrapped(s.pdf)),
        "wrapped",
        ["wrapped", "wrapped-pages", "wrapped-who", "wrapped-margin", "wrapped-signed"],
    ),
    (
        "wrapped with a white box",
        lambda s: s.served(ways.wrapped(s.pdf, box=True)),
        "altered",
        ["rewritten", "page-looks"],
    ),
    ("wrapped, not signed", lambda s: ways.wrapped(s.pdf), "scan-or-reprint", ["reprint"]),
    ("drawn smaller", lambda s: s.served(ways.scaled(s.pdf)), "scan-or-reprint", ["redrawn"]),
    ("encrypted", lambda s: ways.encrypted(s.pdf), "unreadable", ["encrypted"]),
    ("locked with a password", lambda s: ways.encrypted(s.pdf, "prøve"), "unreadable", ["encrypted"]),
    ("not a PDF", lambda _: b"Hei", "unreadable", ["not-pdf"]),
    ("empty", lambda _: b"", "unreadable", ["not-pdf"]),
    ("garbage", lambda _: b"%PDF-1.7\n" + b"x" * 1000 + b"\n%%EOF", "unreadable", ["broken"]),
]


@pytest.mark.parametrize(("way", "kind", "codes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_comes_back_gets_its_one_verdict(scene: Scene, way: Way, kind: str, codes: list[str]) -> None:
    verdict = scene.check(way(scene))
    assert (verdict.kind, [one.code for one in verdict.reasons]) == (kind, [*codes, "revocation"])
    if verdict.paper:
        assert verdict.paper.slug == "bergen"
    assert verdict.kind != "altered" or "page" not in str(codes) or verdict.pages
    for pair in verdict.pages:
        assert all(Image.open(io.BytesIO(png)).format == "PNG" for png in pair.pictures if png)


def test_a_proof_says_who_signed_and_what_was_not_asked(scene: Scene) -> None:
    verdict = scene.check(scene.both(scene.pdf))
    assert [one.norwegian for one in verdict.reasons] == [
        "Filen begynner med nøyaktig det dokumentet som ble sendt ut, og bare signaturer er lagt til.",
        "For kommunen: signert av Kommunaldirektør, Eksempel, slik dokumentet sier. Tillitslisten går god for "
        "sertifikatet, utstedt av Prøveutstederen.",
        "Den andre parten: signert av Eksempel Fagdirektør. Dokumentet sier ikke hvem det skulle være, så se selv at "
        "det er rett person. Tillitslisten går god for sertifikatet, utstedt av Prøveutstederen.",
        "Det er ikke spurt på nettet om noe sertifikat er trukket tilbake.",
    ]
    assert verdict.reasons[-1].english == "Nobody was asked on line whether a certificate has been revoked."
    assert [(one.field, one.valid, one.trusted, one.coverage) for one in verdict.signatures] == [
        ("sigMunicipality", True, True, "revision"),
        ("sigKS", True, True, "file"),
    ]
    noark = verdict.noark
    assert noark
    assert noark.elektronisk_signatur_sikkerhetsnivaa == 'Sendt med PKI/"person høy"-sertifikat'
    assert noark.elektronisk_signatur_verifisert == "Signatur påført og verifisert"
    assert (noark.verifisert_dato, noark.verifisert_av) == (CHECKED.date(), "Eksempel Arkivar")


def test_without_a_trust_list_nothing_is_proven(scene: Scene) -> None:
    verdict = check_return(scene.both(scene.pdf), [scene.bergen], Terms((), CHECKED, ""), None)
    assert verdict.kind == "incomplete"
    assert [one.code for one in verdict.reasons[-2:]] == ["trust-empty", "revocation"]
    assert not verdict.accepted
    assert verdict.noark
    assert verdict.noark.elektronisk_signatur_verifisert == "Signatur påført, ikke verifisert"


def test_a_paper_of_another_municipality_is_told_in_its_own_language(scene: Scene) -> None:
    verdict = scene.check(scene.both(scene.voss.read()), "bergen")
    assert verdict.kind == "other-municipality"
    assert verdict.reasons[0].norwegian == "Dokumentet vart sendt ut til Voss, ikkje til Bergen."


def test_a_scan_is_shown_beside_the_paper_most_like_it(scene: Scene) -> None:
    verdict = scene.check(ways.scanned(scene.pdf), "bergen")
    assert (verdict.kind, [one.code for one in verdict.reasons]) == (
        "scan-or-reprint",
        ["scan", "likest", "revocation"],
    )
    assert [pair.numbers for pair in verdict.pages] == [(1, 1), (2, 2), (3, 3)]


def test_a_trusted_time_stamp_proves_a_certificate_that_has_run_out(scene: Scene) -> None:
    clock = certified("Prøveklokken", scene.root, stamps_time=True)
    stamp = time_stamper(clock, _PAST[0] + datetime.timedelta(days=30))
    once = signed(scene.pdf, "sigMunicipality", certified(scene.head.name, scene.root, _PAST), stamp=stamp)
    verdict = scene.check(time_stamped(signed(once, "sigKS", scene.other), time_stamper(clock, CHECKED)))
    assert verdict.kind == "proven"
    assert [one.time_is_proven for one in verdict.signatures] == [True, False]


def test_the_trust_list_names_each_file_that_is_no_certificate(tmp_path: Path) -> None:
    (tmp_path / "tull.pem").write_text("tull")
    (tmp_path / "readme.txt").write_text("not looked at")
    with pytest.raises(SettingsError) as raised:
        read_trust(tmp_path)
    assert str(raised.value) == (
        f"The trust list cannot be read.\n  {tmp_path}/tull.pem: is not a certificate. "
        "Take it out, or get the certificate anew as PEM or DER from whoever issued it."
    )
    assert read_trust(tmp_path / "none") == ()


def test_the_real_agreement_signed_by_two_is_valid_here_and_in_poppler(
    scene: Scene, engine: EmbeddedEngine, edition: MakeEdition, tmp_path: Path
) -> None:
    paper = real_paper(edition("bergen"), engine, "ks-agreement")
    path = tmp_path / "signed.pdf"
    path.write_bytes(scene.both(paper.read()))
    assert check_return(path.read_bytes(), [paper], scene.terms, "bergen").kind == "proven"
    if not shutil.which("pdfsig"):
        pytest.skip("pdfsig of poppler-utils is not installed")
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 2
    assert "Total document signed" in said


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        (
            {"sign_place": "Bergen"},
            "proven",
            ["Feltet «sign_place» er fylt ut etter at dokumentet ble sendt ut: «Bergen»."],
        ),
        (
            {"sign_place": "Bergen", "invoice_reference": "4711"},
            "altered",
            ["Feltet «invoice_reference» er endret fra «BGO-7011» til «4711»."],
        ),
    ],
    ids=["an open field", "a field that was filled"],
)
def test_a_form_may_be_filled_where_it_was_open(
    scene: Scene, engine: EmbeddedEngine, edition: MakeEdition, changes: dict[str, str], kind: str, said: list[str]
) -> None:
    paper = real_paper(edition("bergen"), engine, "nhn-order-form")
    pdf = paper.read()
    for field, value in changes.items():
        pdf = updates.filled(pdf, field, value)
    verdict = check_return(signed(pdf, "sigMunicipality", scene.head), [paper], scene.terms, "bergen")
    assert (
        verdict.kind,
        [one.norwegian for one in verdict.reasons if "field" in one.code or one.code == "filled"],
    ) == (
        kind,
        said,
    )


def test_a_box_that_was_open_may_be_ticked(scene: Scene, engine: EmbeddedEngine, edition: MakeEdition) -> None:
    paper = real_paper(edition("bergen"), engine, "nhn-order-form")
    pdf = signed(updates.ticked(paper.read(), "prereq_calendar_process"), "sigMunicipality", scene.head)
    verdict = check_return(pdf, [paper], scene.terms, "bergen")
    assert (verdict.kind, [one.code for one in verdict.reasons][:2]) == ("proven", ["as-issued", "filled"])
    assert [pair.numbers for pair in verdict.pages] == [(3, 3)]


@pytest.mark.parametrize(
    ("value", "shown", "code"),
    [("Bergen", "Gjelder ikke", "field-shows"), ("Bergen", "", "field-shows"), ("   ", "Gjelder ikke", "page-looks")],
)
def test_a_field_that_shows_something_else_than_it_holds_is_altered(
    scene: Scene, engine: EmbeddedEngine, edition: MakeEdition, value: str, shown: str, code: str
) -> None:
    paper = real_paper(edition("bergen"), engine, "nhn-order-form")
    pdf = signed(updates.filled(paper.read(), "sign_place", value, shown), "sigMunicipality", scene.head)
    verdict = check_return(pdf, [paper], scene.terms, "bergen")
    assert (verdict.kind, verdict.reasons[0].code) == ("altered", code)
