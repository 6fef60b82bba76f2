"""A real month through the real Airflow: stopped for approval, approved, paid, reconciled; run again, nobody is paid twice."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from ansinh.local import bank, services
from ansinh.local.province import generate

from tests.whole.conftest import PERIOD, Terminal, terminal

NEXT, NEXT_DAY = "2026-12", "2026-11-23T08:00+07:00"

pytestmark = [pytest.mark.whole, pytest.mark.timeout(1500)]


@pytest.fixture(scope="module")
def ansinh(filled_home: Path) -> Terminal:
    """The services are started here, so that they end even if pytest is killed."""
    ours = terminal(filled_home)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ANSINH_HOME", "ANSINH_NOW"):
            patch.setenv(name, ours.environ[name])
        for name in [name for name in os.environ if name.startswith("AIRFLOW")]:
            patch.delenv(name)
        services.up(filled_home, with_parent=True)
    return ours


@pytest.fixture(scope="module")
def month(ansinh: Terminal, province: Path) -> dict[str, Any]:
    """The whole story in order: what each command said, and the bank's book after each."""
    stopped = ansinh("run", "--period", PERIOD, "--opening", str(province / "opening.csv"))
    before = bank.totals(ansinh.home)
    runs = [line.removeprefix("RUN = ") for line in stopped.out.splitlines() if line.startswith("RUN = ")]
    by_maker = ansinh("approve", runs[0], "--as", "maker") if runs else None
    by_hand = ansinh("approve", runs[0], "--as", "Trần Thị Duyệt") if runs else None
    paid = ansinh("run", "--period", PERIOD, "--only", "pay", "--yes-as", "checker")
    reconciled = ansinh("run", "--period", PERIOD, "--only", "reconcile", "--json")
    book = bank.payments(ansinh.home)
    again = ansinh("run", "--period", PERIOD, "--yes-as", "checker", "--json")
    return {
        "stopped": stopped,
        "bank_before": before,
        "runs": runs,
        "by_maker": by_maker,
        "by_hand": by_hand,
        "paid": paid,
        "reconciled": reconciled,
        "book": book,
        "again": again,
        "book_again": bank.payments(ansinh.home),
    }


@pytest.fixture(scope="module")
def december(month: dict[str, Any], ansinh: Terminal, province: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The next month with changed workbooks and a delta of the register; every run now needs two approvers."""
    assert month["again"].code == 0, month["again"].err
    out = tmp_path_factory.mktemp("december")
    truth = generate.continue_from(province, NEXT, out).truth
    shutil.copytree(out / "sftp", ansinh.home / "sftp", dirs_exist_ok=True)
    bank.seed_accounts(ansinh.home, json.loads((out / "bank_behaviours.json").read_text(encoding="utf-8")))
    (ansinh.home / "ansinh.toml").write_text("[payment]\napproval_tiers = [{ from_vnd = 0, approvers = 2 }]\n", encoding="utf-8")
    services.down(ansinh.home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSINH_HOME", str(ansinh.home))
        patch.setenv("ANSINH_NOW", NEXT_DAY)
        for name in [name for name in os.environ if name.startswith("AIRFLOW")]:
            patch.delenv(name)
        services.up(ansinh.home, with_parent=True)
    one = ansinh("run", "--period", NEXT, "--yes-as", "checker", ANSINH_NOW=NEXT_DAY)
    bank_with_one = bank.payments(ansinh.home)
    both = ["--yes-as", "checker", "--yes-as", "Trần Thị Duyệt"]
    paid = ansinh("run", "--period", NEXT, "--only", "pay", *both, ANSINH_NOW=NEXT_DAY)
    closed = ansinh("run", "--period", NEXT, "--only", "reconcile", "--json", ANSINH_NOW=NEXT_DAY)
    return {
        "truth": json.loads(Path(truth).read_text(encoding="utf-8")),
        "one": one,
        "bank_with_one": bank_with_one,
        "paid": paid,
        "closed": closed,
        "book": bank.payments(ansinh.home),
    }


def _one(ansinh: Terminal, sql: str) -> Any:
    with psycopg.connect(ansinh("dsn").out.strip()) as connection:
        row = connection.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


def test_without_an_approver_the_month_stops_before_the_bank(month: dict[str, Any]) -> None:
    assert month["stopped"].code == 3, month["stopped"].err
    assert month["runs"] == [f"{PERIOD}-YTE-1", f"{PERIOD}-NOV-1"]
    assert "chờ người khác duyệt" in month["stopped"].err
    assert month["bank_before"]["files"] == 0


def test_whoever_started_the_month_cannot_approve_it(month: dict[str, Any], ansinh: Terminal) -> None:
    assert _one(ansinh, f"select sealed_by from ops.payment_run where run_id = '{month['runs'][0]}'") == "maker"
    assert month["by_maker"].code == 3, month["by_maker"].err
    assert "Traceback" not in month["by_maker"].err


def test_an_approval_written_at_the_terminal_counts_in_airflow(month: dict[str, Any], ansinh: Terminal) -> None:
    assert month["by_hand"].code == 0, month["by_hand"].err
    approver = _one(
        ansinh, f"select string_agg(approver, ',') from ops.approval where run_id = '{month['runs'][0]}' and decision = 'approve'"
    )
    assert approver == "Trần Thị Duyệt"


def test_the_approved_month_is_paid_and_reconciled(month: dict[str, Any], ansinh: Terminal) -> None:
    assert month["paid"].code == 0, month["paid"].err
    assert month["reconciled"].code == 0, month["reconciled"].err
    told = json.loads(month["reconciled"].out)
    assert {run["state"] for run in told["runs"]} <= {"reconciled", "closed"}
    assert len(month["book"]) > 100
    assert max(month["book"].values()) == 1
    assert _one(ansinh, "select sum(amount_vnd) from ops.ledger_entry") == 0
    assert _one(ansinh, "select count(*) from ops.payment_instruction where state in ('planned', 'sealed', 'sent', 'unknown')") == 0


def test_every_commune_got_its_own_workbook_back(month: dict[str, Any], ansinh: Terminal) -> None:
    assert month["paid"].code == 0
    for commune in (ansinh.home / "sftp" / "communes").iterdir():
        if any((commune / "incoming").iterdir()):
            assert any((commune / "returned").glob("*.ketqua.xlsx")), commune.name


def test_the_report_and_the_audit_chain_stand(month: dict[str, Any], ansinh: Terminal) -> None:
    assert (ansinh.home / "reports" / PERIOD / "index.html").stat().st_size > 1000
    verified = ansinh("verify")
    assert verified.code == 0, verified.err


def test_running_the_same_month_again_pays_nobody_twice(month: dict[str, Any], ansinh: Terminal) -> None:
    assert month["again"].code == 0, month["again"].err
    assert month["book_again"] == month["book"]
    assert (
        _one(
            ansinh,
            "select count(*) - count(distinct (period, guard_key)) from ops.payment_instruction where state not in ('rejected', 'returned', 'cancelled', 'carried')",
        )
        == 0
    )


def test_nothing_that_names_a_person_reached_logs_or_airflow(month: dict[str, Any], ansinh: Terminal) -> None:
    with psycopg.connect(ansinh("dsn").out.strip()) as connection:
        rows = connection.execute(
            "select full_name, id_number, account_number from raw.commune__readings where id_number is not null and account_number is not null"
        ).fetchall()
    markers = {value.encode() for row in rows for value in row[1:]} | {row[0].encode() for row in rows if len(row[0].split()) > 3}
    assert len(markers) > 200
    for path in (ansinh.home / "run").rglob("*"):
        if path.is_file() and "bank" not in path.relative_to(ansinh.home / "run").parts:  # the bank's own book is not ours
            text = path.read_bytes()
            assert not [marker for marker in markers if marker in text], path
    assert not [marker for marker in markers if marker in (ansinh.home / "postgres" / "postgres.log").read_bytes()]
    with psycopg.connect(ansinh("dsn").out.strip().rsplit("/", 1)[0] + "/airflow") as connection:
        kept = b"\n".join(
            str(row).encode()
            for table in ("xcom", "log", "rendered_task_instance_fields", "asset_event", "hitl_detail")
            for row in connection.execute(f"select * from {table}".encode()).fetchall()
        )
    assert not [marker for marker in markers if marker in kept]


def test_a_month_without_workbooks_says_so(month: dict[str, Any], ansinh: Terminal) -> None:
    done = ansinh("run", "--period", "2027-03", "--only", "collect")
    assert done.code == 3
    assert "của kỳ 2027-03" in done.err


def test_status_names_every_service(ansinh: Terminal) -> None:
    told = ansinh.json("status")
    assert told["running"] is True
    assert {"postgres", "sftp", "bank", "api-server", "scheduler", "dag-processor"} == set(told["services"])
    assert told["console_url"].startswith("http://127.0.0.1:")
    assert (ansinh.home / "run" / "services.json").stat().st_mode & 0o077 == 0


def test_doctor_finds_everything_in_order(ansinh: Terminal) -> None:
    done = ansinh("doctor")
    assert done.code == 0, done.out
    assert done.out.count("✓") == 10


def _persons(ansinh: Terminal, places: list[dict[str, Any]]) -> list[str]:
    """person_id of rows given by commune, file, sheet and row."""
    with psycopg.connect(ansinh("dsn").out.strip()) as connection:
        return [
            str(row[0])
            for place in places
            for row in connection.execute(
                "select x.person_id from marts.person_xref as x join raw.commune__rows as r using (row_id) join raw.commune__workbooks as w"
                " using (workbook_id) where (w.commune_code, w.file_name, r.sheet, r.row_number) = (%s, %s, %s, %s)",
                (place["commune_code"], place["file_name"], place["sheet"], place["row_number"]),
            ).fetchall()
        ]


def test_one_approver_is_not_enough_where_two_are_asked(december: dict[str, Any], month: dict[str, Any]) -> None:
    assert december["one"].code == 3, december["one"].err
    assert f"RUN = {NEXT}-YTE-1" in december["one"].out
    assert december["bank_with_one"] == month["book"]


def test_the_next_month_is_paid_once_two_have_approved(december: dict[str, Any], month: dict[str, Any], ansinh: Terminal) -> None:
    assert december["paid"].code == 0, december["paid"].err
    assert december["closed"].code == 0, december["closed"].err
    assert {run["state"] for run in json.loads(december["closed"].out)["runs"]} <= {"reconciled", "closed"}
    assert len(december["book"]) > len(month["book"]) * 1.5
    assert max(december["book"].values()) == 1
    assert (
        _one(
            ansinh,
            f"select min(approvers) from (select count(*) as approvers from ops.approval where run_id like '{NEXT}-%' group by run_id) as runs",
        )
        == 2
    )


def test_joiners_leavers_and_amounts_move_as_they_should(december: dict[str, Any], ansinh: Terminal) -> None:
    assert december["closed"].code == 0, december["closed"].err
    truth = december["truth"]
    joined = _persons(ansinh, [place for hazard in truth["hazards"] if hazard["kind"] == "joined" for place in hazard["rows"]])
    assert len(joined) == 4
    named = ", ".join(f"'{person}'" for person in joined)
    assert (
        _one(
            ansinh,
            f"select count(*) from marts.rpt_variance where person_id in ({named}) and amount_before_vnd = 0 and amount_after_vnd > 0",
        )
        == 4
    )
    dead = ", ".join(f"'{death['id_number']}'" for death in truth["deaths"])
    assert (
        _one(
            ansinh,
            f"select count(*) from ops.payment_instruction as i join marts.dim_person as p using (person_id) where i.period = '{NEXT}' and p.id_number in ({dead})",
        )
        == 0
    )
    by_causes = _one(ansinh, "select sum(amount_after_vnd - amount_before_vnd) from marts.rpt_variance")
    last_month = _one(ansinh, f"select sum(last_month_vnd) from ops.run_book where run_id like '{NEXT}-%'")
    assert last_month + by_causes == _one(ansinh, f"select sum(total_vnd) from ops.payment_run where period = '{NEXT}'")


@pytest.mark.skipif(shutil.which("chromium") is None, reason="no chromium on this machine")
def test_an_officer_sees_the_month_in_a_browser_and_nobody_without_a_login_does(month: dict[str, Any], ansinh: Terminal) -> None:
    from playwright.sync_api import sync_playwright

    told = ansinh.json("status")
    passwords = json.loads((ansinh.home / "run" / "airflow" / "passwords.json").read_text(encoding="utf-8"))
    login = {"username": "checker", "password": passwords["checker"]}
    token = httpx.post(f"{told['airflow_url'].rstrip('/')}/auth/token", json=login).json()["access_token"]
    options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        page = browser.new_page(locale="vi-VN")
        page.goto(told["console_url"])
        assert "đợt chi" not in page.content().lower()
        page.context.add_cookies([{"name": "_token", "value": token, "url": told["airflow_url"]}])
        page.goto(f"{told['console_url']}?period={PERIOD}")
        assert page.get_by_role("heading", name=f"An Sinh · kỳ {PERIOD}").is_visible()
        assert page.get_by_text("Đã đối chiếu").first.is_visible()
        page.get_by_role("link", name="Kiểm tra").first.click()
        assert page.get_by_text("SHEET_REJECTED").first.is_visible()
        browser.close()
