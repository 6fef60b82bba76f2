"""Every red light has a sentence: what is wrong, how to fix it, who fixes it, in both languages."""

from __future__ import annotations

import unicodedata

import pytest
from ansinh.intake.catalogue import CatalogueEntry, catalogue
from ansinh.quality.suites import GATES, SEVERITIES, Check, load_suite
from ansinh.text import say

CHECKS = [check for gate in GATES for check in load_suite(gate)]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_every_check_of_a_gate_is_in_the_catalogue_with_its_gate_and_severity(check: Check) -> None:
    entry = catalogue()[check.code]
    assert (entry.gate, entry.severity) == (check.gate, check.severity)


@pytest.mark.parametrize("entry", catalogue().values(), ids=lambda entry: entry.code)
def test_every_entry_says_what_is_wrong_and_what_to_do_in_both_languages(entry: CatalogueEntry) -> None:
    for text in (entry.title_vi, entry.says_vi, entry.fix_vi, entry.says_en, entry.fix_en):
        assert text.strip(), entry.code
        assert text == unicodedata.normalize("NFC", text)
    assert entry.severity in SEVERITIES
    assert entry.gate in GATES
    assert say(f"label.owner.{entry.owner}")


def test_every_gate_has_a_name_people_read() -> None:
    assert all(say(f"label.gate.{gate}") for gate in GATES)
