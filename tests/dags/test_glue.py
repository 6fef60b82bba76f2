"""The period of a run, the neighbours it is given, and what becomes of an error: without a running Airflow."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansinh import airflow_glue as glue
from ansinh.core import failures
from ansinh.core.errors import AnsinhError, BlockedByData, PartnerUnavailable, UsageError


def _context(period: str | None = None, events: list[dict[str, Any]] | None = None, day: datetime | None = None) -> dict[str, Any]:
    found = [
        SimpleNamespace(extra=extra, timestamp=datetime(2026, 10, 20, 8, number, tzinfo=UTC)) for number, extra in enumerate(events or [])
    ]
    run = SimpleNamespace(logical_date=None, run_after=day or datetime(2026, 10, 20, tzinfo=UTC), triggering_user_name=None)
    return {"params": {"period": period, "then": True}, "triggering_asset_events": {"asset": found} if found else {}, "dag_run": run}


def test_the_named_period_wins_over_the_assets_and_the_day() -> None:
    assert glue.period_of(_context("2026-11", [{"period": "2026-12"}])) == "2026-11"


def test_the_assets_carry_the_period_to_the_next_step() -> None:
    assert glue.period_of(_context(None, [{"period": "2026-10"}, {"period": "2026-11"}])) == "2026-11"


def test_before_the_25th_a_scheduled_run_is_for_next_month() -> None:
    assert glue.period_of(_context(day=datetime(2026, 10, 20, tzinfo=UTC))) == "2026-11"
    assert glue.period_of(_context(day=datetime(2026, 12, 24, 16, tzinfo=UTC))) == "2027-01"


def test_from_the_25th_in_vietnam_a_person_has_to_name_the_month() -> None:
    with pytest.raises(UsageError):
        glue.period_of(_context(day=datetime(2026, 10, 24, 17, 30, tzinfo=UTC)))  # half past midnight of the 25th in Vietnam


def test_a_wrong_period_is_refused_wherever_it_comes_from() -> None:
    with pytest.raises(UsageError):
        glue.period_of(_context(None, [{"period": "2026-99"}]))


def test_a_run_started_by_hand_is_its_users_and_a_scheduled_one_airflows() -> None:
    context = _context()
    assert glue.actor_of(context) == "airflow"
    context["dag_run"].triggering_user_name = "maker"
    assert glue.actor_of(context) == "maker"


def test_who_started_the_chain_stays_its_maker_to_the_last_step() -> None:
    assert glue.actor_of(_context(None, [{"period": "2026-11", "actor": "maker"}])) == "maker"


def _fail(error: Exception) -> None:
    with glue._sentences("pay_monthly", "run:1", "seal"):
        raise error


def test_a_red_gate_is_not_tried_again_and_keeps_its_sentence(home: Path) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException):
        _fail(BlockedByData("Cửa đỏ.", "Sửa.", code="X"))
    assert failures.read("pay_monthly", "run:1") == {
        "task_id": "seal",
        "reason": "Cửa đỏ.",
        "instruction": "Sửa.",
        "code": "X",
        "exit_code": 3,
    }


def test_a_silent_partner_is_tried_again(home: Path) -> None:
    with pytest.raises(PartnerUnavailable):
        _fail(PartnerUnavailable("Ngân hàng không trả lời."))
    assert failures.read("pay_monthly", "run:1")["exit_code"] == 4  # type: ignore[index]


def test_an_unforeseen_error_loses_its_words_which_may_name_a_person(home: Path) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException) as caught:
        _fail(ValueError("NGUYỄN VĂN TÀI 079200012345"))
    kept = json.dumps(failures.read("pay_monthly", "run:1"), ensure_ascii=False)
    assert "TÀI" not in kept + str(caught.value)
    assert "079200012345" not in kept + str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "ValueError" in kept


def test_a_full_disk_has_its_own_sentence(home: Path) -> None:
    said = failures.without_values(OSError(28, "No space left on device"))
    assert said.code == "DISK_FULL"
    assert said.exit_code == 1


def test_the_first_failure_speaks_for_the_run_until_that_task_succeeds(home: Path) -> None:
    failures.keep("d", "r", "first", AnsinhError("một"))
    failures.keep("d", "r", "second", AnsinhError("hai"))
    assert failures.read("d", "r")["reason"] == "một"  # type: ignore[index]
    failures.forget("d", "r", "second")
    assert failures.read("d", "r") is not None
    failures.forget("d", "r", "first")
    assert failures.read("d", "r") is None


def test_airflow_connections_become_the_librarys_neighbours() -> None:
    from ansinh.core.db import dsn_parts
    from ansinh.core.remote import Endpoint

    warehouse = SimpleNamespace(
        host="db", port=5432, login="u", password="p w'd", schema="ansinh", extra_dejson={"sslmode": "require", "other": 1}
    )
    assert dsn_parts(glue._dsn(warehouse)) == {
        "host": "db", "port": "5432", "user": "u", "password": "p w'd", "dbname": "ansinh", "sslmode": "require",
    }  # fmt: skip
    bank = SimpleNamespace(host="bank", port=None, login="gov", extra_dejson={"key_file": "/k", "host_key": "AAAAB3", "base": "in"})
    endpoint = Endpoint.model_validate({**json.loads(glue._remote(bank, {})), "name": "ansinh_bank"})
    assert (endpoint.port, endpoint.host_key, endpoint.base) == (22, "ssh-rsa AAAAB3", "in")
