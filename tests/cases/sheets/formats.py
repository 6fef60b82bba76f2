"""Every file format and old encoding a list may come in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ansinh.local.province.legacy_text import to_tcvn3, to_vni

from tests.cases.sheets.common import Case, case, each_text, truth, with_column
from tests.support.sheets import TRUTH, ods, people, sheet, text, xls, xlsx
from tests.support.xlsb import write_xlsb


def cases() -> Iterator[Case]:
    yield from _formats()
    yield from _encodings()


def _formats() -> Iterator[Case]:
    yield case("plain_xlsx", "Danh sách thường gặp nhất.", "DS T11.xlsx", xlsx(("Danh sách", sheet())), rows=truth())
    yield case("plain_xls", "Excel 97-2003.", "DS T11.xls", xls("DS", sheet()), rows=truth())
    yield case(
        "plain_ods", "LibreOffice, kèm một triệu dòng trống ở cuối như LibreOffice vẫn ghi.", "DS.ods", ods("DS", sheet()), rows=truth()
    )
    yield case("plain_xlsb", "Excel nhị phân.", "DS.xlsb", write_xlsb(sheet()), rows=truth())
    yield case("csv_comma_bom", "CSV UTF-8 của Excel.", "DS.csv", text(sheet()), rows=truth(), encoding="UTF-8")
    semicolons = text(each_text(sheet(), lambda s: unicodedata.normalize("NFD", s)), ";", "utf-8")
    yield case("csv_semicolon_nfd", "CSV từ máy Mac: dấu chấm phẩy, chữ tổ hợp (NFD).", "DS.csv", semicolons, rows=truth())
    yield case(
        "txt_utf16_tabs",
        "«Unicode Text» của Excel: UTF-16, ngăn bằng tab.",
        "DS.txt",
        text(sheet(), "\t", "utf-16"),
        rows=truth(),
        encoding="UTF-16",
    )
    pipes = text(sheet(), "|", "utf-16-le")
    yield case("txt_utf16_no_bom_pipes", "UTF-16 không BOM, ngăn bằng |.", "DS.txt", pipes, rows=truth(), encoding="UTF-16")
    cp1258 = text(each_text(sheet(), _to_1258), ";", "cp1258")
    yield case("csv_windows_1258", "CSV theo bảng mã Việt của Windows cũ.", "DS.csv", cp1258, rows=truth(), encoding="windows-1258")
    sep = b"sep=;\r\n" + text(sheet(), ";", "utf-8")
    yield case("csv_sep_line", "Dòng đầu «sep=;» của Excel; số dòng vẫn là số dòng của tệp.", "DS.csv", sep, rows=truth(8))
    quoted = with_column("Địa chỉ", ['Ấp 1, "xóm" Đình', "Ấp 2\ntổ 5", "Ấp 3", "Ấp 1", "Ấp 4"])
    shifted = {7: truth()[7], 8: truth()[8], 10: truth()[9], 11: truth()[10], 12: truth()[11]}
    yield case(
        "csv_quotes_and_newlines",
        "Ô có dấu nháy, dấu phẩy và xuống dòng: số dòng là dòng của tệp.",
        "DS.csv",
        text(sheet(quoted)),
        rows=shifted,
    )
    yield case(
        "xls_is_really_xlsx", "Đuôi .xls nhưng nội dung là xlsx: nội dung quyết định.", "DS.xls", xlsx(("DS", sheet())), rows=truth()
    )
    yield case("xlsx_is_really_xls", "Đuôi .xlsx nhưng nội dung là Excel 97.", "DS.xlsx", xls("DS", sheet()), rows=truth())
    yield case("csv_is_really_xlsx", "Đuôi .csv nhưng nội dung là xlsx.", "DS.csv", xlsx(("DS", sheet())), rows=truth())
    zeros = people()
    for row in zeros:
        row[4] = row[4].lstrip("0")
        row[14] = row[14].lstrip("0")
    yield case(
        "csv_lost_zeros",
        "CSV lưu từ Excel: mất số 0 đầu CCCD và điện thoại; khôi phục vì khớp tỉnh, năm, giới.",
        "DS.csv",
        text(sheet(zeros)),
        rows=truth(),
    )


def _to_1258(value: str) -> str:
    """windows-1258 writes the tone as its own character after the vowel."""
    out = []
    for char in unicodedata.normalize("NFC", value):
        try:
            char.encode("cp1258")
            out.append(char)
        except UnicodeEncodeError:
            decomposed = unicodedata.normalize("NFD", char)
            tone = next(mark for mark in decomposed if mark in "\u0300\u0301\u0303\u0309\u0323")
            out.append(unicodedata.normalize("NFC", decomposed.replace(tone, "")) + tone)
    return "".join(out)


def _encodings() -> Iterator[Case]:
    yield case(
        "xls_tcvn3",
        "Phông .VnTime: mỗi ký tự một byte, không có chữ hoa có dấu.",
        "DS.xls",
        xls("DS", each_text(sheet(), to_tcvn3), ".VnTime"),
        rows=truth(),
        encoding="TCVN3",
    )
    yield case(
        "xlsx_vni",
        "Phông VNI-Times, hai ký tự một chữ có dấu (miền Nam).",
        "DS.xlsx",
        xlsx(("DS", each_text(sheet(), to_vni)), font="VNI-Times"),
        rows=truth(),
        encoding="VNI",
    )
    yield case(
        "csv_tcvn3_bytes",
        "Tệp văn bản một byte theo TCVN3.",
        "DS.txt",
        text(each_text(sheet(), to_tcvn3), "\t", "latin-1"),
        rows=truth(),
        encoding="TCVN3",
    )
    names_only = people()
    for row in names_only:
        row[1] = to_vni(row[1])
    yield case(
        "xlsx_vni_names_only",
        "Tiêu đề Unicode, riêng cột họ tên dán từ danh sách VNI cũ.",
        "DS.xlsx",
        xlsx(("DS", sheet(names_only))),
        rows=truth(),
        encoding="VNI",
    )
    barred = people()
    barred[4][1] = "Ðặng Thúy Hằng"
    yield case("wrong_d_with_stroke", "Chữ Ð (Eth) của bàn phím cũ thay cho Đ.", "DS.xlsx", xlsx(("DS", sheet(barred))), rows=truth())
    caps = with_column("Họ và tên", [expected["full_name"].upper() for expected in TRUTH])
    expected = {row: {**fields, "full_name": fields["full_name"].upper()} for row, fields in truth().items()}
    yield case(
        "tcvn3_capitals",
        "Tên viết hoa trong TCVN3: dấu trở lại thành chữ hoa.",
        "DS.xls",
        xls("DS", each_text(sheet(caps), to_tcvn3), ".VnTimeH"),
        rows=expected,
    )
