"""What is handed to a signing service: the manifests, the limits that are checked first, and the signed bundle."""

from __future__ import annotations

import ast
import datetime
import io
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import ROOT
from lxml import etree
from signing_service import PASSWORD, SENDER, Authority, a4, pack, verified, verified_by_xmlsec

from pipeline.cli.main import main
from pipeline.data.load import load_municipality
from pipeline.data.programme import load_programme
from pipeline.data.toml_file import read_toml
from pipeline.errors import DataError, EsignError
from pipeline.packages.esign.asice import bundle
from pipeline.packages.esign.certificate import EnterpriseCertificate, load_certificate
from pipeline.packages.esign.job import Job, JobDocument, Signer
from pipeline.packages.esign.limits import MOST_BYTES, limit_problems
from pipeline.packages.esign.manifest import manifest, request
from pipeline.packages.esign.schema import parsed, require_valid

MOMENT = datetime.datetime(2026, 11, 23, 9, 30, 15, 250_000, tzinfo=datetime.UTC)
TITLED = 'title = { nb = "Avtale", nn = "Avtale" }\n'


def person(number: int = 1, *, email: str | None = "", mobile: str | None = None) -> Signer:
    return Signer(
        f"sig{number}", "", "Eksempel Ordfører", f"p{number}@bergen.example" if email == "" else email, mobile
    )


def document(folder: Path, name: str = "avtale.pdf", pdf: bytes | None = None, title: str = "Avtale") -> JobDocument:
    declared = folder / "document.toml"
    declared.write_text(TITLED, encoding="utf-8")
    return JobDocument(name, title, a4() if pdf is None else pdf, folder / name, read_toml(declared), "nb")


def job(folder: Path, **changed: Any) -> Job:
    plain = Job(
        kind="portal",
        place=Path("output/bergen"),
        sender=SENDER,
        title="Avtale om æ & <å>",
        description="Bergen: Innføring",
        documents=(document(folder),),
        signers=(person(1, mobile="+47 400 00 000"), person(2, email=None, mobile="40 00 00 00")),
        days=30,
    )
    return replace(plain, **changed)


PORTAL = """<?xml version='1.0' encoding='UTF-8'?>
<portal-signature-job-manifest xmlns="http://signering.posten.no/schema/v1">
    <signers>
        <signer order="0">
            <identified-by-contact-information/>
            <signature-type>ADVANCED_ELECTRONIC_SIGNATURE</signature-type>
            <notifications>
                <email address="p1@bergen.example"/>
                <sms number="40000000"/>
            </notifications>
            <on-behalf-of>OTHER</on-behalf-of>
        </signer>
        <signer order="1">
            <identified-by-contact-information/>
            <signature-type>ADVANCED_ELECTRONIC_SIGNATURE</signature-type>
            <notifications>
                <sms number="40000000"/>
            </notifications>
            <on-behalf-of>OTHER</on-behalf-of>
        </signer>
    </signers>
    <sender>
        <organization-number>964338531</organization-number>
    </sender>
    <title>Avtale om æ &amp; &lt;å&gt;</title>
    <description>Bergen: Innføring</description>
    <documents>
        <document href="avtale.pdf" mime="application/pdf">
            <title>Avtale</title>
        </document>
    </documents>
    <availability>
        <available-seconds>2592000</available-seconds>
    </availability>
    <identifier-in-signed-documents>NAME</identifier-in-signed-documents>
</portal-signature-job-manifest>
"""
DIRECT = """<?xml version='1.0' encoding='UTF-8'?>
<direct-signature-job-manifest xmlns="http://signering.posten.no/schema/v1">
    <signer>
        <signer-identifier>sig1</signer-identifier>
        <on-behalf-of>OTHER</on-behalf-of>
    </signer>
    <signer>
        <signer-identifier>sig2</signer-identifier>
        <on-behalf-of>OTHER</on-behalf-of>
    </signer>
    <sender>
        <organization-number>964338531</organization-number>
    </sender>
    <title>Avtale om æ &amp; &lt;å&gt;</title>
    <description>Bergen: Innføring</description>
    <documents>
        <document href="avtale.pdf" mime="application/pdf">
            <title>Avtale</title>
        </document>
    </documents>
</direct-signature-job-manifest>
"""


def test_the_manifests_are_as_expected_and_valid(tmp_path: Path) -> None:
    """`manifest` itself refuses what the schema does not allow."""
    assert manifest(job(tmp_path, level="advanced", identifier="NAME")).decode() == PORTAL
    assert manifest(job(tmp_path, kind="direct")).decode() == DIRECT


def test_the_request_names_reference_queue_and_exits(tmp_path: Path) -> None:
    asked = request(job(tmp_path, kind="direct", exit_url="https://bergen.example/takk"), "bergen-1", "pipeline-bergen")
    root = etree.fromstring(asked)
    assert [(etree.QName(one).localname, one.text) for one in root.iter() if not len(one)] == [
        ("reference", "bergen-1"),
        ("completion-url", "https://bergen.example/takk"),
        ("rejection-url", "https://bergen.example/takk"),
        ("error-url", "https://bergen.example/takk"),
        ("status-retrieval-method", "POLLING"),
        ("polling-queue", "pipeline-bergen"),
    ]


@pytest.mark.parametrize("changed", [{"sender": "12345678"}, {"title": "x" * 81}, {"signers": (person(),) * 11}])
def test_what_breaks_the_schema_never_leaves(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(EsignError, match=r"breaks its schema direct-and-portal\.xsd"):
        manifest(job(tmp_path, **changed))


def test_a_reference_is_the_same_for_the_same_job_and_short(tmp_path: Path) -> None:
    long = job(tmp_path, place=Path("output/" + "kommune" * 9), documents=(document(tmp_path, "avtale" * 15 + ".pdf"),))
    assert len(long.reference(99)) <= 50
    assert long.reference() == replace(long, days=5).reference()
    assert long.reference() != replace(long, signers=(person(7),)).reference()


def test_the_limits_are_kept_to_the_last_one(tmp_path: Path) -> None:
    full = job(
        tmp_path,
        title="t" * 80,
        description="d" * 220,
        documents=tuple(document(tmp_path, f"d{n}.pdf", title="t" * 80) for n in range(20)),
        signers=tuple(person(n) for n in range(10)),
        days=90,
    )
    assert limit_problems(full) == []


def test_every_limit_of_a_job_is_told_at_once(tmp_path: Path) -> None:
    big = a4() + b"%" * MOST_BYTES
    wrong = job(
        tmp_path,
        kind="direct",
        level="advanced",
        title="t" * 81,
        description="d" * 221,
        documents=(document(tmp_path, pdf=big, title="t" * 82), *(document(tmp_path),) * 20),
        signers=tuple(person(n) for n in range(11)),
        days=91,
    )
    total = len(big) + 20 * len(a4())
    assert sorted({str(one).replace(str(tmp_path), "…") for one in limit_problems(wrong)}) == [
        "output/bergen  availability: is 91 days; the service takes 1 to 90. Give another number with --days.",
        "output/bergen  description: has 221 characters; 220 fit. Shorten the title in the package file.",
        f"output/bergen  documents: are {total} bytes together; a job holds 10485760. "
        "Send fewer at a time, or make them smaller.",
        "output/bergen  documents: are 21; a job has 1 to 20. Ask in parts.",
        "output/bergen  documents: are several; a public body gets an advanced signature on one at a time. "
        "Ask for each by itself.",
        "output/bergen  exit address: is missing or does not begin with https://. "
        "Set PIPELINE_ESIGN_EXIT_URL to the https address where signers shall come to afterwards.",
        "output/bergen  signers: are 11; a job has 1 to 10. Split the document, or leave fields out with --without.",
        "output/bergen  title: has 81 characters; 80 fit. Shorten it.",
        "…/document.toml:1  title.nb: has 82 characters; the service takes 1 to 80. Shorten it.",
    ]


@pytest.mark.parametrize(
    ("pdf", "told"),
    [
        (a4(size=(612, 792)), "  page 1: is 216 × 279 mm; the service takes A4 upright, 210 × 297 mm. "
         "Correct the page in the template."),
        (a4(size=(841.89, 595.28)), "  page 1: is 297 × 210 mm; the service takes A4 upright, 210 × 297 mm. "
         "Correct the page in the template."),
        (a4(force_version="2.0"), ": This is PDF 2.0; the service takes 1.1 to 1.7. Save it as PDF 1.7."),
        (a4(encryption=pikepdf.Encryption(owner="o", user="")), ": This PDF is encrypted or has a password. "
         "Save it without; the service refuses it."),
        (a4(encryption=pikepdf.Encryption(owner="o", user="u")), ": This PDF cannot be read: it asks for a password. "
         "Make the package again."),
        (b"no pdf", ": This PDF cannot be read: it is no whole PDF. Make the package again."),
    ],
)  # fmt: skip
def test_a_document_that_the_service_would_refuse_is_told(tmp_path: Path, pdf: bytes, told: str) -> None:
    problems = limit_problems(job(tmp_path, documents=(document(tmp_path, pdf=pdf),)))
    assert [str(one) for one in problems] == [f"{tmp_path}/avtale.pdf{told}"]


def test_a_rotated_page_counts_as_it_is_shown(tmp_path: Path) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(a4(size=(841.89, 595.28)))) as pdf:
        pdf.pages[0].obj.Rotate = 90
        pdf.save(target)
    assert limit_problems(job(tmp_path, documents=(document(tmp_path, pdf=target.getvalue()),))) == []


def test_two_signers_at_one_address_are_told(tmp_path: Path) -> None:
    both = (person(1, email="felles@bergen.example"), person(2, email="felles@bergen.example"))
    [problem] = limit_problems(job(tmp_path, signers=both))
    assert str(problem) == (
        "output/bergen  signers: of sig1 and sig2 are reached at the same address, by which the service tells them "
        "apart. Give each an address of their own."
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[EnterpriseCertificate, Path]:
    folder = tmp_path_factory.mktemp("certificate")
    issued = Authority("Eksempel CA").issue("Eksempel kommune", SENDER)
    now = datetime.datetime.now(tz=datetime.UTC)
    return load_certificate(issued.p12(folder / "p12"), PASSWORD, now), issued.root(folder / "root.pem")


def test_the_bundle_holds_what_its_one_signature_covers(
    tmp_path: Path, certificate: tuple[EnterpriseCertificate, Path]
) -> None:
    sender, root = certificate
    made = bundle({"a.pdf": a4(), "b.pdf": a4(pages=2)}, manifest(job(tmp_path)), sender, MOMENT)
    files = _files(made)
    assert list(files) == ["a.pdf", "b.pdf", "manifest.xml", "META-INF/signatures.xml"]
    assert verified(files, root) == ["a.pdf", "b.pdf", "manifest.xml", "#SignedProperties"]
    assert verified_by_xmlsec(files, root)
    require_valid(files["META-INF/signatures.xml"], "signatures")
    assert made == bundle({"a.pdf": a4(), "b.pdf": a4(pages=2)}, manifest(job(tmp_path)), sender, MOMENT)
    root_element = etree.fromstring(files["META-INF/signatures.xml"])
    namespaces = {"x": "http://uri.etsi.org/01903/v1.3.2#", "d": "http://www.w3.org/2000/09/xmldsig#"}
    assert root_element.findtext(".//x:SigningTime", "", namespaces) == "2026-11-23T09:30:15.250Z"
    assert len(root_element.findall(".//d:X509Certificate", namespaces)) == 2


@pytest.mark.parametrize("name", ["a.pdf", "manifest.xml", "META-INF/signatures.xml"])
def test_a_change_of_any_file_breaks_the_signature(
    tmp_path: Path, certificate: tuple[EnterpriseCertificate, Path], name: str
) -> None:
    sender, root = certificate
    files = _files(bundle({"a.pdf": a4()}, manifest(job(tmp_path)), sender, MOMENT))
    old, new = (b"09:30:15", b"09:30:16") if name.startswith("META") else (files[name], files[name] + b" ")
    assert files[name].count(old) == 1
    assert verified(files, root) != []
    assert verified_by_xmlsec(files, root)
    changed = {**files, name: files[name].replace(old, new)}
    assert verified(changed, root) == []
    assert not verified_by_xmlsec(changed, root)


def test_a_certificate_that_another_authority_issued_is_not_accepted(
    tmp_path: Path, certificate: tuple[EnterpriseCertificate, Path]
) -> None:
    files = _files(bundle({"a.pdf": a4()}, manifest(job(tmp_path)), certificate[0], MOMENT))
    other = Authority("Another CA").issue("Eksempel kommune", SENDER).root(tmp_path / "other.pem")
    assert verified(files, other) == []
    assert not verified_by_xmlsec(files, other)


def _files(made: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_an_answer_with_a_document_type_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    with pytest.raises(EsignError, match="has a document type"):
        parsed(bomb)


AGREEMENT = {
    "document": "ks-agreement",
    "path": "01-ks/avtale-med-ks.pdf",
    "title": "Avtale",
    "pdf": a4(),
    "signed": [("sigMunicipality", "Eksempel Kommunaldirektør"), ("sigKS", None)],
}


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("municipalities", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    pack(tmp_path / "output" / "bergen", [AGREEMENT])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_signer_who_cannot_be_reached_is_told_with_the_key_to_add(
    packed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["esign", "bergen"]) == 12
    assert capsys.readouterr().err == (
        "Error: Nothing of output/bergen is sent to be signed.\n"
        "  templates/programme/parties.toml:4  parties.ks.signatory: does not say where whoever signs sigKS is "
        "reached. Add [parties.ks.signatory] with name and email, or leave the field out with --without sigKS.\n"
    )
    file = packed / "templates" / "programme" / "parties.toml"
    more = '\n[parties.ks.signatory]\nname = "Eksempel Leder"\nemail = "leder@ks.example"\nmobile = "40 00 00 00"\n'
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert main(["esign", "bergen"]) == 0
    path = "output/bergen-esign/ks-agreement.manifest.xml"
    assert capsys.readouterr().out == (
        f"  {path}\nNothing was sent. To send, give the enterprise certificate: --certificate FILE\n"
    )
    written = (packed / path).read_bytes()
    require_valid(written, "direct-and-portal")
    assert b'<email address="leder@ks.example"/>' in written


def test_a_field_may_be_left_out(packed: Path) -> None:
    assert main(["esign", "bergen", "--without", "sigKS"]) == 0
    assert (packed / "output/bergen-esign/ks-agreement.manifest.xml").read_bytes().count(b"<signer ") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--document", "cover"], "Nobody signs a document 'cover' of this package. There is: ks-agreement."),
        (["--without", "sigX"], "There is no field 'sigX' to leave out. There is: sigKS, sigMunicipality."),
        (
            ["--without", "sigKS", "--without", "sigMunicipality"],
            "No document is left that anybody signs. Leave out less.",
        ),
        (["--package", "signing"], "There is no packing-list.json in output/bergen-signing. Make the package again."),
    ],
)
@pytest.mark.usefixtures("packed")
def test_a_wish_that_cannot_be_met_is_told(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["esign", "bergen", *arguments]) in {2, 9}
    assert capsys.readouterr().err == f"Error: {told}\n"


def test_a_package_that_is_no_longer_as_it_was_made_is_told(packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (packed / "output" / "bergen" / AGREEMENT["path"]).write_bytes(a4(pages=2))  # type: ignore[operator]
    assert main(["esign", "bergen", "--without", "sigKS"]) == 12
    assert capsys.readouterr().err == (
        "Error: Nothing of output/bergen is sent to be signed.\n"
        "  output/bergen/01-ks/avtale-med-ks.pdf: The file is not the one that the packing list names. "
        "Make the package again, or put the file back.\n"
    )


def test_a_contact_that_is_no_name_is_told(packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = packed / "templates" / "ks-agreement" / "document.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("parties.ks.signatory", "parties.kss.x"), encoding="utf-8")
    assert main(["esign", "bergen"]) == 12
    assert "document.toml:34  signatures[2].contact: There is no name 'parties.kss" in capsys.readouterr().err


def test_the_command_line_starts_without_the_library_that_only_signing_needs() -> None:
    """It comes with an extra that `make package` does not install."""
    seen: set[str] = set()
    waiting = ["pipeline.cli.arguments"]
    while waiting:
        name = waiting.pop()
        path = ROOT / f"{name.replace('.', '/')}.py"
        if name in seen or not path.is_file():
            continue
        seen.add(name)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    assert {"pipeline.cli.esigning", "pipeline.packages.esign.sending"} <= seen
    assert "pipeline.packages.esign.certificate" not in seen


def test_where_signers_are_reached_is_checked_as_every_other_fact(packed: Path) -> None:
    file = packed / "municipalities" / "bergen.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[signatory]\n", '[signatory]\nmobile = "på kontoret"\n'), encoding="utf-8")
    parties = packed / "templates" / "programme" / "parties.toml"
    before = parties.read_text(encoding="utf-8")
    parties.write_text(before + '\n[parties.ks.signatory]\nemail = "leder"\nphone = "1"\n', encoding="utf-8")
    with pytest.raises(DataError) as of_programme:
        load_programme(parties.parent)
    line = before.count("\n") + 2
    assert [str(one) for one in of_programme.value.problems] == [
        f"{parties}:{line}  parties.ks.signatory.name: is missing. Add it.",
        f"{parties}:{line + 1}  parties.ks.signatory.email: is not an e-mail address. Write it as name@place.no.",
        f"{parties}:{line + 2}  parties.ks.signatory.phone: is not a known key. Remove it or spell it right.",
    ]
    parties.write_text(before, encoding="utf-8")
    with pytest.raises(DataError) as of_municipality:
        load_municipality(file, load_programme(parties.parent))
    assert [str(one) for one in of_municipality.value.problems] == [
        f"{file}:{text[: text.index('[signatory]')].count(chr(10)) + 2}  signatory.mobile: is not a telephone number. "
        "Write digits and spaces, such as 55 55 55 55."
    ]
