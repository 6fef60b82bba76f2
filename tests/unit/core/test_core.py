"""Settings, clock and connections fail with a sentence and the right exit code."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansinh.core.clock import now
from ansinh.core.db import connect, copy_rows, engine
from ansinh.core.errors import PartnerUnavailable, UsageError
from ansinh.core.migrate import upgrade
from ansinh.core.settings import load_settings, warehouse_dsn


def test_a_home_without_a_settings_file_has_the_defaults(home: Path) -> None:
    assert load_settings().bank.profile == "demo_bank"


def test_a_mistyped_setting_is_named(home: Path) -> None:
    (home / "ansinh.toml").write_text("[bank]\ncutoff = '15:00'\n", encoding="utf-8")
    with pytest.raises(UsageError, match="cutoff"):
        load_settings()


def test_a_changed_settings_file_is_read_again(home: Path) -> None:
    path = home / "ansinh.toml"
    path.write_text("[bank]\nprofile = 'a'\n", encoding="utf-8")
    assert load_settings().bank.profile == "a"
    path.write_text("[bank]\nprofile = 'khac'\n", encoding="utf-8")
    assert load_settings().bank.profile == "khac"


def test_without_any_warehouse_the_next_command_is_named(home: Path) -> None:
    with pytest.raises(UsageError, match="ansinh up"):
        warehouse_dsn()


def test_a_server_that_does_not_answer_is_a_partner_that_is_away(home: Path) -> None:
    with pytest.raises(PartnerUnavailable), connect("postgresql://nobody@127.0.0.1:1/none"):
        pass


def test_a_dsn_that_is_no_dsn_is_wrong_usage(home: Path) -> None:
    with pytest.raises(UsageError), connect("đây không phải DSN"):
        pass


def test_the_clock_can_be_set_and_speaks_vietnamese_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANSINH_NOW", "2026-10-24T18:00:00+00:00")
    assert now().isoformat() == "2026-10-25T01:00:00+07:00"
    monkeypatch.setenv("ANSINH_NOW", "2026-10-24T18:00")
    assert now().isoformat() == "2026-10-24T18:00:00+07:00"


def test_migrating_twice_changes_nothing(dsn: str) -> None:
    def version() -> list[tuple[str]]:
        with connect() as connection:
            return connection.execute("select version_num from public.ansinh_version").fetchall()

    before = version()
    upgrade(dsn)
    assert len(before) == 1
    assert version() == before


def test_rows_are_copied_as_they_are_and_an_error_leaves_nothing(dsn: str) -> None:
    columns = ("period", "commune_code", "id_number", "entitlement_code", "amount_vnd", "paid")
    with connect() as connection:
        count = copy_rows(connection, "ops.opening_history", columns, [("2026-10", "25858", "0\t1\\", "5.6_n", 750000, True)])
    with pytest.raises(ZeroDivisionError), connect() as connection:
        copy_rows(connection, "ops.opening_history", columns, [("2026-09", "25858", "2", "5.6_n", 1, True)])
        1 / 0  # noqa: B018
    with engine().connect() as connection:
        rows = connection.exec_driver_sql("select id_number, amount_vnd from ops.opening_history").fetchall()
    assert (count, [tuple(row) for row in rows]) == (1, [("0\t1\\", 750000)])
