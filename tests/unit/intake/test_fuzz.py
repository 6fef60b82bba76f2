"""Bytes nobody planned: whatever arrives, one file is judged and nothing breaks."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest
from ansinh.core.period import Period
from ansinh.intake.catalogue import catalogue
from ansinh.intake.model import WorkbookReading
from ansinh.intake.pool import ReaderPool
from ansinh.intake.read import read_bytes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CASES = Path(__file__).parents[2] / "cases" / "sheets"
SEEDS = {
    name: next(p for p in (CASES / name).iterdir() if p.name != "expect.yml").read_bytes()
    for name in ("plain_xls", "plain_ods", "plain_xlsb", "csv_comma_bom", "txt_utf16_tabs")
}
XLSX = (CASES / "plain_xlsx" / "DS T11.xlsx").read_bytes()
PERIOD = Period(2026, 11)
FEW = settings(
    max_examples=int(os.environ.get("ANSINH_FUZZ", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def _sound(reading: WorkbookReading) -> None:
    assert reading.status in ("accepted", "partly", "rejected", "held")
    assert (reading.status in ("rejected", "held")) == (reading.reject_code is not None)
    assert reading.reject_code not in ("READER_CRASHED", "READER_TIMEOUT")  # damage has its own codes
    known = catalogue()
    assert all(problem.code in known for problem in reading.all_problems())
    for row in reading.rows:
        assert row.reading.is_blocked == any(p.blocks_row for p in row.problems)
        assert row.reading.full_name or row.reading.is_blocked


@FEW
@given(st.binary(max_size=3000))
def test_random_bytes_are_judged(data: bytes) -> None:
    _sound(read_bytes(data, "x.xlsx", period=PERIOD))


@FEW
@given(
    st.sampled_from(sorted(SEEDS)),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=20),
    st.integers(0, 3000),
)
def test_damaged_workbooks_are_judged_in_a_child(
    pool: ReaderPool, tmp_path_factory: pytest.TempPathFactory, seed: str, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(SEEDS[seed])
    for place, value in changes:
        data[place % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "damaged.bin"
    path.write_bytes(bytes(data[: len(data) - cut] if cut < len(data) else data))
    _sound(pool.read(path, period=PERIOD))


@FEW
@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.sampled_from([b"<", b">", b"&", b'"', b"999999", b"-", b"\x00", b't="e"', b"</c>"])),
        min_size=1,
        max_size=6,
    )
)
def test_a_sheet_with_broken_xml_is_judged_in_a_child(
    pool: ReaderPool, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, bytes]]
) -> None:
    with zipfile.ZipFile(io.BytesIO(XLSX)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    xml = bytearray(parts["xl/worksheets/sheet1.xml"])
    for place, value in changes:
        at = place % len(xml)
        xml[at : at + len(value)] = value
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**parts, "xl/worksheets/sheet1.xml": bytes(xml)}.items():
            package.writestr(name, content)
    path = tmp_path_factory.getbasetemp() / "broken.xlsx"
    path.write_bytes(buffer.getvalue())
    _sound(pool.read(path, period=PERIOD))


_CELL = st.one_of(
    st.text(max_size=25),
    st.sampled_from(
        ["", "31/02/1950", "1.23E+10", "không có", "9704050123456789", "-5", "810.000", "Nam", "Nữ", "5.6_n", "#REF!", "=1+1", "01/01/1950"]
    ),
)


@FEW
@given(st.lists(st.lists(_CELL, min_size=3, max_size=10), min_size=1, max_size=8))
def test_any_text_under_a_header_is_judged(rows: list[list[str]]) -> None:
    header = "STT;Họ và tên;Ngày sinh;Giới tính;Số CCCD;Đối tượng;Hệ số;Số tiền;Số tài khoản;Ngân hàng"
    lines = [
        header,
        *(";".join(cell.replace(";", " ").replace('"', " ").replace("\n", " ").replace("\r", " ") for cell in row) for row in rows),
    ]
    _sound(read_bytes("\n".join(lines).encode("utf-8", "replace"), "x.csv", period=PERIOD, commune_code="25858"))


@pytest.fixture(scope="module")
def pool() -> object:
    with ReaderPool() as readers:
        yield readers
