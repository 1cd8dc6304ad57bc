"""What became of one municipality in a run of many: its package in its place, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipeline.errors import MISSING, PipelineError, Problem

State = Literal["complete", "incomplete", "failed"]
"""Incomplete where nothing but missing facts keeps the package from being made."""


@dataclass(frozen=True)
class Outcome:
    """One municipality's part of a run."""

    slug: str
    folder: Path
    """Where the package lies or would lie; an earlier one is left there when this run made none."""
    state: State
    documents: int = 0
    """How many documents the package holds, the cover among them."""
    made: int = 0
    """How many of them this run made; the others were there already and are the same."""
    message: str = ""
    problems: tuple[Problem, ...] = ()
    error: PipelineError | None = field(default=None, compare=False)
    """What `message` and `problems` tell."""

    @property
    def missing(self) -> tuple[Problem, ...]:
        """The problems that tell of a fact which is not stated yet."""
        return tuple(problem for problem in self.problems if problem.rule == MISSING)


def failed(slug: str, folder: Path, error: PipelineError) -> Outcome:
    """The outcome of a municipality whose package could not be made."""
    is_incomplete = bool(error.problems) and all(problem.rule == MISSING for problem in error.problems)
    state: State = "incomplete" if is_incomplete else "failed"
    return Outcome(slug, folder, state, message=error.message, problems=error.problems, error=error)
