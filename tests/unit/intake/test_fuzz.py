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


#: What breaks a part of a package: markup cut or doubled, counts and places no sheet has, bytes of other encodings.
_TOKENS = [
    b"<", b">", b"&", b'"', b"-", b"\x00", b"999999", b"</c>", b't="e"', b'r="A0"', b'r=""', b's="99999"', b"<v>1e308</v>", b"\xff\xfe", b"\xed\xa0\x80",
    b'<c r="XFD1048576"><v>1</v></c>', b'repeated="2147483647"', 'repeated="²"'.encode(), b'count="-1"', b"196\xc2\xb3", b"\xff\xff\xff\x7f",
]  # fmt: skip
_CHANGES = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.one_of(st.sampled_from(_TOKENS), st.binary(min_size=1, max_size=1)),
        st.sampled_from(["over", "in", "cut"]),
    ),
    min_size=1,
    max_size=6,
)
_PACKAGES = {"plain_xlsx": ".xlsx", "plain_ods": ".ods", "plain_xlsb": ".xlsb", "xlsx_vni": ".xlsx", "ods_repeated_cells": ".ods"}


def _parts(case: str, ending: str) -> dict[str, bytes]:
    [path] = (CASES / case).glob(f"*{ending}")
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


PARTS = {case: _parts(case, ending) for case, ending in _PACKAGES.items()}
#: Any part, the sheets and the workbook more often than styles and relations.
_PLACES = [(case, name) for case, parts in PARTS.items() for name in parts if parts[name]]
_PLACES += [place for place in _PLACES if any(word in place[1].lower() for word in ("sheet", "content.xml", "workbook.", "strings"))] * 3


def _changed(data: bytes, changes: list[tuple[int, bytes, str]]) -> bytes:
    changed = bytearray(data)
    for place, token, how in changes:
        at = place % (len(changed) or 1)
        changed[at : at + {"over": len(token), "in": 0, "cut": 40 * len(token)}[how]] = b"" if how == "cut" else token
    return bytes(changed)


@FEW
@given(st.sampled_from(_PLACES), _CHANGES)
def test_a_package_with_any_part_broken_is_judged_in_a_child(
    pool: ReaderPool, tmp_path_factory: pytest.TempPathFactory, place: tuple[str, str], changes: list[tuple[int, bytes, str]]
) -> None:
    case, part = place
    parts = PARTS[case]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**parts, part: _changed(parts[part], changes)}.items():
            package.writestr(name, content)
    path = tmp_path_factory.getbasetemp() / "broken.bin"
    path.write_bytes(buffer.getvalue())
    _sound(pool.read(path, period=PERIOD))


def _xls_bodies(data: bytes) -> list[tuple[int, int]]:
    """(place, length) of the body of every BIFF8 record ([MS-XLS] 2.1.4); the stream lies in one piece in these files."""
    place, bodies = data.index(b"\x09\x08\x10\x00\x00\x06"), []
    while place + 4 <= len(data) and data[place : place + 2] != b"\x00\x00":
        length = int.from_bytes(data[place + 2 : place + 4], "little")
        if length:
            bodies.append((place + 4, length))
        place += 4 + length
    return bodies


XLS = SEEDS["plain_xls"]
XLS_BODIES = _xls_bodies(XLS)


def test_the_records_of_an_xls_file_are_found() -> None:
    assert len(XLS_BODIES) > 100


@FEW
@given(st.lists(st.tuples(st.sampled_from(XLS_BODIES), st.integers(0, 10**4), st.integers(0, 255)), min_size=1, max_size=8))
def test_an_xls_file_of_valid_records_with_odd_bodies_is_judged_in_a_child(
    pool: ReaderPool, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[int, int], int, int]]
) -> None:
    data = bytearray(XLS)
    for (place, length), at, value in changes:
        data[place + at % length] = value
    path = tmp_path_factory.getbasetemp() / "odd.xls"
    path.write_bytes(bytes(data))
    _sound(pool.read(path, period=PERIOD))


_CELL = st.one_of(
    st.text(max_size=25),
    st.sampled_from(
        [
            "",
            "31/02/1950",
            "1.23E+10",
            "không có",
            "9704050123456789",
            "-5",
            "810.000",
            "Nam",
            "Nữ",
            "5.6_n",
            "#REF!",
            "=1+1",
            "01/01/1950",
            "196³",
            "٠٧٥١٥٠١٢٣٤٥٦",
            "１２/03/1950",
            "②",
        ]
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
