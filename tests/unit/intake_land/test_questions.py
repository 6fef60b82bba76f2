"""An unsure column is asked about, answered once by a person, and read from then on; nobody has to resend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import psycopg
import pytest
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.intake.answer import answer_communes
from ansinh.intake.collect import collect_chunk
from ansinh.intake.held import decide_held, waiting
from ansinh.intake.layouts import confirm_columns, remembered
from ansinh.intake.marker import ANSWER_SHEET
from ansinh.intake.questions import masked
from ansinh.intake.read import read_bytes
from typer.testing import CliRunner

from tests.support.sftp import sftp_server
from tests.support.sheets import TITLE, pick, xlsx

__all__ = ["sftp_server"]
PERIOD, COMMUNE = "2026-11", "25858"
COLUMNS = ["STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Mã đối tượng", "Hình thức nhận"]


def twice(shift: int = 0) -> bytes:
    """Two columns «Số tiền» that differ: nobody but a person knows which is paid."""
    rows = [[*row, 810000, 500000 + n * 1000 + shift] for n, row in enumerate(pick(COLUMNS))]
    return xlsx(("DS", [*TITLE, [*COLUMNS, "Số tiền", "Số tiền"], *rows]))


@pytest.fixture
def incoming(dsn: str, home: Path, sftp_server: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    sftp_server(home)
    monkeypatch.setenv("ANSINH_NOW", "2026-10-23T08:00:00+07:00")
    folder = home / "sftp/communes" / COMMUNE / "incoming"
    folder.mkdir(parents=True)
    (folder / "DS T11.xlsx").write_bytes(twice())
    return folder


@pytest.fixture
def ask(dsn: str) -> Any:
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield lambda query, *values: connection.execute(query, values or None).fetchall()


def test_a_sample_shows_what_kind_of_thing_stands_in_a_cell_not_whose() -> None:
    assert masked("Nguyễn Văn An") == "N… V… A…"
    assert masked("079150123456") == "079******456"
    assert masked("12/03/1950") == "**/**/1950"
    assert masked("810.000") == "810.000"


def test_a_question_names_the_field_its_columns_and_masked_samples() -> None:
    layout = read_bytes(twice(), "DS.xlsx", commune_code=COMMUNE).layout["DS"]
    [question] = layout["questions"]
    assert question["field"] == "amount"
    assert [(one["column"], one["header"], one["filled"]) for one in question["candidates"]] == [("G", "Số tiền", 5), ("H", "Số tiền", 5)]
    assert question["candidates"][1]["samples"] == ["500000", "501000", "502000"]


def test_a_list_without_a_group_asks_which_of_the_other_columns_it_is() -> None:
    bare = ["STT", "Họ và tên", "Ngày sinh", "Số CCCD"]
    rows = [[*row, "Theo Nghị quyết xã"] for row in pick(bare)]
    layout = read_bytes(xlsx(("DS", [*TITLE, [*bare, "Cột khác"], *rows])), "DS.xlsx").layout["DS"]
    [question] = layout["questions"]
    assert question["field"] == "group_words"
    assert [(one["column"], one["samples"]) for one in question["candidates"]] == [("E", ["T… N… q… x…"])]


def test_an_answered_question_is_remembered_and_the_same_file_is_read_in_the_next_run(incoming: Path, ask: Any) -> None:
    assert collect_chunk(PERIOD, [COMMUNE])["held"] == 1
    answer_communes(PERIOD, [COMMUNE])
    (incoming / "DS T11 lần hai.xlsx").write_bytes(twice(shift=500))
    collect_chunk(PERIOD, [COMMUNE])
    first, _ = waiting(PERIOD)
    assert (first.code, first.kinds, list(first.columns)) == ("MAPPING_UNSURE", (), ["DS"])
    assert confirm_columns(first.workbook_id, {"amount": "g"}, by="chi.lan", reason="xã xác nhận qua điện thoại") == 2
    assert {one.is_answered for one in waiting(PERIOD)} == {True}

    assert collect_chunk(PERIOD, [COMMUNE])["accepted"] + len(waiting(PERIOD)) == 2
    status = ask(
        "select status, row_count, answered_at, reread_requested_at from raw.commune__workbooks where workbook_id = %s", first.workbook_id
    )
    assert status == [("accepted", 5, None, None)]
    assert ask("select distinct amount_vnd from raw.commune__readings where workbook_id = %s", first.workbook_id) == [(810000,)]
    assert ask("select count(*) from ops.row_problem where code = 'MAPPING_UNSURE' and workbook_id = %s", first.workbook_id) == [(0,)]
    [layout] = remembered(COMMUNE)
    assert (layout.columns["G"], layout.confirmed_by, "H" in layout.columns) == ("amount", "chi.lan", False)
    assert ask("select actor, event, body -> 'answers' from ops.audit_event") == [("chi.lan", "columns_confirmed", {"amount": "g"})]

    answer_communes(PERIOD, [COMMUNE])
    answers = sorted(incoming.parent.glob(f"returned/{first.file_name}.*"))
    words = [str(cell.value) for row in openpyxl.load_workbook(answers[-1])[ANSWER_SHEET].iter_rows() for cell in row if cell.value]
    assert len(answers) == 1 + (first.file_name == "DS T11.xlsx")  # that one had been told of its question before
    assert "Cách đọc cột do chi.lan xác nhận" in words
    assert any("G Số tiền" in word and "B Họ và tên" in word for word in words)

    (incoming / "DS T11 bổ sung.xlsx").write_bytes(twice(shift=900))
    assert collect_chunk(PERIOD, [COMMUNE]).get("held", 0) == 0


def test_an_answer_must_be_whole_one_of_the_choices_and_somebodys(incoming: Path) -> None:
    collect_chunk(PERIOD, [COMMUNE])
    [held] = waiting()
    with pytest.raises(BlockedByData):
        confirm_columns(held.workbook_id, {}, by="chi.lan", reason="x")
    for answers, by, reason in (({"amount": "B"}, "chi.lan", "x"), ({"amount": "G"}, " ", "x"), ({"amount": "G"}, "chi.lan", " ")):
        with pytest.raises(UsageError):
            confirm_columns(held.workbook_id, answers, by=by, reason=reason)
    with pytest.raises(UsageError):
        confirm_columns("W0", {"amount": "G"}, by="chi.lan", reason="x")
    with pytest.raises(BlockedByData):
        decide_held(held.workbook_id, "full_resend", "chi.lan", "x")


def test_a_clerk_at_a_terminal_sees_the_question_and_answers_it(incoming: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansinh.cli import build_app

    monkeypatch.setattr("getpass.getuser", lambda: "chi.lan")
    collect_chunk(PERIOD, [COMMUNE])
    [held] = waiting()
    run = CliRunner().invoke
    shown = run(build_app(), ["held"])
    assert held.workbook_id in shown.stdout
    assert "cột nào là «Số tiền» (amount)?" in shown.stdout
    done = run(build_app(), ["answer", held.workbook_id, "--column", "amount=H", "--reason", "theo quyết định"])
    assert done.exit_code == 0, done.output
    told = json.loads(run(build_app(), ["layouts", "--commune", COMMUNE, "--json"]).stdout)
    assert (told[0]["columns"]["H"], told[0]["confirmed_by"]) == ("amount", "chi.lan")
