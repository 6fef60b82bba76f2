"""The worked examples of the rules, each on real PostgreSQL through real dbt. One month is built once, then asked many times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from november import November
from province import Person, line, lines, months, query


@pytest.fixture(scope="module")
def november(module_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[November]:
    world = November(tmp_path_factory.mktemp("november"))
    world.p.build("2026-11")
    yield world


def paid(found: dict[str, Any]) -> tuple[int, int, int, str | None]:
    return found["amount_vnd"], found["arrears_vnd"], found["payable_vnd"], found["hold_code"]


def test_1_the_new_rate_comes_with_four_months_of_arrears(november: November) -> None:
    found = line(november.ex1)
    assert paid(found) == (810_000, 240_000, 1_050_000, None)
    assert months(found["entitlement_id"]) == {
        "2026-07": 60_000,
        "2026-08": 60_000,
        "2026-09": 60_000,
        "2026-10": 60_000,
        "2026-11": 810_000,
    }
    assert "NĐ 335/2026/NĐ-CP" in found["why_vi"] and "7/2026" in found["why_vi"] and "810.000 đồng" in found["why_vi"]


def test_2_an_old_man_is_owed_from_the_month_his_decision_was_signed(november: November) -> None:
    assert paid(line(november.ex2)) == (810_000, 810_000, 1_620_000, None)


def test_2b_disability_counts_from_the_month_of_the_certificate(november: November) -> None:
    found = line(november.ex2b)
    assert paid(found) == (810_000, 1_620_000, 2_430_000, None)
    assert set(months(found["entitlement_id"])) == {"2026-09", "2026-10", "2026-11"}


def test_3_a_girl_who_turns_four_changes_level_this_month_and_gets_the_old_levels_arrears(november: November) -> None:
    found = line(november.ex3)
    assert found["entitlement_code"] == "5.1_4_16"
    assert paid(found) == (810_000, 400_000, 1_210_000, None)
    look = query(
        "select declared_vnd, computed_vnd from intermediate.int_entitlement_looks where look_code = 'declared_differs' and line_id = %s",
        found["line_id"],
    )
    assert look == [{"declared_vnd": 1_350_000, "computed_vnd": 810_000}]


def test_6_of_disability_and_social_pension_only_the_higher_is_paid(november: November) -> None:
    assert paid(line(november.ex6, "5.6_n_te_nct")) == (1_080_000, 0, 1_080_000, None)
    excluded = line(november.ex6, "HTXH")
    assert (excluded["payable_vnd"], excluded["hold_code"]) == (0, "excluded_highest_only")
    assert "5.6_n_te_nct" in excluded["why_vi"]


def test_7_a_poor_single_parent_who_is_disabled_gets_both(november: November) -> None:
    assert paid(line(november.ex7, "5.4")) == (1_080_000, 0, 1_080_000, None)
    assert paid(line(november.ex7, "5.6_n")) == (810_000, 0, 810_000, None)


def test_8_merit_allowances_add_up_as_decided(november: November) -> None:
    assert sorted(found["payable_vnd"] for found in lines(november.ex8)) == [2_000_000, 3_012_000]
    both = lines(november.ex8_with_btxh)
    assert sorted(found["payable_vnd"] for found in both) == [1_080_000, 3_012_000]
    flagged = query("select look_code from intermediate.int_entitlement_looks where person_id = %s", both[0]["person_id"])
    assert flagged == [{"look_code": "ncc_with_btxh"}]


def test_9_a_carers_money_and_her_brothers_are_two_entitlements_on_one_account(november: November) -> None:
    brothers = line(november.brother)
    assert paid(brothers) == (1_080_000, 0, 1_080_000, None)
    carers = lines(november.carer)
    assert [paid(found) for found in carers] == [(540_000, 0, 540_000, None)] * 2
    assert brothers["payee_id"] == carers[0]["person_id"] == carers[0]["payee_id"]
    assert {found["account_number"] for found in [*carers, brothers]} == {"6111222333"}


def test_9b_a_second_relative_is_one_more_line_with_another_subject(november: November) -> None:
    carers = lines(november.carer)
    assert len({found["subject_person_id"] for found in carers}) == len({found["entitlement_id"] for found in carers}) == 2
    assert line(november.brother)["person_id"] in {found["subject_person_id"] for found in carers}


def test_10_after_a_move_the_new_commune_pays_and_the_old_ones_row_is_held(november: November) -> None:
    new, old = lines(november.ex10)
    assert (new["commune_code"], *paid(new)) == ("25864", 810_000, 0, 810_000, None)
    assert (old["commune_code"], old["payable_vnd"], old["hold_code"]) == ("25858", 0, "moved")


def test_11_three_months_not_collected_hold_the_line_and_stay_owed(november: November) -> None:
    found = line(november.ex11)
    assert (found["payable_vnd"], found["hold_code"]) == (0, "uncollected_3m")
    assert (found["amount_vnd"], found["arrears_vnd"]) == (810_000, 3 * 810_000)
    assert "8/2026 đến 10/2026" in found["why_vi"]


def test_12_another_order_of_rows_and_nfd_names_change_nothing(november: November) -> None:
    for person in november.shuffled:
        assert paid(line(person)) == (810_000, 240_000, 1_050_000, None)


def test_a_child_past_sixteen_gets_no_more_but_the_arrears_of_the_lawful_months(november: November) -> None:
    found = line(november.outgrown)
    assert (*paid(found), found["recovery_vnd"]) == (0, 240_000, 240_000, None, 0)  # October, the month of the birthday, was due
    assert "quá tuổi" in found["why_vi"]


def test_a_man_too_young_for_the_group_of_the_old_gets_a_question(november: November) -> None:
    found = line(november.too_young)
    assert (found["payable_vnd"], found["hold_code"]) == (0, "group_unsure")


def test_the_month_of_the_sixteenth_birthday_is_still_paid(november: November) -> None:
    assert paid(line(november.sixteen_now)) == (810_000, 0, 810_000, None)


def test_a_disabled_child_who_turns_sixteen_changes_to_the_adult_level(november: November) -> None:
    found = line(november.grown_disabled)
    assert (found["entitlement_code"], *paid(found)) == ("5.6_n", 810_000, 0, 810_000, None)


def test_a_gap_in_the_history_was_not_an_entitled_month(november: November) -> None:
    found = line(november.gap)
    assert months(found["entitlement_id"]) == {"2026-07": 60_000, "2026-08": 60_000, "2026-10": 60_000, "2026-11": 810_000}


def test_a_higher_benefit_counted_back_pays_only_the_difference_to_what_was_paid(november: November) -> None:
    found = line(november.higher_now)
    assert months(found["entitlement_id"]) == {
        "2026-07": 40_000, "2026-08": 40_000, "2026-09": 580_000, "2026-10": 580_000, "2026-11": 1_080_000,
    }  # fmt: skip


def test_the_arrears_of_a_parent_are_for_the_children_of_that_time(november: November) -> None:
    assert paid(line(november.one_child_more)) == (1_080_000, 160_000, 1_240_000, None)


def test_the_dead_are_not_paid_and_no_month_after_is_due(november: November) -> None:
    found = line(november.dead_in_october)
    assert (found["amount_vnd"], found["arrears_vnd"], found["payable_vnd"], found["hold_code"]) == (0, 400_000, 0, "deceased")
    assert found["recovery_vnd"] == 0


def test_the_month_of_death_is_paid(november: November) -> None:
    assert paid(line(november.dead_this_month)) == (1_080_000, 0, 1_080_000, None)


def test_money_paid_after_a_death_is_a_case_even_when_nobody_lists_the_person(november: November) -> None:
    found = line(november.dead_unlisted)
    assert (found["payable_vnd"], found["hold_code"], found["recovery_vnd"]) == (0, "deceased", 2_160_000)
    cases = query("select month, amount_vnd from marts.fct_recovery_case where person_id = %s order by 1", found["person_id"])
    assert cases == [{"month": "2026-09", "amount_vnd": 1_080_000}, {"month": "2026-10", "amount_vnd": 1_080_000}]


def test_a_group_that_ended_gets_a_question_with_the_decree(november: November) -> None:
    found = line(november.ended)
    assert (found["payable_vnd"], found["hold_code"]) == (0, "group_unsure")
    assert "01/07/2025" in found["why_vi"] and "NĐ 176/2025/NĐ-CP" in found["why_vi"]


def test_listed_twice_is_one_payment_and_one_extra_line_held(november: November) -> None:
    first, extra = lines(november.twice)
    assert paid(first) == (810_000, 0, 810_000, None)
    assert (extra["payable_vnd"], extra["hold_code"]) == (0, "duplicate_review")
    assert first["entitlement_id"] == extra["entitlement_id"] and first["line_id"] != extra["line_id"]


def test_listed_by_two_communes_without_a_word_of_moving_the_last_payer_keeps_paying(november: November) -> None:
    first, extra = lines(november.two_communes)
    assert (first["commune_code"], first["payable_vnd"]) == ("25864", 810_000)
    assert (extra["commune_code"], extra["hold_code"]) == ("25858", "duplicate_review")


def test_the_illness_is_named_nowhere(november: November) -> None:
    found = line(november.hidden)
    assert paid(found) == (810_000, 240_000, 1_050_000, None)
    assert "5.8" not in found["why_vi"] and "Đ5" not in found["why_vi"] and "HIV" not in found["why_vi"]
    excluded = line(november.hidden_and_other, "HTXH")
    assert excluded["hold_code"] == "excluded_highest_only" and "5.8" not in excluded["why_vi"]


def test_without_account_a_line_waits_and_the_social_security_account_helps(november: November) -> None:
    assert (line(november.no_account)["payable_vnd"], line(november.no_account)["hold_code"]) == (0, "no_channel")
    helped = line(november.vneid)
    assert (helped["channel"], helped["bin"], helped["account_number"], helped["payable_vnd"]) == ("bank", "970436", "0011223344", 810_000)


def test_two_accounts_that_differ_are_paid_by_the_list_and_looked_at(november: November) -> None:
    found = line(november.vneid_differs)
    assert (found["account_number"], found["payable_vnd"]) == ("6" + november.vneid_differs.id_number[2:], 810_000)
    assert query("select look_code from intermediate.int_entitlement_looks where line_id = %s", found["line_id"]) == [
        {"look_code": "account_conflict"}
    ]


@pytest.mark.parametrize(
    ("who", "hold"),
    [
        ("lost", "missing_person"),
        ("unsure", "group_unsure"),
        ("ten_times", "group_unsure"),
        ("mandate_over", "receiver_risk"),
        ("borrower", "id_mismatch"),
    ],
)
def test_a_line_in_doubt_waits_with_its_reason(november: November, who: str, hold: str) -> None:
    person: Person = getattr(november, who)
    found = query(
        "select f.payable_vnd, f.hold_code, f.why_vi from marts.fct_entitlement f join staging.stg_commune__beneficiary_rows s using (row_id)"
        " where s.full_name = %s",
        person.name,
    )
    assert [(row["payable_vnd"], row["hold_code"]) for row in found] == [(0, hold)]
    assert found[0]["why_vi"].startswith("Tạm giữ")


def test_the_true_owner_of_a_number_typed_for_two_is_paid(november: November) -> None:
    found = query("select f.payable_vnd from marts.fct_entitlement f where full_name = %s", november.owner.name)
    assert found == [{"payable_vnd": 810_000}]


def test_one_account_for_six_children_waits(november: November) -> None:
    for ward in november.wards:
        found = line(ward)
        assert (found["payable_vnd"], found["hold_code"]) == (0, "receiver_risk")
        assert "6 người" in found["why_vi"]


def test_funeral_support_is_paid_once_on_application_though_the_person_is_dead(november: November) -> None:
    found = line(november.funeral, "11")
    assert paid(found) == (10_800_000, 0, 10_800_000, None)
    assert found["payee_name"] == "Nguyễn Văn Con"


def test_an_old_decision_without_history_pays_this_month_and_asks(november: November) -> None:
    found = line(november.old_decision)
    assert paid(found) == (810_000, 0, 810_000, None)
    assert query("select look_code from intermediate.int_entitlement_looks where line_id = %s", found["line_id"]) == [
        {"look_code": "old_decision_no_history"}
    ]


def test_who_is_entitled_from_next_month_gets_nothing_yet(november: November) -> None:
    found = line(november.later)
    assert paid(found) == (0, 0, 0, None)
    assert "hưởng từ tháng 12/2026" in found["why_vi"]


def test_truy_linh_inside_one_opening_figure_is_not_paid_again(november: November) -> None:
    found = line(november.lump)
    assert (*paid(found), found["recovery_vnd"]) == (810_000, 0, 810_000, None, 0)


def test_on_a_tie_the_older_decision_stays(november: November) -> None:
    assert line(november.tie, "HTXH")["payable_vnd"] == 540_000
    assert line(november.tie, "5.4")["hold_code"] == "excluded_highest_only"


def test_child_care_money_comes_beside_the_disability_allowance(november: November) -> None:
    assert [found["payable_vnd"] for found in lines(november.care_of_elder)] == [810_000, 810_000]


def test_every_row_of_the_lists_has_a_line_and_no_paid_line_lacks_its_months(november: November) -> None:
    assert (
        query(
            "select s.row_id from staging.stg_commune__beneficiary_rows s left join marts.fct_entitlement f using (row_id) where f.row_id is null"
        )
        == []
    )
    assert (
        query(
            "select f.entitlement_id from marts.fct_entitlement f left join (select entitlement_id, sum(amount_vnd) as total from"
            " marts.fct_entitlement_month group by 1) m using (entitlement_id) where f.hold_code is null and f.payable_vnd <> coalesce(m.total, 0)"
        )
        == []
    )


def test_every_line_that_waits_has_somebody_who_acts_what_to_do_and_a_day(november: November) -> None:
    missing = query(
        "select f.hold_code, f.person_id from marts.fct_entitlement f left join marts.rpt_outreach o on o.person_id = f.person_id"
        " where f.hold_code not in ('moved', 'excluded_highest_only') and not (f.hold_code = 'deceased' and f.amount_vnd + f.arrears_vnd = 0)"
        " group by 1, 2 having count(o.reason) filter (where o.owner is not null and o.next_step_vi is not null and o.due_on is not null) = 0"
    )
    assert missing == []
    said = query(
        "select distinct reason, owner from marts.rpt_outreach where reason in ('receiver_shared', 'mandate_over', 'duplicate_review')"
    )
    assert {row["reason"]: row["owner"] for row in said} == {
        "receiver_shared": "commune", "mandate_over": "commune", "duplicate_review": "province",
    }  # fmt: skip


def test_no_list_for_people_outside_names_the_illness(november: November) -> None:
    assert query("select 1 from marts.rpt_outreach where concat_ws('|', reason, next_step_vi, programme_code) ~* '5[.](3|8)|hiv'") == []
