"""Names as keys."""

from __future__ import annotations

import unicodedata

import pytest
from ansinh.identity.names import fold, name_key, nfc, one_tone_place
from hypothesis import given
from hypothesis import strategies as st


def test_eth_is_read_as_d_with_stroke_and_invisible_characters_vanish() -> None:
    assert nfc("Ðặng\u00a0Thị\u200b  Thảo ") == "Đặng Thị Thảo"


def test_decomposed_letters_are_composed() -> None:
    assert nfc(unicodedata.normalize("NFD", "Nguyễn Thị Hường")) == "Nguyễn Thị Hường"


@pytest.mark.parametrize(
    ("text", "key"), [("Đặng  Thị Thảo", "dang thi thao"), ("NGUYỄN VĂN Ý", "nguyen van y"), ("Ðỗ", "do"), ("ƯƠNG", "uong"), ("", "")]
)
def test_folding_takes_tones_marks_and_case_away(text: str, key: str) -> None:
    assert fold(text) == key


def test_a_name_key_has_letters_and_spaces_only() -> None:
    assert name_key("K’ Brăm (Sơn)") == "k bram son"
    assert name_key("H'Ny Niê") == "hny nie"


@pytest.mark.parametrize(
    ("new", "old"),
    [("hoà", "hòa"), ("Thuý", "Thúy"), ("hoè", "hòe"), ("quý", "quý"), ("hoàn", "hoàn"), ("Khuê", "Khuê"), ("toà án", "tòa án")],
)
def test_both_places_of_a_tone_become_one(new: str, old: str) -> None:
    assert one_tone_place(new) == old


@given(st.text(max_size=30))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert nfc(nfc(text)) == nfc(text)
