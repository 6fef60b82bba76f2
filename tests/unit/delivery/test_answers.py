"""Reading what a bank answers: every record, flat in memory, nothing taken on trust."""

from __future__ import annotations

from datetime import date

import pytest
from ansinh.payment import camt, columns_result, iso_reader, pain002
from ansinh.payment.answers import Unreadable, whole_dong
from ansinh.payment.channel import ResultColumns, ResultLayout
from ansinh.payment.posting import same_name

from tests.support import answers


def _file(tmp_path, content: bytes):
    path = tmp_path / "answer"
    path.write_bytes(content)
    return path


def test_every_transaction_of_a_report_is_read_not_only_the_first(tmp_path):
    lines = [(f"E{n}", "RJCT" if n % 3 == 0 else "ACCP", "AC04" if n % 3 == 0 else "") for n in range(1, 1001)]
    path = _file(tmp_path, answers.pain002("B1", "M1", lines))
    assert iso_reader.message_kind(path) == "pain.002"
    answer = pain002.read(path)
    found = list(answer.records)
    assert answer.message_id == "B1"
    assert (found[0].code, found[0].end_to_end_id, found[0].original_message_id) == ("PART", None, "M1")
    assert [(r.end_to_end_id, r.code, r.reason_code or "") for r in found[1:]] == lines


def test_a_group_refusal_without_lines_is_one_record_with_its_reason(tmp_path):
    found = list(pain002.read(_file(tmp_path, answers.pain002("B1", "M1", [], group="RJCT", group_reason="FF01"))).records)
    assert [(r.code, r.reason_code, r.end_to_end_id) for r in found] == [("RJCT", "FF01", None)]


def test_a_batch_answered_as_a_whole_is_read(tmp_path):
    text = answers.pain002("B1", "M1", [], group="").decode()
    text = text.replace(
        "</CstmrPmtStsRpt>",
        "<OrgnlPmtInfAndSts><OrgnlPmtInfId>M1-1</OrgnlPmtInfId><PmtInfSts>RJCT</PmtInfSts>"
        "<StsRsnInf><Rsn><Prtry>X9</Prtry></Rsn></StsRsnInf></OrgnlPmtInfAndSts></CstmrPmtStsRpt>",
    )
    found = list(pain002.read(_file(tmp_path, text.encode())).records)
    assert [(r.code, r.reason_code, r.original_batch_id) for r in found] == [("RJCT", "X9", "M1-1")]


def test_a_statement_gives_each_booked_payment_and_only_booked_ones(tmp_path):
    content = answers.camt(
        "S1",
        [
            answers.entry("E1", 500_000, ref="R1", account="001", name="NGUYEN VAN A"),
            answers.entry("E2", "750000.00", ref="R2", side="CRDT", reason="AC04"),
            answers.entry("E3", "1.50", ref="R3"),
            answers.entry("E4", 1, ref="R4", status="PDNG"),
            answers.batch_entry("M1", 9_000, ref="R5"),
        ],
        "camt.053",
    )
    path = _file(tmp_path, content)
    found = list(camt.read(path, iso_reader.message_kind(path)).records)
    assert [(r.kind, r.end_to_end_id, r.amount_vnd, r.reason_code, r.whole_batch) for r in found] == [
        ("debit", "E1", 500_000, None, False),
        ("credit", "E2", 750_000, "AC04", False),
        ("debit", "E3", None, None, False),
        ("debit", None, 9_000, None, True),
    ]
    assert (found[0].account_number, found[0].account_name, found[0].booked_on) == ("001", "NGUYEN VAN A", date(2026, 10, 26))
    assert (found[3].original_message_id, found[3].original_batch_id) == ("M1", "M1-1")


def test_the_same_movement_has_one_key_in_notification_and_statement(tmp_path):
    def keys(kind: str) -> list[str]:
        entries = [
            answers.entry("E1", 1, ref="R1"),
            answers.entry("E1", 1, ref="R2"),
            answers.entry("E2", 1, ref="").replace("<AcctSvcrRef></AcctSvcrRef>", ""),
        ]
        return [r.entry_key for r in camt.read(_file(tmp_path, answers.camt("X", entries, kind)), kind).records]

    assert keys("camt.054") == keys("camt.053")
    assert len(set(keys("camt.054"))) == 3


def test_one_entry_with_many_payments_gives_them_all(tmp_path):
    two = answers.entry("E1", 5, ref="R1").replace(
        "</TxDtls></NtryDtls>", '</TxDtls><TxDtls><Refs><EndToEndId>E2</EndToEndId></Refs><Amt Ccy="VND">7</Amt></TxDtls></NtryDtls>'
    )
    found = list(camt.read(_file(tmp_path, answers.camt("X", [two, answers.batch_entry("M", 1, ref="R2")])), "camt.054").records)
    assert [(r.end_to_end_id, r.amount_vnd, r.kind) for r in found] == [("E1", 5, "debit"), ("E2", 7, "debit"), (None, 1, "debit")]
    assert len({r.entry_key for r in found}) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "BROKEN_XML"),
        (b"PK\x03\x04", "BROKEN_XML"),
        (b"<a/>", "NOT_ISO20022"),
        (answers.camt("X", [])[:-30], "BROKEN_XML"),
        (answers.pain002("B", "M", []).replace(b"<Document", b'<!DOCTYPE a [<!ENTITY b "c">]><Document', 1), "HAS_DOCTYPE"),
        (answers.pain002("B", "M", []).replace(b"<MsgId>B</MsgId>", b""), "NO_MESSAGE_ID"),
        (
            answers.pain002("B", "M", [])
            .decode()
            .replace("UTF-8", "UTF-16")
            .replace("<Document", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><Document')
            .encode("utf-16"),
            "HAS_DOCTYPE",
        ),
    ],
)
def test_what_is_no_answer_is_refused_with_a_code(tmp_path, content, code):
    path = _file(tmp_path, content)
    with pytest.raises(Unreadable) as refused:
        kind = iso_reader.message_kind(path)
        list((pain002.read(path) if kind == "pain.002" else camt.read(path, kind)).records)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("500000", 500_000),
        ("500000.00", 500_000),
        ("0", 0),
        ("1.5", None),
        ("-1", None),
        ("NaN", None),
        ("1e3", 1000),
        ("", None),
        (None, None),
        ("9" * 19, None),
    ],
)
def test_amounts_are_whole_dong_or_nothing(text, amount):
    assert whole_dong(text) == amount


LAYOUT = ResultLayout(
    columns=ResultColumns(end_to_end_id="Mã giao dịch", status="Kết quả", reason="Lý do", amount_vnd="Số tiền", booked_on="Ngày", reference="Bút toán"),
    statuses={"thanh cong": "ACSC", "that bai": "RJCT"},
    reasons={"tai khoan da dong": "AC04"},
    books_money=True,
)  # fmt: skip


def test_a_result_list_is_read_by_its_profile(tmp_path):
    text = (
        "Kết quả chi hộ ngày 26/10/2026\n\nSTT,Mã giao dịch,Số tiền,Kết quả,Lý do,Ngày,Bút toán\n"
        '1,E1,"650,000",Thành công,,26/10/2026,FT01\n2,E2,750.000,Thất bại,Tài khoản đã đóng,,\n,,1400000,,,,\n'
    )
    status, booking, refused = columns_result.read(_file(tmp_path, text.encode("utf-8-sig")), LAYOUT, "B1").records
    assert (status.code, status.end_to_end_id, status.amount_vnd) == ("ACSC", "E1", 650_000)
    assert (booking.kind, booking.entry_key, booking.amount_vnd, booking.booked_on) == ("debit", "FT01", 650_000, date(2026, 10, 26))
    assert (refused.code, refused.reason_code, refused.amount_vnd) == ("RJCT", "AC04", 750_000)


def test_a_result_workbook_and_a_fixed_list_give_the_same(tmp_path):
    import xlsxwriter

    book = xlsxwriter.Workbook(str(tmp_path / "r.xlsx"))
    sheet = book.add_worksheet()
    for at, row in enumerate(
        [
            ["Mã giao dịch", "Kết quả", "Số tiền", "Lý do"],
            ["E1", "Thành công", 650000, ""],
            ["E2", "Thất bại", 750000.0, "Tài khoản đã đóng"],
        ]
    ):
        sheet.write_row(at, 0, row)
    book.close()
    (tmp_path / "r.txt").write_text("E1   650000OK\nE2   750000NO\n")
    by_book = list(columns_result.read(tmp_path / "r.xlsx", LAYOUT.model_copy(update={"format": "xlsx"}), "B").records)
    fixed = ResultLayout(
        format="fixed", columns=ResultColumns(end_to_end_id="1-5", status="12-13", amount_vnd="6-11"), statuses={"ok": "ACSC", "no": "RJCT"}, books_money=True
    )  # fmt: skip
    by_place = list(columns_result.read(tmp_path / "r.txt", fixed, "B").records)
    seen = [[(type(r).__name__, r.end_to_end_id, r.amount_vnd) for r in found] for found in (by_book, by_place)]
    assert seen[0] == seen[1] == [("Status", "E1", 650_000), ("Booking", "E1", 650_000), ("Status", "E2", 750_000)]


@pytest.mark.parametrize(
    ("text", "code"), [("a,b\n1,2\n", "NO_HEADING"), ("Mã giao dịch,Kết quả\nE1,Chờ\n", "UNKNOWN_STATUS"), ("", "NO_HEADING")]
)
def test_a_list_the_profile_does_not_know_is_refused_whole(tmp_path, text, code):
    with pytest.raises(Unreadable) as refused:
        list(columns_result.read(_file(tmp_path, text.encode()), LAYOUT, "B").records)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("NGUYEN THI DUNG", "Nguyễn Thị Dũng", True),
        ("DANG VAN DUC", "Đặng Văn Đức", True),
        ("KSOR H BO", "Ksor H’Bơ", False),
        ("NGUYEN THI THANH HUO", "Nguyễn Thị Thanh Hương", True),
        ("NGUYEN VAN A", "NGUYEN VAN AN", False),
        ("LE THI B", "LE THI C", False),
    ],
)
def test_names_are_compared_as_a_bank_writes_them(one, other, same):
    assert same_name(one, other) is same
