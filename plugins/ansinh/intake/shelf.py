"""Readings of one commune waiting for their turn: in memory while they are few, on our private disk when they are many."""

from __future__ import annotations

import pickle
from pathlib import Path

from ansinh.intake.parcel import Parcel

ROWS_IN_MEMORY = 20_000


class Shelf:
    """Put readings, take each once. Beyond `ROWS_IN_MEMORY` rows they go to files in `folder` (ours alone, see `core.spool`)."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._rows, self._held = folder, 0, dict[int, Parcel | Path]()

    def put(self, parcel: Parcel) -> int:
        number = len(self._held)
        self._rows += parcel.row_count
        if self._rows <= ROWS_IN_MEMORY or not parcel.row_count:
            self._held[number] = parcel
        else:
            path = self._folder / f"reading-{number}"
            path.write_bytes(pickle.dumps(parcel, protocol=pickle.HIGHEST_PROTOCOL))
            self._held[number] = path
        return number

    def take(self, number: int) -> Parcel:
        held = self._held[number]
        self._held[number] = Path()
        if isinstance(held, Parcel):
            return held
        parcel: Parcel = pickle.loads(held.read_bytes())  # noqa: S301 - written by us a moment ago, in a folder only we can enter
        held.unlink()
        return parcel
