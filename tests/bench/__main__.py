"""Measures what is asked for, tells it, and writes the page, the figures and the plot: `make bench`."""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.contestant import ContestantError
from bench.country_run import run_country
from bench.figures import country_figures, peer_figures
from bench.needs import machine, missing
from bench.page import page
from bench.peers import run_peers
from bench.plot import draw
from bench.scale import SCALES, Scale
from bench.scratch import Scratch, scratch

PARTS = ("peers", "country")


def main(arguments: list[str]) -> int:
    """Returns an exit status: 1 where something is missing or was not made; a missed target is no failure."""
    options = _options(arguments)
    for lack in missing(options.installed):
        print(f"Error: {lack}", file=sys.stderr)
    if missing(options.installed):
        return 1
    figures = _earlier(options.to)
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as root:
        scale: Scale = SCALES[options.scale]
        place = scratch(Path(root), scale.documents)
        for part in options.parts:
            print(f"Measuring: {part} …", file=sys.stderr)
            try:
                figures[part] = _part(part, place, scale, options.installed)
            except ContestantError as error:
                print(f"{_tails(place)}\nError: {error}", file=sys.stderr)
                return 1
            _write(figures, options)
        print(page(figures))
        lacking = figures["country"]["stages"][-1]["without_package"] if "country" in options.parts else 0
        if lacking:
            print(f"{_tails(place)}\nError: {lacking} municipalities have no package.", file=sys.stderr)
    return 1 if lacking else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="full")
    parser.add_argument("--parts", type=_parts, default=PARTS, help="with commas between: peers,country")
    parser.add_argument("--installed", type=_whole, required=True, help="where unoserver, matplotlib and npm's are")
    parser.add_argument("--to", type=_whole, required=True, help="the folder of the page, the figures and the plot")
    return parser.parse_args(arguments)


def _whole(text: str) -> Path:
    return Path(text).resolve()


def _parts(text: str) -> tuple[str, ...]:
    parts = tuple(text.split(","))
    if not set(parts) <= set(PARTS):
        raise argparse.ArgumentTypeError(f"there are only the parts {', '.join(PARTS)}")
    return parts


def _earlier(folder: Path) -> dict[str, Any]:
    """The figures of parts that are not measured now; those that are take their place."""
    path = folder / "bench.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _part(part: str, place: Scratch, scale: Scale, installed: Path) -> dict[str, Any]:
    now = datetime.datetime.now(tz=datetime.UTC).replace(second=0, microsecond=0, tzinfo=None)
    told = {"machine": machine(installed) | {"when": f"{now.isoformat(' ', 'minutes')} UTC"}}
    if part == "peers":
        return told | peer_figures(run_peers(place, scale, installed), place, scale)
    return told | country_figures(run_country(place, scale), scale)


def _write(figures: dict[str, Any], options: argparse.Namespace) -> None:
    options.to.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    (options.to / "bench.json").write_text(text + "\n", encoding="utf-8")
    (options.to / "benchmark.md").write_text(page(figures), encoding="utf-8")
    draw(figures, options.to / "benchmark.svg", options.installed)
    print(f"Written: {options.to}/bench.json, benchmark.md, benchmark.svg", file=sys.stderr)


def _tails(place: Scratch) -> str:
    """The last lines of every log of ours, since the scratch folder goes when this ends."""
    tails = []
    for log in sorted(path for path in place.root.rglob("*.log") if not path.match("*-profile/*/*")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        tails += [f"== {log.relative_to(place.root)}", *lines]
    return "\n".join(tails)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
