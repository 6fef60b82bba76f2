"""The national register's files as they come: three formats, packed or not, whole or damaged."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from ansinh.core.settings import project_root
from ansinh.identity.feed_lines import LONGEST_LINE, UnreadableFile
from ansinh.identity.feed_open import read_feed
from ansinh.identity.feed_values import COLUMNS, BrokenRecord, standard_record
from ansinh.identity.feed_words import as_of_file, kind_of_file
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

RELAXED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
PERSON = {
    "so_dinh_danh": "079168403092",
    "so_cmnd": "280123456",
    "ho_va_ten": "Đỗ Thị Hạnh",
    "ngay_thang_nam_sinh": "19680512",
    "nam_sinh": "1968",
    "gioi_tinh": 2,
    "ma_phuong_xa": "25858",
    "thuong_tru": "Ấp 3",
    "trang_thai": "song",
    "ngay_chet": None,
    "tai_khoan_an_sinh": {"bin": "970436", "so_tai_khoan": "0011001234567", "ten_tai_khoan": "DO THI HANH"},
    "cap_nhat_luc": "2026-11-20T08:00:00+07:00",
}
CSV_HEAD = (
    "so_dinh_danh,so_cmnd,ho_va_ten,ngay_thang_nam_sinh,nam_sinh,gioi_tinh,ma_phuong_xa,thuong_tru,trang_thai,ngay_chet,"
    "tai_khoan_an_sinh_bin,tai_khoan_an_sinh_so,tai_khoan_an_sinh_ten,cap_nhat_luc"
)
CSV_ROW = "079168403092,280123456,Đỗ Thị Hạnh,19680512,1968,2,25858,Ấp 3,song,,970436,0011001234567,DO THI HANH,2026-11-20T08:00:00+07:00"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><CongdanCollection xmlns="urn:dan-cu">{people}</CongdanCollection></s:Body></s:Envelope>"""
CONG_DAN = """<CongDan><SoDinhDanh>079168403092</SoDinhDanh><SoCMND>280123456</SoCMND><HoVaTen><Ho/><ChuDem/><Ten>Đỗ Thị Hạnh</Ten></HoVaTen>
<GioiTinh>2</GioiTinh><NgayThangNamSinh><Nam>1968</Nam><NgayThangNam>19680512</NgayThangNam></NgayThangNamSinh>
<ThuongTru><MaPhuongXa>25858</MaPhuongXa><ChiTiet>Ấp 3</ChiTiet></ThuongTru><TrangThai>song</TrangThai>
<TaiKhoanAnSinh><Bin>970436</Bin><SoTaiKhoan>0011001234567</SoTaiKhoan><TenTaiKhoan>DO THI HANH</TenTaiKhoan></TaiKhoanAnSinh>
<CapNhatLuc>2026-11-20T08:00:00+07:00</CapNhatLuc><Cha><HoVaTen><Ten>Đỗ Văn Cha</Ten></HoVaTen><SoDinhDanh>079040000001</SoDinhDanh></Cha></CongDan>"""


def _items(tmp_path: Path, content: bytes | str) -> list:
    path = tmp_path / "feed"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_feed(path))


def _values(record: dict) -> dict:
    values, doubts = standard_record(record, AS_OF)
    assert doubts == []
    return dict(zip(COLUMNS, values, strict=True))


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gz"])
@pytest.mark.parametrize(
    "content",
    [json.dumps(PERSON, ensure_ascii=False), f"{CSV_HEAD}\n{CSV_ROW}\n", XML.format(people=CONG_DAN)],
    ids=["ndjson", "csv", "xml"],
)
def test_the_three_formats_say_the_same_about_a_person(tmp_path, content, pack):
    [(_, record)] = _items(tmp_path, pack(content.encode()))
    assert _values(record) == {
        **{key: PERSON[key] for key in COLUMNS[:5]},
        "gioi_tinh": "2",
        "ma_phuong_xa": "25858",
        "thuong_tru": "Ấp 3",
        "trang_thai": "song",
        "ngay_chet": None,
        "tai_khoan_bin": "970436",
        "tai_khoan_so": "0011001234567",
        "tai_khoan_ten": "DO THI HANH",
        "cap_nhat_luc": datetime.fromisoformat("2026-11-20T08:00:00+07:00"),
    }


def test_a_broken_ndjson_line_costs_only_itself(tmp_path):
    good = json.dumps(PERSON)
    items = _items(tmp_path, f'{good}\n{{"so_dinh_danh": \n\n[1]\n{good[:40]}\n{good}')
    assert [(n, i if isinstance(i, str) else "ok") for n, i in items] == [
        (1, "ok"),
        (2, "FEED_JSON"),
        (4, "FEED_JSON"),
        (5, "FEED_JSON"),
        (6, "ok"),
    ]


def test_a_line_without_end_is_skipped_without_being_kept_in_memory(tmp_path):
    good = json.dumps(PERSON)
    items = _items(tmp_path, good + "\n{" + "x" * (3 * LONGEST_LINE) + "\n" + good)
    assert [i if isinstance(i, str) else "ok" for _, i in items] == ["ok", "FEED_LINE_TOO_LONG", "ok"]


def test_an_unclosed_quote_in_csv_does_not_swallow_the_rows_after_it(tmp_path):
    broken = CSV_ROW.replace("Ấp 3", '"Ấp 3')
    items = _items(tmp_path, "\n".join([CSV_HEAD, broken, CSV_ROW, CSV_ROW, CSV_ROW + ",thừa", CSV_ROW]))
    assert [(n, i if isinstance(i, str) else "ok") for n, i in items] == [(2, "FEED_CSV"), (3, "ok"), (4, "ok"), (5, "FEED_CSV"), (6, "ok")]


def test_a_quoted_csv_cell_may_hold_a_line_break(tmp_path):
    items = _items(tmp_path, "\n".join([CSV_HEAD, CSV_ROW.replace("Ấp 3", '"Ấp 3,\nxã Phú Giáo"'), CSV_ROW]))
    assert [n for n, _ in items] == [2, 4]
    assert items[0][1]["thuong_tru"] == "Ấp 3,\nxã Phú Giáo"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_csv_delimiters_and_a_byte_order_mark_are_seen(tmp_path, delimiter):
    [(_, record)] = _items(tmp_path, b"\xef\xbb\xbf" + f"{CSV_HEAD}\r\n{CSV_ROW}\r\n".replace(",", delimiter).encode())
    assert record["so_dinh_danh"] == "079168403092"


def test_csv_bytes_that_are_not_utf8_break_only_their_row(tmp_path):
    items = _items(tmp_path, f"{CSV_HEAD}\n".encode() + CSV_ROW.encode("utf-16-le").replace(b"\n", b"") + f"\n{CSV_ROW}".encode())
    assert [i if isinstance(i, str) else "ok" for _, i in items] == ["FEED_CSV", "ok"]


def test_names_split_over_three_elements_are_joined(tmp_path):
    split = CONG_DAN.replace("<Ho/><ChuDem/><Ten>Đỗ Thị Hạnh</Ten>", "<Ho>Đỗ</Ho><ChuDem>Thị</ChuDem><Ten>Hạnh</Ten>")
    [(_, record)] = _items(tmp_path, XML.format(people=split))
    assert record["ho_va_ten"] == "Đỗ Thị Hạnh"


def test_xml_records_are_counted_and_the_father_is_not_taken_for_the_person(tmp_path):
    items = _items(tmp_path, XML.format(people=CONG_DAN * 3))
    assert [n for n, _ in items] == [1, 2, 3]
    assert {r["so_dinh_danh"] for _, r in items} == {"079168403092"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FEED_EMPTY"),
        (b"\xef\xbb\xbf \n\n", "FEED_EMPTY"),
        (b"\x00\x01\x02 anything", "FEED_HEADER"),
        (b"ho ten;ngay sinh\nA;1", "FEED_HEADER"),
        (gzip.compress(b'{"a": 1}' * 9999)[:-20], "FEED_GZIP"),
        (b"\x1f\x8bnot really", "FEED_GZIP"),
        (XML.format(people=CONG_DAN).encode()[:-60], "FEED_XML"),
        (b"<a>&nothing;</a>", "FEED_XML"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "FEED_DOCTYPE"),
        (b"<!DOCTYPE a><a/>", "FEED_DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>', "FEED_DOCTYPE"),
        (b"<!--" + b"x" * 200_000 + b"--><a/>", "FEED_DOCTYPE"),
        (gzip.compress(b" " * 100_000), "FEED_EMPTY"),
    ],
)
def test_a_file_that_proves_nothing_is_refused_whole(tmp_path, content, code):
    with pytest.raises(UnreadableFile) as refused:
        _items(tmp_path, content)
    assert refused.value.code == code


def test_a_small_gzip_cannot_unfold_without_end(tmp_path):
    with pytest.raises(UnreadableFile) as refused:
        _items(tmp_path, gzip.compress((b'{"a":"' + b" " * 4_000 + b'"}\n') * (32 << 10)))
    assert refused.value.code == "FEED_TOO_LARGE"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"so_dinh_danh": None}, "FEED_ID"),
        ({"so_dinh_danh": 79168403092}, "FEED_ID"),
        ({"so_dinh_danh": "07916840309a"}, "FEED_ID"),
        ({"so_dinh_danh": "٠٧٩٠٦٨٤٠٣٠٩٢"}, "FEED_ID"),
        ({"ho_va_ten": "  "}, "FEED_NAME"),
        ({"ho_va_ten": "Đỗ\x00Hạnh"}, "FEED_TEXT"),
        ({"ho_va_ten": {"ten": "Hạnh"}}, "FEED_TEXT"),
        ({"trang_thai": "không rõ"}, "FEED_STATUS"),
        ({"cap_nhat_luc": "hôm qua"}, "FEED_TIME"),
    ],
)
def test_a_record_we_would_have_to_guess_about_is_refused(change, code):
    with pytest.raises(BrokenRecord) as broken:
        standard_record({**PERSON, **change}, AS_OF)
    assert broken.value.code == code


@pytest.mark.parametrize(
    ("change", "code", "emptied"),
    [
        ({"ngay_thang_nam_sinh": "19681340"}, "FEED_BIRTH", "ngay_thang_nam_sinh"),
        ({"gioi_tinh": 7}, "FEED_SEX", "gioi_tinh"),
        ({"so_cmnd": "12"}, "FEED_CMND", "so_cmnd"),
        ({"ngay_chet": "mùa thu"}, "FEED_DEATH_DATE", "ngay_chet"),
        ({"tai_khoan_an_sinh": {"bin": "VCB", "so_tai_khoan": "1"}}, "FEED_ACCOUNT", "tai_khoan_so"),
    ],
)
def test_a_doubtful_field_is_left_empty_and_told(change, code, emptied):
    values, doubts = standard_record({**PERSON, **change}, AS_OF)
    assert doubts == [code]
    assert dict(zip(COLUMNS, values, strict=True))[emptied] is None


def test_a_birth_year_that_contradicts_its_own_number_is_told_and_kept():
    values, doubts = standard_record({**PERSON, "nam_sinh": "1961", "ngay_thang_nam_sinh": None}, AS_OF)
    assert doubts == ["FEED_ID_CONTRADICTS"]
    assert values[4] == "1961"


def test_a_record_without_its_own_time_counts_as_of_the_file():
    values, doubts = standard_record({**PERSON, "cap_nhat_luc": None}, AS_OF)
    assert values[-1] == AS_OF
    assert doubts == ["FEED_NO_TIME"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("full_20261120.ndjson", "full"), ("Toàn_bộ 2026.csv", "full"), ("delta_20261121.xml.gz", "delta"), ("dan_cu.csv", "delta")],
)
def test_only_a_name_that_says_so_makes_a_full_snapshot(name, kind):
    assert kind_of_file(name) == kind


def test_the_day_in_a_file_name_is_the_day_it_speaks_of():
    assert as_of_file("full_20261120.xml", AS_OF).date().isoformat() == "2026-11-20"
    assert as_of_file("full_20269999.xml", AS_OF) is AS_OF


@RELAXED
@given(st.binary(max_size=400))
def test_no_bytes_bring_the_reader_down(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes"
    path.write_bytes(content)
    try:
        for _, item in read_feed(path):
            assert isinstance(item, (str, dict))
    except UnreadableFile as refused:
        assert refused.code.startswith("FEED_")


@RELAXED
@given(
    st.dictionaries(
        st.sampled_from([*PERSON, "x"]),
        st.none() | st.text(max_size=20) | st.integers() | st.booleans() | st.floats() | st.lists(st.text(), max_size=2),
    )
)
def test_no_record_brings_the_standardiser_down(change):
    try:
        values, _ = standard_record({**PERSON, **change}, AS_OF)
    except BrokenRecord as broken:
        assert broken.code.startswith("FEED_")
    else:
        assert len(values) == len(COLUMNS)
        assert all("\x00" not in value for value in values if isinstance(value, str))


def test_every_code_the_feed_can_give_is_in_the_catalogue():
    sources = "".join(path.read_text(encoding="utf-8") for path in (project_root() / "plugins/ansinh/identity").glob("feed*.py"))
    catalogue = yaml.safe_load((project_root() / "expectations/catalogue.yml").read_text(encoding="utf-8"))
    used = set(re.findall(r'"(FEED_[A-Z_]+)"', sources))
    assert len(used) > 20
    assert used <= set(catalogue)
    assert all(catalogue[code]["gate"] == "national_id" for code in used)
