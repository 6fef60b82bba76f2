"""Old encodings: the tables, and the decision for a whole column."""

from __future__ import annotations

import random
import shutil
import subprocess
import unicodedata

import pytest
from ansinh.intake.legacy import as_name, convert, decide
from ansinh.intake.legacy_tables import DECODERS, TCVN3, VISCII, VPS
from ansinh.intake.syllables import is_syllable
from ansinh.local.province.legacy_text import to_tcvn3, to_vni

NAMES = [f"{a} {b} {c}" for a, b, c in zip(
    ["Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý"], ["Thị", "Văn", "Hữu", "Đức", "Ngọc", "Thị", "Đình", "Thúy", "Quang", "Mỹ", "Xuân", "Thị", "Công", "Hồng"],
    ["Hằng", "Dũng", "Nghĩa", "Tưởng", "Ánh", "Phượng", "Quốc", "Hường", "Cường", "Tuyết", "Thẩm", "Ốc", "Khởi", "Gấm"], strict=True)]  # fmt: skip


def _by(table: dict[int, str]) -> dict[str, str]:
    return {letter: chr(code) for code, letter in table.items() if code < 256}


ENCODERS = {
    "TCVN3": to_tcvn3,
    "VNI": to_vni,
    "VISCII": lambda text: "".join(_by(VISCII).get(c, c) for c in text),
    "VPS": lambda text: "".join(_by(VPS).get(c, c) for c in text),
    "Unicode": lambda text: text,
}


@pytest.mark.parametrize("encoding", ["TCVN3", "VNI", "VISCII", "VPS"])
def test_every_small_letter_survives_the_round_trip(encoding: str) -> None:
    letters = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
    spaced = " ".join(letters) if encoding != "VNI" else letters
    assert DECODERS[encoding](ENCODERS[encoding](spaced)) == spaced


@pytest.mark.skipif(shutil.which("iconv") is None, reason="iconv (glibc) is not on this machine")
@pytest.mark.parametrize(("table", "name"), [(VISCII, "VISCII"), (TCVN3, "TCVN5712-1")])
def test_the_tables_agree_with_glibc(table: dict[int, str], name: str) -> None:
    for code, letter in table.items():
        if not 0xA1 <= code <= 0xFF or unicodedata.combining(letter):
            continue
        found = subprocess.run(
            ["iconv", "-f", name, "-t", "UTF-8"], input=b"x" + bytes([code]) + b"x", capture_output=True, check=True
        ).stdout.decode()
        assert unicodedata.normalize("NFC", found[1:-1]) == letter, hex(code)


@pytest.mark.parametrize("encoding", list(ENCODERS))
@pytest.mark.parametrize("size", [2, 3, 10])
def test_a_column_of_names_is_decided_rightly_from_two_names_up(encoding: str, size: int) -> None:
    chance = random.Random(7)
    for _ in range(60):
        names = chance.sample(NAMES, size)
        assert decide([ENCODERS[encoding](name) for name in names]) == encoding


def test_text_that_already_is_unicode_is_never_converted() -> None:
    for column in (["Lý", "Bùi Hà", "Tô Bé"], ["Á Châu"], ["Lê"], NAMES, ["BIDV", "Agribank"]):
        assert decide(column) == "Unicode"


def test_capitals_come_back_where_tcvn3_had_none() -> None:
    assert convert(to_tcvn3("NGUYỄN VĂN TÀI"), "TCVN3") == "NGUYỄN VĂN TÀI"
    assert as_name(convert(to_tcvn3("Huỳnh Ngọc Ánh"), "TCVN3")) == "Huỳnh Ngọc Ánh"
    assert as_name("nguyễn văn tài") == "Nguyễn Văn Tài"


def test_syllables_are_told_from_noise() -> None:
    assert all(is_syllable(word) for name in NAMES for word in name.split())
    assert not any(is_syllable(word) for word in ("NguyÔn", "V¨n", "Nguyeãn", "xyz", "Ñaëng"))
