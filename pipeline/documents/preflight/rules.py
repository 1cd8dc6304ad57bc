"""The table of rules that every finished PDF is held against before it may leave; docs/preflight.md shows it.

They are ours, made to the standards that each names; to hold them is not to be validated against the standards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.documents.preflight import document_checks as document
from pipeline.documents.preflight import form_checks as form
from pipeline.documents.preflight import tag_checks as tags
from pipeline.documents.preflight.facts import PdfFacts
from pipeline.documents.preflight.fault import Check, Fault

_TEMPLATE = "Mend it in the template"
_OURS = "Report it: this is the pipeline's to see to, unless the file comes from elsewhere."
_OWN = "Our own"


@dataclass(frozen=True)
class Rule:
    """One demand on a PDF."""

    name: str
    demands: str
    source: str
    """The clause that it is made to, or that it is our own."""
    check: Check
    todo: str = _OURS
    """What a person does about a fault."""


RULES = (
    Rule(
        "saved-plainly",
        "PDF 1.7 or before, with an identifier, not encrypted, not linearized",
        "ISO 19005-2, 6.1.2 and 6.1.3; linearization: our own, since signing appends to the file",
        document.saved_plainly,
    ),
    Rule("saved-once", "saved in one go, nothing after its end", "ISO 19005-2, 6.1.3", document.saved_once),
    Rule(
        "standards",
        "says that it is a PDF/A-2b (an archive copy PDF/A-3b) and a PDF/UA-1",
        "ISO 19005-2, 6.6.4; ISO 14289-1, 5",
        document.says_its_standards,
    ),
    Rule(
        "metadata-described",
        "describes every property of its XMP that PDF/A does not know",
        "ISO 19005-2, 6.6.2.3",
        document.describes_its_metadata,
    ),
    Rule(
        "metadata-agree",
        "title, author, program and dates are the same in XMP and document information",
        "ISO 19005-1, 6.7.3, kept by us for part 2",
        document.says_the_same_twice,
    ),
    Rule(
        "title",
        "has a title, which readers show in place of the file's name",
        "ISO 14289-1, 7.1",
        document.has_a_title,
        f"{_TEMPLATE}: give document.toml a title.",
    ),
    Rule("language", "says which language it is in", "ISO 14289-1, 7.2", document.has_a_language),
    Rule(
        "output-intent",
        "has one output intent with an RGB profile",
        "ISO 19005-2, 6.2.3",
        document.has_an_output_intent,
    ),
    Rule(
        "fonts-embedded",
        "brings every font that it draws in, in fields too",
        "ISO 19005-2, 6.2.11.4",
        document.embeds_its_fonts,
        "Embed the font, or use another.",
    ),
    Rule(
        "fonts-readable",
        "says for every font which letters its signs are",
        "ISO 14289-1, 7.21.7",
        document.knows_its_letters,
        "Use another font, or save the form again with Unicode tables.",
    ),
    Rule("tagged", "says that it is tagged", "ISO 14289-1, 7.1", tags.is_tagged),
    Rule(
        "content-tagged",
        "everything drawn on a page belongs to a tag or is an artifact",
        "ISO 14289-1, 7.1",
        tags.tags_all_content,
        "Save the form again with tags, or simplify the layout there.",
    ),
    Rule(
        "tags-hold",
        "tags and the marked content on pages name each other",
        "ISO 32000-1, 14.7.4",
        tags.tags_hold_content,
    ),
    Rule(
        "tags-not-dangling",
        "no tag refers to a field that is not there any more",
        "ISO 14289-1, 7.18.4",
        tags.tags_hold_objects,
    ),
    Rule("tags-known", "each tag is a standard one or stands for one", "ISO 14289-1, 7.1", tags.uses_known_tags),
    Rule(
        "alternative-text",
        "each picture has an alternative text",
        "ISO 14289-1, 7.3",
        tags.describes_pictures,
        f"{_TEMPLATE}: describe the picture under Alt text.",
    ),
    Rule(
        "table-headers",
        "each table has header cells",
        "ISO 14289-1, 7.5",
        tags.heads_tables,
        f"{_TEMPLATE}: let the first row be repeated as header row.",
    ),
    Rule(
        "tables-and-lists",
        "rows stand in tables, cells in rows, entries in lists, and nothing else does",
        "ISO 14289-1, 7.2",
        tags.builds_tables_and_lists,
    ),
    Rule(
        "headings",
        "headings begin at level 1 and skip none",
        "ISO 14289-1, 7.4.2",
        tags.steps_headings,
        f"{_TEMPLATE}: use heading styles in their order.",
    ),
    Rule(
        "annotations-tagged",
        "each field lies in a tag Form and each link in a Link, and both name each other",
        "ISO 14289-1, 7.18.4 and 7.18.5",
        form.tags_annotations,
        "Save the form again with tags.",
    ),
    Rule(
        "tab-order",
        "on pages with fields or links the tab key follows the tags",
        "ISO 14289-1, 7.18.3",
        form.orders_by_tags,
    ),
    Rule(
        "fields-named",
        "each field has a name and a tooltip, each link a description",
        "ISO 14289-1, 7.18.1 and 7.18.5",
        form.names_fields,
        f"{_TEMPLATE}: give the field a tooltip.",
    ),
    Rule(
        "annotations-shown",
        "fields and links are printed, not hidden, and bring their appearance",
        "ISO 19005-2, 6.3.2 and 6.3.3",
        form.shows_annotations,
        f"{_TEMPLATE}: show the field, and save the form with appearances.",
    ),
    Rule(
        "not-drawn-anew",
        "no reader is asked to draw fields, and there is no XFA",
        "ISO 19005-2, 6.4.1 and 6.4.2",
        form.lets_no_reader_draw,
    ),
    Rule("fields-inert", "no field starts an action", "ISO 19005-2, 6.4.1", form.runs_nothing),
    Rule(
        "fields-known",
        "the form and the pages have the same fields, each under its own name",
        "ISO 32000-1, 12.7.3",
        form.knows_its_fields,
    ),
    Rule(
        "no-actions",
        "no scripts, programs or other actions; only links to the web, to mail and within the document, on a click",
        "ISO 19005-2, 6.5.1 and 6.5.2; which links: our own",
        document.does_nothing_by_itself,
        f"{_TEMPLATE}: remove the action or the link.",
    ),
    Rule(
        "no-attachments",
        "carries no files; an archive copy may",
        f"{_OWN}; ISO 19005-2, 6.8",
        document.carries_no_files,
    ),
    Rule(
        "attachments-described",
        "an archive copy's files are associated with it, typed, described and dated",
        "ISO 19005-3, 6.8",
        document.says_what_it_carries,
    ),
    Rule(
        "signature-flags",
        "where there are signature fields, SigFlags is 3",
        "ISO 32000-1, 12.7.2",
        form.flags_signatures,
    ),
    Rule("signatures-empty", "signature fields are empty", _OWN, form.leaves_signatures_empty),
    Rule(
        "signed-on-a4",
        "every page of a document to be signed is A4 upright",
        f"{_OWN}, since signing services take nothing else",
        form.is_signed_on_a4,
        f"{_TEMPLATE}: set the page to A4.",
    ),
    Rule("archive-unsigned", "an archive copy has no signature fields", _OWN, form.is_not_signed_in_the_archive),
)


def faults_of(pdf: PdfFacts) -> Iterator[tuple[Rule, Fault]]:
    """Every fault of a PDF with the rule that it breaks, in the order of the table."""
    for rule in RULES:
        for fault in rule.check(pdf):
            yield rule, fault
