"""Before Tết two months go out together, in a province that pays more than the national floor; and nobody approves a book that does not tie."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from adversary import Case, differences, held, paid
from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData
from ansinh.payment import approve, plan, runs, seal
from province import Person, Province, lines, months

SETTINGS = """
[payment]
months_together = { "2027-01" = 2 }
[[payment.provincial_amounts]]
scheme = "HTXH"
amount_vnd = 800000
counted_from = 2025-07-01
legal_basis = "NQ 12/2025/NQ-HĐND của tỉnh"
"""


class Tet:
    """January pays January and February; the February and March lists follow."""

    def __init__(self, folder: Path) -> None:
        self.p = Province(folder)
        self.seen: dict[str, list[Case]] = {"2027-01": [], "2027-02": [], "2027-03": []}
        self.found: dict[str, list[str]] = {}
        self.january()
        self.february()
        self.march()

    def expect(self, period: str, name: str, person: Person, *expected: Any) -> None:
        self.seen[period].append(Case(name, person, list(expected)))

    def build(self, period: str) -> None:
        self.p.build(period)
        self.found[period] = differences(self.seen[period], lines)

    def january(self) -> None:
        p, month = self.p, "2027-01"
        self.both = p.person("2/3/1950")
        p.paid(self.both, "HTXH", 800_000, "2026-01..2026-12")
        p.listed(month, self.both, "HTXH", 800_000, decided_on=date(2025, 7, 1))
        p.listed(month, self.both, "5.5a_60_80", 810_000, decided_on=date(2027, 1, 4))
        self.expect(
            month,
            "the province's pension is lower now",
            self.both,
            paid("5.5a_60_80", 1_620_000),
            held("HTXH", "excluded_highest_only", 1_600_000),
        )
        self.pension = p.person("3/3/1950")
        p.paid(self.pension, "HTXH", 540_000, "2026-07..2026-12")
        p.listed(month, self.pension, "HTXH", 800_000)
        self.expect(month, "paid the floor so far", self.pension, paid("HTXH", 1_600_000, 6 * 260_000))
        self.child = p.person("10/2/2023")
        p.listed(month, self.child, "5.1_u4", 1_350_000)
        self.expect(month, "four in the second month", self.child, paid("5.1_u4", 1_350_000 + 810_000))
        self.dies, self.leaves, self.steady = p.person("4/3/1980"), p.person("5/3/1980"), p.person("6/3/1980")
        for person in (self.dies, self.leaves, self.steady):
            p.listed(month, person, "5.6_n", 810_000)
            self.expect(month, "two months", person, paid("5.6_n", 1_620_000))
        self.build(month)
        self.pension_why = str(lines(self.pension)[0]["why_vi"])
        self.steady_months = months(lines(self.steady)[0]["entitlement_id"])
        self.run_id = runs.open_runs(month, "lap")[0]
        self.planned = plan.plan(self.run_id, "lap")

    def february(self) -> None:
        p, month = self.p, "2027-02"
        self.dies.dead_on = date(2027, 1, 20)
        self.joins = p.person("7/3/1980")
        for person, code, amount in (
            (self.dies, "5.6_n", 810_000),
            (self.steady, "5.6_n", 810_000),
            (self.joins, "5.6_n", 810_000),
            (self.pension, "HTXH", 800_000),
        ):
            p.listed(month, person, code, amount)
        self.expect(month, "paid together in January", self.steady, paid("5.6_n", 0))
        self.expect(month, "paid together in January", self.pension, paid("HTXH", 0))
        self.expect(month, "joined meanwhile: one month", self.joins, paid("5.6_n", 810_000))
        self.expect(month, "died in January: February is asked back", self.dies, held("5.6_n", "deceased", 0, 0, 810_000))
        self.build(month)
        self.february_run = runs.open_runs(month, "lap")[0]
        plan.plan(self.february_run, "lap")

    def march(self) -> None:
        p, month = self.p, "2027-03"
        for person in (self.dies, self.steady, self.joins):
            p.listed(month, person, "5.6_n", 810_000)
        self.expect(month, "a plain month again", self.steady, paid("5.6_n", 810_000))
        self.expect(month, "one plain month", self.joins, paid("5.6_n", 810_000))
        self.expect(month, "the case is not opened a second time", self.dies, held("5.6_n", "deceased"))
        self.build(month)


@pytest.fixture(scope="module")
def tet(module_dsn: str, module_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tet]:
    (module_home / "ansinh.toml").write_text(SETTINGS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSINH_NOW", "2026-12-22T08:00:00+07:00")
        yield Tet(tmp_path_factory.mktemp("tet"))


@pytest.mark.parametrize("period", ["2027-01", "2027-02", "2027-03"])
def test_the_months_around_tet_come_out_to_the_dong(tet: Tet, period: str) -> None:
    assert not tet.found[period], "\n".join(tet.found[period])


def test_the_second_month_is_told_apart_from_the_first(tet: Tet) -> None:
    assert tet.steady_months == {"2027-01": 810_000, "2027-02": 810_000}


def test_the_provinces_amount_is_cited(tet: Tet) -> None:
    assert "NQ 12/2025/NQ-HĐND" in tet.pension_why


def test_a_run_that_is_not_what_the_list_says_cannot_be_approved(tet: Tet) -> None:
    """Somebody with the maker's rights raises one line, its month and the run's total alike: every sum agrees, the book does not."""
    with connect() as connection:
        line = connection.execute("select end_to_end_id from ops.payment_instruction where run_id = %s limit 1", (tet.run_id,)).fetchone()
        assert line
        connection.execute("set session_replication_role = replica")
        connection.execute("update ops.payment_instruction set amount_vnd = amount_vnd + 1 where end_to_end_id = %s", line)
        connection.execute(
            "update ops.instruction_month set amount_vnd = amount_vnd + 1 where end_to_end_id = %s and month = '2027-01'", line
        )
        connection.execute("update ops.payment_run set total_vnd = total_vnd + 1 where run_id = %s", (tet.run_id,))
    seal.seal(tet.run_id, "lap")
    with pytest.raises(BlockedByData) as refused:
        approve.decide(tet.run_id, "duyet", "approve")
    assert refused.value.code == "VARIANCE" and "chưa duyệt được" in refused.value.reason


def test_a_list_whose_causes_do_not_add_up_cannot_be_approved(tet: Tet) -> None:
    """Somebody changes one published line after the checks; the told causes stay."""
    with connect() as connection:
        line = connection.execute("select entitlement_id from marts.fct_entitlement where payable_vnd > 0 order by 1 limit 1").fetchone()
        assert line
        for table, column in (("fct_entitlement", "payable_vnd"), ("fct_entitlement_month", "amount_vnd")):
            connection.execute(f"update marts.{table} set {column} = {column} + 1 where entitlement_id = %s and {column} > 0", line)
    run_id = runs.open_runs("2027-03", "lap")[0]
    plan.plan(run_id, "lap")
    seal.seal(run_id, "lap")
    with pytest.raises(BlockedByData) as refused:
        approve.decide(run_id, "duyet", "approve")
    assert refused.value.code == "VARIANCE"
