"""Names, births and identity numbers with something wrong."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cases.sheets.common import Case, changed, planted, rows_with, truth
from tests.support.sheets import TOTAL, people


def cases() -> Iterator[Case]:
    yield planted("id_too_short", "CCCD chỉ có 5 chữ số.", changed(1, "Số CCCD", "07515"), [[7, "id_number", "ID_TOO_SHORT"]], "partly")
    yield planted("id_too_long", "CCCD có 13 chữ số.", changed(1, "Số CCCD", "0751501234567"), [[7, "id_number", "ID_TOO_LONG"]], "partly")
    yield planted(
        "id_scientific",
        "CCCD bị Excel đổi thành 7.5150E+10.",
        changed(1, "Số CCCD", "7.5150E+10"),
        [[7, "id_number", "ID_LOST_DIGITS"]],
        "partly",
    )
    yield planted(
        "id_scientific_saved_again",
        "7.5150E+10 mở rồi lưu lại thành 75150000000.",
        changed(1, "Số CCCD", 75150000000),
        [[7, "id_number", "ID_LOST_DIGITS"]],
        "partly",
    )
    yield planted(
        "id_numeric_contradicts",
        "Số 11 chữ số, thêm số 0 thì trái giới tính: không đoán.",
        changed(1, "Số CCCD", 75050123456),
        [[7, "id_number", "ID_LOST_ZEROS"]],
        "partly",
    )
    yield planted(
        "id_one_digit_missing",
        "Thiếu một chữ số ở giữa, không phải mất số 0.",
        changed(1, "Số CCCD", "07515012345"),
        [[7, "id_number", "ID_LOST_ZEROS"]],
        "partly",
    )
    yield planted("id_two_numbers", "CMND cũ và CCCD chung một ô.", changed(1, "Số CCCD", "280123456 / 075150123456"), [[7, "id_number", "ID_TWO_NUMBERS"]],
                  rows=rows_with(r7={"id_number": "075150123456", "old_cmnd": "280123456"}))  # fmt: skip
    yield planted(
        "id_words",
        "Ô CCCD ghi «không có».",
        changed(1, "Số CCCD", "không có"),
        [[7, "id_number", "ID_WORDS"]],
        rows=rows_with(r7={"id_number": None}),
    )
    yield planted(
        "id_letters",
        "CCCD lẫn chữ cái.",
        changed(1, "Số CCCD", "0751501234S6"),
        [[7, "id_number", "ID_LETTERS"]],
        rows=rows_with(r7={"id_number": None}),
    )
    yield planted(
        "id_letter_o",
        "Gõ chữ O thay số 0, các phần còn lại khớp.",
        changed(1, "Số CCCD", "O75150123456"),
        [[7, "id_number", "ID_LETTER_O"]],
        rows=truth(),
    )
    yield planted(
        "id_missing",
        "Trẻ nhỏ chưa có số định danh: hỏi, không chặn.",
        changed(3, "Số CCCD", ""),
        [[9, "id_number", "ID_MISSING"]],
        rows=rows_with(r9={"id_number": None}),
    )
    yield planted(
        "id_sex_differs",
        "CCCD của nữ, dòng ghi Nam.",
        changed(1, "Giới tính", "Nam"),
        [[7, "id_number", "ID_SEX_DIFFERS"]],
        rows=rows_with(r7={"sex": "male"}),
    )
    yield planted("id_year_differs", "CCCD mang năm 1950, dòng ghi 1951.", changed(1, "Ngày sinh", "12/03/1951"), [[7, "id_number", "ID_YEAR_DIFFERS"]],
                  rows=rows_with(r7={"birth_date": "1951-03-12", "birth_year": 1951}))  # fmt: skip
    yield planted(
        "id_prefix_unknown",
        "Ba số đầu không phải tỉnh nào.",
        changed(1, "Số CCCD", "099150123456"),
        [[7, "id_number", "ID_PREFIX_UNKNOWN"]],
        rows=rows_with(r7={"id_number": "099150123456"}),
    )
    yield planted(
        "id_placeholder",
        "Điền toàn số 0.",
        changed(1, "Số CCCD", "000000000000"),
        [[7, "id_number", "ID_PLACEHOLDER"]],
        rows=rows_with(r7={"id_number": None}),
    )
    yield planted(
        "id_is_cmnd",
        "CMND 9 số vẫn dùng được.",
        changed(1, "Số CCCD", "280123456"),
        [],
        rows=rows_with(r7={"id_number": "280123456", "id_type": "cmnd"}),
    )
    yield planted("id_twice_other_person", "Hai người khác nhau một số: số ấy trái giới tính và năm sinh của người thứ hai.", changed(2, "Số CCCD", "075150123456"),
                  [[8, "id_number", "ID_SEX_DIFFERS"], [8, "id_number", "ID_YEAR_DIFFERS"], [8, "id_number", "ID_TWICE_WRONG_HERE"]], "partly")  # fmt: skip
    twins = changed(
        2,
        "Họ và tên",
        "Nguyễn Thị Lan",
        **{
            "Ngày sinh": "01/04/1950",
            "Giới tính": "Nữ",
            "Số CCCD": "075150123456",
            "Đối tượng": "",
            "Mã đối tượng": "5.5a_60_80",
            "Hệ số": 1.5,
            "Mức trợ cấp": 810000,
        },
    )
    yield planted("id_twice_undecided", "Hai người cùng giới, cùng năm, một số: chưa biết của ai, không chặn ai.", twins,
                  [[7, "id_number", "ID_TWICE_UNDECIDED"], [8, "id_number", "ID_TWICE_UNDECIDED"]], total=None)  # fmt: skip
    same = [*people(), [6, *people()[0][1:]]]
    yield planted(
        "same_person_twice",
        "Chép nguyên một dòng xuống dưới: cả hai ở lại, hỏi ở dòng sau.",
        same,
        [[12, "id_number", "ID_TWICE_SAME_PERSON"]],
        total=TOTAL + 810000,
    )
    anonymous = [*changed(3, "Số CCCD", ""), [6, *changed(3, "Số CCCD", "")[2][1:]]]
    yield planted("same_row_twice_without_id", "Dòng lặp của người chưa có số định danh.", anonymous,
                  [[9, "id_number", "ID_MISSING"], [12, "id_number", "ID_MISSING"], [12, "full_name", "ROW_REPEATED"]], total=TOTAL + 810000)  # fmt: skip
    yield planted("name_missing", "Có đủ mọi thứ trừ họ tên.", changed(1, "Họ và tên", ""), [[7, "full_name", "NAME_MISSING"]], "partly")
    yield planted("name_with_digits", "Tên lẫn chữ số.", changed(1, "Họ và tên", "Nguyễn Thị Hoa 2"), [[7, "full_name", "NAME_ODD"]])
    yield planted(
        "formula_as_name",
        "Ô tên chứa công thức gõ như chữ.",
        changed(3, "Họ và tên", '=HYPERLINK("http://x","Lê")'),
        [[9, "full_name", "NAME_ODD"]],
    )
    yield planted("birth_31_02", "Ngày 31/02 không có thật: giữ năm.", changed(1, "Ngày sinh", "31/02/1950"), [[7, "birth", "BIRTH_IMPOSSIBLE"]],
                  rows=rows_with(r7={"birth_date": None, "birth_year": 1950, "birth_date_precision": "year"}))  # fmt: skip
    yield planted("birth_in_future", "Sinh năm 2062.", changed(2, "Ngày sinh", "05/09/2062"), [[8, "birth", "BIRTH_IN_FUTURE"]], "partly")
    yield planted(
        "birth_too_old",
        "Sinh năm 1862.",
        changed(2, "Ngày sinh", "05/09/1862"),
        [[8, "birth", "BIRTH_TOO_OLD"]],
        rows=rows_with(r8={"birth_date": None, "birth_year": None, "birth_date_precision": None}),
    )
    yield planted(
        "birth_missing",
        "Không có ngày sinh.",
        changed(2, "Ngày sinh", ""),
        [[8, "birth", "BIRTH_MISSING"]],
        rows=rows_with(r8={"birth_date": None, "birth_year": None, "birth_date_precision": None}),
    )
    yield planted("birth_unreadable", "Ngày sinh là chữ.", changed(2, "Ngày sinh", "không nhớ"), [[8, "birth", "BIRTH_UNREADABLE"]])
    yield planted(
        "sex_unreadable",
        "Giới tính ghi «N».",
        changed(2, "Giới tính", "N"),
        [[8, "sex", "SEX_UNREADABLE"]],
        rows=rows_with(r8={"sex": None}),
    )
    yield planted("phone_nine_digits", "Điện thoại gõ thiếu một số.", changed(1, "Số điện thoại", "091434899"), [[7, "phone", "PHONE_ODD"]])
