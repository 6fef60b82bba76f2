"""Months of cash and transfers with every outcome at random: each month of each person is paid at most once, and what was not paid stays owed.

Real dbt, real ledger, real lists. Per person: paid + still out + owed by the last list = what the law gives, to the đồng.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData
from ansinh.payment import approve, cash_return, ledger, plan, runs, seal
from ansinh.payment.session import money
from ansinh.payment.verify import verify
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from province import Province, query

from tests.support.paylist import CHECKER, MAKER, gone

MONTHS = ("2026-11", "2026-12", "2027-01", "2027-02")
LAST = "2027-03"
RATE = 810_000
EXAMPLES = int(os.environ.get("ANSINH_CASH_EXAMPLES", "1"))


def somebody(rng: random.Random) -> dict[str, Any]:
    """A person's fate: how each month's money ends, whether they come late for last month's, when a new decision lifts a hold."""
    return {
        "channel": rng.choice(["cash", "cash", "cash", "bank"]),
        "ends": [rng.choice(["good", "left", "left", "left", "untold", "back"]) for _ in MONTHS],
        # while the next list is made: before it is computed, between plan and seal, or when it is too late
        "late": [rng.choice([*[""] * 7, "computed", "planned", "sealed"]) for _ in MONTHS],
        "released": rng.choice(["", *MONTHS[2:], LAST]),
    }


@pytest.fixture(scope="module")
def warehouse(module_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    province = Province(tmp_path_factory.mktemp("cash"))
    province.build(MONTHS[0], "warehouse")
    yield province


class Walk:
    """The months of one example, on the published tables of the identity stage."""

    def __init__(self, warehouse: Province, people: list[dict[str, Any]], folder: Path) -> None:
        self.warehouse, self.people, self.folder = warehouse, people, folder
        self.seen: set[str] = set()
        with connect() as connection:
            connection.execute(
                "set session_replication_role = replica; truncate ops.payment_run, ops.approval, ops.payment_file, ops.payment_instruction,"
                " ops.instruction_month, ops.instruction_event, ops.ledger_entry, ops.audit_event, ops.recovery_case, ops.carried_line,"
                " ops.cash_return, ops.cash_return_row, ops.run_book cascade; drop table if exists intermediate.int_hold_history cascade"
            )

    def list_of(self, period: str) -> None:
        """Everybody on the list of the month, as the identity stage publishes it."""
        columns = (
            "row_id", "workbook_id", "sheet", "row_number", "commune_code", "period", "full_name", "name_key", "id_number", "id_type", "birth_date",
            "birth_year", "programme_code", "entitlement_code", "group_is_unsure", "amount_vnd", "payment_channel", "bank_bin", "account_number",
            "account_name", "decided_on",
        )  # fmt: skip
        with connect() as connection:
            connection.execute(
                "truncate staging.stg_commune__beneficiary_rows, marts.person_xref, intermediate.int_identity_checks,"
                " staging.stg_national_id__persons"
            )
            connection.execute(
                "insert into raw.commune__workbooks (workbook_id, commune_code, period, file_name, sha256, size_bytes, received_at, status)"
                " values (%s, '25858', %s, 'a.xlsx', %s, 1, now(), 'accepted') on conflict do nothing",
                (f"W{period}", period, period),
            )
            for number, person in enumerate(self.people):
                bank, name = person["channel"] == "bank", f"nguyen van {chr(97 + number // 26)}{chr(97 + number % 26)}"
                row = (
                    f"R{period}{number}", f"W{period}", "DS", number, "25858", period, name, name, f"079080{number:06d}", "cccd", "1980-05-10",
                    1980, "BTXH", "5.6_n", False, RATE, person["channel"], "970436" if bank else None, f"1{number:08d}" if bank else None,
                    name if bank else None, f"{period}-03" if person["released"] == period else None,
                )  # fmt: skip
                marks = ", ".join(["%s"] * len(columns))
                connection.execute(f"insert into staging.stg_commune__beneficiary_rows ({', '.join(columns)}) values ({marks})", row)
                connection.execute("insert into marts.person_xref values (%s, %s, 'single', 1)", (row[0], f"P{number}"))
                connection.execute(
                    "insert into intermediate.int_identity_checks (row_id, identity_status) values (%s, 'not_found')", (row[0],)
                )

    def build(self, period: str) -> None:
        from ansinh.warehouse.build import build
        from ansinh.warehouse.publish import publish

        self.list_of(period)
        self.warehouse.builds += 1
        build("entitle", period, None, f"cash-{self.warehouse.builds}")
        publish("entitle", period)

    def month(self, at: int) -> None:
        period = MONTHS[at]
        self.come_late(at, "computed")
        self.build(period)
        run_id = runs.open_runs(period, MAKER)[0]
        planned = plan.plan(run_id, MAKER)
        if self.come_late(at, "planned"):
            self.seal_is_refused_while_somebody_was_paid_meanwhile(run_id)
            planned = plan.plan(run_id, MAKER)
        if planned.state == "checked":
            seal.seal(run_id, MAKER)
            approve.decide(run_id, CHECKER, "approve")
            gone(run_id)
        self.come_late(at, "sealed")
        self.money_ends(at)
        assert verify() == []
        self.seen |= {str(row["state"]) for row in query("select distinct state from ops.payment_instruction")}
        self.seen |= {str(row["hold_code"]) for row in query("select distinct hold_code from marts.fct_entitlement")}

    def seal_is_refused_while_somebody_was_paid_meanwhile(self, run_id: str) -> None:
        overtaken = query(
            "select 1 from ops.carried_line c join ops.payment_instruction n on n.end_to_end_id = c.carried_by"
            " join ops.payment_instruction o on o.end_to_end_id = c.end_to_end_id where n.run_id = %s and o.state = 'collected'", run_id,
        )  # fmt: skip
        if overtaken:
            with pytest.raises(BlockedByData) as refused:
                seal.seal(run_id, MAKER)
            assert refused.value.code == "CARRIED_MONEY"
            self.seen.add("refused seal")

    def come_late(self, at: int, when: str) -> bool:
        wanted = [f"P{n}" for n, person in enumerate(self.people) if person["late"][at] == when]
        lines = query(
            "select end_to_end_id from ops.payment_instruction where person_id = any(%s) and period < %s and state in ('uncollected', 'carried')",
            wanted, MONTHS[at],
        )  # fmt: skip
        self.tell({line["end_to_end_id"]: "x" for line in lines}, f"late-{at}-{when}")
        return bool(lines)

    def money_ends(self, at: int) -> None:
        moves, marks = [], {}
        for line in query(
            "select end_to_end_id, person_id, state from ops.payment_instruction where period = %s and state in ('sent', 'listed')",
            MONTHS[at],
        ):
            end = self.people[int(line["person_id"][1:])]["ends"][at]
            if line["state"] == "listed":
                marks |= {line["end_to_end_id"]: {"good": "x", "left": "k", "back": "k"}.get(end, "")}
            elif end == "good":
                moves.append(ledger.Move(line["end_to_end_id"], "settled", "bank"))
            elif end in ("left", "back"):
                moves.append(ledger.Move(line["end_to_end_id"], "rejected", "bank", return_reason="AC04"))
        with money("sender") as connection:
            ledger.advance(connection, moves)
        self.tell({line: mark for line, mark in marks.items() if mark}, f"list-{at}")

    def tell(self, marks: dict[str, str], name: str) -> None:
        if marks:
            path = self.folder / f"{name}.csv"
            path.write_text("end_to_end_id,collected\n" + "\n".join(f"{key},{mark}" for key, mark in marks.items()), encoding="utf-8")
            posted = cash_return.post_list(path, None, "thu.quy")
            assert posted is not None
            self.seen |= {f"verdict {verdict}" for _, _, verdict in posted.problems}

    def nobody_got_a_month_twice_and_nothing_is_lost(self) -> None:
        self.build(LAST)
        got: dict[tuple[str, str], int] = defaultdict(int)
        out: dict[str, int] = defaultdict(int)
        for row in query(
            "select i.person_id, m.month, m.amount_vnd, i.state from ops.payment_instruction i join ops.instruction_month m using (end_to_end_id)"
        ):
            if row["state"] in ("collected", "settled"):
                got[row["person_id"], row["month"]] += row["amount_vnd"]
            elif row["state"] in ("listed", "sent"):
                out[row["person_id"]] += row["amount_vnd"]
        assert all(amount <= RATE for amount in got.values()), "a month was paid twice"
        for line in query("select person_id, amount_vnd + arrears_vnd as owed, hold_code from marts.fct_entitlement"):
            person = line["person_id"]
            paid = sum(amount for (who, _), amount in got.items() if who == person)
            assert paid + out[person] + line["owed"] == (len(MONTHS) + 1) * RATE, (self.people[int(person[1:])], line)
        assert query("select 1 from ops.ledger_entry group by run_id having sum(amount_vnd) <> 0") == []
        assert query("select 1 from marts.fct_recovery_case") == []


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 2,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(seed=st.integers(0, 2**32))
def test_every_month_is_paid_at_most_once_and_stays_owed_until_then(
    warehouse: Province, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    rng = random.Random(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSINH_NOW", "2026-10-23T08:00:00+07:00")
        walk = Walk(warehouse, [somebody(rng) for _ in range(60)], tmp_path_factory.mktemp("lists"))
        for at in range(len(MONTHS)):
            walk.month(at)
        walk.nobody_got_a_month_twice_and_nothing_is_lost()
        assert walk.seen >= {"carried", "uncollected_3m", "refused seal", "verdict carried"}, (seed, walk.seen)  # the walk went everywhere
