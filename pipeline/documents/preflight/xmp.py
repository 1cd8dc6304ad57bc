"""Reads the XMP of a PDF, and describes in it the properties that PDF/A does not know of itself."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
_ACCESSIBLE = "http://www.aiim.org/pdfua/ns/id/"
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/t/pg/": "xmpTPg",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid",
    _EXTENSION: "pdfaExtension",
}
"""The usual prefix of each namespace that PDF/A knows and a text document uses (ISO 19005-2, 6.6.2.3)."""
_OF_ACCESSIBILITY = f"""<rdf:li xmlns:rdf="{_RDF}" xmlns:pdfaSchema="{_SCHEMA}" xmlns:pdfaProperty="{_PROPERTY}"
    rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>{_ACCESSIBLE}</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
    <pdfaProperty:name>part</pdfaProperty:name>
    <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
    <pdfaProperty:category>internal</pdfaProperty:category>
    <pdfaProperty:description>The part of ISO 14289 to whose rules the document is made</pdfaProperty:description>
  </rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li>"""


class Xmp:
    """The properties of an XMP packet; none where it is not well-formed."""

    def __init__(self, packet: bytes) -> None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            self._root = etree.fromstring(packet, parser)
        except etree.XMLSyntaxError:
            self._root = etree.Element("none")
        self.properties: dict[str, str] = {}
        """Each simple property by prefix and name, such as dc:title; of a list, its entries joined."""
        namespaces = set()
        for namespace, name, value in self._found():
            namespaces.add(namespace)
            prefix = {**_PREFIXES, _ACCESSIBLE: "pdfuaid"}.get(namespace, namespace)
            self.properties[f"{prefix}:{name}"] = value
        described = {str(one.text).strip() for one in self._root.iter(f"{{{_SCHEMA}}}namespaceURI")}
        self.undescribed = frozenset(namespaces - described - set(_PREFIXES))
        """The namespaces in use that PDF/A does not know and the packet does not describe."""

    def with_accessibility_described(self) -> bytes | None:
        """The packet with the extension schema for pdfuaid; None where it has that already, or is none."""
        description = self._root.find(f".//{{{_RDF}}}Description")
        if _ACCESSIBLE not in self.undescribed or description is None:
            return None
        bag = self._root.find(f".//{{{_EXTENSION}}}schemas/{{{_RDF}}}Bag")
        if bag is None:
            schemas = etree.SubElement(description, f"{{{_EXTENSION}}}schemas", nsmap={"pdfaExtension": _EXTENSION})
            bag = etree.SubElement(schemas, f"{{{_RDF}}}Bag")
        bag.append(etree.fromstring(_OF_ACCESSIBILITY))
        return etree.tostring(self._root.getroottree(), encoding="utf-8")

    def _found(self) -> Iterator[tuple[str, str, str]]:
        """The namespace, name and value of each property, written as an element or as an attribute."""
        for description in self._root.iter(f"{{{_RDF}}}Description"):
            if description.getparent() is None or etree.QName(description.getparent()).localname != "RDF":
                continue
            for name, value in description.attrib.items():
                if etree.QName(name).namespace not in {None, _RDF, "http://www.w3.org/XML/1998/namespace"}:
                    yield str(etree.QName(name).namespace), etree.QName(name).localname, str(value)
            for one in description.iterchildren(etree.Element):
                entries = [str(entry.text or "") for entry in one.iter(f"{{{_RDF}}}li")]
                yield (
                    str(etree.QName(one).namespace),
                    etree.QName(one).localname,
                    "; ".join(entries or [one.text or ""]),
                )
