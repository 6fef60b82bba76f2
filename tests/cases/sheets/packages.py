"""Zip and OLE containers bent out of shape."""

from __future__ import annotations

import io
import struct
import zipfile

from tests.support.sheets import xls


def zip_of(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 10, 20, 8, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unzip(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def replace(data: bytes, name: str, content: bytes) -> bytes:
    return zip_of({**unzip(data), name: content})


def add(data: bytes, parts: dict[str, bytes]) -> bytes:
    return zip_of({**unzip(data), **parts})


def edit(data: bytes, old: bytes, new: bytes) -> bytes:
    parts = unzip(data)
    sheet_xml = parts["xl/worksheets/sheet1.xml"]
    assert old in sheet_xml, old
    return zip_of({**parts, "xl/worksheets/sheet1.xml": sheet_xml.replace(old, new)})


def central(data: bytes) -> int:
    return struct.unpack_from("<I", data, data.rindex(b"PK\x05\x06") + 16)[0]


def overlapping(data: bytes) -> bytes:
    """Point the second central entry at the first local header."""
    out = bytearray(data)
    first = central(data)
    second = first + 46 + sum(struct.unpack_from("<HHH", data, first + 28))
    out[second + 42 : second + 46] = out[first + 42 : first + 46]
    return bytes(out)


def lying(data: bytes) -> bytes:
    """A part of five million bytes whose headers say one hundred."""
    bomb = replace(data, "xl/worksheets/sheet1.xml", b"<row>" * 1_000_000)
    return bomb.replace(struct.pack("<I", 5_000_000), struct.pack("<I", 100))


def flagged(data: bytes) -> bytes:
    out = bytearray(data)
    start = central(data)
    out[start + 8] |= 1
    return bytes(out)


def ods_repeat() -> bytes:
    spaces = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell>'
    content = f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="T"><table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>'
    return zip_of(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def ole(streams: list[str]) -> bytes:
    """A compound file with these empty-ish streams, written with xlwt's container writer and renamed."""
    data = bytearray(xls("DS", [["x"]]))
    place = data.index("Workbook".encode("utf-16-le"))
    for offset, name in enumerate(streams[:1]):
        encoded = name.encode("utf-16-le")
        data[place + offset * 128 : place + offset * 128 + 64] = encoded.ljust(64, b"\x00")
        struct.pack_into("<H", data, place + offset * 128 + 64, len(encoded) + 2)
    return bytes(data)
