"""Workbooks landing one after the other in a real warehouse: what stays in force, what is kept, what is asked."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.core.period import Period
from ansinh.intake.held import decide_held
from ansinh.intake.known import load_commune
from ansinh.intake.land import land
from ansinh.intake.model import Problem

from tests.unit.intake_land.makers import COMMUNE, block, person, workbook

LIVE = """
    select r.id_number, r.account_number from raw.commune__readings r join raw.commune__workbooks w using (workbook_id)
    where w.status in ('accepted', 'partly') and not r.is_blocked
        and not exists (select 1 from raw.commune__retired_rows t where t.row_id = r.row_id)
    order by 1
"""


@pytest.fixture
def connection(dsn):
    with psycopg.connect(dsn, autocommit=True) as open_connection:
        yield open_connection


@pytest.fixture
def bring(connection):
    """Land a workbook the way a collector does, with everything known read fresh."""

    def land_it(pair, *, period="2026-11", is_known=True):
        arrived, reading = pair
        commune = load_commune(connection, arrived.commune_code, period, is_known=is_known, arriving=[arrived.sha256])
        return land(connection, commune, arrived, reading)

    return land_it


@pytest.fixture
def ask(connection):
    return lambda query, *values: connection.execute(query, values or None).fetchall()


def _ids(ask):
    return [row[0] for row in ask(LIVE)]


def test_a_first_list_lands_with_cells_readings_layout_and_totals(bring, ask):
    assert bring(workbook([person(n) for n in range(3)], declared_total_vnd=2_430_000, encoding="TCVN3")) == "accepted"
    assert ask(
        "select kind, status, row_count, detected_encoding, declared_total_vnd, read_total_vnd, is_late from raw.commune__workbooks"
    ) == [("first", "accepted", 3, "TCVN3", 2_430_000, 2_430_000, False)]
    assert ask("select sheet, row_number, cells ->> 'B' from raw.commune__rows order by 2")[0] == ("DS", 6, "Nguyễn Văn Ananan")
    assert ask("select full_name, birth_date::text, amount_vnd from raw.commune__readings order by row_number")[2] == (
        "Nguyễn Văn Ananca",
        "1980-03-12",
        810_000,
    )
    assert ask("select mapping ->> 'B' from ops.commune_layout where commune_code = %s", COMMUNE) == [("full_name",)]


def test_problems_keep_their_place_their_owner_and_the_row_they_are_about(bring, ask):
    bring(workbook([person(1), person(2, problems=(block(8),)), person(3)]))
    assert ask(
        "select p.sheet, p.row_number, p.column_name, p.cell, p.code, p.severity, p.owner, r.row_number from ops.row_problem p join raw.commune__rows r using (row_id)"
    ) == [("DS", 8, "id_number", "E8", "ID_TOO_SHORT", "block", "commune", 8)]
    assert ask("select status from raw.commune__workbooks") == [("partly",)]
    assert len(_ids(ask)) == 2


def test_the_same_file_again_is_not_even_looked_at(bring, ask):
    list_ = workbook([person(1)])
    assert [bring(list_), bring(list_)] == ["accepted", "seen"]
    assert ask("select count(*) from raw.commune__workbooks") == [(1,)]


def test_the_same_bytes_under_another_name_are_a_duplicate_and_change_nothing(bring, ask):
    bring(workbook([person(1)], content="x"))
    assert bring(workbook([person(1)], "DS điều chỉnh.xlsx", content="x", kind_words="correction")) == "duplicate"
    assert ask("select count(*) from raw.commune__rows") == [(1,)]
    assert ask("select code, severity from ops.row_problem") == [("SAME_BYTES", "note")]


def test_last_months_bytes_are_not_this_months_list(bring, ask):
    bring(workbook([person(1)], content="x", period=None), period="2026-10")
    assert bring(workbook([person(1)], "T11.xlsx", content="x", period=None)) == "duplicate"
    assert ask("select period, code, params ->> 'period' from ops.row_problem join raw.commune__workbooks using (workbook_id)") == [
        ("2026-11", "SAME_BYTES_OTHER_MONTH", "2026-10")
    ]


def test_a_refused_file_renamed_to_the_right_month_is_read_again(bring):
    assert bring(workbook([person(1)], "T10.xlsx", content="x", period=Period(2026, 10))) == "rejected"
    assert bring(workbook([person(1)], "T11.xlsx", content="x")) == "accepted"


def test_a_list_of_a_past_month_is_refused_and_says_which_months(bring, ask):
    assert bring(workbook([person(1)], period=Period(2026, 9))) == "rejected"
    assert ask("select reject_code, params from ops.row_problem join raw.commune__workbooks using (workbook_id)") == [
        ("WRONG_MONTH", {"found": "9/2026", "expected": "11/2026"})
    ]
    assert ask("select count(*) from raw.commune__rows") == [(0,)]


def test_a_list_of_a_later_month_waits_and_lands_in_that_months_run(bring, ask):
    early = workbook([person(1)], period=Period(2026, 12))
    assert bring(early) == "waiting"
    assert ask("select count(*) from raw.commune__workbooks") == [(0,)]
    assert bring(early, period="2026-12") == "accepted"
    assert ask("select period, is_late from raw.commune__workbooks") == [("2026-12", False)]


def test_a_supplement_adds_people_and_takes_nobody_away(bring, ask):
    bring(workbook([person(n) for n in range(40)]))
    assert bring(workbook([person(n) for n in range(39, 43)], "bổ sung.xlsx", after=1, kind_words="supplement")) == "accepted"
    assert len(_ids(ask)) == 44
    assert ask("select count(*) from raw.commune__retired_rows") == [(0,)]


def test_a_correction_replaces_its_rows_and_keeps_what_changed(bring, ask):
    bring(workbook([person(n, account_number="111") for n in range(40)]))
    mended = person(5, 7, account_number="222")
    assert bring(workbook([mended], "điều chỉnh.xlsx", after=1, kind_words="correction")) == "accepted"
    assert ask(LIVE)[5] == ("079080000005", "222")
    assert len(_ids(ask)) == 40
    assert ask("select reason, column_name, value_before, value_after from raw.commune__round_changes") == [
        ("corrected", "account_number", "111", "222")
    ]
    assert ask("select status from raw.commune__workbooks order by collected_at") == [("accepted",), ("accepted",)]


def test_a_mended_row_takes_the_place_of_the_blocked_one(bring, ask):
    bring(workbook([person(n) for n in range(9)] + [person(9, id_number=None, problems=(block(15),))]))
    bring(workbook([person(9, 7)], "đính chính.xlsx", after=1, kind_words="correction"))
    assert len(_ids(ask)) == 10
    assert ask(
        "select count(*) from raw.commune__readings r where is_blocked and not exists (select 1 from raw.commune__retired_rows t where t.row_id = r.row_id)"
    ) == [(0,)]


def test_a_correction_that_cannot_be_read_leaves_the_old_row_in_force(bring, ask):
    bring(workbook([person(n) for n in range(9)]))
    assert bring(workbook([person(5, 7, problems=(block(7),))], "sửa.xlsx", after=1, kind_words="correction")) == "partly"
    assert len(_ids(ask)) == 9


def test_a_whole_list_again_replaces_all_and_the_old_workbook_is_superseded(bring, ask):
    bring(workbook([person(n) for n in range(40)]))
    again = [person(n, 60 - n, account_number="333") for n in range(1, 42)]
    assert bring(workbook(again, "DS mới.xlsx", after=1)) == "accepted"
    assert ask("select kind, status from raw.commune__workbooks order by collected_at") == [
        ("first", "superseded"),
        ("full_resend", "accepted"),
    ]
    assert _ids(ask) == [f"079080{n:06d}" for n in range(1, 42)]
    assert ask("select reason, count(*) from raw.commune__retired_rows group by 1 order by 1") == [("resent", 39), ("withdrawn", 1)]


def test_withdrawing_more_than_a_tenth_is_held_and_the_earlier_list_stays_in_force(bring, ask):
    bring(workbook([person(n) for n in range(40)]))
    assert bring(workbook([person(n) for n in range(35)], "DS mới.xlsx", after=1)) == "held"
    assert len(_ids(ask)) == 40
    assert ask("select w.reject_code, kind, params from ops.row_problem join raw.commune__workbooks w using (workbook_id)") == [
        ("MANY_WITHDRAWN", "full_resend", {"matched": 35, "rows": 35, "withdrawn": 5, "live": 40})
    ]


def test_a_list_with_some_known_people_is_held_because_it_could_be_either(bring, ask):
    bring(workbook([person(n) for n in range(40)]))
    assert bring(workbook([person(n) for n in range(30, 60)], "DS 2.xlsx", after=1)) == "held"
    assert ask("select reject_code, kind, row_count from raw.commune__workbooks where status = 'held'") == [("KIND_UNCLEAR", None, 30)]
    assert len(_ids(ask)) == 40


def test_a_second_list_of_other_people_is_a_supplement(bring, ask):
    bring(workbook([person(n) for n in range(40)]))
    assert bring(workbook([person(n) for n in range(100, 130)], "NCC.xlsx", after=1)) == "accepted"
    assert ask("select kind from raw.commune__workbooks order by collected_at") == [("first",), ("supplement",)]
    assert len(_ids(ask)) == 70


def test_our_marked_copy_sent_back_mended_corrects_the_list_it_was_made_for(bring, ask):
    bring(workbook([person(n) for n in range(20)] + [person(20, id_number=None, full_name=None, problems=(block(26, "NAME_MISSING"),))]))
    back = [person(n) for n in range(20)] + [person(20, 26, id_number="079080000777")]
    assert bring(workbook(back, "DS.xlsx.20261021-080000.ketqua.xlsx", after=9, is_our_answer=True)) == "accepted"
    assert len(_ids(ask)) == 21
    assert ask("select kind, status from raw.commune__workbooks order by collected_at") == [
        ("first", "superseded"),
        ("correction", "accepted"),
    ]


def test_an_unknown_commune_is_refused_without_being_read(bring, ask):
    assert bring(workbook([], commune="00000", status="rejected"), is_known=False) == "rejected"
    assert ask("select reject_code, code, owner from ops.row_problem join raw.commune__workbooks using (workbook_id)") == [
        ("UNKNOWN_COMMUNE", "UNKNOWN_COMMUNE", "province")
    ]


def test_another_communes_bytes_are_held_for_a_question(bring, ask):
    bring(workbook([person(1)], content="x"))
    assert bring(workbook([person(1)], content="x", commune="25864")) == "held"
    assert len(_ids(ask)) == 1


def test_what_the_reader_refused_keeps_the_readers_code_once(bring, ask):
    problem = Problem("", None, None, None, "FILE_EMPTY", "block", {})
    assert bring(workbook([], "rỗng.xlsx", status="rejected", reject_code="FILE_EMPTY", problems=[problem], period=None)) == "rejected"
    assert bring(workbook([], "rỗng 2.xlsx", status="rejected", reject_code="FILE_BROKEN", period=None)) == "rejected"
    assert ask("select reject_code, code from ops.row_problem join raw.commune__workbooks using (workbook_id) order by 1") == [
        ("FILE_BROKEN", "FILE_BROKEN"),
        ("FILE_EMPTY", "FILE_EMPTY"),
    ]


def test_what_the_reader_asks_about_is_held_without_rows(bring, ask):
    assert bring(workbook([person(1)], status="held", reject_code="MAPPING_UNSURE")) == "held"
    assert ask("select count(*) from raw.commune__rows") == [(0,)]


def test_text_that_a_database_cannot_hold_does_not_stop_the_workbook(bring, ask):
    odd = person(1, full_name="A\x00B\\N\tC\nD", note="\\.")
    odd = replace(odd, cells={"A": "nul \x00", "B": "tab\tline\nback\\slash", "C": "half \ud800"})
    assert bring(workbook([odd], content="odd")) == "accepted"
    assert ask("select full_name, note from raw.commune__readings") == [("AB\\N\tC\nD", "\\.")]
    assert ask("select cells from raw.commune__rows") == [({"A": "nul ", "B": "tab\tline\nback\\slash", "C": "half "},)]


def test_a_crash_while_landing_leaves_nothing_of_the_workbook(bring, ask, connection, monkeypatch):
    from ansinh.intake import land as module

    def dies(*_):
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(module, "copy_problems", dies)
        with pytest.raises(RuntimeError):
            bring(workbook([person(1)]))
    assert ask("select (select count(*) from raw.commune__workbooks), (select count(*) from raw.commune__rows)") == [(0, 0)]
    assert bring(workbook([person(1)])) == "accepted"


def _held(bring, ask, rows):
    bring(workbook([person(n) for n in range(40)]))
    assert bring(workbook(rows, "DS 2.xlsx", after=1)) == "held"
    return ask("select workbook_id from raw.commune__workbooks where status = 'held'")[0][0]


def test_an_officers_answer_puts_a_held_resend_in_force(bring, ask):
    held = _held(bring, ask, [person(n) for n in range(30)])
    assert decide_held(held, "full_resend", "chi.lan", "đã gọi xã") == "accepted"
    assert len(_ids(ask)) == 30
    assert ask("select reason, count(*) from raw.commune__retired_rows group by 1 order by 1") == [("resent", 30), ("withdrawn", 10)]
    assert ask("select status, kind, kind_reason, reject_code, answered_at from raw.commune__workbooks order by collected_at")[1] == (
        "accepted",
        "full_resend",
        "Cán bộ chi.lan đã quyết định loại danh sách. đã gọi xã",
        None,
        None,
    )
    assert ask("select count(*) from ops.row_problem") == [(0,)]
    told = ask("select actor, event, body ->> 'workbook_id', body ->> 'decision', body ->> 'reason' from ops.audit_event")
    assert told == [("chi.lan", "workbook_decided", held, "full_resend", "đã gọi xã")]


def test_an_unclear_list_may_be_called_a_correction_or_refused(bring, ask):
    held = _held(bring, ask, [person(n) for n in range(30, 50)])
    assert decide_held(held, "correction", "chi.lan", "đã gọi xã") == "accepted"
    assert len(_ids(ask)) == 50
    assert ask("select count(*) from raw.commune__retired_rows") == [(10,)]


def test_a_refused_answer_leaves_everything_as_it_was(bring, ask):
    held = _held(bring, ask, [person(n) for n in range(30, 50)])
    assert decide_held(held, "reject", "chi.lan", "đã gọi xã") == "rejected"
    assert len(_ids(ask)) == 40
    with pytest.raises(BlockedByData):
        decide_held(held, "supplement", "chi.lan", "đã gọi xã")


def test_a_list_held_for_anything_else_may_be_refused_but_not_named(bring, ask):
    bring(workbook([person(1)], content="x"))
    bring(workbook([person(1)], content="x", commune="25864"))
    held = ask("select workbook_id from raw.commune__workbooks where status = 'held'")[0][0]
    with pytest.raises(BlockedByData):
        decide_held(held, "supplement", "chi.lan", "đã gọi xã")
    assert decide_held(held, "reject", "chi.lan", "gửi nhầm thư mục") == "rejected"


def test_only_a_held_list_can_be_decided_and_only_by_somebody(bring, ask):
    bring(workbook([person(1)]))
    accepted = ask("select workbook_id from raw.commune__workbooks")[0][0]
    with pytest.raises(BlockedByData):
        decide_held(accepted, "supplement", "chi.lan", "đã gọi xã")
    with pytest.raises(UsageError):
        decide_held("W0", "supplement", "chi.lan", "đã gọi xã")
    with pytest.raises(UsageError):
        decide_held(accepted, "supplement", " ", "đã gọi xã")
    with pytest.raises(UsageError):
        decide_held(accepted, "supplement", "chi.lan", " ")


def test_no_row_without_its_workbook_no_reading_without_its_row_and_neither_loses_it(bring, connection, ask):
    bring(workbook([person(1)]))
    lost = (
        "insert into raw.commune__rows values ('R9', 'W9', 'DS', 9, '{}')",
        "insert into raw.commune__readings (row_id, workbook_id, commune_code, period, sheet, row_number, is_blocked, row_key)"
        " select 'R9', workbook_id, commune_code, period, 'DS', 9, false, 'k' from raw.commune__workbooks",
        "delete from raw.commune__workbooks",
        "delete from raw.commune__rows",
    )
    for statement in lost:
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            connection.execute(statement)
    assert ask("select (select count(*) from raw.commune__rows), (select count(*) from raw.commune__readings)") == [(1, 1)]
