"""What document.toml and package files declare, and the data names they use."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import TemplateError, UsageError
from pipeline.templating.catalogue import load_document, load_package, require_parties
from pipeline.templating.data_names import UnknownNameError, resolve, restrict
from pipeline.templating.names import Edition, facts

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
DOCUMENT = """kind = "docx"
title = { nb = "Avtale", nn = "Avtale" }
file_name = { nb = "avtale", nn = "avtale" }
version = "1"
recipient = "ks"
order = 10
needs = ["municipality"]
"""
COVER = DOCUMENT.replace('recipient = "ks"\n', "")
PACKAGE = """title = { nb = "Pakke", nn = "Pakke" }
cover = "cover"
documents = ["plan", "agreement"]

[[recipients]]
id = "ks"
folder = "01-ks"
name = { nb = "KS", nn = "KS" }
party = "ks"
instruction = { nb = "Signer.", nn = "Signer." }

[[recipients]]
id = "project"
folder = "02-project"
name = { nb = "Prosjektet", nn = "Prosjektet" }
instruction = { nb = "Les.", nn = "Les." }
"""


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A package of two documents and a cover."""
    plan = DOCUMENT.replace('"ks"', '"project"').replace("order = 10", "order = 5")
    for name, text in (("cover", COVER), ("agreement", DOCUMENT), ("plan", plan)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "document.toml").write_text(text, encoding="utf-8")
    (tmp_path / "packages").mkdir()
    (tmp_path / "packages" / "onboarding.toml").write_text(PACKAGE, encoding="utf-8")
    return tmp_path


def told(error: TemplateError, folder: Path) -> list[str]:
    return [str(replace(problem, path=problem.path.relative_to(folder))) for problem in error.problems]


# A document


def test_a_declaration_tells_what_it_says(templates: Path) -> None:
    document = load_document(templates / "agreement")
    assert document.name == "agreement"
    assert document.folder == templates / "agreement"
    assert (document.declaration.title.in_language("nn"), document.declaration.deliver) == ("Avtale", [])


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ('"docx"', '"word"', [":1  kind: is not one of 'docx', 'pdf-form', 'pptx' or 'xlsx'. Use one of these."]),
        (
            '"docx"',
            '"pdf-form"',
            [":1  kind: and the table [form] do not agree. Give a pdf-form a [form], and no other kind."],
        ),
        (
            'needs = ["municipality"]',
            'needs = ["municipality"]\n[form]',
            [":1  kind: and the table [form] do not agree. Give a pdf-form a [form], and no other kind."],
        ),
        (
            "title =",
            "titel =",
            [
                "  title: is missing. Add it.",
                ":2  titel: is not a known key. Remove it or spell it right. Did you mean title?",
            ],
        ),
        (', nn = "Avtale" }\nfile', " }\nfile", [":2  title.nn: is missing. Add it."]),
        (
            'needs = ["municipality"]',
            'needs = "municipality"',
            [":7  needs: must be a list. Write it in square brackets, or as [[needs]] tables."],
        ),
        (
            "order = 10",
            'order = 10\ndeliver = ["odt"]',
            [":7  deliver[1]: is not one of 'docx'. Use one of these."],
        ),
        (
            'needs = ["municipality"]',
            'needs = []\n[[signatures]]\nfield = "1 sig"\n'
            'role = { nb = "a", nn = "b" }\ntooltip = { nb = "a", nn = "b" }',
            [":9  signatures[1].field: does not have the right form. Check how it is written."],
        ),
        (
            'needs = ["municipality"]',
            'needs = []\n[form]\n[[form.open_rows]]\nfields = ["day1"]\ncount = 2\n'
            "[[form.open_rows]]\nfields = []\ncount = 2",
            [
                ":10  form.open_rows[1].fields[1]: does not have the right form. Check how it is written.",
                ":13  form.open_rows[2].fields: has too few entries; at least 1 is needed. Add what is missing.",
            ],
        ),
        (
            'needs = ["municipality"]',
            "needs = []\n[table]\nonly = { a = 1 }",
            [":8  table.name: is missing. Add it.", ":9  table.only.a: must be text. Put it in quotes."],
        ),
    ],
)
def test_a_wrong_declaration_gives_exactly_its_problems(
    templates: Path, old: str, new: str, problems: list[str]
) -> None:
    path = templates / "agreement" / "document.toml"
    assert DOCUMENT.count(old) == 1
    path.write_text(DOCUMENT.replace(old, new), encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        load_document(templates / "agreement")
    assert caught.value.message == "The declaration of agreement is not right."
    assert told(caught.value, templates) == [f"agreement/document.toml{problem}" for problem in problems]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b"kind = \n",
            ":1: This is not TOML: invalid value. Mend this line; text stands in quotes, dates as 2027-06-01 without.",
        ),
        (b"\xe5", ":1: The file is not UTF-8 text. Save it again with the encoding UTF-8."),
    ],
)
def test_a_declaration_that_is_no_toml_is_a_fault_of_the_template(
    templates: Path, content: bytes, problem: str
) -> None:
    (templates / "agreement" / "document.toml").write_bytes(content)
    with pytest.raises(TemplateError) as caught:
        load_document(templates / "agreement")
    assert told(caught.value, templates) == [f"agreement/document.toml{problem}"]


@pytest.mark.parametrize(("language", "ending"), [("nb", "docx"), ("nn", "docx")])
def test_the_template_is_the_file_of_its_language(templates: Path, language: str, ending: str) -> None:
    path = templates / "agreement" / f"{language}.{ending}"
    path.touch()
    assert load_document(templates / "agreement").template(language) == path


def test_a_template_or_table_that_is_not_there_is_a_problem(templates: Path) -> None:
    document = load_document(templates / "agreement")
    for find, name in ((document.template, "nn.docx"), (document.table, "nn.csv")):
        with pytest.raises(TemplateError) as caught:
            find("nn")
        assert caught.value.message == f"The document agreement has no {name}."
        assert told(caught.value, templates) == [
            f"agreement/{name}: This template is missing. Put it there, or remove the document."
        ]


# A package


def test_documents_come_in_the_order_of_their_recipients(templates: Path) -> None:
    package = load_package(templates, "onboarding")
    assert [document.name for document in package.documents] == ["agreement", "plan"]
    assert package.cover.name == "cover"


def test_documents_of_one_recipient_come_in_their_own_order(templates: Path) -> None:
    plan = DOCUMENT.replace("order = 10", "order = 5").replace('"avtale"', '"plan"')
    (templates / "plan" / "document.toml").write_text(plan, encoding="utf-8")
    assert [document.name for document in load_package(templates, "onboarding").documents] == ["plan", "agreement"]


def test_each_document_knows_its_recipient_and_the_cover_has_none(templates: Path) -> None:
    package = load_package(templates, "onboarding")
    recipients = [package.recipient(document) for document in (*package.documents, package.cover)]
    assert [recipient.folder if recipient else None for recipient in recipients] == ["01-ks", "02-project", None]


@pytest.mark.parametrize(
    ("name", "offer"),
    [("onbording", "Did you mean onboarding?"), ("qqq", "There is: onboarding."), ("", "There is: onboarding.")],
)
def test_a_package_that_is_not_there_is_answered_with_those_that_are(templates: Path, name: str, offer: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_package(templates, name)
    assert str(caught.value) == f"There is no package {name!r}. {offer}"


KNOWN = "agreement, cover, plan"
FORM = "does not have the right form. Check how it is written."


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        (
            '"agreement"]',
            '"agrement"]',
            ["packages/onboarding.toml:3  documents[2]: 'agrement' is not a document. Did you mean agreement?"],
        ),
        (
            '"agreement"]',
            '"zzz"]',
            [f"packages/onboarding.toml:3  documents[2]: 'zzz' is not a document. There is: {KNOWN}."],
        ),
        (
            'documents = ["plan", "agreement"]',
            "documents = []",
            ["packages/onboarding.toml:3  documents: has too few entries; at least 1 is needed. Add what is missing."],
        ),
        (
            '"01-ks"',
            '"KS"',
            [f"packages/onboarding.toml:7  recipients[1].folder: {FORM}"],
        ),
        (
            '"01-ks"',
            '"../01-ks"',
            [f"packages/onboarding.toml:7  recipients[1].folder: {FORM}"],
        ),
        (
            'instruction = { nb = "Les.", nn = "Les." }',
            "",
            ["packages/onboarding.toml:12  recipients[2].instruction: is missing. Add it."],
        ),
        (
            'instruction = { nb = "Les.", nn = "Les." }',
            'instruction = { nb = "Les.", nn = "Les." }\n[[mails]]\nid = "Til KS"\nlargest_mib = 0',
            [
                f"packages/onboarding.toml:18  mails[1].id: {FORM}",
                "packages/onboarding.toml:19  mails[1].largest_mib: is less than 1. Correct the figure.",
            ],
        ),
        (
            'instruction = { nb = "Les.", nn = "Les." }',
            'instruction = { nb = "Les.", nn = "Les." }\n[[mails]]\nid = "ks"\n[[mails]]\nid = "ks"',
            [
                "packages/onboarding.toml:20  mails[2].id: is 'ks', which another mail has. Give each mail an id of "
                "its own."
            ],
        ),
    ],
)
def test_a_wrong_package_file_gives_exactly_its_problems(
    templates: Path, old: str, new: str, problems: list[str]
) -> None:
    assert PACKAGE.count(old) == 1
    (templates / "packages" / "onboarding.toml").write_text(PACKAGE.replace(old, new), encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        load_package(templates, "onboarding")
    assert told(caught.value, templates) == problems


def test_two_documents_of_one_recipient_need_names_of_their_own(templates: Path) -> None:
    (templates / "plan" / "document.toml").write_text(DOCUMENT.replace("10", "5"), encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        load_package(templates, "onboarding")
    what = "is 'avtale', which the document plan has for the same recipient. Give each document a name of its own."
    assert told(caught.value, templates) == [
        f"agreement/document.toml:3  file_name.nb: {what}",
        f"agreement/document.toml:3  file_name.nn: {what}",
    ]


def test_a_document_for_nobody_is_a_problem_in_its_own_file(templates: Path) -> None:
    (templates / "plan" / "document.toml").write_text(DOCUMENT.replace('"ks"', '"nhn"'), encoding="utf-8")
    (templates / "agreement" / "document.toml").write_text(COVER, encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        load_package(templates, "onboarding")
    package = templates / "packages" / "onboarding.toml"
    assert told(caught.value, templates) == [
        f"agreement/document.toml  recipient: is None, not a recipient of {package}. Use one of ks, project.",
        f"plan/document.toml:5  recipient: is 'nhn', not a recipient of {package}. Use one of ks, project.",
    ]


def _with_mails(templates: Path, mails: str, of_agreement: str) -> None:
    file, agreement = templates / "packages" / "onboarding.toml", templates / "agreement" / "document.toml"
    file.write_text(PACKAGE + mails, encoding="utf-8")
    agreement.write_text(DOCUMENT + f'mail = "{of_agreement}"\n', encoding="utf-8")


def test_a_document_for_a_mail_that_is_not_there_is_a_problem_in_its_own_file(templates: Path) -> None:
    _with_mails(templates, '\n[[mails]]\nid = "ks"\n\n[[mails]]\nid = "nhn"\n', "kss")
    with pytest.raises(TemplateError) as caught:
        load_package(templates, "onboarding")
    package = templates / "packages" / "onboarding.toml"
    assert told(caught.value, templates) == [
        f"agreement/document.toml:8  mail: is 'kss', not a mail of {package}. Use one of ks, nhn."
    ]


def test_a_package_without_mails_takes_documents_that_others_send(templates: Path) -> None:
    _with_mails(templates, "", "ks")
    assert load_package(templates, "onboarding").declaration.mails == []


def test_a_mail_goes_to_a_party_or_to_the_supplier(templates: Path) -> None:
    mails = ["ks", "supplier", "zzz"]
    _with_mails(templates, "".join(f'\n[[mails]]\nid = "{one}"\nparty = "{one}"\n' for one in mails), "ks")
    with pytest.raises(TemplateError) as caught:
        require_parties(load_package(templates, "onboarding"), ["ks"])
    assert told(caught.value, templates) == [
        "packages/onboarding.toml:28  mails[3].party: 'zzz' is not a party. There is: ks, supplier."
    ]


def test_a_package_file_that_is_no_toml_is_a_fault_of_the_template(templates: Path) -> None:
    (templates / "packages" / "onboarding.toml").write_text("cover\n", encoding="utf-8")
    with pytest.raises(TemplateError):
        load_package(templates, "onboarding")


def test_a_cover_that_is_not_there_is_a_fault_of_the_template(templates: Path) -> None:
    (templates / "cover" / "document.toml").unlink()
    with pytest.raises(TemplateError, match=r"cover/document.toml cannot be read"):
        load_package(templates, "onboarding")


def test_the_package_of_the_repository_is_right_in_both_languages() -> None:
    package = load_package(TEMPLATES, "onboarding")
    for document in (*package.documents, package.cover):
        assert {document.template(language).stem for language in ("nb", "nn")} == {"nb", "nn"}


# Data names

NAMES: dict[str, Any] = {
    "municipality": {"name": "Bergen", "website": None},
    "people": {"benefits": None},
    "services": [{"start": datetime.date(2027, 6, 1)}],
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("municipality.name", "Bergen"),
        ("municipality", NAMES["municipality"]),
        ("services[0].start", datetime.date(2027, 6, 1)),
        ("services[-1].start | short_date", "01.06.2027"),
        ("services[0].start | plus_days(30) | month", "juli 2027"),
        ("municipality.website", None),
        ("municipality.website | phone", None),
        ("people.benefits.name", None),
        ("services", NAMES["services"]),
    ],
)
def test_a_data_name_has_its_value_or_none_where_the_fact_is_absent(expression: str, value: object) -> None:
    assert resolve(expression, NAMES, "nb") == value


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("municipality.nam", "There is no name 'municipality.nam'."),
        ("munisipality.name", "There is no name 'munisipality'."),
        ("services[1].start", "There is no name 'services[1]'."),
        ("services[-2].start", "There is no name 'services[-2]'."),
        ("municipality.name | uper", "'municipality.name | uper' cannot be worked out (No filter named 'uper')."),
        ("municipality.name | date", "'municipality.name | date' cannot be worked out ('Bergen' is not a date)."),
        ("municipality.__class__", "There is no name 'municipality.__class__'."),
        (
            "municipality.name.upper()",
            "'municipality.name.upper()' cannot be worked out ('str object' has no attribute 'upper').",
        ),
        ("1 / 0", "'1 / 0' cannot be worked out (division by zero)."),
        ("municipality name", "'municipality name' cannot be worked out (chunk after expression)."),
        ("", "'' cannot be worked out (unexpected 'end of template')."),
    ],
)
def test_a_data_name_that_there_is_not_is_told(expression: str, reason: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        resolve(expression, NAMES, "nb")
    assert str(caught.value) == reason


def test_a_document_gets_the_tables_it_needs_and_no_others() -> None:
    names = {"municipality": 1, "people": 2, "services": 3, "document": 4}
    assert restrict(names, ["municipality", "people.it", "absent"], frozenset({"document"})) == {
        "municipality": 1,
        "people": 2,
        "document": 4,
    }


# The names there are


def test_names_join_the_facts_with_register_programme_and_prices(edition: Callable[..., Edition]) -> None:
    names = facts(edition("karasjok", "nn"))
    assert names["municipality"]["official_full_name"] == "Kárášjohka – Karasjok kommune"
    assert names["municipality"]["sami_area"] is True
    assert names["invoice"]["electronic_address"] == f"0192:{names['municipality']['organisation_number']}"
    assert names["parties"]["supplier"]["name"] == names["record_system"]["supplier"]
    assert set(names["costs"]) == {"ks", "nhn", "digifin", "supplier", "total", "years"}


def test_a_herad_is_not_called_kommune(edition: Callable[..., Edition]) -> None:
    assert facts(edition("voss"))["municipality"]["full_name"] == "Voss herad"


def test_the_postal_address_is_the_post_box_where_there_is_one(edition: Callable[..., Edition]) -> None:
    address = facts(edition("bergen"))["address"]
    assert (address["visiting"], address["postal"]) == (
        "Rådhusgaten 10, 5014 Bergen",
        "Postboks 7700, 5020 Bergen",
    )


def test_without_a_post_box_the_postal_address_is_the_visiting_one(edition: Callable[..., Edition]) -> None:
    address = facts(edition("oslo"))["address"]
    assert address["post_box"] is None
    assert address["postal"] == address["visiting"]


def test_every_name_is_a_plain_value(edition: Callable[..., Edition]) -> None:
    plain = (str, int, datetime.date, type(None))

    def kinds(value: Any) -> set[str]:
        if isinstance(value, dict):
            return {kind for inner in value.values() for kind in kinds(inner)}
        if isinstance(value, list):
            return {kind for inner in value for kind in kinds(inner)}
        return set() if isinstance(value, plain) else {type(value).__name__}

    assert kinds(facts(edition("bergen"))) == {"Decimal"}
