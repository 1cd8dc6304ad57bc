"""Reads and checks the service's XML: the schemas beside this module, and a parser that fetches and expands nothing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from lxml import etree

from pipeline.errors import EsignError

SERVICE = "http://signering.posten.no/schema/v1"
_FOLDER = Path(__file__).parent / "xsd"


def parsed(xml: bytes) -> etree._Element:
    """The root of an XML document. Raises EsignError where it is none, or has a document type."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise EsignError(
            "What the service sent is not XML. Try again later, and tell the service if it goes on."
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise EsignError("What the service sent has a document type, which no answer of it may have.")
    return root


def require_valid(xml: bytes, schema: str) -> None:
    """Raises EsignError where XML that is about to leave breaks its schema, `direct-and-portal` or `signatures`."""
    rules = _schema(schema)
    if not rules.validate(parsed(xml)):
        first = str(rules.error_log).partition("\n")[0]
        raise EsignError(f"What was made for the service breaks its schema {schema}.xsd: {first}")


@lru_cache(maxsize=2)
def _schema(name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    return etree.XMLSchema(etree.parse(str(_FOLDER / f"{name}.xsd"), parser))
