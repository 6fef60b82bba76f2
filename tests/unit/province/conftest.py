"""One generated province for all tests of it, and its truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from ansinh.local.province.generate import continue_from, generate


@dataclass(frozen=True)
class Made:
    """A folder with one or two months of a province, and what is true about them."""

    folder: Path
    truth: dict[str, Any]

    def files(self, commune: str | None = None) -> list[dict[str, Any]]:
        return [f for f in self.truth["files"] if commune in (None, f["commune_code"])]

    def path(self, file: dict[str, Any]) -> Path:
        return self.folder / "sftp" / "communes" / file["commune_code"] / "incoming" / file["file_name"]

    def rows(self) -> dict[tuple[str, str, str, int], dict[str, Any]]:
        return {(f["commune_code"], f["file_name"], r["sheet"], r["row_number"]): r for f in self.truth["files"] for r in f["rows"]}


@pytest.fixture(scope="session")
def november(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Twelve communes (every layout once) and 1,500 people."""
    folder = tmp_path_factory.mktemp("province")
    generate(12, 1500, 20261, folder)
    return Made(folder, orjson.loads((folder / "truth.json").read_bytes()))


@pytest.fixture(scope="session")
def december(november: Made) -> Made:
    """The same province one month later, written into the same folder."""
    continue_from(november.folder, "2026-12", november.folder)
    return Made(november.folder, orjson.loads((november.folder / "truth-2026-12.json").read_bytes()))
