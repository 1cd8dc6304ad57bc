"""Tells the figures in plain words and tables: docs/benchmark.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bench.peers import WARM
from bench.targets import TITLES
from bench.where import PHASES

Figures = dict[str, Any]
_HEADING = """# Benchmark

This page and its plot are written by `make bench`, which needs a quiet machine for about an hour. The figures are in
[bench.json](bench.json). Times depend on the machine; the ratios are of one run, in which all take turns.

![Time against municipalities, ratios, and memory against packages](benchmark.svg)
"""
_PEERS = """
## Against others
The same Word documents are made by all: {documents} documents of the onboarding package for made-up municipalities in
both languages. Left out is what docxtpl does not fill: {left_out}; and the cover, which tells of all the others.

Only equal work is timed. Before the rounds that count, the text of every Word file is compared with ours, paragraph by
paragraph, and every PDF must open and name its municipality. Each round, all make the whole sample, and each round
another one begins. By then all have made it once, ours {warm} times, so that each worker has met each template.

- **docxtpl** as its manual shows it: a new `DocxTemplate` for each document, `render` with `autoescape=True`, `save`.
  It gets our filters in its Jinja environment, and the names that our pipeline has gathered.
- **docxtemplater** as its manual shows it: a new object for each document. It gets a copy of each template in its own
  syntax, and every value and condition already worked out and written as text, which is not in its time.
- **soffice**: docxtpl, then `soffice --headless --convert-to pdf` for each document, with a profile used before and
  the machine's own fonts.
- **unoserver**: docxtpl, then one LibreOffice kept warm behind unoserver, asked by its own client.
- **Ours** merges with the checks of names and tags. Whole documents are made by {workers} warm workers with every
  check, as PDF/A-2b with tags, and are packed: the cover, the packing list and the ZIP are in our time, not in the
  count of documents. The others make plain PDFs, one after the other, and check nothing. Processor time tells how much
  work each does, however many processes share it.
"""
_COUNTRY = """
## A whole country
`python -m pipeline all` makes the onboarding package of made-up municipalities, with {workers} workers, on
a fresh start and into an empty folder. The smaller numbers are moments of that run.
"""


_COMPARISONS = {"merge": "Merging alone", "package": "Whole documents"}


def page(figures: Figures) -> str:
    """The whole page; a part that was not measured is not told."""
    lines = [_HEADING]
    peers, country = figures.get("peers"), figures.get("country")
    lines += ["\n## Targets\n", *_targets([*(peers or {}).get("targets", ()), *(country or {}).get("targets", ())])]
    if peers:
        lines += _peers(peers)
    if country:
        lines += _country(country)
    lines += ["\n## The machine\n", *_machines(figures)]
    return "".join(lines)


def _targets(targets: Sequence[Figures]) -> Iterator[str]:
    rows = [
        (one["what"], one["wanted"], one["found"], "met" if one["met"] else f"**missed**, by {one['missed_by']}")
        for one in targets
    ]
    yield from _table(("what", "wanted", "found", ""), rows)


def _peers(peers: Figures) -> Iterator[str]:
    kinds: dict[str, list[str]] = {}
    for name, why in peers["left_out"].items():
        kinds.setdefault(why.removeprefix("docxtpl fills no "), []).append(name)
    left_out = "; ".join(f"{kind} ({', '.join(names)})" for kind, names in kinds.items()) or "nothing"
    workers = peers["package"]["workers_of_ours"]
    yield _PEERS.format(documents=len(peers["documents"]), left_out=left_out, workers=workers, warm=WARM)
    for name, title in _COMPARISONS.items():
        compared = peers[name]
        count = compared["contestants"]["ours"]["documents_in_a_round"]
        yield f"\n### {title}\n{count} documents a round, {compared['rounds']} rounds. Milliseconds for a document:\n\n"
        yield from _table(
            ("", "median", "lowest to highest round", "processor time", "against ours", "rounds", "processor time"),
            [_contestant(name, one, compared["ratios"].get(name)) for name, one in compared["contestants"].items()],
        )

    yield from _where(peers["where_our_time_goes"])


def _where(where: Figures) -> Iterator[str]:
    taken = where["milliseconds_per_document"]
    total = sum(taken.values())
    yield "\n### Where our time goes\n"
    yield "The same documents in one process, one after the other. Milliseconds for a document:\n\n"
    rows = [(words, _short(taken[phase]), f"{taken[phase] / total:.0%}") for phase, words in PHASES.items()]
    yield from _table(("phase", "time", "share"), rows)
    asked = f"{where['conversions_per_document']:.2f}"
    yield f"\nThe engine is asked {asked} times for a document: again where a page break has to move.\n"


def _contestant(name: str, one: Figures, ratio: Figures | None) -> tuple[str, ...]:
    low, high = one["lowest_and_highest_round"]
    own = (
        TITLES[name],
        _short(one["milliseconds_per_document"]),
        f"{_short(low)} to {_short(high)}",
        _short(one["processor_milliseconds_per_document"]),
    )
    if ratio is None:
        return (*own, "1", "", "1")
    least, most = ratio["rounds"]
    return (*own, f"{ratio['ratio']:.1f} ×", f"{least:.1f} to {most:.1f} ×", f"{ratio['processor_time']:.1f} ×")


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.2f}" if milliseconds < 10 else f"{milliseconds:.0f}"


def _country(country: Figures) -> Iterator[str]:
    yield _COUNTRY.format(workers=country["workers"]) + "\n"
    rows = [
        (
            f"{one['municipalities']}",
            f"{one['documents']}",
            f"{one['seconds']:.1f} s",
            f"{one['seconds_per_municipality']:.2f} s",
            f"{one['milliseconds_per_document']:.0f} ms",
        )
        for one in country["stages"]
    ]
    yield from _table(("municipalities", "documents", "time", "for a municipality", "for a document"), rows)
    last = country["stages"][-1]["municipalities"]
    if lacking := country["stages"][-1]["without_package"]:
        yield f"\n**{lacking} of the {last} have no package, so nothing of this part counts.**\n"
        yield from (f"- {told}" for told in country["stages"][-1].get("why", ()))
    unchanged, changed, memory = country["nothing_changed"], country["one_template_changed"], country["memory"]
    yield f"\nRun again for the {last} with nothing changed: {unchanged['seconds']:.1f} s, "
    yield f"{unchanged['first_run_against_it']:.0f} × less than the first time. With one Word template changed: "
    yield f"{changed['seconds']:.1f} s, {changed['first_run_against_it']:.0f} × less. Then other files are "
    told = ", ".join(f"`{name}` in {count} packages" for name, count in changed["packages_with_another"].items())
    yield f"{told or 'nowhere'}.\n"
    if memory["most_of_a_worker_mb"]:
        yield f"\nA worker with its engine had {memory['most_of_a_worker_mb']} MB at most"
        if around := memory["around_the_50th_and_the_350th_package_mb"]:
            yield f", {around[0]} MB around the 50th package and {around[1]} MB around the 350th (medians)"
        yield f"; the process that hands out the work had {memory['most_of_the_run_itself_mb']} MB at most. "
        yield "Memory that processes share is counted for each.\n"


def _machines(figures: Figures) -> Iterator[str]:
    """Each part is told with the machine it ran on; most often that is one machine in one run."""
    told = {name: figures[name]["machine"] for name in ("peers", "country") if name in figures}
    for name, machine in told.items():
        versions = ", ".join(f"{what} {which}" for what, which in machine["versions"].items())
        yield f"- {name.capitalize()}, {machine['when']}: {machine['processor']}, {machine['cores']} cores, "
        yield f"{machine['memory_gib']} GiB, {machine['system']}, {machine['kernel']}; {versions}. "
        yield f"Load before: {machine['load_before']:.2f}.\n"


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heading)} |\n"
    yield f"|{' --- |' * len(heading)}\n"
    for row in rows:
        yield f"| {' | '.join(row)} |\n"
