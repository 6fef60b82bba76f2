"""Names, texts and layouts of the files a bank gets."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from ansinh.core.clock import VIETNAM
from ansinh.core.errors import AnsinhError, UsageError
from ansinh.core.period import Period
from ansinh.payment import profile as profiles
from ansinh.payment.files.ascii import NotRepresentable, is_identifier, to_ascii
from ansinh.payment.files.check import Expected, check_pain001
from ansinh.payment.files.check_columns import check_columns
from ansinh.payment.files.columns import write_columns
from ansinh.payment.files.fonts import LETTERS
from ansinh.payment.files.pain001 import HEADER_BYTES, WORST_TRANSACTION_BYTES, FileHead, write_pain001
from ansinh.payment.files.transfer import Line, Refused, Transfer, transfer_maker
from ansinh.payment.profile import BankProfile, load_profile
from hypothesis import given
from hypothesis import strategies as st

NOVEMBER = Period(2026, 11)
TODAY = date(2026, 10, 23)


def line(number: int = 1, **changes: object) -> Line:
    return Line(f"AS2611-1-{number:024X}", "BTXH", "970436", f"00110012{number:05d}", "Nguyễn Văn Đức", 810_000 + number)._replace(
        **changes
    )


def head(rows: int, total: int, message: str = "ANSINH-202611-YTE-1-00001") -> FileHead:
    sealed_at = datetime(2026, 10, 23, 8, tzinfo=VIETNAM)
    return FileHead(message, sealed_at, date(2026, 10, 26), rows, total, "SO Y TE", "3751000001", "01204001")


def transfers(profile: BankProfile, count: int = 3) -> list[Transfer]:
    make = transfer_maker(profile, NOVEMBER)
    return [make(line(number)) for number in range(1, count + 1)]


def expected(items: list[Transfer]) -> Expected:
    return Expected(len(items), sum(t.amount_vnd for t in items), "ANSINH-202611-YTE-1-00001", "3751000001", TODAY)


@pytest.mark.parametrize(
    ("written", "ascii_form"),
    [
        ("Nguyễn Văn Đức", "NGUYEN VAN DUC"),
        ("Đặng Thị Ánh Tuyết", "DANG THI ANH TUYET"),
        ("Ksor H’Bơ", "KSOR H'BO"),
        ("đinh thị “Út” – B", "DINH THI 'UT' - B"),
        ("Nguye\u0302\u0303n V\u0103n A\u0301nh", "NGUYEN VAN ANH"),
        ("Trần\u00a0 Thị\t Bé ", "TRAN THI BE"),
        ("Ðỗ Văn Ưu", "DO VAN UU"),
        ("LÊ QUỲNH, (con)", "LE QUYNH, (CON)"),
    ],
)
def test_names_keep_every_letter_without_its_tones(written: str, ascii_form: str) -> None:
    assert to_ascii(written) == ascii_form


@given(st.text(alphabet=LETTERS + " '-ABCxyz", min_size=1).filter(str.strip))
def test_no_vietnamese_letter_is_ever_dropped(name: str) -> None:
    assert len(to_ascii(name)) == len(" ".join(name.split()))


@pytest.mark.parametrize("name", ["名前", "A\u0410", "x@y", "", " ", "a\x07b", "€"])
def test_what_the_set_does_not_know_is_refused_and_not_swallowed(name: str) -> None:
    with pytest.raises(NotRepresentable) as error:
        to_ascii(name)
    assert not name.strip() or name not in str(error.value)


@pytest.mark.parametrize(
    ("text", "good"), [("AS2611-1-00FF", True), ("/AS", False), ("AS/", False), ("A//B", False), ("A/B", True), ("", False)]
)
def test_identifiers_keep_the_slash_rule(text: str, good: bool) -> None:
    assert is_identifier(text) is good


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"account_number": None}, "NO_ACCOUNT"),
        ({"account_number": "12 34"}, "BAD_ACCOUNT"),
        ({"account_number": "1" * 35}, "BAD_ACCOUNT"),
        ({"account_number": "12<34"}, "BAD_ACCOUNT"),
        ({"bin": "123456"}, "UNKNOWN_BANK"),
        ({"bin": None}, "UNKNOWN_BANK"),
        ({"account_name": None}, "NO_NAME"),
        ({"account_name": "名前"}, "BAD_NAME"),
        ({"amount_vnd": 0}, "BAD_AMOUNT"),
        ({"end_to_end_id": "X" * 36}, "BAD_ID"),
        ({"programme_code": "XYZ"}, "NO_PURPOSE"),
    ],
)
def test_a_line_no_bank_takes_is_refused_by_name_of_the_rule(changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as error:
        transfer_maker(load_profile("demo_bank"), NOVEMBER)(line(**changes))
    assert error.value.code == code


def test_an_item_above_the_bank_s_limit_is_refused_where_it_may_not_go_apart() -> None:
    with pytest.raises(Refused) as error:
        transfer_maker(load_profile("example_iso03"), NOVEMBER)(line(amount_vnd=500_000_000))
    assert error.value.code == "BIG_ITEM"


@pytest.mark.parametrize("name", ["demo_bank", "example_iso03"])
def test_a_written_file_passes_its_own_check(tmp_path: Path, name: str) -> None:
    profile = load_profile(name)
    items = transfers(profile)
    path = tmp_path / "a.xml"
    write_pain001(path, profile, head(3, sum(t.amount_vnd for t in items)), items)
    assert check_pain001(path, profile, expected(items)) == []


def test_the_same_seal_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in profiles.names():
        profile, writer = load_profile(name), write_pain001 if load_profile(name).is_iso else write_columns
        items = transfers(profile)
        total = sum(t.amount_vnd for t in items)
        one = writer(tmp_path / "1", profile, head(3, total), items)
        two = writer(tmp_path / "2", profile, head(3, total), items)
        assert one == two, name
        assert one.size_bytes == (tmp_path / "1").stat().st_size


@pytest.mark.parametrize("name", ["demo_bank", "example_csv", "example_fixed", "example_xlsx"])
def test_a_file_whose_sum_differs_from_the_seal_is_never_finished(tmp_path: Path, name: str) -> None:
    profile = load_profile(name)
    writer = write_pain001 if profile.is_iso else write_columns
    items = transfers(profile)
    for rows, total in ((3, 1), (2, sum(t.amount_vnd for t in items))):
        with pytest.raises(AnsinhError) as error:
            writer(tmp_path / "x", profile, head(rows, total), items)
        assert error.value.code == "CONTROL_SUM"


def test_no_transaction_is_longer_than_files_are_split_by(tmp_path: Path) -> None:
    profile = load_profile("demo_bank")
    longest = Transfer("X" * 35, 10**14, "X" * 35, "9" * 34, "X" * 140, "SSBE", "X" * 140)
    path = tmp_path / "long.xml"
    write_pain001(path, profile, head(1, 10**14), [longest])
    lines = path.read_bytes().split(b"<CdtTrfTxInf>")
    assert len(lines[1]) + 13 < WORST_TRANSACTION_BYTES
    assert len(lines[0]) + 100 < HEADER_BYTES


@pytest.mark.parametrize("name", ["example_csv", "example_fixed", "example_xlsx"])
def test_a_columnar_file_passes_its_own_check_and_a_changed_one_does_not(tmp_path: Path, name: str) -> None:
    profile = load_profile(name)
    items = transfers(profile)
    path = tmp_path / "a"
    write_columns(path, profile, head(3, sum(t.amount_vnd for t in items)), items)
    assert check_columns(path, profile, expected(items)) == []
    less = expected(items[:2])
    assert [finding.code for finding in check_columns(path, profile, less)] == ["NOT_AS_SEALED"]


def test_fixed_text_has_its_widths_and_control_lines(tmp_path: Path) -> None:
    profile = load_profile("example_fixed")
    items = transfers(profile)
    path = tmp_path / "a.txt"
    write_columns(path, profile, head(3, sum(t.amount_vnd for t in items)), items)
    lines = path.read_bytes().decode("ascii").split("\n")
    assert lines[0].startswith("HANSINH-202611-YTE-1-00001")
    assert "20261026" in lines[0]
    assert {len(text) for text in lines[1:4]} == {1 + 7 + 35 + 8 + 19 + 40 + 13 + 60 + 1}
    assert lines[4] == "T0000003000000002430006\r"
    damaged = path.read_bytes().replace(b"NGUYEN VAN DUC ", b"NGUYEN VAN DU", 1)
    path.write_bytes(damaged)
    assert "WRONG_WIDTH" in {finding.code for finding in check_columns(path, profile, expected(items))}


def test_a_csv_name_keeps_its_tones_where_the_bank_reads_them(tmp_path: Path) -> None:
    profile = load_profile("example_csv")
    items = transfers(profile)
    path = tmp_path / "a.csv"
    write_columns(path, profile, head(3, sum(t.amount_vnd for t in items)), items)
    assert "Nguyễn Văn Đức" in path.read_text("utf-8-sig")


def test_a_value_wider_than_its_fixed_column_stops_the_file(tmp_path: Path) -> None:
    profile = load_profile("example_fixed")
    wide = transfers(profile, 1)[0]._replace(account_number="1" * 20)
    with pytest.raises(AnsinhError) as error:
        write_columns(tmp_path / "a", profile, head(1, wide.amount_vnd), [wide])
    assert error.value.code == "TOO_WIDE"


def test_a_profile_with_a_mistake_is_refused_with_its_place(home: Path) -> None:
    (home / "profiles").mkdir()
    (home / "profiles" / "mine.yml").write_text("title_vi: x\nformat: csv\nbank_code: mmb_id\n", encoding="utf-8")
    with pytest.raises(UsageError, match="limits"):
        load_profile("mine")
    with pytest.raises(UsageError, match="demo_bank"):
        load_profile("no_such_bank")
    with pytest.raises(UsageError):
        load_profile("../../etc/passwd")
