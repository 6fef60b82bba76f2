"""The national population service's XML (`Envelope.Body.CongdanCollection.CongDan`), streamed, without entities.

Element names are those of the documented answer; `TrangThai`, `NgayChet`, `CapNhatLuc` and `TaiKhoanAnSinh` are read
where a province's file carries them too. Namespaces are ignored. Numbers given to items count the `CongDan` elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from lxml import etree

from ansinh.identity.feed_lines import Item, UnreadableFile

_PROLOGUE = 64 * 1024
_PLAIN = {
    "so_dinh_danh": "SoDinhDanh",
    "so_cmnd": "SoCMND",
    "gioi_tinh": "GioiTinh",
    "trang_thai": "TrangThai",
    "ngay_chet": "NgayChet",
    "cap_nhat_luc": "CapNhatLuc",
    "ngay_thang_nam_sinh": "NgayThangNamSinh/NgayThangNam",
    "nam_sinh": "NgayThangNamSinh/Nam",
    "ma_phuong_xa": "ThuongTru/MaPhuongXa",
}
_ACCOUNT = {"bin": "TaiKhoanAnSinh/Bin", "so_tai_khoan": "TaiKhoanAnSinh/SoTaiKhoan", "ten_tai_khoan": "TaiKhoanAnSinh/TenTaiKhoan"}
_ADDRESS = ("ChiTiet", "TenPhuongXa", "TenQuanHuyen", "TenTinhThanh")  # records after 1/7/2025 have no district


def refuse_doctype(source: IO[bytes]) -> None:
    """Look at the prologue only. Raises UnreadableFile for a DOCTYPE, or when no element begins within 64 KB."""
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, load_dtd=False)
    try:
        parser.feed(source.read(_PROLOGUE))
        first = next(iter(parser.read_events()), None)
    except etree.XMLSyntaxError:
        raise UnreadableFile("FEED_XML") from None
    root = first[1] if first else None
    if not isinstance(root, etree._Element) or root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFile("FEED_DOCTYPE")


def read_xml(source: IO[bytes]) -> Iterator[Item]:
    """Records of a file whose prologue was looked at. Raises UnreadableFile when the XML breaks: a part of it proves nothing."""
    found = etree.iterparse(source, tag="{*}CongDan", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        for number, (_, element) in enumerate(found, start=1):
            yield number, citizen(element)
            _let_go(element)
    except etree.XMLSyntaxError:
        raise UnreadableFile("FEED_XML") from None


def citizen(element: etree._Element) -> dict[str, Any]:
    """The record of one `CongDan` element, with the feed's own key names."""
    record: dict[str, Any] = {key: _at(element, path) for key, path in _PLAIN.items()}
    record["ho_va_ten"] = _name(element)
    record["thuong_tru"] = ", ".join(part for name in _ADDRESS if (part := _at(element, f"ThuongTru/{name}"))) or None
    account = {key: _at(element, path) for key, path in _ACCOUNT.items()}
    record["tai_khoan_an_sinh"] = account if any(account.values()) else None
    return record


def _at(element: etree._Element, path: str) -> str | None:
    found = element.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return found.text.strip() or None if found is not None and found.text else None


def _name(element: etree._Element) -> str | None:
    """`HoVaTen/Ten` carries the full name; where a sender fills `Ho` and `ChuDem` with the rest, they go in front."""
    given = _at(element, "HoVaTen/Ten")
    family = _at(element, "HoVaTen/Ho")
    if given and family and given.split()[0].casefold() != family.split()[0].casefold():
        return " ".join(part for part in (family, _at(element, "HoVaTen/ChuDem"), given) if part)
    return given or _at(element, "HoVaTen")


def _let_go(element: etree._Element) -> None:
    """Free the element and its read neighbours, so that memory does not grow with the file."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
