"""Workbooks for the intake benchmark: lists of one commune each, 300 made-up people × 16 columns, as Excel would have saved them."""

from __future__ import annotations

import os
import random
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from ansinh.rules.reference import load

HEADER = (
    "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Địa chỉ", "Đối tượng", "Mã đối tượng", "Hệ số", "Mức trợ cấp", "Số tài khoản",
    "Ngân hàng", "Chủ tài khoản", "Hình thức nhận", "Số điện thoại", "Ghi chú",
)  # fmt: skip
_SURNAMES = ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Hoàng", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"]
_GIVEN = [
    "An",
    "Bình",
    "Châu",
    "Dung",
    "Giang",
    "Hạnh",
    "Khánh",
    "Lan",
    "Minh",
    "Nga",
    "Oanh",
    "Phúc",
    "Quân",
    "Sơn",
    "Tâm",
    "Uyên",
    "Vân",
    "Xuân",
    "Yến",
    "Đức",
    "Hiền",
    "Lộc",
    "Mai",
    "Nhung",
    "Thảo",
    "Trang",
]
_BANKS = ("Agribank", "Vietcombank", "BIDV", "VietinBank", "MB", "Sacombank")
_GROUPS = (("Người khuyết tật nặng", "5.6_n", 1.5, 810_000), ("Người khuyết tật đặc biệt nặng", "5.6_dbn", 2.0, 1_080_000))
_WRONG_ROWS = 5


def communes(count: int) -> list[str]:
    """Codes of so many communes in force, the same ones every time."""
    codes = sorted(row["commune_code"] for row in load("communes") if row["code_system"] == "gso_2025")
    return codes[:count]


def make_files(folder: Path, files: int, rows: int, *, per_commune: int, workers: int = 2) -> list[Path]:
    """`<folder>/<commune>/incoming/DS *.xlsx`; every tenth has rows with problems. Those already there stay. Returns the paths in order."""
    codes = communes(-(-files // per_commune))
    jobs = [(folder / codes[number // per_commune] / "incoming" / f"DS {number:05d}.xlsx", number, rows) for number in range(files)]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(_make, jobs, chunksize=16))


def _make(job: tuple[Path, int, int]) -> Path:
    path, number, rows = job
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Danh sách")
        bold = book.add_format({"bold": True})
        sheet.write(0, 0, "DANH SÁCH CHI TRẢ TRỢ CẤP XÃ HỘI THÁNG 11/2026", bold)
        sheet.write_row(2, 0, HEADER, bold)
        for index, row in enumerate(_people(number, rows)):
            sheet.write_row(3 + index, 0, row)
        sheet.write(3 + rows, 1, "Tổng cộng", bold)
    moment = 1_792_400_000 + number  # 19 October 2026 and later, one second apart
    os.utime(path, (moment, moment))
    return path


def _people(number: int, rows: int) -> list[list[Any]]:
    chance = random.Random(number)
    wrong = chance.sample(range(rows), min(_WRONG_ROWS, rows)) if number % 10 == 0 else []
    found = []
    for index in range(rows):
        woman = chance.random() < 0.5
        born = date(1968, 1, 1) + timedelta(days=chance.randrange(14_000))  # neither child nor old: the codes below fit
        name = f"{chance.choice(_SURNAMES)} {'Thị' if woman else 'Văn'} {chance.choice(_GIVEN)} {chance.choice(_GIVEN)}"
        words, code, coefficient, amount = chance.choice(_GROUPS)
        serial = number * 1000 + index
        century = (1 if woman else 0) + (2 if born.year > 1999 else 0)
        id_number = f"079{century}{born.year % 100:02d}{serial % 999_999 + 1:06d}"
        by_bank = chance.random() < 0.7
        if index in wrong:
            digits_lost = wrong.index(index) % 2 == 0
            id_number, amount = (id_number[3:10], amount) if digits_lost else (id_number, amount + 1_000)
        found.append([
            index + 1, name, f"{born:%d/%m/%Y}", "Nữ" if woman else "Nam", id_number, f"Ấp {chance.randrange(1, 12)}, xã Phước Hòa", words, code,
            coefficient, amount, f"{10**9 + chance.randrange(9 * 10**9)}" if by_bank else "", chance.choice(_BANKS) if by_bank else "",
            name.upper() if by_bank else "", "Chuyển khoản" if by_bank else "Tiền mặt", f"09{chance.randrange(10**8):08d}",
            "Hộ nghèo" if chance.random() < 0.1 else "",
        ])  # fmt: skip
    return found
