"""What stands in the files is compared with what was sealed, before anybody is asked to approve."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansinh.core.errors import BlockedByData
from ansinh.payment.read_back import read_back
from ansinh.quality.gate import run_gate

from tests.support.paylist import PERIOD, entitlement, query, sealed


def _sealed_file(dsn: str, home: Path) -> Path:
    run_id = sealed(dsn, [entitlement(f"P{number}") for number in range(5)])
    name = query(dsn, "select file_name from ops.payment_file")[0][0]
    return home / "outbox" / run_id / name


def test_files_as_sealed_pass_the_gate(dsn: str, home: Path) -> None:
    _sealed_file(dsn, home)
    assert read_back(PERIOD) == {"files": 1, "lines": 5}
    assert run_gate("payment_file", PERIOD, "run-1")["block"] == 0


@pytest.mark.parametrize("profile", ["example_csv", "example_fixed", "example_xlsx", "example_iso03"])
def test_every_layout_reads_back_as_it_was_sealed(dsn: str, home: Path, profile: str) -> None:
    (home / "ansinh.toml").write_text(f'[bank]\nprofile = "{profile}"\n', encoding="utf-8")
    _sealed_file(dsn, home)
    assert read_back(PERIOD)["lines"] == 5
    assert run_gate("payment_file", PERIOD, "run-1")["block"] == 0


def test_a_changed_amount_is_seen_even_when_the_total_is_kept(dsn: str, home: Path) -> None:
    path = _sealed_file(dsn, home)
    text = path.read_text(encoding="utf-8")
    amount = '<InstdAmt Ccy="VND">810000</InstdAmt>'
    assert text.count(amount) == 5
    more = text.replace(amount, amount.replace("810000", "910000"), 1)
    path.write_text(more.replace(amount, amount.replace("810000", "710000"), 1), encoding="utf-8")
    read_back(PERIOD)
    with pytest.raises(BlockedByData) as red:
        run_gate("payment_file", PERIOD, "run-1")
    assert "FILE_LINE_NOT_IN_LIST (2)" in red.value.reason
    assert "FILE_CHANGED_ON_DISK (1)" in red.value.reason


def test_a_file_cut_short_is_red_and_counts_no_line(dsn: str, home: Path) -> None:
    path = _sealed_file(dsn, home)
    path.write_bytes(path.read_bytes()[:-400])
    assert read_back(PERIOD) == {"files": 1, "lines": 0}
    with pytest.raises(BlockedByData, match=r"FILE_INSTRUCTION_MISSING \(5\)"):
        run_gate("payment_file", PERIOD, "run-1")


def test_a_file_that_is_gone_is_red(dsn: str, home: Path) -> None:
    _sealed_file(dsn, home).unlink()
    read_back(PERIOD)
    with pytest.raises(BlockedByData, match="FILE_CHANGED_ON_DISK"):
        run_gate("payment_file", PERIOD, "run-1")
