"""The four Vietnamese encodings that fonts of the 1990s still bring into workbooks, as tables to Unicode.

A legacy cell holds Latin-1 (or windows-1252) characters that only look right in its own font. Sources: TCVN 5712:1993
(VN3, the `.Vn…` fonts), RFC 1456 (VISCII), the VNI-Windows and VPS code charts. The tables are ours; tests hold them
against glibc where it knows the encoding, and against round trips.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_VOWEL_ROWS = "aăâeêioôơuưy"
_TONES = "\u0300\u0301\u0309\u0303\u0323"  # huyền sắc hỏi ngã nặng


def _toned(vowel: str) -> list[str]:
    return [vowel, *(unicodedata.normalize("NFC", vowel + tone) for tone in _TONES)]


_LETTERS = [letter for vowel in _VOWEL_ROWS for letter in _toned(vowel)]

# One code a letter in the order of _LETTERS (a à á ả ã ạ, ă …), 0 = plain ASCII.
_TCVN3_CODES = """
    00 B5 B8 B6 B7 B9  A8 BB BE BC BD C6  A9 C7 CA C8 C9 CB  00 CC D0 CE CF D1  AA D2 D5 D3 D4 D6  00 D7 DD D8 DC DE
    00 DF E3 E1 E2 E4  AB E5 E8 E6 E7 E9  AC EA ED EB EC EE  00 EF F3 F1 F2 F4  AD F5 F8 F6 F7 F9  00 FA FD FB FC FE"""
_VISCII_LOWER = """
    00 E0 E1 E4 E3 D5  E5 A2 A1 C6 C7 A3  E2 A5 A4 A6 E7 A7  00 E8 E9 EB A8 A9  EA AB AA AC AD AE  00 EC ED EF EE B8
    00 F2 F3 F6 F5 F7  F4 B0 AF B1 B2 B5  BD B6 BE B7 DE FE  00 F9 FA FC FB F8  DF D7 D1 D8 E6 F1  00 CF FD D6 DB DC"""
_VISCII_UPPER = """
    00 C0 C1 C4 C3 80  C5 82 81 02 05 83  C2 85 84 86 06 87  00 C8 C9 CB 88 89  CA 8B 8A 8C 8D 8E  00 CC CD 9B CE 98
    00 D2 D3 99 A0 9A  D4 90 8F 91 92 93  B4 96 95 97 B3 94  00 D9 DA 9C 9D 9E  BF BB BA BC FF B9  00 9F DD 14 19 1E"""
_VPS_LOWER = """
    00 E0 E1 E4 E3 E5  E6 A2 A1 A3 A4 A5  E2 C0 C3 C4 C5 C6  00 E8 E9 C8 EB CB  EA 8A 89 8B CD 8C  00 EC ED CC EF CE
    00 F2 F3 D5 F5 86  F4 D2 D3 B0 87 B6  D6 A9 A7 AA AB AE  00 F9 FA FB DB F8  DC D8 D9 BA BB BF  00 FF 9A 9B CF 9C"""
_VPS_UPPER = """
    00 80 C1 81 82 00  88 8E 8D 8F F0 00  C2 84 83 85 00 00  00 D7 C9 DE FE 00  CA 93 90 94 95 00  00 B5 B4 B7 B8 00
    00 BC B9 BD BE 00  D4 97 96 98 99 00  F7 9E 9D 9F A6 00  00 A8 DA D1 AC 00  D0 AF AD B1 00 00  00 B2 DD FD B3 00"""


def _single(lower: str, upper: str, extra: dict[int, str]) -> dict[int, str]:
    table: dict[int, str] = {}
    for codes, change in ((upper, str.upper), (lower, str.lower)):
        for letter, code in zip(_LETTERS, codes.split(), strict=True):
            if code != "00":
                table[int(code, 16)] = change(letter)
    table.update(extra)
    for byte in range(0x80, 0xA0):  # what windows-1252 shows for these codes
        shown = bytes([byte]).decode("cp1252", "ignore")
        if shown and byte in table:
            table[ord(shown)] = table[byte]
    return table


_TCVN3_CAPITALS = {0xA1: "Ă", 0xA2: "Â", 0xA3: "Ê", 0xA4: "Ô", 0xA5: "Ơ", 0xA6: "Ư", 0xA7: "Đ", 0xAE: "đ"}
_TCVN3_MARKS = {0xB0: "\u0300", 0xB1: "\u0309", 0xB2: "\u0303", 0xB3: "\u0301", 0xB4: "\u0323"}
TCVN3 = _single(_TCVN3_CODES, " ".join(["00"] * len(_LETTERS)), {**_TCVN3_CAPITALS, **_TCVN3_MARKS})
VISCII = _single(_VISCII_LOWER, _VISCII_UPPER, {0xF0: "đ", 0xD0: "Đ"})
VPS = _single(_VPS_LOWER, _VPS_UPPER, {0xC7: "đ", 0xF1: "Đ"})

# VNI: a mark after the base letter tells vowel quality and tone together; a few letters stand alone.
_VNI_ALONE = dict(zip("ñôöíìæóòîÑÔÖÍÌÆÓÒÎ", "đơưíìỉĩịỵĐƠƯÍÌỈĨỊỴ", strict=True))
_VNI_PLAIN = dict(zip("øùûõï", _TONES, strict=True))
_VNI_CIRCUMFLEX = {"â": "\u0302", **{mark: "\u0302" + tone for mark, tone in zip("àáåãä", _TONES, strict=True)}}
_VNI_BREVE = {"ê": "\u0306", **{mark: "\u0306" + tone for mark, tone in zip("èéúüë", _TONES, strict=True)}}


def _vni_pairs() -> dict[str, str]:
    pairs: dict[str, str] = {}
    for base in "aeiouyôöAEIOUYÔÖ":
        marks = dict(_VNI_PLAIN)
        if base in "aeoAEO":
            marks |= _VNI_CIRCUMFLEX
        if base in "aA":
            marks |= _VNI_BREVE
        for mark, combining in marks.items():
            letter = unicodedata.normalize("NFC", _VNI_ALONE.get(base, base) + combining)
            pairs[base + mark] = pairs[base + mark.upper()] = letter
    return pairs


_VNI = {**_vni_pairs(), **_VNI_ALONE}
_VNI_FIND = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def _from_table(table: dict[int, str]) -> Callable[[str], str]:
    return lambda text: unicodedata.normalize("NFC", text.translate(table))


def from_vni(text: str) -> str:
    """VNI-Windows text → Unicode."""
    return _VNI_FIND.sub(lambda found: _VNI[found[0]], text)


#: Name of the encoding → how its text becomes Unicode (NFC).
DECODERS: dict[str, Callable[[str], str]] = {
    "TCVN3": _from_table(TCVN3),
    "VNI": from_vni,
    "VISCII": _from_table(VISCII),
    "VPS": _from_table(VPS),
}
