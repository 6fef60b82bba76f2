"""The worked examples as a province really gets them: workbooks, a register file, an opening history; nothing written by hand into tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from ansinh.core.settings import home as home_folder
from province import Person, Province, lines

from tests.support.sftp import sftp_server

__all__ = ["sftp_server"]
HEADER = [
    "STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Mã đối tượng", "Hệ số", "Mức trợ cấp", "Số tài khoản", "Ngân hàng", "Chủ tài khoản",
    "Hình thức nhận", "Ngày quyết định", "Ngày xác nhận khuyết tật", "Hưởng từ tháng", "Số con", "CCCD người được chăm sóc", "Chuyển đến từ",
]  # fmt: skip
TENTH = "2026-01..2026-10"


class Lists:
    """Collects rows by commune, then saves them as workbooks, a register file and an opening history."""

    def __init__(self, folder: Path) -> None:
        self.p = Province(folder)
        self.rows: dict[str, list[list[Any]]] = {}

    def add(self, person: Person, code: str, coefficient: float | None, amount: int, commune: str = "25858", **more: Any) -> None:
        birth = person.birth if isinstance(person.birth, int) else person.birth.strftime("%d/%m/%Y")
        how = more.pop("how", "Chuyển khoản")
        account = ["", "", ""] if how == "Tiền mặt" else ["6" + person.id_number[2:], "Agribank", person.name.upper()]
        account = more.pop("account", account)
        row = [person.name, birth, "Nam" if person.sex == "male" else "Nữ", person.id_number, code, coefficient, amount, *account, how]
        self.rows.setdefault(commune, []).append(
            [
                *row,
                more.pop("decided", ""),
                more.pop("certified", ""),
                more.pop("since", ""),
                more.pop("children", ""),
                more.pop("subject", ""),
                more.pop("moved", ""),
            ]
        )
        assert not more, more

    def save(self) -> Path:
        for commune, rows in self.rows.items():
            book = openpyxl.Workbook()
            sheet = book.active
            sheet.append(["DANH SÁCH CHI TRẢ TRỢ CẤP THÁNG 11 NĂM 2026"])
            sheet.append([])
            sheet.append(HEADER)
            for number, row in enumerate(rows, 1):
                sheet.append([number, *row])
            path = home_folder() / "sftp/communes" / commune / "incoming/DS thang 11.xlsx"
            path.parent.mkdir(parents=True, exist_ok=True)
            book.save(path)
        feed = home_folder() / "sftp/national_id/incoming/full.ndjson"
        feed.parent.mkdir(parents=True, exist_ok=True)
        feed.write_text("\n".join(json.dumps(_record(person), ensure_ascii=False) for person in self.p.people) + "\n", encoding="utf-8")
        opening = home_folder() / "opening.csv"
        text = [",".join(map(str, ("period", "commune_code", "id_number", "entitlement_code", "subject_id_number", "amount_vnd", "paid")))]
        opening.write_text("\n".join([*text, *(",".join(map(str, row)) for row in self.p.history)]) + "\n", encoding="utf-8")
        return opening


def _record(person: Person) -> dict[str, Any]:
    full = None if isinstance(person.birth, int) else person.birth.strftime("%Y%m%d")
    return {
        "so_dinh_danh": person.id_number, "so_cmnd": None, "ho_va_ten": person.name, "ngay_thang_nam_sinh": full, "nam_sinh": str(person.year),
        "gioi_tinh": 1 if person.sex == "male" else 2, "ma_phuong_xa": None, "thuong_tru": None, "trang_thai": "song", "ngay_chet": None,
        "tai_khoan_an_sinh": None, "cap_nhat_luc": "2026-10-20T08:00:00+07:00",
    }  # fmt: skip


def _everybody(folder: Path) -> tuple[Lists, dict[str, Person]]:
    lists = Lists(folder)
    p, add = lists.p, lists.add
    who = {
        "1": p.person("12/3/1980"), "2": p.person("1950"), "2b": p.person("5/6/1985"), "3": p.person("20/11/2022", "female"),
        "6": p.person("3/4/1950", "female"), "7": p.person("3/4/1990", "female"), "8": p.person("1940", "female"),
        "9": p.person("9/9/1975", "female"), "brother": p.person("1/2/1980"), "sister": p.person("1/2/1982", "female"),
        "10": p.person("8/8/1988"), "11": p.person("7/7/1977"), "since": p.person("8/7/1977"),
    }  # fmt: skip
    p.paid(who["1"], "5.6_n", 750_000, TENTH)
    add(who["1"], "5.6_n", 1.5, 810_000, certified="07/05/2024")
    add(who["2"], "5.5a_60_80", 1.5, 810_000, decided="20/10/2026")
    add(who["2b"], "5.6_n", 1.5, 810_000, decided="20/10/2026", certified="15/09/2026")
    p.paid(who["3"], "5.1_u4", 1_250_000, TENTH)
    add(who["3"], "5.1_u4", 2.5, 1_350_000)
    add(who["6"], "5.6_n_te_nct", 2.0, 1_080_000)
    add(who["6"], "HTXH", 1.0, 540_000)
    add(who["7"], "5.4", 1.0, 1_080_000, children=2, decided="02/11/2026")
    add(who["7"], "5.6_n", 1.5, 810_000, decided="02/11/2026")
    for code, amount in (("NCC_CDHH", 2_000_000), ("NCC_TUAT", 3_012_000)):
        p.paid(who["8"], code, amount, TENTH)
        add(who["8"], code, None, amount)
    hers = ["6111222333", "Agribank", who["9"].name.upper()]
    p.paid(who["9"], "20.2c", 540_000, "2026-07..2026-10", subject=who["brother"].id_number)
    p.paid(who["brother"], "5.6_dbn", 1_080_000, "2026-07..2026-10")
    add(who["9"], "20.2c", 1.0, 540_000, subject=who["brother"].id_number, account=hers)
    add(who["9"], "20.2c", 1.0, 540_000, subject=who["sister"].id_number, account=hers)
    add(who["brother"], "5.6_dbn", 2.0, 1_080_000, account=hers)
    p.paid(who["10"], "5.6_n", 810_000, "2026-07..2026-10")
    add(who["10"], "5.6_n", 1.5, 810_000)
    add(who["10"], "5.6_n", 1.5, 810_000, "25864", moved="xã Phú Giáo")
    p.paid(who["11"], "5.6_n", 810_000, "2026-07..2026-07")
    p.paid(who["11"], "5.6_n", 750_000, "2026-08..2026-10", paid=False)
    add(who["11"], "5.6_n", 1.5, 810_000, how="Tiền mặt")
    add(who["since"], "5.6_n", 1.5, 810_000, since="09/2026", how="Tiền mặt")
    return lists, who


@pytest.fixture
def month(dsn: str, home: Path, tmp_path: Path, sftp_server: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    from ansinh.identity import feed
    from ansinh.intake.collect import collect_chunk, plan_chunks
    from ansinh.rules import opening
    from ansinh.warehouse.build import build
    from ansinh.warehouse.publish import publish

    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00:00+07:00")
    lists, who = _everybody(tmp_path)
    history = lists.save()
    sftp_server(home)
    for communes in plan_chunks("2026-11"):
        collect_chunk("2026-11", communes)
    feed.pull("2026-11")
    opening.load(history)
    for stage in ("warehouse", "entitle"):
        build(stage, "2026-11", None, f"books-{stage}")  # type: ignore[arg-type]
        publish(stage, "2026-11")
    return who


def test_workbooks_come_out_as_the_worked_examples_say(month: dict[str, Person]) -> None:
    said = {
        name: [
            (row["entitlement_code"], row["amount_vnd"], row["arrears_vnd"], row["payable_vnd"], row["hold_code"]) for row in lines(person)
        ]
        for name, person in month.items()
    }
    assert said == {
        "1": [("5.6_n", 810_000, 240_000, 1_050_000, None)],
        "2": [("5.5a_60_80", 810_000, 810_000, 1_620_000, None)],
        "2b": [("5.6_n", 810_000, 1_620_000, 2_430_000, None)],
        "3": [("5.1_4_16", 810_000, 400_000, 1_210_000, None)],
        "6": [("5.6_n_te_nct", 1_080_000, 0, 1_080_000, None), ("HTXH", 540_000, 0, 0, "excluded_highest_only")],
        "7": [("5.4", 1_080_000, 0, 1_080_000, None), ("5.6_n", 810_000, 0, 810_000, None)],
        "8": [("NCC_TUAT", 3_012_000, 0, 3_012_000, None), ("NCC_CDHH", 2_000_000, 0, 2_000_000, None)],
        "9": [("20.2c", 540_000, 0, 540_000, None), ("20.2c", 540_000, 0, 540_000, None)],
        "brother": [("5.6_dbn", 1_080_000, 0, 1_080_000, None)],
        "sister": [],
        "10": [("5.6_n", 810_000, 0, 810_000, None), ("5.6_n", 810_000, 0, 0, "moved")],
        "11": [("5.6_n", 810_000, 2_430_000, 0, "uncollected_3m")],
        "since": [("5.6_n", 810_000, 1_620_000, 2_430_000, None)],
    }
