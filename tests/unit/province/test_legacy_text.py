"""The province's own TCVN3 and VNI encoders against known texts, against the reader's tables, and letter by letter."""

from __future__ import annotations

import unicodedata
from random import Random

import pytest
from ansinh.intake.legacy_tables import DECODERS
from ansinh.local.province.legacy_text import to_tcvn3, to_vni
from ansinh.local.province.names import full_name

VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"]
LETTERS = [unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES] + ["đ"]


def test_known_texts_look_as_in_the_old_fonts() -> None:
    assert to_tcvn3("Nguyễn Văn Hùng") == "NguyÔn V¨n Hïng"
    assert to_tcvn3("Đặng Thị Thảo") == "§Æng ThÞ Th¶o"
    assert to_vni("Nguyễn Văn Hùng") == "Nguyeãn Vaên Huøng"
    assert to_vni("Đặng Thị Thảo") == "Ñaëng Thò Thaûo"


@pytest.mark.parametrize("encode", [to_tcvn3, to_vni])
def test_every_letter_has_its_own_code_in_latin_1(encode: object) -> None:
    assert callable(encode)
    coded = [encode(letter) for letter in LETTERS]
    assert len(set(coded)) == len(LETTERS) == 73
    assert all(ord(c) < 0x100 for text in coded for c in text)


@pytest.mark.parametrize(("name", "encode"), [("TCVN3", to_tcvn3), ("VNI", to_vni)])
def test_what_we_write_the_reader_decodes_back(name: str, encode: object) -> None:
    assert callable(encode)
    decode = DECODERS[name]
    rng = Random(5)
    for _ in range(2_000):
        text = full_name(rng, rng.choice(("male", "female")))
        back = decode(encode(text))
        # TCVN3 has no capital Á, À, …: a name beginning with one comes back in small letters, as in real lists
        assert back == text if name == "VNI" else back.lower() == text.lower()
    for letter in LETTERS:
        assert decode(encode(letter)) == letter


def test_vni_keeps_capitals_and_tcvn3_only_those_it_has() -> None:
    capitals = "".join(letter.upper() for letter in LETTERS)
    assert DECODERS["VNI"](to_vni(capitals)) == capitals
    assert DECODERS["TCVN3"](to_tcvn3(capitals)).upper() == capitals
    assert DECODERS["TCVN3"](to_tcvn3("ĂÂÊÔƠƯĐ")) == "ĂÂÊÔƠƯĐ"
