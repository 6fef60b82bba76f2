"""Files that are no lists, or mean harm."""

from __future__ import annotations

from collections.abc import Iterator

from tests.cases.sheets.common import Case, case, refused, rows_with, truth
from tests.cases.sheets.packages import add, edit, flagged, lying, ods_repeat, ole, overlapping, replace, zip_of
from tests.support.sheets import ods, sheet, text, xls, xlsx
from tests.support.xlsb import write_xlsb


def cases() -> Iterator[Case]:
    good = xlsx(("DS", sheet()))
    yield refused("empty_file", "0 byte.", "FILE_EMPTY", b"")
    yield refused("only_spaces", "Chỉ có khoảng trắng.", "FILE_EMPTY", b" \r\n" * 40, "DS.csv")
    yield refused("picture_png", "Ảnh PNG đổi đuôi.", "FILE_IS_IMAGE", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    yield refused("picture_jpeg", "Ảnh JPEG đổi đuôi.", "FILE_IS_IMAGE", b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x01" * 64)
    yield refused("picture_heic", "Ảnh iPhone đổi đuôi.", "FILE_IS_IMAGE", b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64)
    yield refused("pdf", "PDF đổi đuôi.", "FILE_IS_PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0" * 64)
    yield refused(
        "html_as_xls",
        "Phần mềm xuất HTML mang đuôi .xls.",
        "FILE_IS_HTML",
        "<html><table><tr><td>Họ và tên</td></tr></table></html>".encode(),
        "DS.xls",
    )
    yield refused(
        "xml_2003", "Excel 2003 XML.", "FILE_IS_XML", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "DS.xls"
    )
    yield refused("rtf", "Văn bản RTF.", "FILE_IS_WORD", b"{\\rtf1\\ansi list}", "DS.xls")
    yield refused("rar", "Tệp nén RAR.", "FILE_IS_ARCHIVE", b"Rar!\x1a\x07\x01\x00" + b"\x00" * 64)
    yield refused("plain_zip", "Tệp zip bình thường.", "FILE_IS_ARCHIVE", zip_of({"DS.csv": b"a,b"}))
    yield refused(
        "word_document", "docx đổi đuôi.", "FILE_IS_WORD", zip_of({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    )
    yield refused("binary_noise", "Dữ liệu nhị phân vô nghĩa.", "FILE_UNKNOWN", bytes(range(256)) * 8, "DS.xls")
    yield refused(
        "ole_garbage", "Đầu tệp là OLE, phần sau là rác.", "FILE_BROKEN", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x07" * 2000, "DS.xls"
    )
    yield refused("xls_cut_off", "Tệp .xls bị cắt giữa chừng.", "FILE_BROKEN", xls("DS", sheet())[:3000], "DS.xls")
    yield refused("xlsx_cut_off", "Tệp .xlsx chép chưa xong.", "FILE_BROKEN", good[: len(good) // 2])
    yield refused(
        "xlsx_broken_sheet",
        "Trang tính bên trong là rác.",
        "FILE_BROKEN",
        replace(good, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c r="),
    )
    yield refused("encrypted_package", "Sổ có mật khẩu (EncryptedPackage).", "FILE_ENCRYPTED", ole(["EncryptionInfo", "EncryptedPackage"]))
    yield refused("ole_word_document", "Tệp .doc đổi đuôi.", "FILE_IS_WORD", ole(["WordDocument"]), "DS.xls")
    yield refused("ole_something_else", "Tệp OLE không phải Excel.", "FILE_UNKNOWN", ole(["Contents"]), "DS.xls")
    yield refused(
        "ods_encrypted",
        "ODS có mật khẩu.",
        "FILE_ENCRYPTED",
        zip_of(
            {
                "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": b"x",
                "META-INF/manifest.xml": b"<m:encryption-data/>",
            }
        ),
        "DS.ods",
    )
    two_cells = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    yield refused(
        "cell_at_the_end_of_the_world",
        "Hai ô A1 và XFD1048576: bộ đọc thường xin 512 GB rồi chết.",
        "SHEET_EXTREME",
        replace(good, "xl/worksheets/sheet1.xml", two_cells),
    )
    sneaky = two_cells.replace(b'<row r="1048576">', b"<row>").replace(b'<c r="XFD1048576">', b"<c r='XFD1048576'>")
    yield refused(
        "cell_at_the_end_single_quotes",
        "Như trên, viết dấu nháy đơn và giấu số dòng.",
        "SHEET_EXTREME",
        replace(good, "xl/worksheets/sheet1.xml", sneaky),
    )
    yield refused("xlsb_far_cell", "Ô quá xa trong .xlsb.", "SHEET_EXTREME", write_xlsb([["x"]], at=(1048575, 16383)), "DS.xlsb")
    far = xls("DS", sheet())
    at = far.index(b"\x7e\x02\x0a\x00") + 4  # the first RK record: row, column, format, value
    yield refused(
        "xls_far_cell",
        "Số dòng và cột của một ô .xls bị hỏng: bộ đọc thường xin hàng petabyte rồi chết.",
        "SHEET_EXTREME",
        far[:at] + b"\xff\xf0\xff\xf0" + far[at + 4 :],
        "DS.xls",
    )
    yield refused("ods_repeated_cells", "ODS lặp một ô có chữ 16.384 × 1.048.576 lần.", "SHEET_EXTREME", ods_repeat(), "DS.ods")
    yield refused(
        "entity_bomb",
        "Khai báo ENTITY lồng nhau (billion laughs).",
        "XML_ENTITY",
        replace(good, "xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + two_cells),
    )
    yield refused(
        "external_entity",
        "ENTITY đọc tệp của máy chủ.",
        "XML_ENTITY",
        replace(good, "xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><workbook>&a;</workbook>'),
    )
    yield refused("zip_bomb_ratio", "20 MB số 0 nén còn 20 KB.", "ZIP_RATIO", replace(good, "xl/worksheets/sheet1.xml", b"0" * 20_000_000))
    yield refused(
        "zip_many_entries",
        "Hơn nghìn phần bên trong.",
        "ZIP_TOO_MANY_ENTRIES",
        zip_of({**{f"xl/x{n}": b"" for n in range(1200)}, "xl/workbook.xml": b"<x/>"}),
    )
    yield refused("zip_dotdot", "Đường dẫn ../ trong gói.", "ZIP_PATH", zip_of({"xl/workbook.xml": b"<x/>", "../../etc/cron.d/x": b"x"}))
    yield refused("zip_overlap", "Hai mục cùng trỏ một chỗ.", "ZIP_OVERLAP", overlapping(good))
    yield refused("zip_lies_about_size", "Mục lục nói 100 byte, bung ra 5 MB.", "ZIP_RATIO", lying(good))
    yield refused("zip_encrypted_entry", "Mục trong gói có mật khẩu zip.", "FILE_ENCRYPTED", flagged(good))
    macro = add(good, {"xl/vbaProject.bin": b"\x00" * 32})
    yield case("macros_ignored", "xlsm: đọc được, macro không chạy.", "DS.xlsm", macro, rows=truth())
    links = add(good, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    yield case("external_links_noted", "Có liên kết ngoài: chỉ ghi chú.", "DS.xlsx", links, rows=truth())
    yield case(
        "wrong_dimension",
        "Khai <dimension> sai: không tin.",
        "DS.xlsx",
        edit(good, b'<dimension ref="A1:P16"', b'<dimension ref="A1:XFD1048576"'),
        rows=truth(),
    )
    hidden = edit(good, b'<row r="8"', b'<row r="8" hidden="1"')
    yield case("hidden_rows_are_read", "Dòng bị ẩn vẫn là người.", "DS.xlsx", hidden, rows=truth())
    errors = edit(good, b'<c r="J7" t="n"><v>810000</v></c>', b'<c r="J7" t="e"><v>#REF!</v></c>')
    yield case("error_cell", "Công thức hỏng: #REF! ở ô số tiền.", "DS.xlsx", errors, rows=rows_with(r7={"amount_vnd": None}),
               problems=[[7, "amount", "AMOUNT_MISSING"], [7, "amount", "CELL_ERROR"], [None, None, "TOTALS_DIFFER"]])  # fmt: skip
    cached = edit(good, b'<c r="J7" t="n"><v>810000</v></c>', b'<c r="J7"><f>I7*540000</f><v>810000</v></c>')
    yield case("formula_with_cached_value", "Công thức có giá trị lưu: lấy giá trị.", "DS.xlsx", cached, rows=truth())
    yield refused("csv_of_nothing", "CSV không có danh sách.", "NO_HEADER", b"a;b;c\r\n1;2;3\r\n", "x.csv")
    noise = bytes((n * 73 + 41) % 95 + 160 for n in range(4000))
    yield refused("text_noise", "Văn bản không theo bảng mã nào.", "TEXT_UNREADABLE", noise.replace(b"\xad", b"\xa1"), "x.csv")
    one = text([[cell for row in sheet() for cell in row if cell != ""]], ";", "utf-8")
    yield refused("csv_one_long_line", "Cả danh sách trên một dòng.", "NO_HEADER", one.replace(b"\r\n", b";"), "x.csv")
    yield case("ods_two_hundred_thousand_blank", "ODS có cột định dạng tới tận cùng.", "DS.ods", ods("DS", sheet()), rows=truth())
