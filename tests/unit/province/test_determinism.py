"""The same arguments give the same bytes and file times, whatever the process; another seed gives another province."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansinh.core.errors import UsageError
from ansinh.local.province.generate import continue_from, generate


def _fingerprint(folder: Path) -> dict[str, tuple[str, int]]:
    """Of every file: its bytes' hash, and for workbooks the arrival time."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        arrived = int(path.stat().st_mtime) if "communes" in path.parts else 0
        found[str(path.relative_to(folder))] = (hashlib.sha256(path.read_bytes()).hexdigest(), arrived)
    return found


def test_two_processes_with_other_hash_seeds_write_the_same_two_months(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ansinh.local.province.generate import generate, continue_from;"
        "out = Path(sys.argv[1]); generate(12, 240, 3, out); continue_from(out, '2026-12', out)"
    )
    for number in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": number, "TZ": "UTC" if number == "1" else "Asia/Ho_Chi_Minh"}
        subprocess.run([sys.executable, "-c", script, str(tmp_path / number)], check=True, env=environment, timeout=120)
    first, second = _fingerprint(tmp_path / "1"), _fingerprint(tmp_path / "2")
    assert first == second
    assert sum("incoming" in name for name in first) > 50


def test_another_seed_gives_another_province(tmp_path: Path) -> None:
    generate(2, 60, 1, tmp_path / "a")
    generate(2, 60, 2, tmp_path / "b")
    a, b = _fingerprint(tmp_path / "a"), _fingerprint(tmp_path / "b")
    assert {k for k in a if "T11" in k} == {k for k in b if "T11" in k}
    assert a["truth.json"] != b["truth.json"]


def test_writing_december_leaves_novembers_files_alone(tmp_path: Path) -> None:
    generate(4, 120, 9, tmp_path)
    before = {k: v for k, v in _fingerprint(tmp_path).items() if k != "bank_behaviours.json"}
    continue_from(tmp_path, "2026-12", tmp_path)
    after = _fingerprint(tmp_path)
    assert before.items() <= after.items()
    assert "truth-2026-12.json" in after


def test_impossible_wishes_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        generate(0, 100, 1, tmp_path)
    with pytest.raises(UsageError):
        generate(10_000, 200_000, 1, tmp_path)
    with pytest.raises(UsageError):
        generate(5, 20, 1, tmp_path)
    with pytest.raises(UsageError):
        continue_from(tmp_path / "nothing", "2026-12", tmp_path)
    generate(1, 30, 1, tmp_path / "made")
    with pytest.raises(UsageError):
        continue_from(tmp_path / "made", "2026-11", tmp_path)
