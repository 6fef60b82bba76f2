"""Both languages say the same things, in letters a Vietnamese reader expects."""

from __future__ import annotations

import ast
import string
import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest
from ansinh.text import keys, say

LIBRARY = Path(__file__).parents[3] / "plugins" / "ansinh"
_ERRORS = {"AnsinhError", "UsageError", "BlockedByData", "PartnerUnavailable", "Unreadable"}


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


def test_no_error_carries_a_sentence_of_its_own() -> None:
    """What went wrong and what to do is said in both languages, so it stands in text/, never in the code."""
    found = [
        f"{path.relative_to(LIBRARY)}:{call.lineno}"
        for path in sorted(LIBRARY.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _ERRORS
        for said in call.args[:2]
        if isinstance(said, ast.JoinedStr) or (isinstance(said, ast.Constant) and said.value)
    ]
    assert found == []
