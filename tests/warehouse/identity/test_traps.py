"""The traps of finding each person once, each on a real PostgreSQL with the real dbt project.

A background province makes names as common as they are; every trap has its own people in its own commune.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from ansinh.core.db import connect
from labelled import Hazards, Province
from rawdata import write_register, write_rows

PERIOD = "2026-11"
Row = dict[str, Any]


def row(name: str, born: date | int, **values: Any) -> Row:
    """A line with a full birth date, or only a year."""
    birth: Row = {"birth_date": born} if isinstance(born, date) else {"birth_year": born, "birth_date": None}
    return {"full_name": name, **birth, **values}


def registered(number: str, name: str, born: date | int, sex: str, **values: Any) -> Row:
    birth = {"ngay_thang_nam_sinh": f"{born:%Y%m%d}", "nam_sinh": str(born.year)} if isinstance(born, date) else {"nam_sinh": str(born)}
    return {"so_dinh_danh": number, "ho_va_ten": name, "gioi_tinh": {"male": "1", "female": "2"}[sex], **birth, **values}


TWIN = date(2015, 5, 17)
REGISTER = [
    registered("074215110001", "Phan Thị Lan", TWIN, "female", ma_phuong_xa="40001"),
    registered("074215110552", "Phan Thị Loan", TWIN, "female", ma_phuong_xa="40001"),
    registered("074040000101", "Đỗ Văn Sáu", date(1940, 3, 9), "male", ma_phuong_xa="40006"),
    registered("074138000102", "Lâm Thị Cúc", date(1938, 8, 2), "female", ma_phuong_xa="40006"),
    registered("074152000103", "Trương Thị Yến", date(1952, 4, 11), "female", so_cmnd="280123456", ma_phuong_xa="40007"),
    registered("074049000104", "Hồ Bá Tiến", date(1949, 7, 21), "male", ma_phuong_xa="40008"),
    registered("074147000105", "Đinh Mỹ Nguyệt", date(1947, 11, 3), "female", ma_phuong_xa="40009"),
    registered("074155000106", "Vũ Bích Oanh", date(1955, 2, 14), "female", ma_phuong_xa="40011"),
    registered("074060000107", "Ngô Quốc Vinh", date(1960, 6, 30), "male", ma_phuong_xa="40012"),
    registered("074061000108", "Ngô Quốc Vinh", date(1961, 6, 30), "male", ma_phuong_xa="40012"),
    registered("074150000109", "Dương Kim Sen", date(1950, 9, 9), "female", trang_thai="chet", ngay_chet="20261003"),
    registered("074150000110", "Mai Thu Thảo", date(1950, 10, 10), "female", trang_thai="mat_tich"),
    registered("074150000111", "Lý Thị Tám", 1953, "female"),
    registered("074051000112", "Trương Đình Lộc", 1951, "male"),
    registered("074150000113", "Tạ Thị Bưởi", date(1950, 12, 1), "female", trang_thai="chet", ngay_chet="20261003"),
]
# What the service answers knows nothing of deaths and accounts, and is newer than the file that does.
ASKED = [registered("074150000113", "Tạ Thị Bưởi", date(1950, 12, 1), "female", trang_thai=None)]
ROWS: dict[str, Row] = {
    "twin_lan": row("Phan Thị Lan", TWIN, sex="female", id_number="074215110001", commune_code="40001", phone="0912000001", account_number="101"),
    "twin_loan": row("Phan Thị Loan", TWIN, sex="female", id_number="074215110552", commune_code="40001", phone="0912000001", account_number="101"),
    "twin_loan_no_id": row("Phan Thị Loan", TWIN, sex="female", commune_code="40001", phone="0912000001", account_number="101"),
    "father": row("Lê Hữu Phúc", 1950, sex="male", commune_code="40002", hamlet="Ấp 1", phone="0912000002", account_number="102"),
    "son": row("Lê Hữu Phúc", 1978, sex="male", commune_code="40002", hamlet="Ấp 1", phone="0912000002", account_number="102"),
    "namesake_north": row("Nguyễn Văn Bình", 1948, sex="male", commune_code="40003", hamlet="Ấp 1", phone="0912000003"),
    "namesake_south": row("Nguyễn Văn Bình", 1948, sex="male", commune_code="40003", hamlet="Ấp 7", phone="0912000033"),
    "husband": row("Bùi Công Thành", date(1951, 1, 20), sex="male", commune_code="40004", phone="0912000004", account_number="104"),
    "wife": row("Bùi Thị Hạnh", date(1951, 1, 22), sex="female", commune_code="40004", phone="0912000004", account_number="104"),
    **{f"placeholder_{i}": row(f"{name} {given}", 1940 + i, commune_code="40005", id_number="074099999990", phone="0900000000")
       for i, (name, given) in enumerate((n, g) for n in ("Trần Văn", "Võ Thị", "Huỳnh Kim") for g in ("Năm", "Tư", "Ba", "Sen", "Lộc"))},
    "owner_of_id": row("Đỗ Văn Sáu", date(1940, 3, 9), sex="male", commune_code="40006", id_number="074040000101"),
    "wrong_id": row("Lâm Thị Cúc", date(1938, 8, 2), commune_code="40006", id_number="074040000101"),
    "by_cmnd": row("Truong Thi Yen", 1952, sex="female", commune_code="40007", id_number="280123456"),
    "by_cccd": row("Trương Thị Yến", date(1952, 4, 11), sex="female", commune_code="40017", id_number="074152000103"),
    "id_typed_right": row("Hồ Bá Tiến", date(1949, 7, 21), sex="male", commune_code="40008", id_number="074049000104"),
    "id_one_digit_off": row("Hồ Bá Tiến", date(1949, 7, 21), sex="male", commune_code="40008", id_number="074049000164"),
    "day_first": row("Đinh Mỹ Nguyệt", date(1947, 11, 3), sex="female", commune_code="40009", id_number="074147000105"),
    "month_first": row("ĐINH MY NGUYET", date(1947, 3, 11), sex="female", commune_code="40009"),
    "stays": row("Vũ Bích Oanh", date(1955, 2, 14), sex="female", commune_code="40011", id_number="074155000106"),
    "moved_here": row("Vũ Oanh", date(1955, 2, 14), sex="female", commune_code="40013", moved_from="40011"),
    "alike_1960": row("Ngô Quốc Vinh", date(1960, 6, 30), sex="male", commune_code="40012", id_number="074060000107", account_number="112"),
    "alike_1961": row("Ngô Quốc Vinh", date(1961, 6, 30), sex="male", commune_code="40012", id_number="074061000108", account_number="112"),
    "first_card": row("Đặng Xuân Việt", date(1958, 12, 19), sex="male", commune_code="40014", id_number="074058000201", hamlet="Ấp 2", phone="0912000014", account_number="114"),
    "second_card": row("Đặng Xuân Việt", date(1958, 12, 19), sex="male", commune_code="40014", id_number="075058771934", hamlet="Ấp 2", phone="0912000014", account_number="114"),
    "chain_first": row("Hoàng Đức Toàn", date(1962, 2, 23), sex="male", commune_code="40015", id_number="074062000301", hamlet="Ấp 3"),
    "chain_middle": row("Hoàng Đức Toàn", date(1962, 2, 23), sex="male", commune_code="40015", hamlet="Ấp 3", phone="0912000015"),
    "chain_last": row("Hoàng Đức Toàn", date(1962, 2, 23), sex="male", commune_code="40015", id_number="079062555302", hamlet="Ấp 3", phone="0912000015"),
    "dead": row("Dương Kim Sen", date(1950, 9, 9), sex="female", commune_code="40016", id_number="074150000109"),
    "dead_then_asked_about": row("Tạ Thị Bưởi", date(1950, 12, 1), sex="female", commune_code="40016", id_number="074150000113"),
    "dead_other_birth": row("Dương Kim Sen", date(1951, 9, 8), sex="female", commune_code="40018", id_number="074150000109"),
    "lost": row("Mai Thu Thảo", date(1950, 10, 10), sex="female", commune_code="40016", id_number="074150000110"),
    "unknown_id": row("Trần Bá Quân", date(1944, 4, 4), sex="male", commune_code="40016", id_number="074044123123"),
    "january_one": row("Tô Thị Xuyến", date(1939, 1, 1), sex="female", commune_code="40021", hamlet="Ấp 1", id_number="074139000113"),
    "january_whole": row("Tô Thị Xuyến", date(1939, 9, 24), sex="female", commune_code="40021", hamlet="Ấp 1"),
    "twin_sen": row("Cao Thị Sen", date(2014, 8, 9), sex="female", commune_code="40022", hamlet="Ấp 2", phone="0912000022", account_number="122"),
    "twin_cuc": row("Cao Thị Cúc", date(2014, 8, 9), sex="female", commune_code="40022", hamlet="Ấp 2", phone="0912000022", account_number="122"),
    "neighbour_one": row("Quách Văn Hải", date(1951, 3, 5), sex="male", commune_code="40023", hamlet="Ấp 4"),
    "neighbour_two": row("Quách Văn Hải", date(1951, 10, 17), sex="male", commune_code="40023", hamlet="Ấp 4"),
    "no_id_nobody": row("Huỳnh Bích Quyên", date(1933, 3, 3), sex="female", commune_code="40016"),
    "register_wrong_year": row("Lý Thị Tám", 1950, sex="female", commune_code="40016", id_number="074150000111"),
    "no_id_one_fits": row("TRUONG DINH LOC", 1951, sex="male", commune_code="40016"),
    "other_name": row("Trương Đình Long", 1951, sex="male", commune_code="40019", id_number="074051000112"),
    "other_sex": row("Trương Đình Lộc", 1951, sex="female", commune_code="40020", id_number="074051000112"),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(module_dsn: str, build_persons: Callable[..., None]) -> Iterator[dict[str, str]]:
    """Trap rows → person ids, after one real build."""
    background = Province(1500, seed=11, hazards=Hazards(extra_rows=0))
    with connect() as connection:
        write_rows(connection, PERIOD, [(line.row_id, line.values) for line in background.lines] + list(ROWS.items()))
        write_register(connection, [*background.register(), *REGISTER])
        write_register(connection, ASKED, file_id="F2", at="2026-10-30T08:00:00+07:00")
    build_persons()
    with connect() as connection:
        yield dict(connection.execute("select row_id, person_id from marts_next.person_xref").fetchall())


def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connect() as connection:
        return connection.execute(query, values).fetchall()


def status(row_id: str) -> str:
    return str(ask("select identity_status from intermediate_next.int_identity_checks where row_id = %s", row_id)[0][0])


def test_twins_with_one_phone_and_account_stay_two_people(found: dict[str, str]) -> None:
    assert found["twin_lan"] != found["twin_loan"]


def test_a_twin_typed_without_a_number_is_not_taken_for_the_other_twin(found: dict[str, str]) -> None:
    assert found["twin_loan_no_id"] == found["twin_loan"]


def test_a_father_and_a_son_of_one_name_stay_two_people(found: dict[str, str]) -> None:
    assert found["father"] != found["son"]


def test_namesakes_of_one_year_in_two_hamlets_stay_two_people(found: dict[str, str]) -> None:
    assert found["namesake_north"] != found["namesake_south"]


def test_spouses_with_one_account_and_phone_stay_two_people(found: dict[str, str]) -> None:
    assert found["husband"] != found["wife"]


def test_a_first_of_january_is_only_a_year(found: dict[str, str]) -> None:
    assert found["january_one"] == found["january_whole"]
    assert ask(
        "select birth_level from intermediate_next.int_person_pair_scores where row_id_l = 'january_one' and row_id_r = 'january_whole'"
    ) == [("year",)]


def test_twins_without_numbers_stay_two_people_whatever_they_share(found: dict[str, str]) -> None:
    assert found["twin_sen"] != found["twin_cuc"]


def test_neighbours_of_one_name_and_year_with_two_whole_dates_stay_two_people(found: dict[str, str]) -> None:
    assert found["neighbour_one"] != found["neighbour_two"]


def test_a_placeholder_number_shared_by_many_links_nobody(found: dict[str, str]) -> None:
    people = [person for row_id, person in found.items() if row_id.startswith("placeholder_")]
    assert len(set(people)) == len(people) == 15


def test_two_people_typed_with_one_number_stay_two_and_the_register_says_whose_it_is(found: dict[str, str]) -> None:
    assert found["owner_of_id"] != found["wrong_id"]
    assert (status("owner_of_id"), status("wrong_id")) == ("match", "duplicate_id")


def test_cmnd_in_one_list_and_cccd_in_another_are_one_person_by_the_register(found: dict[str, str]) -> None:
    assert found["by_cmnd"] == found["by_cccd"]


def test_a_number_one_digit_off_that_nobody_holds_is_a_slip_of_the_hand(found: dict[str, str]) -> None:
    assert found["id_typed_right"] == found["id_one_digit_off"]
    assert status("id_one_digit_off") == "not_found"


def test_a_swapped_day_and_month_without_tones_and_number_is_still_the_same_person(found: dict[str, str]) -> None:
    assert found["day_first"] == found["month_first"]


def test_a_person_moved_in_mid_month_and_listed_twice_is_found_once(found: dict[str, str]) -> None:
    assert found["stays"] == found["moved_here"]


def test_rows_verified_to_two_registered_persons_are_never_one(found: dict[str, str]) -> None:
    assert found["alike_1960"] != found["alike_1961"]
    assert not ask("select 1 from intermediate_next.int_review_cases where row_id in ('alike_1960', 'alike_1961')")


def test_two_valid_numbers_of_otherwise_equal_records_are_asked_about_and_only_one_line_waits(found: dict[str, str]) -> None:
    assert found["first_card"] != found["second_card"]
    cases = ask("select case_id, row_id, is_extra from intermediate_next.int_review_cases where row_id in ('first_card', 'second_card')")
    assert len({case for case, _, _ in cases}) == 1
    assert sorted(is_extra for _, _, is_extra in cases) == [False, True]


def test_a_record_without_number_never_joins_two_numbers(found: dict[str, str]) -> None:
    assert found["chain_first"] != found["chain_last"]
    assert found["chain_middle"] in (found["chain_first"], found["chain_last"])
    assert ask("select 1 from marts_next.rpt_review_queue where 'chain_first' = any(row_ids) and 'chain_last' = any(row_ids)")


@pytest.mark.parametrize(
    ("row_id", "verdict"),
    [
        ("dead", "deceased"),
        ("dead_other_birth", "deceased"),
        ("dead_then_asked_about", "deceased"),
        ("lost", "missing"),
        ("no_id_nobody", "missing"),
        ("unknown_id", "not_found"),
        ("register_wrong_year", "mismatch_birth"),
        ("no_id_one_fits", "match"),
        ("by_cmnd", "match"),
        ("month_first", "missing"),
        ("other_name", "mismatch_name"),
        ("other_sex", "mismatch_sex"),
    ],
)
def test_the_registers_verdict_follows_its_precedence(found: dict[str, str], row_id: str, verdict: str) -> None:
    assert status(row_id) == verdict


def check(row_id: str, columns: str) -> tuple[Any, ...]:
    return ask(f"select {columns} from marts_next.fct_identity_check where row_id = %s", row_id)[0]


def test_a_verdict_names_the_fields_that_differ_both_values_and_as_of_when(found: dict[str, str]) -> None:
    assert check("other_name", "differs, listed_name, register_name") == (["full_name"], "Trương Đình Long", "Trương Đình Lộc")
    assert check("other_sex", "differs, listed_sex, register_sex") == (["sex"], "female", "male")
    assert check("register_wrong_year", "differs, listed_birth, register_birth, is_registers_mistake") == (["birth"], "1950", "1953", True)
    assert check("by_cmnd", "differs, found_by, register_id_number") == ([], "cmnd", "074152000103")
    assert check("unknown_id", "differs, register_name, verified_as_of") == ([], None, None)
    assert str(check("dead_then_asked_about", "verified_as_of at time zone 'Asia/Ho_Chi_Minh'")[0]) == "2026-10-30 08:00:00"


def test_a_number_of_somebody_else_is_told_with_its_holder_and_the_likely_right_one(found: dict[str, str]) -> None:
    verdict = check("wrong_id", "identity_status, register_name, register_id_number, likely_id_number")
    assert verdict == ("duplicate_id", "Đỗ Văn Sáu", "074040000101", "074138000102")
    assert {"full_name", "birth"} <= set(check("wrong_id", "differs")[0])
    assert check("owner_of_id", "identity_status, differs") == ("match", [])


def test_analysts_learn_which_fields_differ_but_not_how(found: dict[str, str]) -> None:
    columns = {
        name
        for (name,) in ask("select attname from pg_attribute where attrelid = 'analytics_next.fct_identity_check'::regclass and attnum > 0")
    }
    assert {"differs", "identity_status", "verified_as_of"} <= columns
    assert not columns & {"listed_name", "register_name", "listed_id_number", "register_id_number", "listed_birth", "likely_id_number"}


def test_a_register_year_against_its_own_number_is_said_to_be_the_registers_mistake(found: dict[str, str]) -> None:
    told = ask(
        "select row_id from intermediate_next.int_identity_checks where register_contradicts_itself and row_id = any(%s)", list(ROWS)
    )
    assert told == [("register_wrong_year",)]


def test_every_link_can_be_read_back_as_a_sum(found: dict[str, str]) -> None:
    rows = ask(
        "select s.match_weight, max(e.running_total), count(*) from intermediate_next.int_person_pair_scores s"
        " join intermediate_next.int_person_pair_explanations e using (row_id_l, row_id_r)"
        " where s.band = 'linked' and 'day_first' in (row_id_l, row_id_r) group by s.row_id_l, s.row_id_r, s.match_weight"
    )
    last = ask(
        "select distinct on (row_id_l, row_id_r) running_total from intermediate_next.int_person_pair_explanations"
        " where 'day_first' in (row_id_l, row_id_r) and 'month_first' in (row_id_l, row_id_r) order by row_id_l, row_id_r, position desc"
    )
    assert rows
    assert abs(rows[0][0] - last[0][0]) < 1e-6


def test_large_blocks_of_names_are_cut_and_the_cut_is_reported(found: dict[str, str]) -> None:
    cut = ask("select sum(pairs_left_out) from intermediate_next.int_blocking_cuts")[0][0]
    told = ask("select pairs_left_out from intermediate_next.int_person_batch_health")[0][0]
    assert (cut or 0) == told
