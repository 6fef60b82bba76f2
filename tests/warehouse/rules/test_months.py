"""Month after month on one ledger: nothing is paid twice, nothing owed is forgotten, and every change has its cause."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ansinh.core.db import connect
from ansinh.payment import plan, runs
from province import Person, Province, lines, months, query

CASH = {"payment_channel": "cash", "bank_bin": None, "account_number": None, "account_name": None}
NO_ACCOUNT = {"bank_bin": None, "account_number": None, "account_name": None}
SILENT = "25867"


def pay(period: str) -> int:
    """Plan both runs of the month for real; what is planned counts as paid until somebody says otherwise."""
    return sum(plan.plan(run_id, "maker").total_vnd for run_id in runs.open_runs(period, "maker"))


def end_as(person: Person, period: str, *states: str) -> None:
    """Walk the person's instruction of a period through states."""
    with connect() as connection:
        for state in states:
            connection.execute(
                "update ops.payment_instruction set state = %s where period = %s and person_id in (select x.person_id from marts.person_xref x"
                " join staging.stg_commune__beneficiary_rows s using (row_id) where s.id_number = %s)",
                (state, period, person.id_number),
            )


class Story:
    """November, the same November again, December, December with a waiver, February."""

    def __init__(self, folder: Path) -> None:
        self.p = Province(folder)
        self.seen: dict[str, dict[str, list[dict[str, Any]]]] = {}
        self.totals: dict[str, int] = {}
        self.silent: dict[str, Any] = {}
        self.people()
        self.november()
        self.december()
        self.february()

    def people(self) -> None:
        p = self.p
        self.steady, self.rejected, self.waiting = p.person("12/3/1980"), p.person("13/3/1980"), p.person("14/3/1980")
        self.dead_listed, self.dead_unlisted = p.person("15/3/1980"), p.person("16/3/1980")
        self.leaver, self.joiner, self.uncollected = p.person("17/3/1980"), p.person("18/3/1980"), p.person("19/3/1980")
        self.turns_80, self.silent_alive, self.silent_dead = p.person("20/12/1946"), p.person("21/3/1980"), p.person("22/3/1980")
        self.everybody = {name: person for name, person in vars(self).items() if isinstance(person, Person)}

    def november(self) -> None:
        p, month = self.p, "2026-11"
        p.paid(self.steady, "5.6_n", 750_000, "2026-01..2026-10")
        for person in (self.dead_listed, self.dead_unlisted):
            p.paid(person, "5.6_dbn", 1_000_000, "2026-01..2026-10")
            p.listed(month, person, "5.6_dbn", 1_080_000)
        for person in (self.steady, self.rejected, self.leaver):
            p.listed(month, person, "5.6_n", 810_000)
        p.listed(month, self.waiting, "5.6_n", 810_000, **NO_ACCOUNT)
        p.listed(month, self.uncollected, "5.6_n", 810_000, **CASH)
        p.listed(month, self.turns_80, "5.5a_60_80", 810_000)
        for person in (self.silent_alive, self.silent_dead):
            p.listed(month, person, "5.6_n", 810_000, commune=SILENT)
        p.build(month)
        self.look("november")
        self.totals["november"] = pay(month)
        p.build(month, "entitle")
        self.look("november again")
        self.totals["november again"] = pay(month)
        end_as(self.rejected, month, "sealed", "sent", "rejected")
        end_as(self.uncollected, month, "listed", "uncollected")

    def december(self) -> None:
        p, month = self.p, "2026-12"
        for person in (self.dead_listed, self.dead_unlisted, self.silent_dead):
            person.dead_on = date(2026, 10, 3)
        p.listed(month, self.dead_listed, "5.6_dbn", 1_080_000)
        for person in (self.steady, self.rejected, self.waiting, self.joiner):
            p.listed(month, person, "5.6_n", 810_000)
        p.listed(month, self.uncollected, "5.6_n", 810_000, **CASH)
        p.listed(month, self.turns_80, "5.5a_60_80", 1_080_000)
        p.build(month)
        self.look("december")
        with connect() as connection:
            connection.execute(
                "insert into ops.waiver (code, period, commune_code, action, reason, signed_by, valid_until)"
                " values ('PAY_COMMUNE_SILENT', '2026-12', %s, 'carry_over', 'xã ngập lụt', 'lanh.dao', '2099-12-31')",
                (SILENT,),
            )
        p.build(month, "entitle")
        self.look("december carried")
        self.causes = query("select * from marts.rpt_variance")
        p.build(month, "settle")
        self.totals["december"] = pay(month)

    def february(self) -> None:
        p, month = self.p, "2027-02"
        for person in (self.steady, self.joiner):
            p.listed(month, person, "5.6_n", 810_000)
        p.build(month)
        self.look("february")
        self.skipped = query("select look_code from intermediate.int_entitlement_looks")

    def look(self, name: str) -> None:
        self.seen[name] = {
            who: [row | {"months": months(row["entitlement_id"])} for row in lines(person)] for who, person in self.everybody.items()
        }
        self.silent[name] = query("select commune_code, waiver_action from intermediate.int_silent_communes")

    def figures(self, when: str, who: str) -> list[tuple[Any, ...]]:
        return [
            (row["amount_vnd"], row["arrears_vnd"], row["payable_vnd"], row["recovery_vnd"], row["hold_code"])
            for row in self.seen[when][who]
        ]


@pytest.fixture(scope="module")
def story(module_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    yield Story(tmp_path_factory.mktemp("story"))


def test_building_again_after_paying_shows_the_same_figures_and_pays_nobody_again(story: Story) -> None:
    for who in story.everybody:
        assert story.figures("november", who) == story.figures("november again", who)
    assert story.totals["november"] == story.totals["november again"] > 0


def test_the_month_after_arrears_is_a_plain_month(story: Story) -> None:
    assert story.figures("november", "steady") == [(810_000, 240_000, 1_050_000, 0, None)]
    assert story.figures("december", "steady") == [(810_000, 0, 810_000, 0, None)]


def test_5_a_death_known_late_makes_one_recovery_case_and_no_deduction(story: Story) -> None:
    assert story.figures("november", "dead_listed") == [(1_080_000, 320_000, 1_400_000, 0, None)]
    assert story.figures("december", "dead_listed") == [(0, 0, 0, 1_080_000, "deceased")]
    assert story.figures("december", "dead_unlisted") == [(0, 0, 0, 1_080_000, "deceased")]


def test_what_the_bank_refused_and_nobody_paid_again_is_owed_next_month(story: Story) -> None:
    assert story.figures("december", "rejected") == [(810_000, 810_000, 1_620_000, 0, None)]


def test_a_line_held_for_want_of_an_account_is_paid_with_its_month_once_there_is_one(story: Story) -> None:
    assert story.figures("november", "waiting") == [(810_000, 0, 0, 0, "no_channel")]
    assert story.figures("december", "waiting") == [(810_000, 810_000, 1_620_000, 0, None)]
    assert story.seen["december"]["waiting"][0]["months"] == {"2026-11": 810_000, "2026-12": 810_000}


def test_cash_nobody_fetched_is_carried_to_the_next_month(story: Story) -> None:
    assert story.figures("december", "uncollected") == [(810_000, 810_000, 1_620_000, 0, None)]


def test_who_turns_eighty_gets_the_higher_level_from_that_month(story: Story) -> None:
    assert story.seen["november"]["turns_80"][0]["entitlement_code"] == "5.5a_60_80"
    assert story.seen["december"]["turns_80"][0]["entitlement_code"] == "5.5a_80"
    assert story.figures("december", "turns_80") == [(1_080_000, 0, 1_080_000, 0, None)]


def test_who_is_listed_no_more_has_no_line(story: Story) -> None:
    assert story.figures("december", "leaver") == []


def test_a_silent_commune_is_named_and_its_people_wait(story: Story) -> None:
    assert story.silent["november"] == []
    assert story.silent["december"] == [{"commune_code": SILENT, "waiver_action": None}]
    assert story.figures("december", "silent_alive") == [(810_000, 0, 0, 0, "late_commune")]


def test_a_signed_carry_over_pays_last_months_lines_but_not_the_dead(story: Story) -> None:
    assert story.silent["december carried"] == [{"commune_code": SILENT, "waiver_action": "carry_over"}]
    assert story.figures("december carried", "silent_alive") == [(810_000, 0, 810_000, 0, None)]
    assert story.seen["december carried"]["silent_alive"][0]["account_number"] == "6" + story.silent_alive.id_number[2:]
    assert story.figures("december carried", "silent_dead") == [(0, 0, 0, 810_000, "deceased")]


def test_every_change_has_its_cause_and_the_sums_tie(story: Story) -> None:
    causes = sorted((row["cause"], row["amount_before_vnd"], row["amount_after_vnd"]) for row in story.causes)
    assert causes == sorted([
        ("arrears", 0, 810_000), ("arrears", 0, 810_000), ("arrears", 0, 810_000),
        ("arrears_last_month", 240_000, 0), ("arrears_last_month", 320_000, 0), ("arrears_last_month", 320_000, 0),
        ("deceased", 1_080_000, 0), ("deceased", 1_080_000, 0), ("deceased", 810_000, 0),
        ("joiner", 0, 810_000), ("joiner", 0, 810_000),
        ("leaver", 810_000, 0), ("level", 810_000, 1_080_000),
        ("resumed", 0, 810_000), ("resumed", 0, 810_000),
    ])  # fmt: skip
    change = sum(row["amount_after_vnd"] - row["amount_before_vnd"] for row in story.causes)
    paid_last = story.totals["november"] - 2 * 810_000  # one refused, one not fetched
    assert paid_last + change == story.totals["december"]


def test_a_skipped_month_is_not_made_up_by_itself(story: Story) -> None:
    assert story.figures("february", "steady") == [(810_000, 0, 810_000, 0, None)]
    assert {row["look_code"] for row in story.skipped} == {"month_skipped"}


def test_payments_and_progress_are_told_as_the_ledger_stands(story: Story) -> None:
    states = query("select state, count(*) as n from marts.fct_payment where period = '2026-11' group by 1 order by 1")
    assert {row["state"]: row["n"] for row in states}["rejected"] == 1
    progress = query("select * from marts.rpt_cashless_progress where period = '2026-11' and commune_code = '25858'")
    assert [(row["people"], row["people_cash"], row["amount_cash_vnd"]) for row in progress] == [(6, 1, 810_000)]


def test_an_analyst_reads_masked_views_and_nothing_else(story: Story) -> None:
    with connect() as connection:
        connection.execute("set role analyst")
        seen = connection.execute("select * from analytics.fct_entitlement").fetchall()
        connection.execute("select * from analytics.fct_payment").fetchall()
        text = str(seen)
        assert seen and not any(person.id_number in text or person.name in text for person in story.p.people)
        with pytest.raises(Exception, match="permission denied"):
            connection.execute("select * from marts.fct_entitlement")


def test_an_empty_month_holds_nothing_and_4_a_woman_known_by_year_only_turns_eighty_on_the_first_of_january(
    dsn: str, tmp_path: Path
) -> None:
    p = Province(tmp_path)
    p.build("2025-12")
    assert query("select * from marts.fct_entitlement") == []
    woman = p.person("1946", "female")
    p.paid(woman, "5.5a_60_80", 750_000, "2025-01..2025-12")
    p.listed("2026-01", woman, "5.5a_60_80", 750_000)
    p.build("2026-01")
    (found,) = lines(woman)
    figures = (found["amount_vnd"], found["arrears_vnd"], found["payable_vnd"])
    assert (found["entitlement_code"], *figures) == ("5.5a_80", 1_000_000, 0, 1_000_000)
