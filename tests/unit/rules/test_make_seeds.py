"""The commune seeds: what the committed files say, that the script makes them, and that other sources agree."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest
from ansinh.core.settings import project_root
from ansinh.rules.make_seeds import make_commune_seeds, name_key, split_type

SEEDS = project_root() / "dbt_project" / "seeds"
REFERENCE = project_root().parent / "shared" / "data"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def communes() -> list[dict[str, str]]:
    return read(SEEDS / "communes.csv")


@pytest.fixture(scope="module")
def pairs() -> list[dict[str, str]]:
    return read(SEEDS / "commune_crosswalk_2025.csv")


def on(rows: list[dict[str, str]], system: str, day: str) -> dict[str, dict[str, str]]:
    return {
        r["commune_code"]: r
        for r in rows
        if r["code_system"] == system and r["valid_from"] <= day and (not r["valid_to"] or day <= r["valid_to"])
    }


def test_the_committed_files_are_what_the_script_makes(tmp_path: Path) -> None:
    pytest.importorskip("vietnamadminunits")
    make_commune_seeds(tmp_path)
    for name in ("communes.csv", "commune_crosswalk_2025.csv"):
        assert (tmp_path / name).read_bytes() == (SEEDS / name).read_bytes()


def test_on_any_day_one_list_holds_and_it_has_the_known_size(communes: list[dict[str, str]]) -> None:
    assert len(on(communes, "gso_2024", "2025-06-30")) == 10_040  # 10,035 communes and five island districts without communes
    assert not on(communes, "gso_2024", "2025-07-01")
    assert not on(communes, "gso_2025", "2025-06-30")
    for day in ("2025-07-01", "2026-04-29", "2026-04-30", "2026-08-03", "2026-08-04", "2026-11-30"):
        assert len(on(communes, "gso_2025", day)) == 3_321
    assert len({r["province_code"] for r in on(communes, "gso_2025", "2026-11-01").values()}) == 34


def test_dated_rows_of_one_code_follow_each_other_without_gap_or_overlap(communes: list[dict[str, str]]) -> None:
    spans: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in communes:
        spans[row["code_system"], row["commune_code"]].append((row["valid_from"], row["valid_to"] or "9999-12-31"))
    for span in spans.values():
        ordered = sorted(span)
        assert all(a[1] < b[0] for a, b in pairwise(ordered))
        assert ordered[-1][1] in {"9999-12-31", "2025-06-30"}


def test_the_same_code_is_another_commune_in_the_other_list(communes: list[dict[str, str]]) -> None:
    old, new = on(communes, "gso_2024", "2025-06-30"), on(communes, "gso_2025", "2026-11-01")
    assert old["25882"]["name_vi"] == "Vĩnh Hòa"
    assert new["25882"]["name_vi"] == "Phước Hòa"
    assert old["25885"]["name_vi"] == "Phước Hòa"
    reused = [code for code in new if code in old]
    assert len(reused) == 3_316
    assert sum(old[c]["name_vi"] != new[c]["name_vi"] for c in reused) == 1_805


def test_phu_giao_district_became_four_communes_and_one_commune_was_divided(pairs: list[dict[str, str]]) -> None:
    into: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        into[pair["new_commune_code"]].add(pair["old_commune_code"])
    assert into["25858"] == {"25858", "25870", "25876"}
    assert into["25864"] == {"25864", "25865", "25873"}
    assert into["25867"] == {"25867", "25861", "25879"}
    assert into["25882"] == {"25882", "25885", "25876"}
    assert {(p["new_commune_code"], p["is_divided"]) for p in pairs if p["old_commune_code"] == "25876"} == {
        ("25858", "true"),
        ("25882", "true"),
    }


def test_every_old_commune_goes_somewhere_and_only_divided_ones_to_several(
    communes: list[dict[str, str]], pairs: list[dict[str, str]]
) -> None:
    old, new = on(communes, "gso_2024", "2025-06-30"), on(communes, "gso_2025", "2025-07-01")
    assert {p["old_commune_code"] for p in pairs} == set(old)
    assert {p["new_commune_code"] for p in pairs} == set(new)
    targets = Counter(p["old_commune_code"] for p in pairs)
    divided = {p["old_commune_code"] for p in pairs if p["is_divided"] == "true"}
    assert {code for code, count in targets.items() if count > 1} == divided
    assert len(divided) == 471


def test_communes_that_became_wards_keep_their_code_and_their_name_key(communes: list[dict[str, str]]) -> None:
    before, after = on(communes, "gso_2025", "2025-12-31"), on(communes, "gso_2025", "2026-12-31")
    changed = {c for c in after if before[c]["type_vi"] != after[c]["type_vi"]}
    assert len(changed) == 22
    assert all(before[c]["name_key"] == after[c]["name_key"] and after[c]["type_vi"] == "Phường" for c in changed)
    assert after["26485"]["province_vi"] == "Thành phố Đồng Nai"
    assert before["26485"]["province_vi"] == "Tỉnh Đồng Nai"


def test_names_lose_their_type_and_their_tones_in_the_key() -> None:
    assert split_type("Đặc khu Vân Đồn") == ("Đặc khu", "Vân Đồn")
    assert split_type("Xã Phước Hoà") == ("Xã", "Phước Hoà")
    assert name_key("Đắk R'Lấp") == "dak r'lap"


@pytest.mark.skipif(not (REFERENCE / "commune_crosswalk_2025.csv").exists(), reason="needs the shared commune_crosswalk_2025.csv")
def test_the_mapping_agrees_with_the_code_keyed_list_of_the_same_authors(pairs: list[dict[str, str]]) -> None:
    theirs = {
        (r["old_ward_code"], r["new_ward_code"], r["is_divided"].lower())
        for r in read(REFERENCE / "commune_crosswalk_2025.csv")
        if r["old_ward_code"]
    }
    ours = {(p["old_commune_code"], p["new_commune_code"], p["is_divided"]) for p in pairs if len(p["old_commune_code"]) == 5}
    assert ours == theirs


@pytest.mark.skipif(not (REFERENCE / "commune_type_changes_2026.csv").exists(), reason="needs the shared commune_type_changes_2026.csv")
def test_the_2026_type_changes_agree_with_the_shared_list(communes: list[dict[str, str]]) -> None:
    after = on(communes, "gso_2025", "2026-12-31")
    theirs = read(REFERENCE / "commune_type_changes_2026.csv")
    assert len(theirs) == 22
    for row in theirs:
        kind, name = split_type(row["name_2026"])
        assert (after[row["ward_code"]]["type_vi"], after[row["ward_code"]]["name_key"]) == (kind, name_key(name))
