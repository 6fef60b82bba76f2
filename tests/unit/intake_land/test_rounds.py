"""Any series of workbooks of one commune, against a model small enough to believe."""

from __future__ import annotations

from collections import Counter

import psycopg
import pytest
from ansinh.intake.kinds import Overlap, decide_kind
from ansinh.intake.known import load_commune
from ansinh.intake.land import land
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.intake_land.makers import COMMUNE, person, workbook

IN_FORCE = """
    select r.id_number, r.account_number from raw.commune__readings r join raw.commune__workbooks w using (workbook_id)
    where w.status in ('accepted', 'partly') and not r.is_blocked
        and not exists (select 1 from raw.commune__retired_rows t where t.row_id = r.row_id)
"""
rounds = st.lists(
    st.tuples(st.sampled_from([None, None, None, "supplement", "correction"]), st.sets(st.integers(1, 24), min_size=1, max_size=24)),
    min_size=1,
    max_size=6,
)


class Model:
    """What is in force: person → the accounts of his lines, oldest first."""

    def __init__(self) -> None:
        self.lines: dict[int, list[str]] = {}
        self.has_list = False

    def take(self, words: str | None, people: set[int], account: str) -> str:
        live = sum(len(lines) for lines in self.lines.values())
        matched = sum(1 for number in people if self.lines.get(number))
        overlap = Overlap(len(people), matched, live, live - matched)
        decision = decide_kind(words, is_our_answer=False, has_list=self.has_list, overlap=overlap)
        if decision.question:
            return "held"
        if decision.kind == "full_resend":
            self.lines = {}
        for number in people:
            lines = self.lines.setdefault(number, [])
            if decision.kind == "correction" and lines:
                lines.pop(0)
            lines.append(account)
        self.has_list = self.has_list or decision.kind in ("first", "full_resend")
        return "accepted"

    def in_force(self) -> Counter[tuple[str, str]]:
        return Counter((f"079080{number:06d}", account) for number, lines in self.lines.items() for account in lines)


@pytest.fixture
def connection(dsn):
    with psycopg.connect(dsn, autocommit=True) as open_connection:
        yield open_connection


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(rounds, st.booleans())
def test_what_is_in_force_after_any_series_of_rounds_is_what_a_clerk_would_say(connection, series, one_sitting):
    connection.execute("truncate raw.commune__workbooks, raw.commune__rows, raw.commune__readings cascade")
    model, commune = Model(), None
    for number, (words, people) in enumerate(series):
        account = f"9{number}"
        rows = [person(who, place, account_number=account) for place, who in enumerate(sorted(people), start=7)]
        arrived, reading = workbook(rows, f"DS {number}.xlsx", after=number, content=f"{number}", kind_words=words)
        if commune is None or not one_sitting:
            commune = load_commune(connection, COMMUNE, "2026-11", is_known=True, arriving=[arrived.sha256])
        assert land(connection, commune, arrived, reading) == model.take(words, people, account)
        assert Counter(connection.execute(IN_FORCE).fetchall()) == model.in_force()
    counted = connection.execute("select count(*) from raw.commune__rows").fetchone()
    assert counted == (sum(len(people) for _, people in series),)
