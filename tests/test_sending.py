"""The mail drafts of a package: their words, their files, and that mail programs read what was meant."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import DATE, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from mail_contents import attachments, body, contents_of, files_of, read

from pipeline.data.draft import load_draft
from pipeline.data.edges import edges
from pipeline.data.load import Municipality
from pipeline.data.programme import Programme
from pipeline.data.register import register
from pipeline.errors import DataError, MergeError, TemplateError
from pipeline.packages.contents import Contents
from pipeline.packages.sending.drafts import draft_problems, mail_files
from pipeline.packages.sending.file_names import attached_name
from pipeline.packages.sending.message import Attachment, Message, as_draft
from pipeline.packages.sending.template_check import mail_problems
from pipeline.templating.catalogue import PackageTemplate, load_package
from pipeline.templating.names import Edition, facts

MakeEdition = Callable[..., Edition]
GOLDEN = ROOT / "tests" / "golden" / "mails"
MAILS = ["ks", "digifin", "nhn", "supplier"]
DOCUMENTS = ["ks-agreement", "digifin-confirmation", "nhn-order-form", "supplier-inquiry", "terms-checklist"]


@pytest.fixture(scope="module")
def package() -> PackageTemplate:
    return load_package(ROOT / "templates", "onboarding")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The templates, to be changed."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    return tmp_path / "templates"


def _made(contents: Contents) -> dict[str, bytes]:
    return mail_files(contents, files_of(contents))


# What a person reads


@pytest.mark.parametrize(("slug", "language"), [("utsira", "nb"), ("utsira", "nn"), ("karasjok", "nn")])
def test_the_mails_read_as_was_accepted(
    package: PackageTemplate, edition: MakeEdition, slug: str, language: str, pytestconfig: pytest.Config
) -> None:
    made = _made(contents_of(package, edition(slug, language), *DOCUMENTS))
    read_out = []
    for path in sorted(path for path in made if path.endswith(".eml")):
        message = read(made[path])
        head = [f"{name}: {message[name]}" for name in ("To", "Subject") if message[name]]
        read_out += [f"--- {path}", *head, *(f"Attached: {name}" for name in attachments(message)), "", body(message)]
    text = "\n".join(read_out)
    golden = GOLDEN / f"{slug}-{language}.txt"
    if pytestconfig.getoption("--update-golden"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), "Run make golden and read the diff."


def test_the_plain_text_says_where_to_send_what_and_the_same_words(
    package: PackageTemplate, edition: MakeEdition
) -> None:
    made = _made(contents_of(package, edition("bergen", "nb"), *DOCUMENTS))
    for mail in MAILS:
        raw, message = made[f"send/{mail}.txt"], read(made[f"send/{mail}.eml"])
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(b"\r\n")
        head, _, words = raw.decode("utf-8-sig").replace("\r\n", "\n").partition("\n\n")
        assert words == body(message)
        assert head.splitlines()[:2] == [
            f"Til: {message['To'] or '(fyll inn adressen)'}",
            f"Emne: {message['Subject']}",
        ]
    assert made["send/ks.txt"].decode().replace("\r\n", "\n").partition("\n\n")[0].splitlines()[2:] == [
        "Legg ved når de er signert:",
        "  01-ks/avtale-med-ks.pdf",
    ]
    assert made["send/supplier.txt"].decode().replace("\r\n", "\n").partition("\n\n")[0].splitlines()[2:] == [
        "Vedlegg:",
        "  03-supplier/foresporsel-om-tilbud.pdf",
        "  03-supplier/foresporsel-om-tilbud.docx",
    ]


# To whom, with what


def test_each_mail_goes_to_its_party_and_the_supplier_s_address_is_left_open(
    package: PackageTemplate, edition: MakeEdition
) -> None:
    made = _made(contents_of(package, edition("utsira"), *DOCUMENTS))
    assert {mail: read(made[f"send/{mail}.eml"])["To"] for mail in MAILS} == {
        "ks": "digihelse@ks.no",
        "digifin": "digiprosjekter@ks.no",
        "nhn": "kundesenter@nhn.no",
        "supplier": None,
    }


def test_what_is_ready_is_attached_and_what_the_municipality_signs_first_is_not(
    package: PackageTemplate, edition: MakeEdition
) -> None:
    contents = contents_of(package, edition("karasjok", "nn"), *DOCUMENTS)
    made, files = _made(contents), files_of(contents)
    assert {mail: attachments(read(made[f"send/{mail}.eml"])) for mail in MAILS} == {
        "ks": {},
        "digifin": {},
        "nhn": {},
        "supplier": {
            "Førespurnad om tilbod – Kárášjohka – Karasjok kommune.pdf": files["03-supplier/forespurnad-om-tilbod.pdf"],
            "Førespurnad om tilbod – Kárášjohka – Karasjok kommune.docx": files[
                "03-supplier/forespurnad-om-tilbod.docx"
            ],
        },
    }


def test_a_mail_without_a_document_is_not_made_and_a_document_without_a_mail_is_in_none(
    package: PackageTemplate, edition: MakeEdition
) -> None:
    made = _made(contents_of(package, edition("bergen"), "nhn-order-form", "terms-checklist", "project-plan"))
    assert sorted(made) == ["send/nhn.eml", "send/nhn.txt"]


def test_a_draft_of_a_package_has_no_mails(package: PackageTemplate, programme: Programme) -> None:
    municipality, draft = load_draft(ROOT / "municipalities" / "hattfjelldal.toml", programme)
    edition = Edition(municipality, programme, "nn", DATE, draft)
    assert mail_files(Contents(package, edition, "an engine", ()), {}) == {}


def test_what_is_too_large_is_not_attached_and_both_forms_say_so(copy: Path, edition: MakeEdition) -> None:
    file = copy / "packages" / "onboarding.toml"
    file.write_text(file.read_text(encoding="utf-8") + "largest_mib = 1\n", encoding="utf-8")
    package = load_package(copy, "onboarding")
    just = _made(contents_of(package, edition("bergen"), "supplier-inquiry", size=760_000))
    assert len(attachments(read(just["send/supplier.eml"]))) == 2
    over = _made(contents_of(package, edition("bergen"), "supplier-inquiry", size=800_000))
    message = read(over["send/supplier.eml"])
    assert attachments(message) == {}
    assert "Forespørselen er for stor til å legges ved og blir sendt for seg." in body(message)
    assert over["send/supplier.txt"].decode().replace("\r\n", "\n").partition("\n\n")[0].splitlines()[2:] == [
        "For store til denne e-posten; send dem på en annen måte:",
        "  03-supplier/foresporsel-om-tilbud.pdf",
        "  03-supplier/foresporsel-om-tilbud.docx",
    ]


# What a mail program reads


def _longest(edition: Edition) -> Edition:
    entry = max(register().values(), key=lambda one: len(one.official_name))
    return replace(edition, municipality=replace(edition.municipality, entry=entry))


@pytest.mark.parametrize("name", ["Steinkjer – Stïentje", "Kárášjohka – Karasjok", "the longest"])
def test_the_drafts_open_ready_to_be_sent_whatever_the_municipality_is_called(
    package: PackageTemplate, edition: MakeEdition, name: str
) -> None:
    chosen = _longest(edition("bergen"))
    if name != "the longest":
        entry = replace(chosen.municipality.entry, name=name.partition(" ")[0], official_name=name)
        chosen = replace(chosen, municipality=replace(chosen.municipality, entry=entry))
    official = chosen.municipality.entry.official_name
    made = _made(contents_of(package, chosen, *DOCUMENTS))
    for mail in MAILS:
        draft = made[f"send/{mail}.eml"]
        assert draft.isascii()
        assert draft.count(b"\n") == draft.count(b"\r\n") == draft.count(b"\r")
        assert max(map(len, draft.split(b"\r\n"))) <= 78
        message = read(draft)
        assert message["X-Unsent"] == "1"
        assert not {"from", "date", "message-id"} & {header.lower() for header in message}
        assert f"{official} kommune" in message["Subject"]
        assert message.get_body()["Content-Transfer-Encoding"] == "quoted-printable"  # type: ignore[index]
    assert [file for file in attachments(read(made["send/supplier.eml"])) if f"– {official} kommune." not in file] == []


def test_the_same_package_gives_the_same_bytes(package: PackageTemplate, edition: MakeEdition) -> None:
    first, second = (_made(contents_of(package, edition("karasjok"), *DOCUMENTS)) for _ in range(2))
    assert first == second
    assert len(first) == 2 * len(MAILS)


PRINTABLE = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"])
LINE = st.text(PRINTABLE, min_size=1, max_size=200).map(lambda text: " ".join(text.split())).filter(bool)


@given(subject=LINE, title=LINE, words=st.lists(st.text(PRINTABLE, max_size=120), max_size=6), content=st.binary())
@settings(deadline=None, max_examples=150)
def test_every_printable_text_comes_through(subject: str, title: str, words: list[str], content: bytes) -> None:
    name, text = attached_name(title, "Kárášjohka – Karasjok kommune", "pdf"), "\n".join(words) + "\n"
    draft = as_draft(Message(None, subject, text, (Attachment(name, "avtale.pdf", "01-ks/avtale.pdf", content),)))
    assert max(map(len, draft.split(b"\r\n"))) <= 78
    message = read(draft)
    assert message["Subject"] == subject
    assert body(message) == text
    assert attachments(message) == {name: content}
    assert len(name.encode()) <= 200
    assert not set('\\/:*?"<>|') & set(name)


@pytest.mark.parametrize(
    ("title", "state", "name"),
    [
        ("Avtale", "", "Avtale – Voss herad.pdf"),
        ("Avtale", "signert", "Avtale – Voss herad – signert.pdf"),
        ('../Avtale: "A/B"?', "", "-Avtale- -A-B-- – Voss herad.pdf"),
        ("...", "", "- – Voss herad.pdf"),
        ("å" * 300, "signert", f"{'å' * 84} – Voss herad – signert.pdf"),
    ],
)
def test_an_attached_file_has_a_name_that_every_system_can_save(title: str, state: str, name: str) -> None:
    assert attached_name(title, "Voss herad", "pdf", state) == name


# What a template owner is told


def _told(folder: Path, edition: Edition) -> list[str]:
    found = mail_problems([load_package(folder, "onboarding")], facts(edition), set(MAILS))
    return [str(replace(one, path=one.path.relative_to(folder))) for one in sorted(found)]


def test_the_words_of_the_repository_have_no_problems(edition: MakeEdition) -> None:
    assert _told(ROOT / "templates", edition("bergen")) == []


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_the_mails_can_be_written_for_every_edge(
    package: PackageTemplate, municipality: Callable[[str], Municipality], programme: Programme, language: str
) -> None:
    tried = edges(municipality("bergen"), programme)
    assert len(tried) == 8
    for edge in tried:
        made = _made(contents_of(package, Edition(edge.municipality, edge.programme, language, DATE), *DOCUMENTS))
        for mail in MAILS:
            message = read(made[f"send/{mail}.eml"])
            assert edge.municipality.entry.official_name in message["Subject"]
            assert not {"None", "Undefined", "&amp;"} & set(body(message).split())


WHAT = "Check the spelling; docs/fields.md and docs/authoring.md have every name."


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        (
            "{{ address.email }}",
            "{{ adress.email }}",
            ["mail/ks/nb.txt:13: There is no name 'adress' here. Did you mean address?"],
        ),
        (
            "{{ municipality.official_full_name }}{% if one.signed_by",
            "{{ one.zzz }}{% if one.signed_by",
            [f"mail/ks/nb.txt:10: There is no 'zzz' in one. {WHAT}"],
        ),
        (
            "Hei!",
            "Hei {{ mail.to.name | upper }}!",
            [
                "mail/ks/nb.txt:7: There is no filter 'upper'. Check the spelling.",
            ],
        ),
        (
            "{% elif mail.check == 'wrapped' %}",
            "{% endif %}",
            ["mail/ks/nb.txt:23: Encountered unknown tag 'endif'. Close and nest the tags, and check their spelling."],
        ),
        (
            "Emne: Avtale",
            "Avtale",
            [
                "mail/ks/nb.txt:1: The first line has no subject. Begin the file with «Emne: » and the subject on the "
                "same line."
            ],
        ),
        (
            "Hei!",
            "Hei, ikkje sant!",
            [
                "mail/ks/nb.txt:7: The word «ikkje» is nynorsk, and this is a text in bokmål. Write «ikke».",
            ],
        ),
        (
            " til {{ address.email }}",
            "",
            ["mail/ks/nb.txt: address.email is missing here, which nn.txt uses. Add it here, or remove it there."],
        ),
    ],
)
def test_a_wrong_mail_gives_exactly_its_problems(
    copy: Path, edition: MakeEdition, old: str, new: str, problems: list[str]
) -> None:
    path = copy / "mail" / "ks" / "nb.txt"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert _told(copy, edition("bergen")) == problems


def test_words_that_are_not_there_or_not_utf_8_are_problems(copy: Path, edition: MakeEdition) -> None:
    (copy / "mail" / "ks" / "nb.txt").unlink()
    (copy / "mail" / "nhn" / "nn.txt").write_bytes("Emne: Tilkopling på øya\n".encode("latin-1"))
    assert _told(copy, edition("bergen")) == [
        "mail/ks/nb.txt: The words of this mail cannot be read (No such file or directory). Put it there, or take the "
        "mail out of the package file.",
        "mail/nhn/nn.txt: The file is not UTF-8 text. Save it again with the encoding UTF-8.",
    ]


def test_no_package_is_made_with_an_unknown_name_in_a_mail(copy: Path, edition: MakeEdition) -> None:
    for mail in ("ks", "nhn"):
        path = copy / "mail" / mail / "nb.txt"
        path.write_text(path.read_text(encoding="utf-8").replace("Hei!", "Hei {{ nme }}!"), encoding="utf-8")
    contents = contents_of(load_package(copy, "onboarding"), edition("bergen", "nb"), *DOCUMENTS)
    with pytest.raises(TemplateError) as caught:
        _made(contents)
    assert [(one.path.parent.name, one.line, one.what) for one in caught.value.problems] == [
        ("ks", 7, "There is no name 'nme' here."),
        ("nhn", 7, "There is no name 'nme' here."),
    ]
    assert draft_problems(contents) == []


def test_a_fact_that_a_municipality_does_not_have_is_told_with_its_line(copy: Path, edition: MakeEdition) -> None:
    path = copy / "mail" / "ks" / "nb.txt"
    text = path.read_text(encoding="utf-8").replace("Hei!", "Hei!\n\n{{ people.benefits.name }}")
    path.write_text(text.replace("{{ people.benefits.name }}", "{{ archive.classification }}"), encoding="utf-8")
    contents = contents_of(load_package(copy, "onboarding"), edition("utsira", "nb"), *DOCUMENTS)
    assert facts(edition("utsira"))["archive"]["classification"] is None
    with pytest.raises(MergeError) as caught:
        _made(contents)
    assert [(one.path, one.line, one.todo) for one in caught.value.problems] == [(path, 9, "Guard it with {% if … %}.")]
    assert [one.line for one in draft_problems(contents)] == [9]


def test_an_address_that_no_mail_can_go_to_is_told_where_it_stands(
    package: PackageTemplate, edition: MakeEdition
) -> None:
    chosen = edition("bergen")
    ks = chosen.programme.parties["ks"].model_copy(update={"email": "a@b.no,c@d.no"})
    programme = replace(chosen.programme, parties={**chosen.programme.parties, "ks": ks})
    with pytest.raises(DataError) as caught:
        _made(contents_of(package, replace(chosen, programme=programme), "ks-agreement"))
    [problem] = caught.value.problems
    assert (problem.path.name, problem.line, problem.place) == ("parties.toml", 9, "parties.ks.email")


def test_a_line_of_tags_leaves_no_blank_line_and_a_remark_in_a_line_stays(
    copy: Path, municipality: Callable[[str], Municipality], programme: Programme
) -> None:
    words = (
        "Emne: {% if archive.case_number %}Sak{% endif %}\n\nA\n{% if archive.case_number %}\nB\n{% endif %}\n"
        "C{% if true %} D{% endif %}\nE\n\n\n\nF"
    )
    for language in ("nb", "nn"):
        (copy / "mail" / "ks" / f"{language}.txt").write_text(words, encoding="utf-8")
    edition = Edition(municipality("bergen"), programme, "nb", datetime.date(2026, 11, 23))
    message = read(_made(contents_of(load_package(copy, "onboarding"), edition, "ks-agreement"))["send/ks.eml"])
    assert (message["Subject"], body(message)) == ("Sak", "A\nB\nC D\nE\n\nF\n")
