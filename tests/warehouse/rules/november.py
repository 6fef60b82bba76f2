"""Everybody of the worked examples, and their neighbours, in one November list."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

from province import Province

NEW_OCTOBER = {"decided_on": date(2026, 10, 20)}
TENTH = "2026-01..2026-10"


class November:
    """Everybody of the worked examples in one November list."""

    def __init__(self, folder: Path) -> None:
        p = self.p = Province(folder)
        month = "2026-11"
        self.ex1 = p.person("12/3/1980")
        p.paid(self.ex1, "5.6_n", 750_000, TENTH)
        p.listed(month, self.ex1, "5.6_n", 810_000, certified_on=date(2024, 5, 7))
        self.ex2 = p.person("1950")
        p.listed(month, self.ex2, "5.5a_60_80", 810_000, **NEW_OCTOBER)
        self.ex2b = p.person("5/6/1985")
        p.listed(month, self.ex2b, "5.6_n", 810_000, certified_on=date(2026, 9, 15), **NEW_OCTOBER)
        self.ex3 = p.person("20/11/2022", "female")
        p.paid(self.ex3, "5.1_u4", 1_250_000, TENTH)
        p.listed(month, self.ex3, "5.1_u4", 1_350_000)
        self.ex6 = p.person("3/4/1950", "female")
        p.listed(month, self.ex6, "5.6_n_te_nct", 1_080_000)
        p.listed(month, self.ex6, "HTXH", 540_000)
        self.ex7 = p.person("3/4/1990", "female")
        p.listed(month, self.ex7, "5.4", 1_080_000, children_count=2, decided_on=date(2026, 11, 2))
        p.listed(month, self.ex7, "5.6_n", 810_000, decided_on=date(2026, 11, 2))
        self.ex8 = p.person("1940", "female")
        p.paid(self.ex8, "NCC_CDHH", 2_000_000, TENTH)
        p.paid(self.ex8, "NCC_TUAT", 3_012_000, TENTH)
        p.listed(month, self.ex8, "NCC_CDHH", 2_000_000)
        p.listed(month, self.ex8, "NCC_TUAT", 3_012_000)
        self.ex8_with_btxh = p.person("1941", "female")
        p.listed(month, self.ex8_with_btxh, "NCC_TUAT", 3_012_000)
        p.listed(month, self.ex8_with_btxh, "5.5a_80", 1_080_000)
        self.carer, self.brother, self.sister = p.person("9/9/1975", "female"), p.person("1/2/1980"), p.person("1/2/1982", "female")
        her_account = {"bank_bin": "970405", "account_number": "6111222333", "account_name": self.carer.name.upper()}
        for code, person, amount, subject in (
            ("20.2c", self.carer, 500_000, self.brother.id_number), ("5.6_dbn", self.brother, 1_000_000, ""),
        ):  # fmt: skip
            p.paid(person, code, amount, "2026-01..2026-06", subject=subject)
            p.paid(person, code, amount * 54 // 50, "2026-07..2026-10", subject=subject)
        p.listed(month, self.carer, "20.2c", 540_000, subject_id_number=self.brother.id_number, **her_account)
        p.listed(month, self.carer, "20.2c", 540_000, subject_id_number=self.sister.id_number, **her_account)
        p.listed(month, self.brother, "5.6_dbn", 1_080_000, **her_account)
        self.ex10 = p.person("8/8/1988")
        p.paid(self.ex10, "5.6_n", 810_000, "2026-07..2026-10")
        p.listed(month, self.ex10, "5.6_n", 810_000)
        p.listed(month, self.ex10, "5.6_n", 810_000, commune="25864", moved_from="xã Phú Giáo")
        self.ex11 = p.person("7/7/1977")
        p.paid(self.ex11, "5.6_n", 810_000, "2026-01..2026-07")
        p.paid(self.ex11, "5.6_n", 750_000, "2026-08..2026-10", paid=False)
        cash = {"payment_channel": "cash", "bank_bin": None, "account_number": None, "account_name": None}
        p.listed(month, self.ex11, "5.6_n", 810_000, **cash)
        self.shuffled = [p.person(f"{day}/3/1980") for day in range(1, 9)]
        for person in reversed(self.shuffled):
            p.paid(person, "5.6_n", 750_000, TENTH)
            p.listed(month, person, "5.6_n", 810_000, full_name=unicodedata.normalize("NFD", person.name))
        self.more(p, month)

    def more(self, p: Province, month: str) -> None:
        """Neighbours of the examples: the same rules from another side."""
        self.outgrown = p.person("10/10/2010")
        p.paid(self.outgrown, "5.1_4_16", 750_000, TENTH)
        p.listed(month, self.outgrown, "5.1_4_16", 810_000)
        self.too_young = p.person("1/1/1970")
        p.listed(month, self.too_young, "5.5a_60_80", 810_000)
        self.sixteen_now = p.person("10/11/2010")
        p.paid(self.sixteen_now, "5.1_4_16", 810_000, "2026-07..2026-10")
        p.listed(month, self.sixteen_now, "5.1_4_16", 810_000)
        self.grown_disabled = p.person("10/11/2010", "female")
        p.paid(self.grown_disabled, "5.6_n_te_nct", 1_080_000, "2026-07..2026-10")
        p.listed(month, self.grown_disabled, "5.6_n_te_nct", 1_080_000)
        self.gap = p.person("1/1/1980")
        p.paid(self.gap, "5.6_n", 750_000, "2026-01..2026-08", "2026-10")
        p.listed(month, self.gap, "5.6_n", 810_000)
        self.higher_now = p.person("2/2/1951")
        p.paid(self.higher_now, "HTXH", 500_000, TENTH)
        p.listed(month, self.higher_now, "5.6_n_te_nct", 1_080_000, certified_on=date(2026, 9, 3), **NEW_OCTOBER)
        self.one_child_more = p.person("2/2/1991", "female")
        p.paid(self.one_child_more, "5.4", 500_000, TENTH)
        p.listed(month, self.one_child_more, "5.4", 1_080_000, children_count=2)
        self.dead_in_october = p.person("2/2/1961", dead_on=date(2026, 10, 3))
        p.paid(self.dead_in_october, "5.6_dbn_te_nct", 1_250_000, TENTH)
        p.listed(month, self.dead_in_october, "5.6_dbn_te_nct", 1_350_000)
        self.dead_this_month = p.person("2/2/1962", dead_on=date(2026, 11, 1))
        p.paid(self.dead_this_month, "5.6_n_te_nct", 1_080_000, "2026-07..2026-10")
        p.listed(month, self.dead_this_month, "5.6_n_te_nct", 1_080_000)
        self.dead_unlisted = p.person("2/2/1963", dead_on=date(2026, 8, 9))
        p.paid(self.dead_unlisted, "5.6_n_te_nct", 1_080_000, "2026-07..2026-10")
        self.ended = p.person("2/2/1940", "female")
        p.listed(month, self.ended, "5.5c", 540_000)
        self.twice = p.person("3/3/1983")
        p.paid(self.twice, "5.6_n", 810_000, "2026-10")
        p.listed(month, self.twice, "5.6_n", 810_000)
        p.listed(month, self.twice, "5.6_n", 810_000)
        self.two_communes = p.person("4/3/1983")
        p.paid(self.two_communes, "5.6_n", 810_000, "2026-10", commune="25864")
        p.listed(month, self.two_communes, "5.6_n", 810_000)
        p.listed(month, self.two_communes, "5.6_n", 810_000, commune="25864")
        self.hidden = p.person("4/4/1984", "female")
        p.paid(self.hidden, "5.8", 750_000, TENTH)
        p.listed(month, self.hidden, "5.8", 810_000)
        self.hidden_and_other = p.person("4/4/1955", "female")
        p.listed(month, self.hidden_and_other, "5.8", 810_000)
        p.listed(month, self.hidden_and_other, "HTXH", 540_000)
        self.no_account = p.person("5/5/1985")
        p.listed(month, self.no_account, "5.6_n", 810_000, account_number=None, bank_bin=None, account_name=None)
        self.vneid = p.person("6/5/1985", account=("970436", "0011223344"))
        p.listed(month, self.vneid, "5.6_n", 810_000, account_number=None, bank_bin=None, account_name=None)
        self.vneid_differs = p.person("7/5/1985", account=("970436", "0011223345"))
        p.listed(month, self.vneid_differs, "5.6_n", 810_000)
        self.lost = p.person("8/5/1985", state="mat_tich")
        p.listed(month, self.lost, "5.6_n", 810_000)
        self.unsure = p.person("9/5/1985")
        p.listed(month, self.unsure, "5.6_n", 1_080_000, group_is_unsure=True)
        self.ten_times = p.person("10/5/1985")
        p.listed(month, self.ten_times, "5.6_n", 81_000_000)
        self.funeral = p.person("1/5/1936", "female", dead_on=date(2026, 10, 1))
        p.listed(month, self.funeral, "11", 10_800_000, payee_name="Nguyễn Văn Con", payee_relation="con")
        self.mandate_over = p.person("11/5/1985")
        p.listed(month, self.mandate_over, "5.6_n", 810_000, payee_name="Trần Thị Hộ", mandate_until=date(2026, 10, 31))
        self.wards = [p.person(f"{day}/6/2015") for day in range(1, 7)]
        for ward in self.wards:
            p.listed(month, ward, "5.1_4_16", 810_000, account_number="6999888777", account_name="LE VAN GIAM HO")
        self.old_decision = p.person("12/5/1985")
        p.listed(month, self.old_decision, "5.6_n", 810_000, certified_on=date(2019, 3, 1), decided_on=date(2019, 4, 1))
        self.later = p.person("13/5/1985")
        p.listed(month, self.later, "5.6_n", 810_000, entitled_from="2026-12")
        self.lump = p.person("14/5/1985")
        p.paid(self.lump, "5.6_n", 750_000, "2026-01..2026-09")
        p.paid(self.lump, "5.6_n", 810_000 + 180_000, "2026-10")
        p.listed(month, self.lump, "5.6_n", 810_000)
        self.tie = p.person("1/6/1954")
        p.paid(self.tie, "HTXH", 500_000, "2026-01..2026-06")
        p.paid(self.tie, "HTXH", 540_000, "2026-07..2026-10")
        p.listed(month, self.tie, "HTXH", 540_000, decided_on=date(2025, 7, 1))
        p.listed(month, self.tie, "5.4", 540_000, children_count=1, decided_on=date(2026, 1, 5))
        self.care_of_elder = p.person("1/6/1970", "female")
        p.listed(month, self.care_of_elder, "20.2b", 810_000, subject_id_number="079226000001")
        p.listed(month, self.care_of_elder, "5.6_n", 810_000)
        self.owner, self.borrower = p.person("1/6/1971"), p.person("1/6/1972")
        p.listed(month, self.owner, "5.6_n", 810_000)
        p.listed(month, self.borrower, "5.6_n", 810_000, id_number=self.owner.id_number, commune="25864")
