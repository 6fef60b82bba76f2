"""Progress of a month on stderr: one line per finished task, and on a terminal a line that shows time passing."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from ansinh.local.follow import Step
from ansinh.text import say

_MARKS = {"success": "✓", "skipped": "–", "failed": "✗", "upstream_failed": "·"}


class Progress:
    """Context manager; `service` and `step` are what the runner tells."""

    def __init__(self) -> None:
        self._status: Any = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status(say("run.working"))
            self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._status is not None:
            self._status.stop()

    def service(self, stage: str) -> None:
        """A service is being started."""
        self._line(say(f"local.stage.{stage}"))

    def step(self, step: Step) -> None:
        """A task has ended."""
        times = f" ×{step.count}" if step.count > 1 else ""
        self._line(f"{_MARKS.get(step.state, '?')} {step.dag_id:17} {step.title}{times}  {step.seconds:.1f} s".replace(".", ",", 1))

    def _line(self, text: str) -> None:
        if self._status is not None:
            self._status.console.print(text, highlight=False, markup=False)
        else:
            print(text, file=sys.stderr, flush=True)
