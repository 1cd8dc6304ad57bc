"""The main job as its users see it: a package in a folder, made by the command line."""

from __future__ import annotations

import hashlib
import io
import json
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from conftest import ROOT, Project
from docx import Document
from pypdf import PdfReader

from pipeline.documents.preflight.reading import facts_of, syntax_faults
from pipeline.documents.preflight.rules import faults_of

SLUGS = ["bergen", "voss", "karasjok", "utsira"]
LANGUAGES = {"bergen": "nb", "voss": "nn", "karasjok": "nb", "utsira": "nb"}


def _made(root: Path, templates: Path, *slugs: str) -> Project:
    (root / "municipalities").symlink_to(ROOT / "municipalities")
    (root / "templates").symlink_to(templates)
    project = Project(root)
    for slug in slugs:
        ran = project.run("package", slug, "--date", "2026-11-23")
        assert ran.code == 0, ran.err
    return project


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory, few_templates: Path) -> Project:
    """Four municipalities' packages of few papers, made once."""
    return _made(tmp_path_factory.mktemp("packages"), few_templates, *SLUGS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The whole package of one municipality, in nynorsk, made once."""
    return _made(tmp_path_factory.mktemp("whole"), ROOT / "templates", "voss")


def _inventory(project: Project, slug: str) -> dict[str, Any]:
    return dict(json.loads(project.files(slug)["packing-list.json"]))


def _for_recipients(project: Project, slug: str) -> dict[str, bytes]:
    """Every file but what is for the municipality alone."""
    files = project.files(slug)
    own = ("provenance.json", "archive/", "send/")
    return {path: files[path] for path in files if not path.startswith(own)}


def _pdfs(project: Project, slug: str) -> dict[str, bytes]:
    return {path: content for path, content in _for_recipients(project, slug).items() if path.endswith(".pdf")}


def _text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_the_documents_lie_in_a_folder_for_each_recipient(packages: Project) -> None:
    assert sorted(packages.files("bergen")) == [
        "00-forside.pdf",
        "01-ks/avtale-med-ks.pdf",
        "02-nhn/bestilling-til-nhn.pdf",
        "03-supplier/standardmeldinger.csv",
        "03-supplier/standardmeldinger.docx",
        "03-supplier/standardmeldinger.pdf",
        "04-project/prosjektplan.docx",
        "04-project/prosjektplan.pdf",
        "archive/01-ks/avtale-med-ks.pdf",
        "archive/02-nhn/bestilling-til-nhn.pdf",
        "archive/04-project/prosjektplan.pdf",
        "bergen.zip",
        "packing-list.json",
        "provenance.json",
        "send/ks.eml",
        "send/ks.txt",
        "send/nhn.eml",
        "send/nhn.txt",
    ]


@pytest.mark.slow
def test_slides_and_workbooks_are_delivered_as_such(whole: Project) -> None:
    files = whole.files("voss")
    slides = {path.removesuffix(".pptx") for path in files if path.endswith(".pptx")}
    assert len(slides) == 3
    assert all(f"{path}.pdf" in files for path in slides)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_packing_list_tells_the_truth_of_every_file(packages: Project, slug: str) -> None:
    files, inventory = _for_recipients(packages, slug), _inventory(packages, slug)
    listed = {file["path"]: file for document in inventory["documents"] for file in document["files"]}
    assert {*listed, f"{slug}.zip", "packing-list.json"} == set(files)
    for path, entry in listed.items():
        assert entry["sha256"] == hashlib.sha256(files[path]).hexdigest()
        assert entry["bytes"] == len(files[path])
    for document in inventory["documents"]:
        pdf = next(file["path"] for file in document["files"] if file["path"].endswith(".pdf"))
        assert document["pages"] == len(PdfReader(io.BytesIO(files[pdf])).pages)
    source = (ROOT / "municipalities" / f"{slug}.toml").read_bytes()
    assert inventory["made_from"][f"municipalities/{slug}.toml"] == hashlib.sha256(source).hexdigest()
    lock = (ROOT / "requirements.lock").read_bytes()
    assert inventory["made_with"]["lock_file"] == hashlib.sha256(lock).hexdigest()
    assert inventory["language"] == LANGUAGES[slug]
    assert inventory["document_date"] == "2026-11-23"


@pytest.mark.parametrize("slug", SLUGS)
def test_the_zip_holds_the_same_files_but_what_is_for_the_municipality_alone(packages: Project, slug: str) -> None:
    files = _for_recipients(packages, slug)
    with zipfile.ZipFile(io.BytesIO(files.pop(f"{slug}.zip"))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


@pytest.mark.parametrize("slug", SLUGS)
def test_every_pdf_is_made_to_the_rules_of_archive_and_accessibility(packages: Project, slug: str) -> None:
    for path, content in _pdfs(packages, slug).items():
        _require_rules(path, content, LANGUAGES[slug])


@pytest.mark.slow
def test_every_pdf_of_a_whole_package_is_too(whole: Project) -> None:
    pdfs = _pdfs(whole, "voss")
    assert len(pdfs) > 20
    for path, content in pdfs.items():
        _require_rules(path, content, LANGUAGES["voss"])
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert all("/Alt" in one for one in pdf.objects if _is_figure(one)), path
        assert re.findall(r"\{\{|\}\}|\{%|%\}|None|Undefined", _text(content)) == [], path


def _is_figure(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == "/Figure"


def _require_rules(path: str, content: bytes, language: str) -> None:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        assert not pdf.is_encrypted, path
        assert not pdf.is_linearized, path
        assert str(root.Lang) == f"{language}-NO", path
        assert bool(root.MarkInfo.Marked), path
        assert bool(root.ViewerPreferences.DisplayDocTitle), path
        assert root.OutputIntents[0].S == "/GTS_PDFA1", path
        assert "/NeedAppearances" not in root.get("/AcroForm", {}), path
        with pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("2", "B", "1"), path
            assert xmp["dc:title"] == str(pdf.docinfo["/Title"]), path
            assert xmp["xmp:CreateDate"].startswith("2026-11-23T00:00:00"), path
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261123000000"), path
        for page in pdf.pages:
            size = [round(float(edge)) for edge in page.mediabox[2:]]
            assert size == ([960, 540] if "presentasjon" in path else [595, 842]), path


@pytest.mark.parametrize("slug", SLUGS)
def test_every_font_is_embedded_and_brought_by_set_up(packages: Project, slug: str) -> None:
    for path, content in _pdfs(packages, slug).items():
        with pikepdf.open(io.BytesIO(content)) as pdf:
            described = [
                one
                for one in pdf.objects
                if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
            ]
            assert described, path
            for font in described:
                assert "/FontFile2" in font, path
                assert re.fullmatch(r"/([A-Z]{6}\+)?Carlito(-Bold)?(-?Italic)?", str(font.FontName)), path


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("01-ks/avtale-med-ks.pdf", {"sigMunicipality": "Underskrift for kommunen", "sigKS": "Underskrift for KS"}),
        (
            "04-project/prosjektplan.pdf",
            {"sigOwner": "Underskrift frå prosjekteigar", "sigLead": "Underskrift frå prosjektleiar"},
        ),
    ],
)
def test_signature_fields_are_empty_named_tagged_and_cover_no_text(
    packages: Project, path: str, fields: dict[str, str]
) -> None:
    content = packages.files("voss")[path]
    text = pypdfium2.PdfDocument(content)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert int(pdf.Root.AcroForm.SigFlags) == 3
        tags = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
        found = {}
        for field in pdf.Root.AcroForm.Fields:
            found[str(field.T)] = str(field.TU)
            assert "/V" not in field
            tag = tags[int(field.StructParent)]
            assert tag.S == "/Form"
            assert tag.K.Obj.objgen == field.objgen
            page = [one.obj.objgen for one in pdf.pages].index(field.P.objgen)
            assert pdf.pages[page].obj.Tabs == "/S"
            left, bottom, right, top = (float(edge) for edge in field.Rect)
            assert text[page].get_textpage().get_text_bounded(left, bottom, right, top).strip() == ""
    assert found == fields


def test_the_order_form_is_filled_for_every_viewer_and_stays_a_form(packages: Project) -> None:
    content = packages.files("karasjok")["02-nhn/bestilling-til-nhn.pdf"]
    fields = PdfReader(io.BytesIO(content)).get_fields() or {}
    assert len(fields) >= 40
    assert fields["municipality_official_name"]["/V"] == "Kárášjohka – Karasjok"
    assert fields["record_system"]["/V"] == "Visma Profil"
    assert fields["order_messages"]["/V"] == "/On"
    assert fields["prereq_calendar_process"].get("/V", "/Off") == "/Off"
    assert [name for name, field in fields.items() if not field.get("/TU")] == []
    assert fields["sigMunicipality"].get("/V") is None


@pytest.mark.parametrize(("slug", "words"), [("bergen", "ikke til signering"), ("voss", "ikkje til signering")])
def test_an_archive_copy_carries_what_the_document_was_made_of_and_is_no_copy_to_sign(
    packages: Project, slug: str, words: str
) -> None:
    files = packages.files(slug)
    copies = {path: content for path, content in files.items() if path.startswith("archive/")}
    assert {path.removeprefix("archive/") for path in copies} == {
        document["files"][0]["path"]
        for document in _inventory(packages, slug)["documents"]
        if document["signature_fields"]
    }
    source = (ROOT / "municipalities" / f"{slug}.toml").read_bytes()
    for path, content in copies.items():
        assert [rule.name for rule, _ in faults_of(facts_of(content))] == [], path
        assert syntax_faults(content) == [], path
        with pikepdf.open(io.BytesIO(content)) as pdf:
            enclosed = {name: (pdf.attachments[name], pdf.attachments[name].get_file()) for name in pdf.attachments}
            assert {name: file.read_bytes() for name, (_, file) in enclosed.items()} == {
                f"{slug}.toml": source,
                "packing-list.json": files["packing-list.json"],
            }
            assert [(str(one.UF), str(one.AFRelationship), str(one.EF.F.Subtype)) for one in pdf.Root.AF] == [
                (f"{slug}.toml", "/Source", "/application/toml"),
                ("packing-list.json", "/Data", "/application/json"),
            ]
            assert {str(one.EF.F.Params.ModDate) for one in pdf.Root.AF} == {"D:20261123000000+00'00"}
            assert str(pdf.docinfo["/Title"]).endswith(f" (arkivkopi, {words})")
            fields = list(pdf.Root.AcroForm.Fields)
            assert [str(field.FT) for field in fields if field.FT == "/Sig" or not int(field.Ff) & 1] == []
            with pdf.open_metadata() as xmp:
                assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("3", "B", "1")
        assert _text(content) == _text(files[path.removeprefix("archive/")])


@pytest.mark.parametrize("slug", SLUGS)
def test_every_pdf_for_a_recipient_keeps_every_rule_and_carries_no_file(packages: Project, slug: str) -> None:
    for path, content in _pdfs(packages, slug).items():
        assert [rule.name for rule, _ in faults_of(facts_of(content))] == [], path
        assert syntax_faults(content) == [], path
        assert facts_of(content).attachments == (), path


def test_sami_names_stand_in_the_papers_in_full(packages: Project) -> None:
    for path in ("00-forside.pdf", "01-ks/avtale-med-ks.pdf", "04-project/prosjektplan.pdf"):
        assert "Kárášjohka – Karasjok kommune" in _text(packages.files("karasjok")[path]), path


def test_no_placeholder_is_left_in_any_paper(packages: Project) -> None:
    for slug in SLUGS:
        for path, content in _pdfs(packages, slug).items():
            assert re.findall(r"\{\{|\}\}|\{%|%\}|None|Undefined", _text(content)) == [], (slug, path)


def test_the_cover_says_what_to_sign_who_signs_and_where_to_send_it(packages: Project) -> None:
    text = " ".join(_text(packages.files("bergen")["00-forside.pdf"]).split())
    assert "Avtale om tilkobling til Digihelse Eksempel Kommunaldirektør (for kommunen), den som KS peker ut KS" in text
    assert "digihelse@ks.no" in text
    cover = next(one for one in _inventory(packages, "bergen")["documents"] if one["document"] == "cover")
    assert cover["pages"] == 1


def test_the_messages_for_import_are_those_of_the_record_system(packages: Project) -> None:
    messages = packages.files("voss")["03-supplier/standardmeldingar.csv"].decode("utf-8-sig")
    codes = re.findall(r"^(DH-[A-Z0-9]+);", messages, flags=re.MULTILINE)
    assert "DH-D1" in codes
    assert not {"DH-V1", "DH-T1"} & set(codes)
    assert "{{" not in messages
    assert "Voss herad" in messages


def test_the_same_input_and_date_give_the_same_bytes(packages: Project, project: Project) -> None:
    assert project.run("package", "karasjok", "--date", "2026-11-23").code == 0
    assert project.files("karasjok") == packages.files("karasjok")


@pytest.mark.slow
def test_a_municipality_can_have_its_papers_in_the_other_language(project: Project) -> None:
    ran = project.run("package", "bergen", "--language", "nn", "--date", "2026-11-23")
    assert ran.code == 0
    assert "01-ks/avtale-med-ks.pdf" in project.files("bergen")
    assert "Kven signerer" in _text(project.files("bergen")["00-framside.pdf"])


def test_a_pipe_gets_plain_lines(packages: Project) -> None:
    ran = packages.run("package", "bergen", "--date", "2026-11-23", "--force")
    assert ran.err.splitlines() == [
        "1/5 Avtale om tilkobling til Digihelse",
        "2/5 Bestilling av tilkobling til Digihelse",
        "3/5 Standardmeldinger",
        "4/5 Prosjektplan",
        "5/5 Forside",
    ]
    assert ran.out.splitlines()[-1] == "Bergen: the package of 2026-11-23 is ready in output/bergen/"
    assert "\r" not in ran.out + ran.err


@pytest.fixture
def made(project: Project, packages: Project) -> Project:
    """A project that has a good package of Bergen."""
    shutil.copytree(packages.output / "bergen", project.output / "bergen")
    return project


def _assert_refused(project: Project, code: int, *arguments: str, **environment: str) -> str:
    """Runs, and sees that it fails with the code and loses nothing; returns what it says."""
    before = project.files("bergen")
    ran = project.run("package", "bergen", "--date", "2026-11-24", *arguments, **environment)
    assert ran.code == code, ran.err
    assert project.files("bergen") == before
    assert {path.name for path in project.output.iterdir()} - {".made"} == {"bergen"}
    assert "Traceback" not in ran.err
    return "\n".join(line for line in ran.err.splitlines() if not re.match(r"\d/\d ", line))


def test_a_fault_in_the_data_names_file_line_and_key(made: Project) -> None:
    made.change("municipalities/bergen.toml", 'version = "2026.1"', 'verson = "2026.1"')
    assert _assert_refused(made, 4) == (
        "Error: municipalities/bergen.toml has 2 problems.\n"
        "  municipalities/bergen.toml:100  record_system.version: is missing. Add it.\n"
        "  municipalities/bergen.toml:103  record_system.verson: is not a known key. Remove it or spell it right. "
        "Did you mean version?"
    )


def test_broken_toml_names_the_line(made: Project) -> None:
    made.change("municipalities/bergen.toml", 'number = "4601"', 'number = "4601')
    assert "municipalities/bergen.toml:5: This is not TOML: " in _assert_refused(made, 4)


def test_a_placeholder_that_nobody_fills_names_template_paragraph_and_the_nearest_name(made: Project) -> None:
    made.change("templates/ks-agreement/document.toml", '    "invoice",\n', "")
    told = _assert_refused(made, 5).splitlines()
    assert told[0] == "Error: The template of Avtale om tilkobling til Digihelse does not hold."
    assert len(told) == 3
    for line, name in zip(told[1:], ("electronic_address", "reference"), strict=True):
        assert re.fullmatch(
            rf"  templates/ks-agreement/nb\.docx  body, paragraph \d+ «.{{41}}», {{{{ invoice\.{name} }}}}: "
            r"There is no name 'invoice' here\. Check the spelling, and that document\.toml names it in needs\.",
            line,
        )


def test_text_that_a_tag_would_swallow_stops_the_package(made: Project) -> None:
    path = made.root / "templates/project-plan/nb.docx"
    document = Document(str(path))
    tag = next(one for one in document.paragraphs if one.text.startswith("{%p if"))
    tag.add_run(" og denne teksten")
    document.save(str(path))
    told = _assert_refused(made, 5)
    assert "The template of Prosjektplan does not hold." in told
    assert "og denne teksten" in told


def test_a_value_too_long_for_its_form_field_names_the_field(made: Project) -> None:
    made.change("municipalities/bergen.toml", 'operator = "Bergen kommune, IKT drift"', f'operator = "{"Lang " * 39}"')
    told = _assert_refused(made, 6)
    assert (
        "templates/nhn-order-form/nb.pdf  field record_system_operator: The text of 194 characters does not fit" in told
    )


def test_more_services_than_the_form_has_rows_is_a_problem(made: Project) -> None:
    path = made.root / "municipalities" / "bergen.toml"
    more = "".join(
        f'\n[[services]]\nname = "Tjeneste {n}"\nher_id = "19{n}"\nstart = 2027-06-01\nusers = 1\n' for n in range(3)
    )
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert "form.rows[1].count: The form has 4 rows, but there are 5 services." in _assert_refused(made, 5)


def test_a_missing_template_is_a_problem(made: Project) -> None:
    (made.root / "templates/project-plan/nb.docx").unlink()
    assert "templates/project-plan/nb.docx: This template is missing." in _assert_refused(made, 5)


def test_a_corrupt_template_is_a_problem(made: Project) -> None:
    template = made.root / "templates/project-plan/nb.docx"
    template.write_bytes(template.read_bytes()[:5000])
    assert "templates/project-plan/nb.docx: The file is not a whole Word document." in _assert_refused(made, 5)


def test_a_missing_font_is_a_problem(made: Project) -> None:
    for font in (made.root / "templates/fonts").glob("*.ttf"):
        font.unlink()
    assert "Fonts are missing: templates/fonts/Carlito-Regular.ttf, " in _assert_refused(made, 3)


def test_a_missing_bold_font_is_a_problem_and_not_another_look(made: Project) -> None:
    for name in ("Carlito-Bold.ttf", "Carlito-Italic.ttf", "Carlito-BoldItalic.ttf"):
        (made.root / "templates/fonts" / name).unlink()
    told = _assert_refused(made, 3)
    assert "Fonts are missing: templates/fonts/Carlito-Bold.ttf, templates/fonts/Carlito-Italic.ttf, " in told


def test_a_conversion_that_takes_too_long_is_given_up(made: Project) -> None:
    told = _assert_refused(made, 7, PIPELINE_TIMEOUT="0.0001")
    assert "was not converted: it took more than 0.0001 seconds. Raise PIPELINE_TIMEOUT if it may." in told


def test_an_unknown_municipality_is_offered_the_nearest_names(project: Project) -> None:
    ran = project.run("package", "begren")
    assert (ran.code, ran.err) == (
        2,
        "Error: There is no municipality file municipalities/begren.toml. Did you mean bergen?\n",
    )


def test_a_wrong_date_package_or_setting_is_one_sentence(project: Project) -> None:
    assert project.run("package", "bergen", "--date", "1.1.2027").code == 2
    ran = project.run("package", "bergen", "--package", "onbording")
    assert (ran.code, ran.err) == (2, "Error: There is no package 'onbording'. Did you mean onboarding?\n")
    ran = project.run("package", "bergen", PIPELINE_TIMEOUT="soon")
    assert ran.code == 3
    assert ran.err.startswith("Error: A setting is not right: PIPELINE_TIMEOUT: ")


def test_a_date_before_the_first_price_list_is_one_sentence(made: Project) -> None:
    ran = made.run("package", "bergen", "--date", "2025-12-31")
    assert ran.code == 4
    assert "Error: No price list is in force on 2025-12-31: the first begins on 2026-01-01." in ran.err


@pytest.mark.slow
def test_a_full_disk_leaves_the_last_package(made: Project) -> None:
    """A limit on the size of files stands for the full disk: writing stops in the middle of a file.

    Compiled modules are not written, as cut ones would lie in the environment for every later run.
    """
    before = made.files("bergen")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "package", "bergen", "--date", "2026-11-24"],
        cwd=made.root,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 11
    assert "The ledger in output/ledger cannot be written (File too large)." in done.stderr
    assert made.files("bergen") == before
    assert sorted(path.name for path in made.output.iterdir()) == [".made", "bergen", "ledger"]


@pytest.mark.slow
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_run_leaves_a_whole_package_and_the_next_one_is_not_disturbed(
    made: Project, packages: Project, signal_number: int
) -> None:
    before = made.files("bergen")
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "package", "bergen", "--date", "2026-11-24"],
        cwd=made.root,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    while not process.stderr.readline().startswith("3/5"):
        time.sleep(0)
    process.send_signal(signal_number)
    process.communicate(timeout=60)
    assert process.returncode in {-signal.SIGKILL, 130}
    assert made.files("bergen") == before
    assert made.run("package", "bergen", "--date", "2026-11-23").code == 0
    assert made.files("bergen") == packages.files("bergen")


def test_a_package_that_was_moved_aside_by_a_killed_run_is_put_back(made: Project) -> None:
    before = made.files("bergen")
    (made.output / "bergen").rename(made.output / ".bergen.old")
    (made.output / ".bergen.new").mkdir()
    made.change("municipalities/bergen.toml", 'version = "2026.1"', "version = 2026")
    assert made.run("package", "bergen").code == 4
    assert made.files("bergen") == before
