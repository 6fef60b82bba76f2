"""The opening history: loaded whole or not at all, and every wrong line named without naming the person."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.rules import opening

HEADER = "period,commune_code,id_number,entitlement_code,subject_id_number,amount_vnd,paid"
PERSON = "079080012345"


@pytest.fixture
def write(tmp_path: Path):
    def _write(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
        path = tmp_path / "lich su.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return path

    return _write


def stored() -> list[tuple[object, ...]]:
    with connect() as connection:
        return connection.execute("select period, entitlement_code, amount_vnd, paid from ops.opening_history order by period").fetchall()


def test_a_file_is_loaded_and_loading_it_again_changes_nothing(dsn: str, write) -> None:
    path = write(f"2026-09,25858,{PERSON},5.6_n,,750000,true", "", f"2026-10,25858,{PERSON},5.6_n,,750000,false")
    assert opening.load(path) == 2
    first = stored()
    assert opening.load(path) == 2
    assert stored() == first == [("2026-09", "5.6_n", 750000, True), ("2026-10", "5.6_n", 750000, False)]


def test_a_corrected_amount_replaces_the_old_one(dsn: str, write) -> None:
    opening.load(write(f"2026-10,25858,{PERSON},5.6_n,,700000,true"))
    opening.load(write(f"2026-10,25858,{PERSON},5.6_n,,750000,true"))
    assert stored() == [("2026-10", "5.6_n", 750000, True)]


def test_two_payments_of_one_month_add_up(dsn: str, write) -> None:
    path = write(f"2026-10,25858,{PERSON},5.6_n,,750000,true", f"2026-10,25858,{PERSON},5.6_n,,60000,true")
    assert opening.load(path) == 1
    assert stored() == [("2026-10", "5.6_n", 810000, True)]


def test_two_equal_shares_of_a_martyrs_mother_add_up_too(dsn: str, write) -> None:
    share = f"2026-10,25858,{PERSON},NCC_TUAT,,3012000,true"
    assert opening.load(write(share, share)) == 1
    assert stored() == [("2026-10", "NCC_TUAT", 6024000, True)]


def test_a_byte_order_mark_semicolons_and_another_column_order_are_read(dsn: str, write) -> None:
    header = "paid;amount_vnd;period;commune_code;id_number;entitlement_code;subject_id_number"
    assert opening.load(write(f"TRUE;540000;2026-10;25858;{PERSON};20.2c;079080054321", header=header, encoding="utf-8-sig")) == 1


def test_every_wrong_line_is_named_by_number_and_column_and_nothing_is_loaded(dsn: str, write) -> None:
    good = f"2026-10,25858,{PERSON},5.6_n,,750000,true"
    path = write(
        good,
        f"10/2026,25858,{PERSON},5.6_n,,750000,true",
        f"2026-10,858,{PERSON},5.6_n,,750000,true",
        "2026-10,25858,79080012345,5.6_n,,750000,true",
        f"2026-10,25858,{PERSON},9.9,,750000,true",
        f"2026-10,25858,{PERSON},5.6_n,12,750000,true",
        f"2026-10,25858,{PERSON},5.6_n,,750.000,true",
        f"2026-10,25858,{PERSON},5.6_n,,750000,rồi",
        good,
        f"2026-10,25858,{PERSON},5.6_n,,1,false",
        "2026-10,25858",
    )
    with pytest.raises(BlockedByData) as caught:
        opening.load(path)
    said = caught.value.reason
    assert "10 dòng sai" in said and "79080012345" not in said and PERSON not in said
    for line, word in ((3, "period"), (4, "commune_code"), (5, "id_number"), (6, "entitlement_code"), (7, "subject_id_number"), (8, "amount_vnd"), (9, "paid")):  # fmt: skip
        assert f"dòng {line}: cột {word}" in said
    assert "dòng 10: trùng nguyên văn với dòng 2" in said and "dòng 11:" in said and "dòng 12: số cột" in said
    assert stored() == []


def test_a_long_list_of_mistakes_is_cut_and_says_so(dsn: str, write) -> None:
    with pytest.raises(BlockedByData, match="… và 5 dòng nữa"):
        opening.load(write(*[f"2026-10,25858,{index},5.6_n,,1,true" for index in range(15)]))


def test_a_file_that_is_no_history_says_which_columns_it_lacks(write, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="amount_vnd, paid"):
        opening.load(write("1,2", header="period,commune_code,id_number,entitlement_code,subject_id_number"))
    with pytest.raises(UsageError, match="Không có tệp"):
        opening.load(tmp_path / "không có.csv")
    binary = tmp_path / "anh.csv"
    binary.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(UsageError, match="UTF-8"):
        opening.load(binary)


def test_a_header_alone_is_an_empty_history(dsn: str, write) -> None:
    assert opening.load(write()) == 0
