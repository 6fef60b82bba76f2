"""How communes lay out their workbooks. Each commune keeps one layout over the months, as real ones do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: which field stands in it, its heading, and the merged heading above it ('' where there is none)."""

    field: str
    heading: str
    above: str = ""
    width: int = 14


@dataclass(frozen=True, slots=True)
class Layout:
    """A commune's habit: file kind and name, columns, and how it types numbers, dates, words."""

    name: str
    suffix: str  # .xlsx .xls .ods .csv .txt
    file_name: str  # with {mm} and {yyyy}
    columns: tuple[Column, ...]
    encoding: str = "unicode"  # unicode | tcvn3 | vni | nfd
    blank_rows: int = 1  # between title and header: moves the header row
    ids: str = "text"  # text | number (zeros lost) | bare (text without the zeros)
    amounts: str = "number"  # number | dots
    dates: str = "text"  # text | real | year
    words: str = "full"  # full | short
    titles: str = "bold"
    sheets: str = "one"  # one | by_programme (with a summary sheet) | hamlets (with subtotals)
    capitals: bool = False  # names in capitals
    placeholder_births: bool = False  # 01/01 typed where only the year is known
    old_tone_place: bool = False  # hoà, thuý
    totals: str = "Tổng cộng"  # '' for none
    signatures: bool = True
    subtitle: str = ""
    no_id_words: str = ""  # what stands where there is no number
    sheet_name: str = "Danh sách"

    def has(self, field: str) -> bool:
        return any(c.field == field for c in self.columns)


def _c(spec: str) -> tuple[Column, ...]:
    """`field=Heading` or `field=Above/Heading`, separated by `|`."""
    columns = []
    for part in spec.split("|"):
        field, heading = part.strip().split("=")
        above, _, below = heading.rpartition("//")
        columns.append(Column(field, below, above, 24 if field in ("full_name", "words", "bank", "account_name", "payee_name") else 14))
    return tuple(columns)


_CARE = "subject_id=CCCD người được chăm sóc|children=Số con"
_PAYEE = "payee_name=Người nhận thay|payee_relation=Quan hệ|payee_id=CCCD người nhận|mandate_until=Giấy ủy quyền đến ngày"

LAYOUTS = (
    Layout(
        "department",
        ".xlsx",
        "DS chi tra T{mm}.xlsx",
        _c(
            "stt=STT|full_name=Họ và tên|birth=Ngày sinh|sex=Giới tính|id_number=Số CCCD|hamlet=Địa chỉ|words=Đối tượng|code=Mã đối tượng|coefficient=Hệ số"
            "|amount=Mức trợ cấp|account_number=Số tài khoản|bank=Ngân hàng|account_name=Chủ tài khoản|channel=Hình thức nhận|phone=Số điện thoại"
            f"|{_CARE}|{_PAYEE}|moved_from=Chuyển đến từ|note=Ghi chú"
        ),
    ),
    Layout(
        "numbers",
        ".xlsx",
        "bang ke thang {mm}.xlsx",
        _c(
            "stt=STT|full_name=Họ và tên|birth=Ngày sinh|sex=Giới tính|id_number=Số CCCD|hamlet=Thôn/Ấp|words=Đối tượng|code=Mã đối tượng|coefficient=Hệ số"
            f"|amount=Mức trợ cấp|account_number=Số tài khoản|bank=Ngân hàng|account_name=Chủ tài khoản|channel=Hình thức nhận|phone=Điện thoại|{_CARE}"
            "|payee_name=Người nhận thay|payee_id=CCCD người nhận|note=Ghi chú"
        ),
        ids="number",
        amounts="dots",
        dates="real",
        totals="",
    ),
    Layout(
        "tcvn3",
        ".xls",
        "DSBTXH_{mm}.xls",
        _c(
            "stt=STT|full_name=Họ và tên|birth=Ngày sinh|sex=Giới tính|id_number=Số CCCD|hamlet=Địa chỉ|words=Đối tượng|code=Mã đối tượng|coefficient=Hệ số"
            "|amount=Mức trợ cấp|account_number=Số tài khoản|bank=Ngân hàng|account_name=Chủ tài khoản|channel=Hình thức nhận|phone=Số điện thoại"
            "|subject_id=CCCD người được chăm sóc|children=Số con|note=Ghi chú"
        ),
        encoding="tcvn3",
        sheet_name="DS",
    ),
    Layout(
        "two_row_header",
        ".xlsx",
        "Danh sách xã (tháng {mm}).xlsx",
        _c(
            "stt=STT|full_name=Họ và tên|birth_male=Năm sinh//Nam|birth_female=Năm sinh//Nữ|id_number=Số CCCD/CMND|hamlet=Nơi ở|words=Diện hưởng"
            "|coefficient=Hệ số|amount=Số tiền|account_number=Tài khoản nhận//Số TK|bank=Tài khoản nhận//Ngân hàng|sign=Ký nhận"
        ),
        totals="Cộng",
        signatures=False,
    ),
    Layout(
        "vni",
        ".xls",
        "Chi tra BTXH thang {mm}-{yyyy}.xls",
        _c(
            "stt=TT|full_name=Họ tên|sex=Giới tính|birth=Ngày tháng năm sinh|id_number=CMND/CCCD|hamlet=Ấp|words=Nhóm đối tượng|code=Mã|coefficient=Hệ số"
            "|amount=Số tiền|channel=Hình thức chi trả|bank=Ngân hàng|account_number=Số TK|account_name=Tên chủ TK|subject_id=CCCD người được chăm sóc"
            "|children=Số con|payee_name=Người nhận thay|payee_relation=Quan hệ"
        ),
        encoding="vni",
        blank_rows=2,
        sheet_name="BTXH",
    ),
    Layout(
        "nfd_csv",
        ".csv",
        "chi-tra-{yyyy}-{mm}.csv",
        _c(
            "stt=STT|full_name=Họ và tên|birth=Ngày sinh|sex=Giới tính|id_number=Số định danh cá nhân|hamlet=Khu phố/Ấp|code=Mã đối tượng|words=Đối tượng|coefficient=Hệ số"
            f"|amount=Mức hưởng|account_number=Số tài khoản|bank=Tên ngân hàng|account_name=Chủ tài khoản|channel=Hình thức nhận|phone=SĐT|{_CARE}|note=Ghi chú"
        ),
        encoding="nfd",
        words="short",
        placeholder_births=True,
        signatures=False,
        totals="",
    ),
    Layout(
        "utf16_tab",
        ".txt",
        "xuat danh sach {mm}_{yyyy}.txt",
        _c(
            "stt=STT|full_name=Họ và tên|birth=Ngày sinh|sex=Nam/Nữ|id_number=CCCD|hamlet=Địa chỉ (thôn/ấp)|words=Diện đối tượng|coefficient=Hệ số|amount=Thành tiền"
            "|account_number=Số tài khoản|bank=Ngân hàng|channel=Phương thức nhận|phone=Điện thoại"
        ),
        ids="bare",
        amounts="dots",
        signatures=False,
    ),
    Layout(
        "ods",
        ".ods",
        "Bảng kê chi trả {mm}.{yyyy}.ods",
        _c(
            "stt=STT|full_name=Họ, chữ đệm và tên|birth=Ngày, tháng, năm sinh|sex=Giới tính|id_number=Số CCCD/Số định danh|hamlet=Nơi cư trú|code=Mã đối tượng"
            "|words=Đối tượng hưởng|coefficient=Hệ số|amount=Mức trợ cấp hằng tháng|account_number=Thông tin tài khoản//Số tài khoản"
            f"|bank=Thông tin tài khoản//Ngân hàng|account_name=Thông tin tài khoản//Chủ tài khoản|channel=Hình thức nhận|{_CARE}|note=Ghi chú"
        ),
        blank_rows=3,
        dates="real",
        old_tone_place=True,
    ),
    Layout(
        "several_sheets",
        ".xlsx",
        "Tong hop chi tra thang {mm} nam {yyyy}.xlsx",
        _c(
            "stt=STT|full_name=Họ và tên người hưởng|birth=Ngày sinh|sex=Giới tính|id_number=CCCD|hamlet=Ấp|words=Đối tượng|code=Mã|coefficient=Hệ số|amount=Mức hưởng"
            f"|channel=Hình thức nhận|account_number=Số tài khoản|bank=Ngân hàng|account_name=Tên tài khoản|{_CARE}|{_PAYEE}|moved_from=Chuyển đến từ"
        ),
        sheets="by_programme",
        no_id_words="không có",
    ),
    Layout(
        "hamlets",
        ".xlsx",
        "DANH SACH CHI TRA {mm}-{yyyy}.xlsx",
        _c(
            "stt=TT|full_name=HỌ VÀ TÊN|birth=NGÀY SINH|sex=GIỚI TÍNH|id_number=SỐ CCCD|hamlet=ẤP|code=MÃ ĐT|words=ĐỐI TƯỢNG|coefficient=HỆ SỐ|amount=MỨC HƯỞNG"
            "|arrears=TRUY LĨNH|total=TỔNG TIỀN|account_number=SỐ TÀI KHOẢN|bank=NGÂN HÀNG|channel=HÌNH THỨC|subject_id=CCCD NGƯỜI ĐƯỢC CHĂM SÓC|children=SỐ CON|sign=KÝ NHẬN"
        ),
        sheets="hamlets",
        capitals=True,
        blank_rows=3,
        placeholder_births=True,
        subtitle="(Kèm theo Quyết định của Chủ tịch Ủy ban nhân dân)",
        totals="TỔNG CỘNG",
    ),
    Layout(
        "with_decisions",
        ".xlsx",
        "QD va danh sach thang {mm}.xlsx",
        _c(
            "stt=STT|full_name=Họ và tên|birth=Ngày sinh|sex=Giới tính|id_number=Số CCCD|hamlet=Địa chỉ|code=Mã đối tượng|words=Đối tượng|coefficient=Hệ số|amount=Mức trợ cấp"
            "|decided_on=Ngày quyết định|since=Hưởng từ tháng|certified_on=Ngày xác nhận khuyết tật|channel=Hình thức nhận|account_number=Số tài khoản|bank=Ngân hàng"
            f"|account_name=Chủ tài khoản|{_CARE}|{_PAYEE}|moved_from=Chuyển đến từ"
        ),
        dates="real",
        blank_rows=2,
    ),
    Layout(
        "short",
        ".xlsx",
        "t{mm} ds nhan tien.xlsx",
        _c(
            "stt=STT|full_name=Họ tên|birth=Năm sinh|sex=Nam/Nữ|id_number=CMND/CCCD|hamlet=Ấp|words=Diện|coefficient=HS|amount=Mức|account_number=Số TK|bank=NH|sign=Ký nhận"
        ),
        dates="year",
        words="short",
        totals="Cộng",
    ),
)

NCC_COLUMNS = _c(
    "stt=STT|full_name=Họ và tên|birth=Ngày sinh|sex=Giới tính|id_number=Số CCCD|hamlet=Địa chỉ|words=Đối tượng|amount=Trợ cấp hằng tháng|account_number=Số tài khoản"
    "|bank=Ngân hàng|account_name=Chủ tài khoản|channel=Hình thức nhận|note=Ghi chú"
)
NCC_FILE = "NCC thang {mm}-{yyyy}"
SUPPLEMENT_FILE = "bo sung {mm}-{yyyy}.xlsx"
