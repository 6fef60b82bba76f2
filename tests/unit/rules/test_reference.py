"""The reference seeds say what the decrees say, and agree with the figures collected beside the project."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from ansinh.core.errors import UsageError
from ansinh.core.period import Period
from ansinh.core.settings import project_root
from ansinh.rules import reference

SHARED = project_root().parent / "shared" / "data"


def shared(name: str) -> list[dict[str, str]]:
    path = Path(SHARED, name)
    if not path.exists():
        pytest.skip(f"{name} is not beside the checkout")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_code_of_the_decree_has_its_coefficient_and_programme() -> None:
    for row in shared("benefit_coefficients_nd20_2021.csv"):
        ours = reference.entitlement_code(row["code"])
        assert ours is not None, row["code"]
        assert ours["programme_code"] == row["scheme"]
        assert float(ours["coefficient"]) == float(row["coefficient"].split(" x ")[0])
        assert (ours["per_child"] == "true") == ("so_con" in row["coefficient"])


def test_standard_amounts_are_the_collected_ones_from_the_same_day() -> None:
    ours = {(row["scheme"], row["counted_to"]): int(row["amount_vnd"]) for row in reference.load("standard_amounts")}
    for row in shared("standard_amounts.csv"):
        assert ours[row["scheme"], row["effective_to"]] == int(row["amount_vnd"])


def test_each_code_belongs_to_a_known_programme_and_its_next_code_to_the_same_family() -> None:
    programmes = {row["programme_code"] for row in reference.load("programmes")}
    for row in reference.load("entitlement_codes"):
        assert row["programme_code"] in programmes
        if row["next_code"]:
            following = reference.entitlement_code(row["next_code"])
            assert following is not None and following["family"] == row["family"]


def test_age_steps_of_a_family_never_overlap_and_name_real_codes() -> None:
    steps = reference.load("entitlement_ages")
    for family in {step["family"] for step in steps}:
        own = sorted((step for step in steps if step["family"] == family), key=lambda step: int(step["age_from_months"]))
        for step in own:
            code = reference.entitlement_code(step["entitlement_code"])
            assert code is not None and code["family"] == family
        for earlier, later in pairwise(own):
            assert earlier["age_to_months"] and int(earlier["age_to_months"]) <= int(later["age_from_months"])


@pytest.mark.parametrize(
    ("family", "years", "code"),
    [
        ("5.1", 3, "5.1_u4"), ("5.1", 4, "5.1_4_16"), ("5.1", 16, None), ("5.2", 21, "5.2"), ("5.2", 22, None),
        ("5.5a", 59, None), ("5.5a", 60, "5.5a_60_80"), ("5.5a", 80, "5.5a_80"), ("5.6_n", 15, "5.6_n_te_nct"),
        ("5.6_n", 16, "5.6_n"), ("5.6_n", 60, "5.6_n_te_nct"), ("5.6_dbn", 30, "5.6_dbn"), ("5.7", 3, None),
        ("HTXH", 69, None), ("HTXH", 70, "HTXH"), ("20.1", 3, "20.1a"), ("20.1", 30, None), ("20.1", 70, "20.1b"),
        ("20.2d", 15, "20.2d_2"), ("20.2d", 16, "20.2d_1"), ("5.4", 30, "5.4"), ("20.2a", 1, None),
    ],
)  # fmt: skip
def test_the_code_of_a_family_follows_the_age(family: str, years: int, code: str | None) -> None:
    assert reference.code_at_age(family, years * 12) == code


def test_the_october_list_cannot_know_the_decree_of_october_and_the_november_list_does() -> None:
    july = Period(2026, 7)
    assert reference.standard_amount("BTXH", july, Period(2026, 10)) == 500_000
    assert reference.standard_amount("BTXH", july, Period(2026, 11)) == 540_000
    assert reference.standard_amount("BTXH", Period(2026, 6), Period(2026, 11)) == 500_000
    assert reference.standard_amount("HTXH", Period(2025, 6), Period(2026, 11)) is None


def test_only_the_two_sensitive_groups_have_a_neutral_name_and_it_does_not_name_the_illness() -> None:
    for row in reference.load("entitlement_codes"):
        assert (row["is_sensitive"] == "true") == row["entitlement_code"].startswith(("5.3", "5.8"))
        assert "HIV" not in row["neutral_name_vi"] and "AIDS" not in row["neutral_name_vi"]
        assert (row["is_sensitive"] == "true") == (row["neutral_name_vi"] != row["name_vi"])


def test_the_two_groups_that_became_the_social_pension_ended_in_june_2025() -> None:
    ended = {row["entitlement_code"] for row in reference.load("entitlement_codes") if row["valid_to"]}
    assert ended == {"5.5b", "5.5c"}
    assert {row["valid_to"] for row in reference.load("entitlement_codes") if row["valid_to"]} == {"2025-06-30"}


def test_an_unknown_seed_is_a_clear_error() -> None:
    with pytest.raises(UsageError, match="khong_co"):
        reference.load("khong_co")
    with pytest.raises(UsageError):
        reference.load("../secrets")
