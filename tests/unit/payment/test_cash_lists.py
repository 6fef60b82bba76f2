"""The pay points' lists come home: ticks are read, nothing untrue is believed, and what was not collected is paid once more only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansinh.core.errors import BlockedByData
from ansinh.payment import approve, cash_list, cash_return, ledger, plan, runs, seal, unpaid
from ansinh.payment.reconcile import reconcile
from ansinh.payment.session import money
from ansinh.payment.verify import verify
from openpyxl import load_workbook

from tests.support.paylist import CHECKER, MAKER, PERIOD, approved, entitlement, gone, publish, query

COMMUNE = "25858"


def printed(home: Path, run_id: str, commune: str = COMMUNE) -> Path:
    return home / "reports" / PERIOD / "cash" / f"{run_id}_{commune}.xlsx"


def ticked(home: Path, run_id: str, target: Path, marks: dict[str, str], **cells: Any) -> Path:
    """Our own workbook with marks by beneficiary name; `cells` overwrite other columns of the marked lines."""
    book = load_workbook(printed(home, run_id))
    for sheet in book.worksheets:
        heads = [cell.value for cell in sheet[4]]
        for row in sheet.iter_rows(min_row=5):
            mark = marks.get(str(row[2].value))
            if mark is not None:
                row[heads.index("Đã nhận (x)")].value = mark
                for title, value in cells.items():
                    row[heads.index(title)].value = value
    book.save(target)
    return target


def states(dsn: str) -> dict[str, str]:
    return dict(query(dsn, "select person_id, state from ops.payment_instruction order by attempt, period"))


def in_cash(*people: str, **more: Any) -> list[dict[str, Any]]:
    return [entitlement(person, channel="cash", payee_name=f"Người {person}", **more) for person in people]


@pytest.fixture
def paid_out(dsn: str, home: Path) -> str:
    """A run of three people in cash, approved and released."""
    run_id = approved(dsn, [*in_cash("P1", "P2", "P3"), entitlement("P9")])
    gone(run_id)
    return run_id


def test_ticks_in_our_own_workbook_settle_those_who_came_and_leave_the_others_owed(
    dsn: str, home: Path, tmp_path: Path, paid_out: str
) -> None:
    back = ticked(home, paid_out, tmp_path / "điểm chi.xlsx", {"Người P1": "x", "Người P2": "X"}, **{"Ngày nhận": "06/10/2026"})
    posted = cash_return.post_list(back, COMMUNE, "thu.quy")
    assert posted and (posted.status, posted.collected, posted.uncollected, posted.problems) == ("posted", 2, 1, ())
    assert {p: s for p, s in states(dsn).items() if p != "P9"} == {"P1": "collected", "P2": "collected", "P3": "uncollected"}
    assert query(
        dsn,
        "select distinct (settled_at at time zone 'Asia/Ho_Chi_Minh')::date::text from ops.payment_instruction where state = 'collected'",
    ) == [("2026-10-06",)]
    with money() as connection:
        assert ledger.balances(connection, paid_out) == {
            "budget": -4 * 810_000, "in_flight": 810_000, "cash": 0, "paid": 1_620_000, "returned": 810_000,
        }  # fmt: skip
        assert ledger.differences(connection) == []
    assert verify() == []
    assert cash_return.post_list(back, COMMUNE, "thu.quy") is None  # the same bytes are one list


def test_crosses_and_ticks_line_by_line_leave_an_empty_cell_unsaid(dsn: str, home: Path, tmp_path: Path, paid_out: str) -> None:
    back = ticked(home, paid_out, tmp_path / "a.xlsx", {"Người P1": "đã nhận", "Người P2": "chưa"})
    cash_return.post_list(back, COMMUNE, "thu.quy")
    assert {p: s for p, s in states(dsn).items() if p != "P9"} == {"P1": "collected", "P2": "uncollected", "P3": "listed"}
    assert not reconcile(PERIOD)["closed"]  # one person nobody has told about


def test_who_comes_late_is_ticked_by_a_later_list_and_nobody_becomes_absent_again(
    dsn: str, home: Path, tmp_path: Path, paid_out: str
) -> None:
    cash_return.post_list(ticked(home, paid_out, tmp_path / "a.xlsx", {"Người P1": "x"}), COMMUNE, "thu.quy")
    late = cash_return.post_list(ticked(home, paid_out, tmp_path / "b.xlsx", {"Người P1": "k", "Người P2": "x"}), COMMUNE, "thu.quy")
    assert late and [verdict for _, _, verdict in late.problems] == ["contradicts"]
    assert {p: s for p, s in states(dsn).items() if p != "P9"} == {"P1": "collected", "P2": "collected", "P3": "uncollected"}


def test_a_plain_table_of_ids_is_read_too(dsn: str, home: Path, tmp_path: Path, paid_out: str) -> None:
    found = dict(query(dsn, "select person_id, end_to_end_id from ops.payment_instruction"))
    table = tmp_path / "bưu điện.csv"
    table.write_text(f"Mã lệnh chi;Số tiền;Đã nhận\n{found['P1']};810.000;1\n{found['P2']};810.000;0\n", encoding="utf-8-sig")
    posted = cash_return.post_list(table, None, "thu.quy")
    assert posted and (posted.collected, posted.uncollected, posted.problems) == (1, 1, ())


def test_what_cannot_be_true_moves_nothing_and_says_why(dsn: str, home: Path, tmp_path: Path, paid_out: str) -> None:
    found = dict(query(dsn, "select person_id, end_to_end_id from ops.payment_instruction"))
    lines = [
        ("AS-khong-co", "810000", "x", ""), (found["P9"], "810000", "x", ""), (found["P1"], "900000", "x", ""), (found["P2"], "", "có lẽ", ""),
        (found["P3"], "", "x", "01/01/2030"), (found["P3"], "", "x", ""), (found["P2"], "", "k", ""),
    ]  # fmt: skip
    table = tmp_path / "a.csv"
    table.write_text("end_to_end_id,amount_vnd,collected,collected_on\n" + "\n".join(map(",".join, lines)), encoding="utf-8")
    posted = cash_return.post_list(table, None, "thu.quy")
    assert posted and [verdict for _, _, verdict in posted.problems] == [
        "unknown", "not_cash", "wrong_amount", "unclear", "future_day", "unclear",
    ]  # fmt: skip
    assert posted.status == "partly" and (posted.collected, posted.uncollected) == (0, 0)
    elsewhere = cash_return.post_list(ticked(home, paid_out, tmp_path / "c.xlsx", {"Người P1": "x"}), "25864", "thu.quy")
    assert elsewhere and {verdict for _, _, verdict in elsewhere.problems} == {"other_commune"}
    assert set(states(dsn).values()) == {"listed", "sent"}


def test_cash_of_a_run_nobody_approved_is_not_believed(dsn: str, home: Path, tmp_path: Path) -> None:
    publish(dsn, in_cash("P1"))
    run_id = runs.open_runs(PERIOD, MAKER)[0]
    plan.plan(run_id, MAKER)
    seal.seal(run_id, MAKER)
    posted = cash_return.post_list(ticked(home, run_id, tmp_path / "a.xlsx", {"Người P1": "x"}), COMMUNE, "thu.quy")
    assert posted and [verdict for _, _, verdict in posted.problems] == ["not_released"]
    with pytest.raises(BlockedByData) as refused, money("sender") as connection:
        line = query(dsn, "select end_to_end_id from ops.payment_instruction")[0][0]
        ledger.advance(connection, [ledger.Move(line, "collected", "cash_list")])
    assert refused.value.code == "CASH_NOT_APPROVED"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"PK\x03\x04 nothing", "NOT_A_LIST"), (b"\x00\xff\xfe", "NOT_A_LIST"), (b"a,b\n1,2\n", "NO_HEADING"), (b"", "NO_HEADING")],
)
def test_a_file_that_is_no_list_is_refused_alone(dsn: str, home: Path, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    posted = cash_return.post_list(path, COMMUNE, "thu.quy")
    assert posted and (posted.status, posted.code) == ("rejected", code)
    assert query(dsn, "select status from ops.cash_return") == [("rejected",)]


def test_a_list_nobody_filled_in_calls_nobody_absent(dsn: str, home: Path, paid_out: str) -> None:
    with pytest.raises(cash_list.NotAList) as refused:
        cash_list.read(printed(home, paid_out))
    assert refused.value.code == "NO_MARKS"


def carrying(dsn: str, *, month: str = "2026-12") -> str:
    """December pays November's uncollected money to P3 as the rules would say it; the planned run."""
    left = query(dsn, "select end_to_end_id from ops.payment_instruction where person_id = 'P3' and period = %s", PERIOD)[0][0]
    (line,) = in_cash("P3", period=month, months={PERIOD: 810_000, month: 810_000})
    publish(dsn, [line])
    import psycopg

    with psycopg.connect(dsn) as connection:
        connection.execute("create table if not exists marts.fct_carried_cash (period text, entitlement_id text, end_to_end_id text)")
        connection.execute("insert into marts.fct_carried_cash values (%s, %s, %s)", (month, line["entitlement_id"], left))
    run_id = runs.open_runs(month, MAKER)[0]
    plan.plan(run_id, MAKER)
    return run_id


def test_the_seal_of_the_next_list_closes_the_money_it_carries(dsn: str, home: Path, tmp_path: Path, paid_out: str) -> None:
    cash_return.post_list(ticked(home, paid_out, tmp_path / "a.xlsx", {"Người P1": "x", "Người P2": "x"}), COMMUNE, "thu.quy")
    december = carrying(dsn)
    plan.plan(december, MAKER)  # planned again: the same links
    seal.seal(december, MAKER)
    assert query(dsn, "select period, state from ops.payment_instruction where person_id = 'P3' order by 1") == [
        ("2026-11", "carried"), ("2026-12", "listed"),
    ]  # fmt: skip
    late = cash_return.post_list(ticked(home, paid_out, tmp_path / "b.xlsx", {"Người P3": "x"}), COMMUNE, "thu.quy")
    assert late and [verdict for _, _, verdict in late.problems] == ["carried"]
    assert verify() == []


def test_a_list_overtaken_by_the_pay_point_leaves_the_person_out(dsn: str, home: Path, tmp_path: Path, paid_out: str) -> None:
    cash_return.post_list(ticked(home, paid_out, tmp_path / "a.xlsx", {"Người P1": "x", "Người P2": "x"}), COMMUNE, "thu.quy")
    december = carrying(dsn)
    late = ticked(home, paid_out, tmp_path / "b.xlsx", {"Người P3": "x"})
    cash_return.post_list(late, COMMUNE, "thu.quy")
    with pytest.raises(BlockedByData) as refused:  # planned before, sealed after
        seal.seal(december, MAKER)
    assert refused.value.code == "CARRIED_MONEY"
    again = plan.plan(december, MAKER)
    assert (again.state, again.rows) == ("empty", 0)
    assert "Để lại 1 dòng" in again.note_vi


def test_a_refused_december_owes_the_carried_money_still(dsn: str, home: Path, tmp_path: Path, paid_out: str) -> None:
    cash_return.post_list(ticked(home, paid_out, tmp_path / "a.xlsx", {"Người P1": "x", "Người P2": "x"}), COMMUNE, "thu.quy")
    december = carrying(dsn)
    seal.seal(december, MAKER)
    approve.decide(december, CHECKER, "reject", "sai số")
    second = runs.open_runs("2026-12", MAKER)[0]
    assert second != december
    assert plan.plan(second, MAKER).total_vnd == 1_620_000
    assert seal.seal(second, MAKER).state == "sealed"


def test_the_unpaid_report_names_who_waits_and_the_month_closes(dsn: str, home: Path, tmp_path: Path, paid_out: str) -> None:
    cash_return.post_list(ticked(home, paid_out, tmp_path / "a.xlsx", {"Người P1": "x"}), COMMUNE, "thu.quy")
    book_path, table = unpaid.write(PERIOD)
    summary, people = load_workbook(book_path).worksheets
    assert [row[2:7] for row in summary.iter_rows(min_row=4, values_only=True)][-1] == (4, 3_240_000, 810_000, 1_620_000, 810_000)
    assert [row[4] for row in people.iter_rows(min_row=4, values_only=True)] == ["Người P2", "Người P3"]
    assert "Chuyển sang danh sách kỳ sau" in table.read_text(encoding="utf-8-sig")


def test_neither_list_nor_report_names_the_illness(dsn: str, home: Path, tmp_path: Path) -> None:
    hidden = {"entitlement_code": "5.8", "family": "5.8", "why_vi": "mã 5.8"}
    run_id = approved(dsn, [*in_cash("P1", **hidden), *in_cash("P2", entitlement_code="5.3_u4", family="5.3")])
    gone(run_id)
    back = ticked(home, run_id, tmp_path / "a.xlsx", {"Người P1": "k", "Người P2": "k"})
    cash_return.post_list(back, COMMUNE, "thu.quy")
    for path in (*unpaid.write(PERIOD), back):
        cells = (
            path.read_text("utf-8-sig") if path.suffix == ".csv" else str([list(sheet.values) for sheet in load_workbook(path).worksheets])
        )
        assert "BTXH" in cells and not any(word in cells for word in ("5.8", "5.3", "HIV")), path.name
        assert not any(word in path.name for word in ("5.8", "5.3", "HIV"))


def test_money_that_was_carried_and_paid_out_all_the_same_is_found(dsn: str, home: Path, tmp_path: Path, paid_out: str) -> None:
    cash_return.post_list(ticked(home, paid_out, tmp_path / "a.xlsx", {"Người P1": "x", "Người P2": "x"}), COMMUNE, "thu.quy")
    seal.seal(carrying(dsn), MAKER)
    query_free(dsn, "update ops.payment_instruction set state = 'collected' where state = 'carried'")
    assert "CARRIED_OPEN" in {finding.code for finding in verify()}


def query_free(dsn: str, statement: str) -> None:
    """A change by somebody above every guard."""
    import psycopg

    with psycopg.connect(dsn) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(statement)


def test_the_command_tells_each_file_and_ends_red_when_a_line_is_not_believed(
    dsn: str, home: Path, tmp_path: Path, paid_out: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    from ansinh.cli import main

    good = ticked(home, paid_out, tmp_path / "a.xlsx", {"Người P1": "x"})
    bad = tmp_path / "b.csv"
    bad.write_text("end_to_end_id,collected\nAS-khong-co,x\n", encoding="utf-8")
    with pytest.raises(SystemExit) as done:
        main(["collected", str(good), "--commune", COMMUNE, "--json"])
    assert done.value.code == 0
    (told,) = json.loads(capsys.readouterr().out)["files"]
    assert (told["status"], told["collected"], told["uncollected"]) == ("posted", 1, 2)
    with pytest.raises(SystemExit) as red:
        main(["collected", str(bad)])
    assert red.value.code == 3
    assert "không có lệnh chi mang mã này" in capsys.readouterr().out
