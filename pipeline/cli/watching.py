"""Tells of a run while it goes on: a bar for a person, plain lines for a pipe, JSON lines for a machine."""

from __future__ import annotations

import datetime
import json
import shutil
import sys
import time

from pipeline.cli.progress import Progress
from pipeline.errors import PipelineError
from pipeline.packages.outcome import Outcome
from pipeline.packages.run.run import Tally

_BAR = 24


class Shown:
    """A bar with documents done, rate, time left and failures on a terminal; elsewhere a line for each step."""

    def __init__(self, progress: Progress, *, each_document: bool) -> None:
        """`each_document` gives each document a line where there is no terminal, instead of each municipality."""
        self._progress, self._each_document = progress, each_document
        self._begun: float | None = None
        """When the first document was made: to start the workers tells nothing of how fast they are."""
        self._made = 0

    def document(self, slug: str, title: str, error: PipelineError | None, tally: Tally) -> None:  # noqa: ARG002
        """A document was made, or cannot be."""
        if self._begun is None:
            self._begun = time.monotonic()
        else:
            self._made += 1
        if self._progress.is_terminal:
            self._progress.line(self._bar(f"{slug}: {title}", tally))
        elif self._each_document:
            self._progress.show(title, tally.documents, tally.of_documents)

    def outcome(self, outcome: Outcome, tally: Tally) -> None:
        """A municipality is done with."""
        if self._progress.is_terminal:
            self._progress.line(self._bar(outcome.slug, tally))
        elif not self._each_document:
            self._progress.show(f"{outcome.slug}: {told(outcome)}", tally.municipalities, tally.of_municipalities)

    def _bar(self, what: str, tally: Tally) -> str:
        share = tally.documents / max(1, tally.of_documents)
        full = round(share * _BAR)
        rate = self._made / max(0.001, time.monotonic() - self._begun) if self._begun is not None else 0
        left = datetime.timedelta(seconds=round((tally.of_documents - tally.documents) / rate)) if rate else "–"
        parts = [
            f"[{'#' * full}{'.' * (_BAR - full)}] {tally.documents}/{tally.of_documents} documents",
            f"{rate:.1f}/s" if rate else "–/s",
            f"{left} left",
            f"{tally.failures} failed",
        ]
        return f"{', '.join(parts)}  {what}"[: shutil.get_terminal_size().columns - 1]


class Logged:
    """A JSON object on a line of standard error for each document made, each municipality, and nothing else."""

    def document(self, slug: str, title: str, error: PipelineError | None, tally: Tally) -> None:
        """A document was made, or cannot be."""
        _write("document", municipality=slug, document=title, error=error and str(error), **_numbers(tally))

    def outcome(self, outcome: Outcome, tally: Tally) -> None:
        """A municipality is done with."""
        _write(
            "municipality",
            municipality=outcome.slug,
            state=outcome.state,
            folder=str(outcome.folder) if outcome.state == "complete" else None,
            documents=outcome.documents,
            made=outcome.made,
            message=outcome.message or None,
            problems=[
                {"file": str(one.path), "line": one.line, "place": one.place, "what": one.what, "todo": one.todo}
                for one in outcome.problems
            ],
            **_numbers(tally),
        )


def told(outcome: Outcome) -> str:
    """What became of a municipality, in a few words."""
    if outcome.state != "complete":
        return "facts are missing" if outcome.state == "incomplete" else "failed"
    if not outcome.made:
        return f"{outcome.documents} documents, all unchanged"
    return f"{outcome.documents} documents, {outcome.made} of them made now"


def _numbers(tally: Tally) -> dict[str, int]:
    return {
        "done": tally.documents,
        "of": tally.of_documents,
        "municipalities_done": tally.municipalities,
        "of_municipalities": tally.of_municipalities,
        "failures": tally.failures,
    }


def _write(event: str, **what: object) -> None:
    at = datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="milliseconds")
    print(json.dumps({"at": at, "event": event, **what}, ensure_ascii=False), file=sys.stderr, flush=True)
