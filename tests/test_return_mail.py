"""The mail that takes a signed paper to its recipient: only of a file that the return check accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import DATE, ROOT, Project
from mail_contents import attachments, body, read

from pipeline.errors import BundleError, UsageError
from pipeline.packages.sending.returned import (
    PROVEN,
    WRAPPED,
    Accepted,
    ReturnedFile,
    ReturnOrder,
    read_returned,
    return_mail,
    write_return_mail,
)
from pipeline.settings import Settings
from pipeline.templating.catalogue import PackageTemplate, load_package
from pipeline.templating.names import Edition

MakeEdition = Callable[..., Edition]
SIGNED = b"%PDF-1.7 signed\r\n\x00\xff\n" * 100
FILE = ReturnedFile(Path("fra arkivet/signert avtale.pdf"), SIGNED)
ACCEPTED = Accepted(
    sha256=hashlib.sha256(SIGNED).hexdigest(),
    kind=PROVEN,
    municipality="karasjok",
    document="ks-agreement",
    title="Avtale om tilkopling til Digihelse",
    language="nn",
    signers=("Eksempel Ordførar", "Eksempel Čáhppe Đŋšŧž"),
    awaited=("den som KS peikar ut",),
)


@pytest.fixture(scope="module")
def package() -> PackageTemplate:
    return load_package(ROOT / "templates", "onboarding")


def test_the_signed_paper_goes_to_its_party_byte_for_byte(package: PackageTemplate, edition: MakeEdition) -> None:
    made = return_mail(ACCEPTED, FILE, package, edition("karasjok", "nn"))
    message = read(made.draft)
    assert (made.mail, message["To"]) == ("ks", "digihelse@ks.no")
    name = "Avtale om tilkopling til Digihelse – Kárášjohka – Karasjok kommune – signert.pdf"
    assert attachments(message) == {name: SIGNED}
    assert body(message) == (
        "Hei!\n\n"
        "Vedlagd er avtala om tilkopling til Digihelse for Kárášjohka – Karasjok kommune, signert av Eksempel Ordførar "
        "og Eksempel Čáhppe Đŋšŧž.\n\n"
        "Vi ber om at KS også signerer avtala og sender ho tilbake til postmottak@karasjok.kommune.no.\n\n"
        "Fila er kontrollert: Ho byrjar med nøyaktig det dokumentet kommunen sende til signering, og berre signaturar "
        "er lagde til.\n\n"
        "Saksnummeret vårt er 2026/318. Oppgi det gjerne i svaret.\n\n"
        "Spørsmål kan rettast til Eksempel Prosjektleder, prosjektleder@karasjok.example.\n\n"
        "Med vennleg helsing\n"
        "Kárášjohka – Karasjok kommune\n"
    )
    assert made == return_mail(ACCEPTED, FILE, package, edition("karasjok", "nn"))


def test_a_paper_that_all_have_signed_asks_nobody_to_sign(package: PackageTemplate, edition: MakeEdition) -> None:
    made = return_mail(replace(ACCEPTED, awaited=()), FILE, package, edition("karasjok", "nn"))
    assert "også signerer" not in body(read(made.draft))
    assert "Før e-posten" not in body(read(made.draft))


def test_the_plain_text_names_the_file_that_came_back(package: PackageTemplate, edition: MakeEdition) -> None:
    made = return_mail(ACCEPTED, FILE, package, edition("karasjok", "nn"))
    assert made.text.decode("utf-8-sig").replace("\r\n", "\n").partition("\n\n")[0] == (
        "Til: digihelse@ks.no\n"
        "Emne: Avtale om tilkopling til Digihelse – Kárášjohka – Karasjok kommune (sak 2026/318)\n"
        "Vedlegg:\n"
        "  fra arkivet/signert avtale.pdf"
    )


WRAPPED_WORDS = {
    "nb": "det er ikke et bevis på at ingenting er endret.",
    "nn": "det er ikkje noko bevis på at ingenting er endra.",
}


@pytest.mark.parametrize("language", WRAPPED_WORDS)
def test_what_a_signing_service_made_anew_is_sent_only_when_asked_for_and_the_mail_says_so(
    package: PackageTemplate, edition: MakeEdition, language: str
) -> None:
    wrapped = replace(ACCEPTED, kind=WRAPPED, language=language)
    with pytest.raises(UsageError, match=r"^A signing service made the file anew, .* add ACCEPT=wrapped\.$"):
        return_mail(wrapped, FILE, package, edition("karasjok", language))
    made = return_mail(wrapped, FILE, package, edition("karasjok", language), (PROVEN, WRAPPED))
    assert WRAPPED_WORDS[language] in body(read(made.draft))
    assert attachments(read(made.draft)).popitem()[1] == SIGNED


@pytest.mark.parametrize(
    "kind", ["incomplete", "unsigned", "altered", "other-municipality", "scan-or-reprint", "unreadable", ""]
)
def test_no_other_verdict_makes_a_mail(package: PackageTemplate, edition: MakeEdition, kind: str) -> None:
    with pytest.raises(UsageError) as caught:
        return_mail(replace(ACCEPTED, kind=kind), FILE, package, edition("karasjok"), (PROVEN, WRAPPED))
    assert str(caught.value) == (
        f"The return check says {kind}, and only what is proven is sent. Look at what make verify tells."
    )


def test_another_file_than_the_one_that_was_checked_makes_no_mail(
    package: PackageTemplate, edition: MakeEdition
) -> None:
    with pytest.raises(UsageError, match=r"^The file is not the one that was checked\."):
        return_mail(ACCEPTED, replace(FILE, content=SIGNED + b"\n"), package, edition("karasjok"))


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("project-plan", "Avtale om tilkopling til Digihelse is sent to nobody: "),
        ("zzz", "The package onboarding has no document zzz. Choose another package."),
    ],
)
def test_a_document_that_no_mail_takes_along_is_told(
    package: PackageTemplate, edition: MakeEdition, document: str, told: str
) -> None:
    with pytest.raises(UsageError) as caught:
        return_mail(replace(ACCEPTED, document=document), FILE, package, edition("karasjok"))
    assert str(caught.value).startswith(told)


def test_a_signed_paper_that_is_too_large_for_mail_is_told_beforehand(
    package: PackageTemplate, edition: MakeEdition
) -> None:
    content = b"%PDF" + bytes(15 * 1024 * 1024)
    accepted = replace(ACCEPTED, sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(
        BundleError, match=r"makes a mail of 20\.\d MiB, and 20 MiB is the most\. Send it in another way"
    ):
        return_mail(accepted, replace(FILE, content=content), package, edition("karasjok"))


# Where it is written


@pytest.fixture
def order(tmp_path: Path) -> ReturnOrder:
    file = tmp_path / "signert avtale.pdf"
    file.write_bytes(SIGNED)
    return ReturnOrder("onboarding", file, (PROVEN,), DATE)


def _settings(tmp_path: Path) -> Settings:
    folders = {"municipalities": ROOT / "municipalities", "templates": ROOT / "templates"}
    return Settings(**folders, output=tmp_path / "output")  # type: ignore[arg-type]  # pydantic takes them


def test_the_mail_lies_beside_the_packages_and_not_in_one(tmp_path: Path, order: ReturnOrder) -> None:
    written = write_return_mail(_settings(tmp_path), ACCEPTED, order)
    assert [str(path.relative_to(tmp_path / "output")) for path in written] == [
        "returned/karasjok/ks.eml",
        "returned/karasjok/ks.txt",
    ]
    assert attachments(read(written[0].read_bytes())).popitem()[1] == SIGNED
    assert {path.name for path in written[0].parent.iterdir()} == {"ks.eml", "ks.txt"}


def test_a_refused_file_leaves_the_mail_that_was_there(tmp_path: Path, order: ReturnOrder) -> None:
    draft, text = write_return_mail(_settings(tmp_path), ACCEPTED, order)
    before = draft.read_bytes(), text.read_bytes()
    order.file.write_bytes(b"%PDF another")
    with pytest.raises(UsageError):
        write_return_mail(_settings(tmp_path), ACCEPTED, order)
    assert (draft.read_bytes(), text.read_bytes()) == before


def test_a_mail_that_cannot_be_written_is_told(tmp_path: Path, order: ReturnOrder) -> None:
    (tmp_path / "output").write_text("no folder", encoding="utf-8")
    with pytest.raises(BundleError, match=r"^The mail cannot be written to .*ks\.eml \(Not a directory\)\."):
        write_return_mail(_settings(tmp_path), ACCEPTED, order)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.pdf cannot be read \(No such file or directory\)\. Name the PDF"):
        read_returned(tmp_path / "nowhere.pdf")


# At the command line


def test_a_file_that_nobody_issued_goes_to_nobody(tmp_path: Path) -> None:
    for folder in ("municipalities", "templates"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "signed.pdf").write_bytes(SIGNED)
    project = Project(tmp_path)
    ran = project.run("return", "signed.pdf", "--municipality", "bergen", "--accept", "wrapped")
    assert (ran.code, ran.out.splitlines()[0]) == (2, "verdict: unreadable")
    assert ran.err == (
        "Error: No mail is made of signed.pdf: the return check says unreadable, and only what is proven is sent.\n"
    )
    assert not list(project.output.rglob("*.eml"))
