"""Readings of one commune waiting for their turn: in memory while they are few, on our private disk when they are many."""

from __future__ import annotations

import pickle
from pathlib import Path

from ansinh.intake.model import WorkbookReading

ROWS_IN_MEMORY = 20_000


class Shelf:
    """Put readings, take each once. Beyond `ROWS_IN_MEMORY` rows they go to files in `folder` (ours alone, see `core.spool`)."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._rows, self._held = folder, 0, dict[int, WorkbookReading | Path]()

    def put(self, reading: WorkbookReading) -> int:
        number = len(self._held)
        self._rows += len(reading.rows)
        if self._rows <= ROWS_IN_MEMORY or not reading.rows:
            self._held[number] = reading
        else:
            path = self._folder / f"reading-{number}"
            path.write_bytes(pickle.dumps(reading, protocol=pickle.HIGHEST_PROTOCOL))
            self._held[number] = path
        return number

    def take(self, number: int) -> WorkbookReading:
        held = self._held[number]
        self._held[number] = Path()
        if isinstance(held, WorkbookReading):
            return held
        reading: WorkbookReading = pickle.loads(held.read_bytes())  # noqa: S301 - written by us a moment ago, in a folder only we can enter
        held.unlink()
        return reading
