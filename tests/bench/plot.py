"""Draws the figures: time against municipalities, ratios as bars, memory against packages; the same bytes each time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from bench.targets import LARGEST, TITLES, WANTED

Figures = dict[str, Any]
_OURS, _OTHER, _LINE, _MARK = "#1b5e8a", "#8fb4cc", "#444444", "#b3541e"
_STYLE = {
    "svg.hashsalt": "bench",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
}
_ABOUT = {"Date": None, "Creator": None, "Title": "Time against municipalities, ratios, and memory against packages"}


def draw(figures: Figures, target: Path, installed: Path) -> None:
    """Writes the plot as SVG; a part that was not measured has no picture. `installed` is where matplotlib is."""
    sys.path.append(str(installed))
    import matplotlib as mpl  # noqa: PLC0415  # only the benchmark has it
    from matplotlib.figure import Figure  # noqa: PLC0415

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(12, 3.9), layout="constrained")
        time, ratios, memory = figure.subplots(1, 3)
        if "country" in figures:
            _time(time, figures["country"])
            _memory(memory, figures["country"])
        if "peers" in figures:
            _ratios(ratios, figures["peers"])
        for axes in (time, ratios, memory):
            if not axes.has_data():
                axes.set_axis_off()
        figure.savefig(target, format="svg", metadata=_ABOUT)


def _time(axes: Any, country: Figures) -> None:
    stages = country["stages"]
    counts, seconds = [one["municipalities"] for one in stages], [one["seconds"] for one in stages]
    axes.plot([0, counts[-1]], [0, seconds[-1]], color=_LINE, linestyle=":", linewidth=1, label="in proportion")
    axes.plot(counts, seconds, color=_OURS, marker="o", label="first run")
    again = {"one template changed": ("one_template_changed", "s"), "nothing changed": ("nothing_changed", "v")}
    for label, (name, marker) in again.items():
        axes.plot(
            [counts[-1]],
            [country[name]["seconds"]],
            color=_MARK,
            marker=marker,
            linestyle="",
            label=label,
            clip_on=False,
        )
    axes.set(title="Time of a run", xlabel="municipalities", ylabel="seconds", xlim=(0, None), ylim=(0, None))
    axes.legend(frameon=False, loc="upper left")


def _ratios(axes: Any, peers: Figures) -> None:
    bars = [(part, name) for part in ("package", "merge") for name in reversed(WANTED[part])]
    for place, (part, name) in enumerate(bars):
        found, wanted = peers[part]["ratios"][name], WANTED[part][name]
        low, high = found["rounds"]
        span = [[max(0, found["ratio"] - low)], [max(0, high - found["ratio"])]]
        axes.barh(place, found["ratio"], color=_OTHER, height=0.6, xerr=span, ecolor=_LINE, capsize=3)
        axes.plot([wanted] * 2, [place - 0.4, place + 0.4], color=_MARK, linewidth=2)
        told = f"  {found['ratio']:.1f} ×, wanted {wanted:g}"
        axes.text(max(high, found["ratio"], wanted), place, told, va="center")
    labels = [f"{'merging' if part == 'merge' else 'whole'}:\n{_wrapped(TITLES[name])}" for part, name in bars]
    axes.set_yticks(range(len(bars)), labels)
    axes.set(title="Time of others against ours", xlabel="times as long as ours")
    axes.margins(x=0.45)
    axes.set_xlim(left=0)


def _wrapped(title: str) -> str:
    return title.replace(" for each", "\nfor each").replace(" kept", "\nkept")


def _memory(axes: Any, country: Figures) -> None:
    looks = country["memory"]["looks"]
    for place in range(max((len(held) for _, held in looks), default=0)):
        seen = [(packages, held[place]) for packages, held in looks if len(held) > place]
        colour = (_OURS, _OTHER)[place % 2]
        axes.plot(*zip(*seen, strict=True), color=colour, linewidth=1, label=f"worker {place + 1}")
    axes.axhline(LARGEST, color=_MARK, linewidth=2, label="target: below")
    axes.set(title="Memory of a worker with its engine", xlabel="packages made", ylabel="MB", ylim=(0, None))
    axes.legend(frameon=False, loc="lower right")
