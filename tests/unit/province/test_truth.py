"""The truth table agrees with the feed, the history and the rules, and every kind of trap is really planted."""

from __future__ import annotations

import csv
import gzip
import unicodedata
from collections import Counter, defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from ansinh.core.period import Period
from ansinh.local.bank_server import REFUSALS, RETURN_LATER
from ansinh.rules import reference

from tests.unit.province.conftest import Made


def fold(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


@pytest.fixture(scope="module")
def feed(november: Made) -> dict[str, dict[str, Any]]:
    """The newest record of each number (and old number), whatever the order of files and lines."""
    folder = november.folder / "sftp" / "national_id" / "incoming"
    lines = (
        gzip.decompress((folder / "full_20261020.ndjson.gz").read_bytes()).splitlines()
        + (folder / "delta_20261022.ndjson").read_bytes().splitlines()
    )
    newest: dict[str, dict[str, Any]] = {}
    for record in sorted(map(orjson.loads, lines), key=lambda r: r["cap_nhat_luc"]):
        newest[record["so_dinh_danh"]] = record
    return {r["so_cmnd"]: r for r in newest.values() if r["so_cmnd"]} | newest


def verdict(row: dict[str, Any], feed: dict[str, dict[str, Any]]) -> str:
    """Ruling order: deceased, missing, not found, birth, sex, name; equal without tones is a match."""
    if row["id_number"] is None:
        return "no_id"
    record = feed.get(row["id_number"])
    if record is None:
        return "not_found"
    if record["trang_thai"] != "song":
        return "deceased" if record["trang_thai"] == "chet" else "missing"
    both_full = row["birth_date"] and record["ngay_thang_nam_sinh"]
    same = (
        row["birth_date"].replace("-", "") == record["ngay_thang_nam_sinh"] if both_full else str(row["birth_year"]) == record["nam_sinh"]
    )
    if not same:
        return "mismatch_birth"
    if {"male": 1, "female": 2}[row["sex"]] != record["gioi_tinh"]:
        return "mismatch_sex"
    return "match" if fold(row["full_name"]) == fold(record["ho_va_ten"]) else "mismatch_name"


def test_the_identity_verdicts_follow_from_the_feed_files(november: Made, feed: dict[str, dict[str, Any]]) -> None:
    rows = november.rows()
    seen = Counter()
    for said in november.truth["identity_status_rows"]:
        row = rows[said["commune_code"], said["file_name"], said["sheet"], said["row_number"]]
        assert said["identity_status"] == verdict(row, feed)
        seen[said["identity_status"]] += 1
    assert len(rows) == len(november.truth["identity_status_rows"])
    assert set(seen) == {"match", "mismatch_name", "mismatch_birth", "mismatch_sex", "not_found", "deceased", "missing", "no_id"}
    assert seen["match"] / len(rows) > 0.85


def test_a_number_with_one_verdict_is_listed_under_it(november: Made) -> None:
    rows, by_number = november.rows(), defaultdict(set)
    for said in november.truth["identity_status_rows"]:
        number = rows[said["commune_code"], said["file_name"], said["sheet"], said["row_number"]]["id_number"]
        by_number[number].add(said["identity_status"])
    by_number.pop(None)
    assert november.truth["identity_status"] == {n: min(s) for n, s in by_number.items() if len(s) == 1}


def test_every_row_belongs_to_exactly_one_person(november: Made) -> None:
    places = [(p["commune_code"], p["file_name"], p["sheet"], p["row_number"]) for rows in november.truth["persons"].values() for p in rows]
    assert sorted(places) == sorted(november.rows())
    assert abs(len(november.truth["persons"]) - 1500) < 60


def test_duplicates_are_two_rows_of_one_person_and_lookalikes_are_two_people(november: Made) -> None:
    owner = {
        (p["commune_code"], p["file_name"], p["sheet"], p["row_number"]): key
        for key, rows in november.truth["persons"].items()
        for p in rows
    }

    def owners(rows: list[dict[str, Any]]) -> list[str]:
        return [owner[r["commune_code"], r["file_name"], r["sheet"], r["row_number"]] for r in rows]

    for pair in november.truth["duplicates"]:
        assert len(pair["rows"]) == 2
        assert owners(pair["rows"]) == pair["persons"] * 2
        same_commune = pair["rows"][0]["commune_code"] == pair["rows"][1]["commune_code"]
        assert same_commune == (pair["where"] == "within")
    lookalikes = [h for h in november.truth["hazards"] if len(h["persons"]) == 2]
    assert {h["kind"] for h in lookalikes} >= {"twins", "father_and_son", "namesakes_same_year", "spouses_one_account", "one_id_for_two"}
    for pair in lookalikes:
        assert len(set(owners(pair["rows"]))) == 2


def test_lookalikes_look_alike(november: Made) -> None:
    rows = november.rows()

    def both(kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        pairs = [h["rows"] for h in november.truth["hazards"] if h["kind"] == kind]
        return [tuple(rows[r["commune_code"], r["file_name"], r["sheet"], r["row_number"]] for r in pair) for pair in pairs]  # type: ignore[misc]

    for a, b in both("twins"):
        assert a["birth_year"] == b["birth_year"]
        assert a["birth_date"] == b["birth_date"]
        assert fold(a["full_name"]) != fold(b["full_name"])
        assert fold(a["full_name"]).split()[0] == fold(b["full_name"]).split()[0]
    for a, b in both("father_and_son"):
        assert fold(a["full_name"]) == fold(b["full_name"])
        assert 19 <= a["birth_year"] - b["birth_year"] <= 39
    for a, b in both("namesakes_same_year"):
        assert (fold(a["full_name"]), a["birth_year"], a["sex"]) == (fold(b["full_name"]), b["birth_year"], b["sex"])
        assert a["id_number"] != b["id_number"]
    for a, b in both("spouses_one_account"):
        assert a["account_number"] == b["account_number"] is not None
    for a, b in both("one_id_for_two"):
        assert a["id_number"] == b["id_number"]
        assert (a["sex"], a["birth_year"]) == (b["sex"], b["birth_year"])


def test_the_history_pays_each_month_by_the_rate_known_then(november: Made) -> None:
    with (november.folder / "opening.csv").open(encoding="utf-8", newline="") as lines:
        paid = list(csv.DictReader(lines))
    assert list(paid[0]) == ["period", "commune_code", "id_number", "entitlement_code", "subject_id_number", "amount_vnd", "paid"]
    assert {r["period"] for r in paid} == {f"2026-{m:02d}" for m in range(1, 11)}
    keys = [(r["period"], r["id_number"], r["entitlement_code"], r["subject_id_number"], r["commune_code"]) for r in paid]
    assert len(set(keys)) == len(keys)
    for row in paid:
        code = reference.entitlement_code(row["entitlement_code"])
        assert code is not None
        month = Period.parse(row["period"])
        if code["coefficient"] and code["per_child"] == "false":
            rate = reference.standard_amount(reference.scheme_of(code["programme_code"]), month, month)
            assert rate == 500_000
            assert int(row["amount_vnd"]) == rate * float(code["coefficient"])
    assert 0 < sum(r["paid"] == "false" for r in paid) < len(paid) / 50


def test_a_child_who_turned_four_changes_its_code_in_the_history(november: Made) -> None:
    codes = defaultdict(set)
    with (november.folder / "opening.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            codes[row["id_number"]].add(row["entitlement_code"])
    steps = {frozenset(c) for c in codes.values() if len(c) == 2}
    assert any(step <= {"5.6_n", "5.6_n_te_nct"} or step <= {"5.5a_60_80", "5.5a_80"} or step <= {"5.1_u4", "5.1_4_16"} for step in steps)


def test_bad_rows_stand_in_supplements_and_hostile_files_are_refused(november: Made) -> None:
    supplements = [f for f in november.files() if f["file_name"].startswith("bo sung")]
    assert len(supplements) == 3
    assert {p["why"] for f in supplements for p in f["problems"]} == {
        "id too short",
        "no name",
        "same id twice in one list",
        "amount not positive",
        "account number lost its digits",
        "card number instead of an account",
    }
    assert all(f["expect"] == "partly" and len(f["rows"]) >= 5 for f in supplements)
    assert not any(f["problems"] for f in november.files() if f not in supplements)
    refused = {f["file_name"]: f["expect"] for f in november.files() if f["expect"] in ("rejected", "duplicate")}
    assert sorted(refused.values()) == ["duplicate", "rejected", "rejected", "rejected", "rejected"]
    for name, expect in refused.items():
        path = next(november.folder.rglob(name))
        if expect == "rejected" and path.suffix == ".xlsx":
            assert path.read_bytes()[:4] != b"PK\x03\x04" or name == "gui lai.xlsx"


def test_lists_arrive_before_the_25th_and_one_commune_is_late(november: Made) -> None:
    late = set()
    for file in november.files():
        arrived = datetime.fromtimestamp(november.path(file).stat().st_mtime, ZoneInfo("Asia/Ho_Chi_Minh"))
        assert (arrived.year, arrived.month) == (2026, 10)
        if arrived.day >= 25:
            late.add(file["commune_code"])
        else:
            assert 18 <= arrived.day <= 22
    assert len(late) == 1


def test_every_group_of_every_programme_is_there(november: Made) -> None:
    codes = {r["entitlement_code"] for r in november.rows().values()}
    current = {c["entitlement_code"] for c in reference.load("entitlement_codes") if not c["valid_to"]}
    rare = {"14", "20.2a_1", "20.2a_2", "20.2d_2", "5.3_u4", "5.7", "NCC_BMVNAH", "20.1a", "20.2b", "5.5d", "5.3_4_16"}
    assert current - rare <= codes <= current


def test_accounts_the_bank_refuses_are_on_the_lists_and_in_its_own_words(november: Made) -> None:
    refused = orjson.loads((november.folder / "bank_behaviours.json").read_bytes())
    listed = {(r["bank_bin"], r["account_number"]) for r in november.rows().values()}
    assert all((a["bin"], a["account_number"]) in listed for a in refused)
    assert 0.005 < len(refused) / len(listed) < 0.02
    assert {a["behaviour"] for a in refused} <= {*REFUSALS, RETURN_LATER}
