"""One month later: who joined and left is explained, codes follow age, layouts and the order of people stay."""

from __future__ import annotations

from collections import Counter

import openpyxl
from ansinh.core.period import Period
from ansinh.local.province.layouts import LAYOUTS
from ansinh.rules import reference

from tests.unit.province.conftest import Made


def _order(made: Made, commune: str, file_name: str) -> list[str]:
    """People of one list, sheet by sheet, in the order of its rows."""
    owner = {
        (p["commune_code"], p["file_name"], p["sheet"], p["row_number"]): key for key, rows in made.truth["persons"].items() for p in rows
    }
    file = next(f for f in made.files(commune) if f["file_name"] == file_name)
    return [owner[commune, file_name, r["sheet"], r["row_number"]] for r in file["rows"]]


def test_every_leaver_has_a_reason_and_every_joiner_is_known(november: Made, december: Made) -> None:
    before, after = set(november.truth["persons"]), set(december.truth["persons"])
    planted = {(h["kind"], p) for h in december.truth["hazards"] for p in h["persons"]}
    dead = {d["person"] for d in november.truth["deaths"]} | {d["person"] for d in december.truth["deaths"]}
    missing = {p for h in november.truth["hazards"] if h["kind"] == "missing" for p in h["persons"]}
    aged_out = set()
    rows = november.rows()
    for key in before - after - dead - missing:
        for place in november.truth["persons"][key]:
            row = rows[place["commune_code"], place["file_name"], place["sheet"], place["row_number"]]
            family = (reference.entitlement_code(row["entitlement_code"]) or {})["family"]
            if family in ("5.1", "5.2", "5.3", "5.7", "20.1", "20.2a", "MAI_TANG"):
                aged_out.add(key)
    assert before - after <= dead | missing | aged_out
    problems_solved = {p for p in after - before if ("joined", p) not in planted}
    spoiled = sum(len(f["problems"]) for f in november.files())
    assert len(problems_solved) <= spoiled  # rows refused in November came right
    assert 0.005 < len(after - before) / len(before) < 0.05
    assert 0 < len(before - after) / len(before) < 0.05


def test_the_dead_of_november_left_and_the_register_knows_new_deaths(november: Made, december: Made) -> None:
    left = {d["person"] for d in november.truth["deaths"]}
    assert not left & set(december.truth["persons"])
    died = {d["died_on"][:7] for d in december.truth["deaths"]} - {d["died_on"][:7] for d in november.truth["deaths"]}
    assert died == {"2026-11"}
    kinds = Counter(h["kind"] for h in december.truth["hazards"])
    assert kinds["deceased"] + kinds["left_after_death"] >= 3
    assert kinds["changed_account"] >= 3
    assert kinds["changed_name"] >= 1
    assert december.truth["moves"]


def test_file_names_and_the_order_of_people_stay(november: Made, december: Made) -> None:
    compared = 0
    for file in november.files():
        if file["expect"] != "accepted":
            continue
        commune, later = file["commune_code"], file["file_name"].replace("11", "12", 1)
        assert later in {f["file_name"] for f in december.files(commune)}
        first, second = _order(november, commune, file["file_name"]), _order(december, commune, later)
        both = {p for p in first if first.count(p) == second.count(p) == 1}
        assert len(both) >= 0.85 * len(first) - 2
        if not later.startswith("DANH SACH"):  # sorted by hamlet there: whoever moves house moves in the list
            assert [p for p in first if p in both] == [p for p in second if p in both]
            compared += 1
    assert compared > 20


def test_codes_and_amounts_follow_age_and_rate_in_december(december: Made) -> None:
    period = Period(2026, 12)
    for row in december.rows().values():
        code = reference.entitlement_code(row["entitlement_code"])
        assert code is not None
        if code["coefficient"] and code["per_child"] == "false":
            rate = reference.standard_amount(reference.scheme_of(code["programme_code"]), period, period)
            assert row["amount_vnd"] == (rate or 0) * float(code["coefficient"])
        if code["age_of"] == "person" and row["birth_date"] and code["one_off"] != "true":
            age = period.minus(Period.parse(row["birth_date"][:7]))
            at_age = {reference.code_at_age(code["family"], age), reference.code_at_age(code["family"], age - 1)}
            steps = [r for r in reference.load("entitlement_ages") if r["family"] == code["family"]]
            assert not steps or row["entitlement_code"] in at_age or row["birth_date"][5:7] in ("01", "12")


def test_december_lists_only_say_december(december: Made) -> None:
    assert all("11" not in f["file_name"] for f in december.files() if f["file_name"].startswith(("DS", "NCC")))
    assert {f["expect"] for f in december.files()} == {"accepted"}


def test_arrears_paid_in_november_are_not_written_down_again_in_december(november: Made, december: Made) -> None:
    def written(made: Made, name: str) -> list[int]:
        file = next(f for f in made.files() if f["file_name"] == name)
        sheet = openpyxl.load_workbook(made.path(file)).worksheets[0]
        column = [c.field for c in LAYOUTS[9].columns].index("arrears") + 1
        cells = [sheet.cell(r["row_number"], column).value for r in file["rows"]]
        return [int(c) for c in cells if c]

    first, second = written(november, "DANH SACH CHI TRA 11-2026.xlsx"), written(december, "DANH SACH CHI TRA 12-2026.xlsx")
    listed = len(next(f for f in november.files() if f["file_name"] == "DANH SACH CHI TRA 11-2026.xlsx")["rows"])
    assert len(first) > 0.8 * listed  # four months at the old rate
    assert len(second) < 0.15 * listed  # only people who joined
