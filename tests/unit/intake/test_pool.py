"""Supervised readers: what kills one child refuses one file."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansinh.core.period import Period
from ansinh.intake.pool import Job, ReaderPool
from ansinh.intake.read import read_workbook
from ansinh.intake.wire import pack, unpack

CASES = Path(__file__).parents[2] / "cases" / "sheets"
GOOD = CASES / "plain_xlsx" / "DS T11.xlsx"
PERIOD = Period(2026, 11)


def test_a_child_reads_exactly_what_the_process_itself_reads() -> None:
    with ReaderPool() as pool:
        for folder in ("plain_xlsx", "xls_tcvn3", "csv_semicolon_nfd", "id_too_short", "rule_inputs", "empty_file"):
            path = next(p for p in (CASES / folder).iterdir() if p.name != "expect.yml")
            assert pool.read(path, period=PERIOD, commune_code="25858") == read_workbook(path, period=PERIOD, commune_code="25858")


def test_what_travels_between_processes_arrives_whole() -> None:
    reading = read_workbook(CASES / "rule_inputs" / "DS.xlsx", period=PERIOD)
    assert unpack(pack(reading)) == reading


def test_every_hostile_case_is_refused_in_a_child_and_the_next_file_is_read() -> None:
    hostile = [
        p
        for name in ("cell_at_the_end_of_the_world", "zip_lies_about_size", "entity_bomb", "ods_repeated_cells", "ole_garbage")
        for p in (CASES / name).iterdir()
        if p.name != "expect.yml"
    ]
    with ReaderPool() as pool:
        for path in hostile:
            assert pool.read(path, period=PERIOD).status == "rejected"
            assert pool.read(GOOD, period=PERIOD).status == "accepted"


def test_a_child_that_dies_costs_one_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ansinh_dies.py").write_text(
        "import os, ansinh.intake.pool_child as child\n"
        "old = child._answer\n"
        "def answer(request):\n"
        "    if 'kill' in request['file_name']: os.abort()\n"
        "    if 'sleep' in request['file_name']:\n"
        "        import time; time.sleep(60)\n"
        "    return old(request)\n"
        "child._answer = answer\n"
        "child.main()\n"
    )
    monkeypatch.setattr("ansinh.intake.pool._CHILD", "ansinh_dies")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with ReaderPool(killed_after=2.0) as pool:
        assert pool.read(GOOD, period=PERIOD).status == "accepted"
        died = pool.read(GOOD, file_name="kill.xlsx", period=PERIOD)
        assert (died.status, died.reject_code, died.rows) == ("rejected", "READER_CRASHED", [])
        assert len(died.sha256) == 64
        assert pool.read(GOOD, period=PERIOD).status == "accepted"
        slow = pool.read(GOOD, file_name="sleep.xlsx", period=PERIOD)
        assert slow.reject_code == "READER_TIMEOUT"
        assert pool.read(GOOD, period=PERIOD).status == "accepted"


def test_many_files_come_back_in_order() -> None:
    paths = sorted(
        p
        for name in ("plain_xlsx", "plain_xls", "plain_ods", "csv_comma_bom", "empty_file")
        for p in (CASES / name).iterdir()
        if p.name != "expect.yml"
    )
    with ReaderPool(workers=2) as pool:
        found = list(pool.read_many(Job(path, period=PERIOD) for path in paths * 2))
    assert [job.path for job, _ in found] == paths * 2
    assert all(reading.file_name == job.path.name for job, reading in found)


def test_a_file_that_is_not_there_is_the_callers_mistake() -> None:
    with ReaderPool() as pool, pytest.raises(OSError, match="nowhere"):
        pool.read(Path("/nowhere.xlsx"))
