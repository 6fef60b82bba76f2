"""Identity numbers agree with sex and birth year; other numbers have the shape their issuers give them."""

from __future__ import annotations

import csv
import re
from random import Random

from ansinh.core.settings import project_root
from ansinh.local.province.model import Birth
from ansinh.local.province.names import bank_name, full_name, plain, surname
from ansinh.local.province.numbers import Numbers, bank_words_of
from ansinh.local.province.typos import letter_typo, swapped, without_middle, without_tones, wrong_day, wrong_digit
from hypothesis import given
from hypothesis import strategies as st

SEEDS = project_root() / "dbt_project" / "seeds"
sexes = st.sampled_from(["male", "female"])
years = st.integers(1900, 2026)
seeds = st.integers(0, 2**32)


def _read(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@given(seed=seeds, sex=sexes, year=years)
def test_a_cccd_says_the_sex_and_the_year_it_was_made_for(seed: int, sex: str, year: int) -> None:
    number = Numbers().cccd(Random(seed), sex, year)
    century = {r["digit"]: r for r in _read("cccd_centuries")}[number[3]]
    assert re.fullmatch(r"\d{12}", number)
    assert number[:3] in {r["prefix"] for r in _read("cccd_prefixes")}
    assert century["sex"] == sex
    assert int(century["year_from"]) <= year <= int(century["year_to"])
    assert number[4:6] == f"{year % 100:02d}"


@given(seed=seeds, sex=sexes, year=st.integers(1930, 2020))
def test_a_number_is_never_given_twice(seed: int, sex: str, year: int) -> None:
    numbers, rng = Numbers(), Random(seed)
    made = (
        [numbers.cccd(rng, sex, year) for _ in range(30)] + [numbers.cmnd(rng) for _ in range(30)] + [numbers.phone(rng) for _ in range(30)]
    )
    assert len(set(made)) == 90


@given(seed=seeds)
def test_cmnd_phone_card_and_account_have_their_issuers_shapes(seed: int) -> None:
    numbers, rng = Numbers(), Random(seed)
    assert re.fullmatch(r"[1-9]\d{8}", numbers.cmnd(rng))
    assert re.fullmatch(r"0\d{9}", numbers.phone(rng))
    assert re.fullmatch(r"9704\d{12}", numbers.card(rng))
    account = numbers.account(rng, "Đặng Thị Thảo")
    assert re.fullmatch(r"\d{12,15}", account.number)
    assert not account.number.startswith("9704")
    assert account.name == "DANG THI THAO"
    assert account.bin in {r["bin"] for r in _read("banks")}
    assert bank_words_of(account) == bank_words_of(account)


@given(seed=seeds, sex=sexes)
def test_names_are_surname_first_and_survive_folding(seed: int, sex: str) -> None:
    name = full_name(Random(seed), sex)
    assert name == " ".join(name.split())
    assert 2 <= len(name.split(" ")) <= 5
    assert re.fullmatch(r"[a-z ']+", plain(name))
    assert re.fullmatch(r"[A-Z ]+", bank_name(name))
    assert plain(without_tones(name)) == plain(name)


def test_surnames_come_in_their_real_shares() -> None:
    rng = Random(1)
    drawn = [surname(rng) for _ in range(20_000)]
    for name, share in {"Nguyễn": 0.36, "Trần": 0.11, "Lê": 0.09, "Phạm": 0.066}.items():
        assert abs(drawn.count(name) / len(drawn) - share) < 0.02, name


@given(seed=seeds, sex=sexes)
def test_a_letter_typo_is_seen_even_without_tones_and_a_lost_middle_name_is_shorter(seed: int, sex: str) -> None:
    rng = Random(seed)
    name = full_name(rng, sex)
    assert plain(letter_typo(rng, name)) != plain(name)
    short = without_middle(name)
    assert short is None or len(short.split(" ")) == 2


@given(seed=seeds, year=years, month=st.integers(1, 12), day=st.integers(1, 28))
def test_mistyped_dates_and_digits_are_other_but_possible_values(seed: int, year: int, month: int, day: int) -> None:
    birth, rng = Birth(year, month, day), Random(seed)
    exchanged = swapped(birth)
    assert exchanged is None or (exchanged.as_date() != birth.as_date() and exchanged.year == year)
    other = wrong_day(rng, birth)
    assert other is not None
    assert other.as_date() != birth.as_date()
    number = Numbers().cccd(rng, "male", year)
    wrong = wrong_digit(rng, number)
    assert wrong[:6] == number[:6]
    assert sum(a != b for a, b in zip(wrong, number, strict=True)) == 1
