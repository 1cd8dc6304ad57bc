"""Reads an HTML page for tests: its text, headings, pictures, tables and links, and what it would fetch."""

from __future__ import annotations

from html.parser import HTMLParser


class Page(HTMLParser):
    """A page taken apart."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source = source
        self.text = ""
        self.language = ""
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.pictures: list[str] = []
        """The alternative text of each."""
        self.tables: list[tuple[bool, bool]] = []
        """Whether each has column and row headers, and a caption."""
        self.fetched: list[str] = []
        self.scripts: list[str] = []
        """The text of each script."""
        self._inside: list[str] = []
        self._table: list[tuple[str, str | None]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        self._inside.append(tag)
        self._table.append((tag, values.get("scope")))
        self.ids += [values["id"] or ""] if "id" in values else []
        self.language = self.language or (values.get("lang") or "")
        self.links += [values["href"] or ""] if tag == "a" else []
        self.pictures += [values.get("alt") or ""] if tag == "img" else []
        self.headings += [(int(tag[1]), "")] if tag[:1] == "h" and tag[1:].isdigit() else []
        for name in ("src", "srcset", "data", "poster", "action"):
            if not (values.get(name) or "data:").startswith("data:"):
                self.fetched.append(str(values[name]))
        if tag in {"link", "script", "iframe", "object"}:
            self.fetched.append(tag)
        if tag == "table":
            self._table = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            scopes = {scope for name, scope in self._table if name == "th"}
            self.tables.append(
                (scopes in ({"col", "row"}, {"col", "rowgroup"}), "caption" in {name for name, _ in self._table})
            )

    def handle_data(self, data: str) -> None:
        if self._inside[-1:] == ["style"]:
            if "url(" in data or "@import" in data:
                self.fetched.append(data)
            self._inside.pop()
            return
        if self._inside[-1:] == ["script"]:
            self.scripts.append(data)
            self._inside.pop()
            return
        self.text += data
        if self.headings and not self.headings[-1][1]:
            self.headings[-1] = (self.headings[-1][0], data)
