"""Answers travelling back over a real SFTP server: each workbook once, to its sender alone."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import psycopg
import pytest
from ansinh.core.errors import PartnerUnavailable
from ansinh.intake import answer as module
from ansinh.intake.answer import answer_communes
from ansinh.intake.judge import Arrived
from ansinh.intake.known import load_commune
from ansinh.intake.land import land
from ansinh.intake.marker import ANSWER_SHEET

from tests.support.sftp import sftp_server
from tests.unit.intake_land.makers import COMMUNE, block, person, workbook

__all__ = ["sftp_server"]
CLOCK = "2026-10-23T08:00:00+07:00"
STAMP = "20261023-080000"


@pytest.fixture
def folder(dsn, home, sftp_server, monkeypatch) -> Path:
    sftp_server(home)
    monkeypatch.setenv("ANSINH_NOW", CLOCK)
    where = home / "sftp/communes" / COMMUNE
    (where / "incoming").mkdir(parents=True)
    return where


@pytest.fixture
def ask(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield lambda query, *values: connection.execute(query, values or None).fetchall()


@pytest.fixture
def send(dsn, folder):
    """Put a real .xlsx of these people into `incoming` and land the reading that belongs to it."""

    def put(rows, name="DS T11.xlsx", *, commune=COMMUNE, **fields) -> Path:
        book = openpyxl.Workbook()
        book.active.title = "DS"
        for row in rows:
            for letter, text in row.cells.items():
                book.active[f"{letter}{row.row_number}"] = text
        path = folder.parent / commune / "incoming" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
        content = path.read_bytes()
        _, reading = workbook(rows, name, **fields)
        arrived = Arrived(commune, name, hashlib.sha256(content).hexdigest(), len(content), datetime(2026, 10, 20, tzinfo=UTC))
        with psycopg.connect(dsn, autocommit=True) as connection:
            known = load_commune(connection, commune, "2026-11", is_known=True, arriving=[arrived.sha256])
            land(connection, known, arrived, reading)
        return path

    return put


def _returned(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "returned").iterdir()) if (folder / "returned").exists() else []


def test_a_list_with_a_wrong_cell_comes_back_with_that_cell_marked(folder, send, ask):
    send([person(1), person(2, problems=(block(8),))])
    assert answer_communes("2026-11", [COMMUNE]) == {"in_place": 1, "answered": 1}
    assert _returned(folder) == [f"DS T11.xlsx.{STAMP}.ketqua.xlsx"]
    book = openpyxl.load_workbook(folder / "returned" / _returned(folder)[0])
    assert book.sheetnames == [ANSWER_SHEET, "DS"]
    assert "ID_TOO_SHORT" in book["DS"]["E8"].comment.text
    assert "Phú Giáo (25858)" in [row[1].value for row in book[ANSWER_SHEET].iter_rows()]
    assert book[ANSWER_SHEET]["A2"].value == "Đã nhận 2 dòng: 1 hợp lệ, 1 phải sửa, 0 cần xem lại."
    assert ask("select answer_file_name, answered_at is not null from raw.commune__workbooks") == [(_returned(folder)[0], True)]


def test_an_answer_is_given_once(folder, send):
    send([person(1)])
    answer_communes("2026-11", [COMMUNE])
    assert answer_communes("2026-11", [COMMUNE]) == {}
    assert len(_returned(folder)) == 1


def test_a_clean_list_gets_a_short_answer_with_the_verdict_and_both_control_totals(folder, send):
    send([person(1)], declared_total_vnd=810_000)
    assert answer_communes("2026-11", [COMMUNE]) == {"short": 1, "answered": 1}
    book = openpyxl.load_workbook(folder / "returned" / _returned(folder)[0])
    assert book.sheetnames == [ANSWER_SHEET]
    assert book[ANSWER_SHEET]["A2"].value == "Đã nhận 1 dòng, tất cả hợp lệ."
    facts = {label.value: value.value for label, value in book[ANSWER_SHEET]["A4":"B12"]}
    assert [value for value in facts.values() if value == "810.000 đ"] == ["810.000 đ"] * 2


def test_several_communes_are_each_answered_once_by_desks_side_by_side(home, folder, send):
    for number, commune in enumerate((COMMUNE, "25864", "25867")):
        send([person(number)], commune=commune)
    assert answer_communes("2026-11", [COMMUNE, "25864", "25867"]) == {"short": 3, "answered": 3}
    assert len(list((home / "sftp/communes").glob("*/returned/*.ketqua.xlsx"))) == 3


def test_refused_and_held_lists_are_answered_with_their_reason(folder, send):
    send([person(n) for n in range(20)])
    send([person(n) for n in range(10)], "lại.xlsx")
    send([], "rỗng.xlsx", status="rejected", reject_code="FILE_EMPTY", period=None)
    assert answer_communes("2026-11", [COMMUNE])["answered"] == 3
    verdicts = {
        name.split(".")[0]: openpyxl.load_workbook(folder / "returned" / name)[ANSWER_SHEET]["A2"].value for name in _returned(folder)
    }
    assert verdicts["lại"].startswith("Danh sách đang chờ trả lời, chưa được tính. Danh sách gửi lại không còn 10 trong 20 người")
    assert verdicts["rỗng"].startswith("Không nhận được danh sách này. Tệp không có nội dung")


def test_the_same_bytes_again_get_no_answer(folder, send, dsn):
    content = send([person(1)]).read_bytes()
    answer_communes("2026-11", [COMMUNE])
    with psycopg.connect(dsn, autocommit=True) as connection:
        arrived = Arrived(COMMUNE, "copy.xlsx", hashlib.sha256(content).hexdigest(), len(content), datetime(2026, 10, 20, tzinfo=UTC))
        commune = load_commune(connection, COMMUNE, "2026-11", is_known=True, arriving=[])
        assert land(connection, commune, arrived, workbook([person(1)], "copy.xlsx")[1]) == "duplicate"
    assert answer_communes("2026-11", [COMMUNE]) == {}


def test_a_file_its_sender_has_replaced_meanwhile_is_answered_without_it(folder, send):
    send([person(1, problems=(block(7),))]).write_bytes(b"something else")
    assert answer_communes("2026-11", [COMMUNE]) == {"short": 1, "answered": 1}


def test_two_files_of_one_name_get_two_answers_of_two_names(folder, send):
    send([person(1)])
    answer_communes("2026-11", [COMMUNE])
    send([person(1), person(2)])
    answer_communes("2026-11", [COMMUNE])
    assert _returned(folder) == [f"DS T11.xlsx.{STAMP}.ketqua.xlsx", "DS T11.xlsx.20261023-080001.ketqua.xlsx"]


def test_a_run_that_died_after_putting_the_answer_does_not_give_a_second_one(folder, send, ask, monkeypatch):
    send([person(1)])
    with monkeypatch.context() as broken:

        def dies(*_args, **_kwargs):
            raise RuntimeError("killed")

        put = module._Desk._put
        broken.setattr(module._Desk, "_put", lambda *given: (put(*given), dies()))
        with pytest.raises(RuntimeError):
            answer_communes("2026-11", [COMMUNE])
    assert ask("select answer_file_name is not null, answered_at from raw.commune__workbooks") == [(True, None)]
    assert answer_communes("2026-11", [COMMUNE]) == {"answered": 1}
    assert len(_returned(folder)) == 1


def test_what_a_killed_answerer_left_half_written_is_cleared_away(folder, send):
    send([person(1)])
    (folder / "returned").mkdir()
    left = folder / "returned" / ".DS T11.xlsx.20261023-080000.ketqua.xlsx.a1b2c3.tmp"
    left.write_bytes(b"half")
    answer_communes("2026-11", [COMMUNE])
    assert not left.exists()
    assert len(_returned(folder)) == 1


def test_a_folder_that_takes_no_files_is_a_partner_that_may_be_tried_again(folder, send):
    send([person(1)])
    (folder / "returned").write_text("a file where the folder should be")
    with pytest.raises(PartnerUnavailable):
        answer_communes("2026-11", [COMMUNE])


def test_no_workbook_stays_on_our_disk(folder, send, home):
    send([person(1, problems=(block(7),))])
    answer_communes("2026-11", [COMMUNE])
    assert list((home / "run/spool").iterdir()) == []
