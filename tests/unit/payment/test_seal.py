"""What a seal fixes, what it writes, and when it may be repeated."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import psycopg
import pytest
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.payment import approve, ledger, manifest, plan, runs, seal
from ansinh.payment.files.fonts import vietnamese_font
from ansinh.payment.session import money
from ansinh.payment.verify import verify

from tests.support.paylist import CHECKER, MAKER, PERIOD, approved, entitlement, gone, planned, publish, query, sealed

SENSITIVE = {"entitlement_code": "5.8", "family": "5.8"}


def settings(home: Path, text: str) -> None:
    (home / "ansinh.toml").write_text(text, encoding="utf-8")


def test_a_seal_fixes_totals_dates_files_and_their_hashes(dsn: str, home: Path) -> None:
    run_id = sealed(dsn, [entitlement(f"P{n}") for n in range(5)])
    run = query(
        dsn,
        "select state, rows, total_vnd, sealed_by, execution_date::text, manifest_sha256 from ops.payment_run where run_id = %s",
        run_id,
    )[0]
    assert run[:5] == ("sealed", 5, 4_050_000, MAKER, "2026-10-26"), "Friday 23 October is followed by Monday"
    name, sha256, size = query(dsn, "select file_name, sha256, size_bytes from ops.payment_file")[0]
    content = (home / "outbox" / run_id / name).read_bytes()
    assert (hashlib.sha256(content).hexdigest(), len(content)) == (sha256, size)
    assert b"<CreDtTm>2026-10-23T08:00:00+07:00</CreDtTm>" in content
    assert query(dsn, "select distinct state from ops.payment_instruction") == [("sealed",)]
    assert verify() == []


def test_the_manifest_lists_every_file_with_its_figures(dsn: str, home: Path) -> None:
    run_id = sealed(dsn, [entitlement("P1"), entitlement("P2", channel="cash"), entitlement("P3", channel="home")])
    sha256 = query(dsn, "select manifest_sha256 from ops.payment_run where run_id = %s", run_id)[0][0]
    entries = manifest.read(run_id, sha256)
    lines = "".join(sorted(f"{e.name}\t{e.sha256}\t{e.rows}\t{e.total_vnd}\n" for e in entries))
    assert hashlib.sha256(lines.encode()).hexdigest() == sha256
    assert {entry.name.rsplit(".", 1)[1] for entry in entries} >= {"xml", "xlsx", "csv"}
    assert [(e.rows, e.total_vnd) for e in entries if e.name == f"{run_id}_25858.xlsx"] == [(2, 1_620_000)]


def test_sealing_again_without_need_changes_nothing(dsn: str) -> None:
    run_id = sealed(dsn, [entitlement("P1")])
    state = "select manifest_sha256, sealed_at from ops.payment_run where run_id = %s"
    before = query(dsn, state, run_id)
    result = seal.seal(run_id, MAKER)
    assert query(dsn, state, run_id) == before
    assert "đã niêm phong" in result.note_vi


def test_too_late_for_the_cut_off_means_a_new_seal_and_a_new_approval(dsn: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = approved(dsn, [entitlement("P1"), entitlement("P2", channel="cash")])
    old = query(dsn, "select manifest_sha256, message_id from ops.payment_run join ops.payment_file using (run_id)")[0]
    monkeypatch.setenv("ANSINH_NOW", "2026-10-26T15:00:00+07:00")
    result = seal.seal(run_id, MAKER)
    assert result.state == "sealed"
    new = query(
        dsn,
        "select manifest_sha256, message_id, execution_date::text from ops.payment_run join ops.payment_file f using (run_id) where f.state = 'sealed'",
    )[0]
    assert new[0] != old[0]
    assert new[1] != old[1], "a message id is never used twice"
    assert new[2] == "2026-10-27"
    assert approve.approval_request(run_id).approved_by == ()
    assert [path.suffix for path in (home / "outbox" / run_id).iterdir()].count(".xml") == 1, "the old file is gone"
    assert verify() == []
    assert approve.decide(run_id, CHECKER, "approve").state == "approved"


def test_money_is_taken_from_the_budget_once_however_often_it_is_sealed(dsn: str) -> None:
    run_id = sealed(dsn, [entitlement("P1"), entitlement("P2", channel="cash")])
    seal.seal(run_id, MAKER, again=True)
    with money() as connection:
        assert ledger.balances(connection, run_id) == {"budget": -1_620_000, "cash": 810_000, "in_flight": 810_000}


def test_nothing_that_left_is_sealed_again(dsn: str) -> None:
    run_id = approved(dsn, [entitlement("P1")])
    gone(run_id)
    before = query(dsn, "select * from ops.payment_run where run_id = %s", run_id)
    assert "giữ nguyên" in seal.seal(run_id, MAKER, again=True).note_vi
    assert query(dsn, "select * from ops.payment_run where run_id = %s", run_id) == before


def test_files_are_split_by_the_bank_s_rows_and_large_items_apart(dsn: str, home: Path) -> None:
    (home / "profiles").mkdir()
    source = Path(seal.__file__).parent / "profiles" / "demo_bank.yml"
    text = (
        source.read_text(encoding="utf-8")
        .replace("max_rows: 50000", "max_rows: 4")
        .replace("max_item_vnd: 499999999", "max_item_vnd: 2000000")
    )
    (home / "profiles" / "small_bank.yml").write_text(text, encoding="utf-8")
    settings(home, '[bank]\nprofile = "small_bank"\n')
    lines = [entitlement(f"P{n}") for n in range(9)] + [entitlement("P-large", months={PERIOD: 3_000_000})]
    run_id = sealed(dsn, lines)
    files = query(dsn, "select rows, total_vnd, file_name from ops.payment_file order by sequence_number")
    assert [rows for rows, _, _ in files] == [4, 4, 1, 1]
    assert files[3][1] == 3_000_000
    assert b"<InstrPrty>HIGH</InstrPrty>" in (home / "outbox" / run_id / files[3][2]).read_bytes()
    assert b"InstrPrty" not in (home / "outbox" / run_id / files[0][2]).read_bytes()


def test_cash_people_are_listed_by_commune_and_hamlet(dsn: str, home: Path) -> None:
    lines = [
        entitlement("P1", channel="cash", hamlet="Ấp 2", payee_name="Trần Thị Ưu"),
        entitlement("P2", channel="home", hamlet="Ấp 1"),
        entitlement("P3", channel="cash", commune_code="25864"),
    ]
    run_id = sealed(dsn, lines)
    assert query(dsn, "select distinct state from ops.payment_instruction") == [("listed",)]
    from openpyxl import load_workbook

    book = load_workbook(home / "reports" / PERIOD / "cash" / f"{run_id}_25858.xlsx")
    assert book.sheetnames == ["1 Ấp 1", "2 Ấp 2"]
    assert "Trần Thị Ưu" in [cell.value for cell in book["2 Ấp 2"][5]]
    assert book["2 Ấp 2"]["G5"].value == 810_000


def test_the_same_people_give_the_same_list_byte_for_byte(dsn: str, home: Path) -> None:
    run_id = sealed(dsn, [entitlement(f"P{n}", channel="cash") for n in range(40)])
    folder = home / "reports" / PERIOD / "cash"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    seal.seal(run_id, MAKER, again=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


@pytest.mark.skipif(vietnamese_font() is None, reason="no Vietnamese TrueType font on this machine: lists are workbooks only")
def test_a_printable_list_has_every_vietnamese_letter(dsn: str, home: Path) -> None:
    run_id = sealed(dsn, [entitlement(f"P{n}", channel="cash", payee_name="Đặng Thị Ữởẫ Quỳnh") for n in range(40)])
    content = (home / "reports" / PERIOD / "cash" / f"{run_id}_25858.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type /Page\n") == 2, "forty people need two sheets"
    assert b"/FontFile2" in content, "the letters travel inside the file"


def test_without_a_font_lists_are_workbooks_only(dsn: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansinh.payment.files.cash.vietnamese_font", lambda: None)
    sealed(dsn, [entitlement("P1", channel="cash")])
    assert [path.suffix for path in (home / "reports" / PERIOD / "cash").iterdir()] == [".xlsx"]


def test_no_file_or_list_shows_the_group_of_people_living_with_hiv(dsn: str, home: Path) -> None:
    sealed(dsn, [entitlement("P1", **SENSITIVE), entitlement("P2", channel="cash", **SENSITIVE), entitlement("P3")])
    texts = [path.read_text(encoding="utf-8") for path in home.rglob("*.xml")] + [path.read_text("utf-8") for path in home.rglob("*.json")]
    remittances = {line.split("<Ustrd>")[1].split("<")[0][:-8] for text in texts for line in text.splitlines() if "<Ustrd>" in line}
    assert remittances == {"TRO CAP BTXH T11 2026 "}, "one text for all, so nothing tells them apart"
    from openpyxl import load_workbook

    cells = [str(c.value) for path in home.rglob("*.xlsx") for sheet in load_workbook(path) for row in sheet for c in row]
    assert cells
    assert not [cell for cell in cells if "5.8" in cell or "HIV" in cell]


def test_the_treasury_request_ties_to_the_run(dsn: str, home: Path) -> None:
    run_id = sealed(
        dsn, [entitlement("P1"), entitlement("P2", channel="cash"), entitlement("P3", programme_code="HTXH", entitlement_code="HTXH")]
    )
    path = home / "reports" / PERIOD / "treasury" / f"{run_id}_rut-du-toan_1.csv"
    rows = list(csv.reader(path.open(encoding="utf-8-sig")))
    assert rows[-1][1:] == ["3", "1620000", "810000", "2430000"]
    assert len(rows) == 4


def test_the_seal_stops_when_a_sealed_amount_differs_from_the_months(dsn: str) -> None:
    run_id = planned(dsn, [entitlement("P1")])
    with psycopg.connect(dsn) as connection:
        connection.execute("update ops.payment_instruction set amount_vnd = 900000")
        connection.execute("update ops.payment_run set total_vnd = 900000 where run_id = %s", (run_id,))
    with pytest.raises(BlockedByData) as error:
        seal.seal(run_id, MAKER)
    assert error.value.code == "SEAL_MONTHS"


def test_a_failed_seal_leaves_the_run_as_it_was(dsn: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = approved(dsn, [entitlement("P1")])
    before = query(dsn, "select * from ops.payment_run where run_id = %s", run_id)
    monkeypatch.setattr("ansinh.payment.audit.record", lambda *_: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        seal.seal(run_id, MAKER, again=True)
    assert query(dsn, "select * from ops.payment_run where run_id = %s", run_id) == before
    with money() as connection:
        manifest.check(connection, run_id)


def test_a_draft_is_not_sealed_and_a_held_run_only_on_purpose(dsn: str) -> None:
    publish(dsn, [entitlement("P1")])
    run_id = runs.open_runs(PERIOD, MAKER)[0]
    with pytest.raises(UsageError):
        seal.seal(run_id, MAKER)
    plan.plan(run_id, MAKER)
    seal.seal(run_id, MAKER)
    approve.decide(run_id, CHECKER, "hold", "Chờ đối chiếu")
    with pytest.raises(BlockedByData) as error:
        seal.seal(run_id, MAKER)
    assert error.value.code == "HELD"
    assert seal.seal(run_id, MAKER, again=True).state == "sealed"


def test_a_changed_or_missing_file_is_seen(dsn: str, home: Path) -> None:
    run_id = sealed(dsn, [entitlement("P1"), entitlement("P2", channel="cash")])
    path = next((home / "outbox" / run_id).glob("*.xml"))
    original = path.read_bytes()
    path.write_bytes(original.replace(b"810000", b"910000"))
    assert [finding.code for finding in verify()] == ["FILE_CHANGED"]
    with pytest.raises(BlockedByData) as error:
        approve.decide(run_id, CHECKER, "approve")
    assert error.value.code == "FILE_CHANGED"
    path.write_bytes(original)
    assert verify() == []
    (home / "reports" / PERIOD / "cash" / f"{run_id}_25858.xlsx").unlink()
    assert [finding.code for finding in verify()] == ["FILE_CHANGED"]
    manifest_file = next((home / "outbox" / run_id).glob("manifest-*.json"))
    body = json.loads(manifest_file.read_text())
    body["files"] = body["files"][:1]
    manifest_file.write_text(json.dumps(body))
    assert [finding.code for finding in verify()] == ["MANIFEST_GONE"]
