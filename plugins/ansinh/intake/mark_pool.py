"""Marking workbooks in a supervised child; whatever goes wrong with one, its sender still gets a short answer."""

from __future__ import annotations

import logging
import select
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from ansinh.intake.answer_page import Answer
from ansinh.intake.mark import mark_answer
from ansinh.intake.mark_child import read_frame, write_frame

MOST_SECONDS = 30.0
log = logging.getLogger(__name__)


class MarkerPool:
    """`with MarkerPool() as marker: marker.mark(path, answer, layout, out_path)`. One child serves many files."""

    def __init__(self, seconds: float = MOST_SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> MarkerPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def mark(self, path: Path | None, answer: Answer, layout: dict[str, Any], out_path: Path) -> str:
        """Write the answer; returns `in_place`, `rebuilt` or `short`. Never raises for what is in the file."""
        if path is not None:
            way = self._in_child((path, answer, layout, out_path))
            if way is not None:
                return way
        return mark_answer(None, answer, layout, out_path)

    def _in_child(self, job: tuple[object, ...]) -> str | None:
        child = self._child or self._start()
        assert child.stdin is not None and child.stdout is not None  # noqa: S101 - both are pipes
        try:
            write_frame(child.stdin, job)  # type: ignore[arg-type]
            ready, _, _ = select.select([child.stdout], [], [], self._seconds)
            if not ready:
                raise TimeoutError
            verdict, said = cast("tuple[str, str]", read_frame(child.stdout))  # type: ignore[arg-type]
        except (OSError, EOFError, TimeoutError) as error:
            log.warning("a workbook could not be marked: %s", type(error).__name__)
            self._stop()
            return None
        if verdict == "ok":
            return str(said)
        log.warning("a workbook could not be marked: %s", said)
        return None

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "ansinh.intake.mark_child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self._child

    def _stop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None
