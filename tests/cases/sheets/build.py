"""Writes the case folders: `python tests/cases/sheets/build.py`. Expectations are written here by hand, never read back.

Each folder holds the input, and `expect.yml` with the reason, the verdict, cells that must be understood and every `block` or
`look` that must be found (no other may be). A person can open the input and judge for himself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from tests.cases.sheets import bad_identity, bad_lists, bad_money, formats, habits, hostile, layouts, parts, values, whose_names  # noqa: E402


def _write(case: dict[str, Any]) -> None:
    folder = HERE / case["name"]
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    (folder / case["file"]).write_bytes(case["data"])
    expectation = {
        key: case[key]
        for key in ("why", "file", "period", "commune", "status", "reject_code", "encoding", "kind_words", "rows", "problems")
        if key in case
    }
    (folder / "expect.yml").write_text(yaml.safe_dump(expectation, allow_unicode=True, sort_keys=False, width=140), encoding="utf-8")


def main() -> None:
    """Write every case."""
    cases = [
        case
        for part in (formats, layouts, whose_names, habits, parts, values, bad_identity, bad_money, bad_lists, hostile)
        for case in part.cases()
    ]
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names)), "two cases share a name"
    for case in cases:
        _write(case)
    sys.stderr.write(f"{len(cases)} cases\n")


if __name__ == "__main__":
    main()
