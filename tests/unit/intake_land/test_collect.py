"""Collecting communes' folders: real SFTP server, real reader child, real warehouse."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import psycopg
import pytest
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.intake import collect as module
from ansinh.intake import shelf
from ansinh.intake.answer import answer_communes
from ansinh.intake.collect import collect_chunk, plan_chunks, summary
from ansinh.intake.marker import ANSWER_SHEET

from tests.support.sftp import sftp_server

__all__ = ["sftp_server"]
PERIOD = "2026-11"
PHU_GIAO, PHUOC_THANH = "25858", "25864"
SAMPLES = Path(__file__).parents[4] / "shared/samples"
HEADER = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Mã đối tượng", "Hệ số", "Mức trợ cấp", "Hình thức nhận"]
GIVEN = ["An", "Bình", "Châu", "Dung", "Giang", "Hạnh", "Khánh", "Lan", "Minh", "Nga"]


@pytest.fixture
def communes(dsn, home, sftp_server, monkeypatch) -> Path:
    sftp_server(home)
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00:00+07:00")
    return home / "sftp/communes"


@pytest.fixture
def ask(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield lambda query, *values: connection.execute(query, values or None).fetchall()


def _row(number: int, **change) -> list:
    """A man born in 1980 with a severe disability; his number fits his birth and sex."""
    name = f"Nguyễn Văn {GIVEN[number // 10 % 10]} {GIVEN[number % 10]}"
    row = [number, name, "12/03/1980", "Nam", f"079080{number + 1:06d}", "5.6_n", 1.5, 810000, "Tiền mặt"]
    for column, value in change.items():
        row[ord(column) - 65] = value
    return row


@pytest.fixture
def send(communes):
    """Save a workbook of these rows in a commune's folder, `minutes` after the first one."""

    def save(rows, name="DS.xlsx", commune=PHU_GIAO, *, title="DANH SÁCH CHI TRẢ TRỢ CẤP XÃ HỘI THÁNG 11/2026", minutes=0) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Danh sách"
        sheet["A1"] = title
        for column, text in enumerate(HEADER, start=1):
            sheet.cell(3, column, text)
        for number, row in enumerate(rows, start=4):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column, value)
        path = communes / commune / "incoming" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
        moment = 1_792_400_000 + 60 * minutes  # 19 October 2026
        os.utime(path, (moment, moment))
        return path

    return save


def _statuses(ask) -> dict[str, str]:
    return dict(ask("select file_name, status from raw.commune__workbooks"))


@pytest.mark.parametrize(("folders", "chunks"), [(1, 1), (6, 1), (12, 2), (13, 3), (100, 12)])
def test_communes_are_dealt_into_few_chunks_without_losing_one(communes, folders, chunks):
    codes = [str(25000 + number) for number in range(folders)]
    for code in codes:
        (communes / code / "incoming").mkdir(parents=True)
    dealt = plan_chunks(PERIOD)
    assert len(dealt) == chunks
    assert sorted(code for chunk in dealt for code in chunk) == codes


def test_no_folder_at_all_is_no_chunk_and_an_empty_month_is_blocked_by_name(communes):
    assert plan_chunks(PERIOD) == []
    with pytest.raises(BlockedByData) as blocked:
        summary(PERIOD)
    assert blocked.value.code == "NO_WORKBOOK"


def test_a_month_that_is_no_month_is_wrong_usage(communes):
    for call in (plan_chunks, summary, lambda period: collect_chunk(period, [])):
        with pytest.raises(UsageError):
            call("11/2026")


def test_lists_of_two_communes_land_and_are_summed_up(send, ask):
    send([_row(n) for n in range(10)])
    send([_row(n) for n in range(10, 15)], commune=PHUOC_THANH)
    assert collect_chunk(PERIOD, [PHU_GIAO, PHUOC_THANH]) == {"files": 2, "accepted": 2, "rows": 15}
    assert summary(PERIOD) == {
        "accepted": 2,
        "partly": 0,
        "rejected": 0,
        "held": 0,
        "superseded": 0,
        "duplicate": 0,
        "communes": 2,
        "rows": 15,
        "late": 0,
    }
    assert ask("select entitlement_code, amount_vnd, payment_channel, count(*) from raw.commune__readings group by 1, 2, 3") == [
        ("5.6_n", 810000, "cash", 15)
    ]


def test_collecting_again_finds_nothing_new(send, ask):
    send([_row(1)])
    collect_chunk(PERIOD, [PHU_GIAO])
    assert collect_chunk(PERIOD, [PHU_GIAO]) == {"files": 1, "seen": 1}


def test_one_bad_file_and_one_unknown_folder_stop_nobody(send, communes, ask):
    send([_row(1)])
    send([_row(2)], commune="99999")
    (communes / PHU_GIAO / "incoming/ảnh.xlsx").write_bytes(b"\xff\xd8\xff\xe0 photo")
    (communes / PHU_GIAO / "incoming/rỗng.xlsx").touch()
    (communes / PHU_GIAO / "incoming/đang gửi.xlsx.part").write_bytes(b"half")
    (communes / PHU_GIAO / "incoming/Thumbs.db").write_bytes(b"x")
    (communes / "12").mkdir()
    counts = collect_chunk(PERIOD, ["12", PHU_GIAO, "99999"])
    assert counts == {"files": 4, "accepted": 1, "rejected": 3, "rows": 1}
    assert dict(ask("select file_name, reject_code from raw.commune__workbooks where status = 'rejected'")) == {
        "ảnh.xlsx": "FILE_IS_IMAGE",
        "rỗng.xlsx": "FILE_EMPTY",
        "DS.xlsx": "UNKNOWN_COMMUNE",
    }


def test_a_file_too_large_to_fetch_is_refused_with_its_own_code(send, communes, ask, monkeypatch):
    monkeypatch.setattr("ansinh.intake.arrivals.MOST_BYTES", 1000)
    send([_row(1)])
    assert collect_chunk(PERIOD, [PHU_GIAO])["rejected"] == 1
    assert ask("select reject_code from raw.commune__workbooks") == [("FILE_TOO_BIG",)]
    assert collect_chunk(PERIOD, [PHU_GIAO]) == {"files": 1, "seen": 1}


def test_the_title_month_wins_over_the_file_name_and_later_months_wait(send, ask):
    send([_row(1)], "DS tháng 10.xlsx")
    send([_row(2)], "DS tháng 11.xlsx", title="DANH SÁCH CHI TRẢ THÁNG 10/2026")
    send([_row(3)], "DS T12.xlsx", title="DANH SÁCH CHI TRẢ THÁNG 12/2026")
    counts = collect_chunk(PERIOD, [PHU_GIAO])
    assert (counts["accepted"], counts["rejected"], counts["waiting"]) == (1, 1, 1)
    assert _statuses(ask) == {"DS tháng 10.xlsx": "accepted", "DS tháng 11.xlsx": "rejected"}
    assert collect_chunk("2026-12", [PHU_GIAO])["accepted"] == 1
    assert ask("select period, status from raw.commune__workbooks where file_name = 'DS T12.xlsx'") == [("2026-12", "accepted")]


def test_a_list_without_any_month_belongs_to_the_run_and_a_late_one_is_marked(send, ask):
    path = send([_row(1)], title="DANH SÁCH CHI TRẢ TRỢ CẤP XÃ HỘI")
    os.utime(path, (1_793_300_000, 1_793_300_000))  # 29 October 2026, after the demo clock: received is when it was seen
    collect_chunk(PERIOD, [PHU_GIAO])
    assert ask("select period, is_late, received_at <= '2026-10-23T08:00:00+07:00' from raw.commune__workbooks") == [
        ("2026-11", False, True)
    ]


def test_first_lists_land_before_supplements_and_corrections_whatever_their_names(send, ask):
    send([_row(1, H=1080000, G=2.0, F="5.6_dbn")], "a điều chỉnh.xlsx", minutes=0)
    send([_row(50)], "b bổ sung.xlsx", minutes=1)
    send([_row(n) for n in range(20)], "c danh sách.xlsx", minutes=2)
    collect_chunk(PERIOD, [PHU_GIAO])
    assert ask("select file_name, kind from raw.commune__workbooks order by collected_at") == [
        ("c danh sách.xlsx", "first"),
        ("b bổ sung.xlsx", "supplement"),
        ("a điều chỉnh.xlsx", "correction"),
    ]
    assert ask(
        "select count(*) from raw.commune__readings r where not exists (select 1 from raw.commune__retired_rows t where t.row_id = r.row_id)"
    ) == [(21,)]


def test_a_workbook_comes_back_marked_is_mended_and_accepted_as_it_is(send, communes, ask, monkeypatch):
    send([_row(n) for n in range(9)] + [_row(9, E="07418")])
    assert collect_chunk(PERIOD, [PHU_GIAO])["partly"] == 1
    assert answer_communes(PERIOD, [PHU_GIAO]) == {"in_place": 1, "answered": 1}
    [answer] = (communes / PHU_GIAO / "returned").iterdir()
    book = openpyxl.load_workbook(answer)
    assert "ID_TOO_SHORT" in book["Danh sách"]["E13"].comment.text
    book["Danh sách"]["E13"] = "079080000010"
    book.save(communes / PHU_GIAO / "incoming" / answer.name)
    assert collect_chunk(PERIOD, [PHU_GIAO])["accepted"] == 1
    assert ask("select kind, status, row_count from raw.commune__workbooks order by collected_at") == [
        ("first", "superseded", 10),
        ("correction", "accepted", 10),
    ]
    assert ask("select column_name, value_before, value_after from raw.commune__round_changes order by 1") == [
        ("id_number", None, "079080000010"),
        ("id_type", None, "cccd"),
        ("is_blocked", "true", "false"),
    ]
    answer_communes(PERIOD, [PHU_GIAO])
    second = next(path for path in (communes / PHU_GIAO / "returned").iterdir() if path != answer)
    assert openpyxl.load_workbook(second).sheetnames == [ANSWER_SHEET, "Danh sách"]
    assert openpyxl.load_workbook(second)["Danh sách"]["E13"].comment is None
    told = [cell.value for row in openpyxl.load_workbook(second)[ANSWER_SHEET].iter_rows() for cell in row]
    assert "Thay 10 dòng, rút 0 dòng. Chỗ đổi: Số CCCD 1." in told
    assert any(str(value).startswith("Đính chính — Bản kết quả kiểm tra được gửi lại sau khi sửa") for value in told)


def test_two_collectors_at_once_land_every_workbook_once(send, ask):
    for number in range(6):
        send([_row(10 * number + n) for n in range(5)], f"DS {number}.xlsx", minutes=number)
    with ThreadPoolExecutor(2) as both:
        counts = list(both.map(lambda _: collect_chunk(PERIOD, [PHU_GIAO]), range(2)))
    assert sum(c.get("accepted", 0) for c in counts) == 6
    assert ask("select count(*), count(distinct row_id) from raw.commune__rows") == [(30, 30)]
    assert ask("select kind, count(*) from raw.commune__workbooks group by 1 order by 1") == [("first", 1), ("supplement", 5)]


def test_a_crash_between_two_files_loses_nothing_and_repeats_nothing(send, ask, monkeypatch):
    for number in range(3):
        send([_row(10 * number + n) for n in range(5)], f"DS {number}.xlsx", minutes=number)
    land = module.land
    with monkeypatch.context() as broken:

        def dies_at_the_second(connection, commune, arrived, reading):
            if arrived.file_name == "DS 1.xlsx":
                raise RuntimeError("killed")
            return land(connection, commune, arrived, reading)

        broken.setattr(module, "land", dies_at_the_second)
        with pytest.raises(RuntimeError):
            collect_chunk(PERIOD, [PHU_GIAO])
    assert _statuses(ask) == {"DS 0.xlsx": "accepted"}
    assert collect_chunk(PERIOD, [PHU_GIAO]) == {"files": 3, "seen": 1, "accepted": 2, "rows": 10}


def test_many_readings_wait_on_our_disk_and_are_gone_afterwards(send, ask, home, monkeypatch):
    monkeypatch.setattr(shelf, "ROWS_IN_MEMORY", 4)
    for number in range(3):
        send([_row(10 * number + n) for n in range(5)], f"DS {number}.xlsx", minutes=number)
    assert collect_chunk(PERIOD, [PHU_GIAO])["rows"] == 15
    assert list((home / "run/spool").iterdir()) == []


def test_a_mapping_a_person_confirmed_reaches_the_reader_and_is_never_overwritten(send, dsn, ask):
    send([_row(1)])
    collect_chunk(PERIOD, [PHU_GIAO])
    key, mapping = ask("select header_key, mapping from ops.commune_layout")[0]
    confirmed = {letter: field for letter, field in mapping.items() if letter != "I"}
    with psycopg.connect(dsn) as connection:
        connection.execute("update ops.commune_layout set mapping = %s, confirmed_by = 'chi.lan'", (json.dumps(confirmed),))
    send([_row(2)], "bổ sung.xlsx")
    collect_chunk(PERIOD, [PHU_GIAO])
    assert ask("select mapping, confirmed_by from ops.commune_layout where header_key = %s", key) == [(confirmed, "chi.lan")]
    channels = "select w.file_name, r.payment_channel, r.channel_is_inferred from raw.commune__readings r join raw.commune__workbooks w using (workbook_id)"
    assert sorted(ask(channels)) == [("DS.xlsx", "cash", False), ("bổ sung.xlsx", "cash", True)]


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample folder is not beside this checkout")
def test_the_samples_land_as_their_truth_says_and_every_sender_is_answered(communes, ask):
    truth = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
    shutil.copytree(SAMPLES / "sftp/communes", communes, dirs_exist_ok=True)
    for chunk in plan_chunks(PERIOD):
        collect_chunk(PERIOD, chunk)
        answer_communes(PERIOD, chunk)
    found = {(code, name): status for code, name, status in ask("select commune_code, file_name, status from raw.commune__workbooks")}
    assert found == {(file["commune_code"], file["file_name"]): file["expect"] for file in truth["files"]}
    for file in truth["files"]:
        blocked_or_looked = {
            row[0]
            for row in ask(
                "select row_number from ops.row_problem join raw.commune__workbooks using (workbook_id) where commune_code = %s and file_name = %s and severity <> 'note'",
                file["commune_code"],
                file["file_name"],
            )
        }
        assert {problem["row_number"] for problem in file["problems"]} <= blocked_or_looked
        [answer] = (communes / file["commune_code"] / "returned").glob(f"{file['file_name']}.*.ketqua.xlsx")
        book = openpyxl.load_workbook(answer)
        assert book.sheetnames[0] == ANSWER_SHEET
        if file["problems"]:
            sheet = book.worksheets[1]
            marked = {cell.row for row in sheet.iter_rows() for cell in row if cell.comment and cell.fill.fill_type == "solid"}
            assert {problem["row_number"] for problem in file["problems"]} <= marked
