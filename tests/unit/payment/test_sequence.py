"""File numbers come from the database: two seals at once, a clock turned back and a voided seal never give one number twice."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from ansinh.core.errors import BlockedByData
from ansinh.payment import calendar, delivery, seal
from ansinh.payment.session import money, rows
from ansinh.rules import reference

from tests.support.money import MAKER, SENDER, approved_run, people, planned_run


def _numbers() -> list[tuple[int, str]]:
    with money() as connection:
        found = rows(connection, "select sequence_number, message_id from ops.payment_file order by sequence_number")
        return [(int(number), str(message)) for number, message in found]


def test_two_owners_sealing_at_once_get_numbers_of_their_own(dsn: str, home: Path) -> None:
    run_ids = [planned_run(people(3), "2026-11-YTE-1"), planned_run(people(3), "2026-11-NOV-1", first_entitlement=100)]
    start, errors = threading.Barrier(2), []

    def one(run_id: str) -> None:
        start.wait()
        try:
            seal.seal(run_id, MAKER)
        except BaseException as error:
            errors.append(error)

    both = [threading.Thread(target=one, args=(run_id,)) for run_id in run_ids]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    assert errors == []
    assert [number for number, _ in _numbers()] == [1, 2]
    assert len({message for _, message in _numbers()}) == 2


def test_a_clock_turned_back_and_a_seal_again_burn_no_number_twice(dsn: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = planned_run(people(2))
    seal.seal(run_id, MAKER)
    monkeypatch.setenv("ANSINH_NOW", "2026-10-01T08:00+07:00")
    seal.seal(run_id, MAKER, again=True)
    assert [number for number, _ in _numbers()] == [1, 2]
    assert len({message for _, message in _numbers()}) == 2


def test_a_day_off_decreed_after_the_seal_stops_the_sending(dsn: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = approved_run(people(1))
    load = reference.load
    added = {"day": "2026-10-26", "is_business_day": "false", "reason": "nghỉ bù"}
    monkeypatch.setattr(reference, "load", lambda name: [*load(name), added] if name == "holidays_override" else load(name))
    assert calendar.is_business_day(calendar.next_business_day(calendar.date(2026, 10, 23)))
    with pytest.raises(BlockedByData) as refused:
        delivery.send(run_id, SENDER)
    assert refused.value.code == "NOT_BUSINESS_DAY"
