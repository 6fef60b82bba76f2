"""Both languages say the same things, in letters a Vietnamese reader expects."""

from __future__ import annotations

import string
import unicodedata
from importlib.resources import files

import pytest
from ansinh.text import keys, say


def test_every_sentence_exists_in_both_languages() -> None:
    assert keys("vi") == keys("en")


def test_both_languages_take_the_same_values() -> None:
    def values(key: str, language: str) -> set[str]:
        from ansinh.text import _sentences

        return {name for _, name, _, _ in string.Formatter().parse(_sentences(language)[key]) if name}

    assert {key: values(key, "vi") for key in keys()} == {key: values(key, "en") for key in keys()}


def test_vietnamese_is_composed_unicode() -> None:
    text = files("ansinh.text").joinpath("vi.yml").read_text(encoding="utf-8")
    assert text == unicodedata.normalize("NFC", text)
    assert "Ð" not in text  # U+00D0 is not Đ


def test_an_unknown_sentence_is_an_error_not_a_blank() -> None:
    with pytest.raises(KeyError):
        say("no.such.sentence")
