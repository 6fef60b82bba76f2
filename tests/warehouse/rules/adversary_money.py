"""Cash left lying, several benefits at once, merit, starts, receivers, shared care: the part that asks how much and to whom."""

from __future__ import annotations

from datetime import date

from adversary import ALL, CASH, MONTH, NEW, NOTHING, OLD, Case, World, held, paid


class Money(World):
    """Each method adds its cases."""

    # fmt: off
    def cash(self) -> None:
        c, no = (self.case, {"paid": False})
        c("three months left lying, then a new decision", "5/6/1957", [paid("5.5a_60_80", 810_000, 2_490_000)], ("5.5a_60_80", 810_000,
          CASH | {"decided_on": date(2026, 10, 20)}), past=[("5.5a_60_80", 750_000, "2026-01..2026-07"),
            ("5.5a_60_80", 750_000, "2026-08..2026-10", no)])
        c("two months left lying, then collected", "6/6/1957", [paid("5.5a_60_80", 810_000, 1_620_000)], ("5.5a_60_80", 810_000, CASH),
          past=[("5.5a_60_80", 750_000, "2026-07..2026-08", no), ("5.5a_60_80", 810_000, "2026-09..2026-10")])
        c("four months left lying", "7/6/1957", [held("5.5a_60_80", "uncollected_3m", 810_000, 3_240_000)], ("5.5a_60_80", 810_000, CASH),
          past=[("5.5a_60_80", 750_000, NEW, no)])
        c("left lying, then off the list a month", "8/6/1957", [paid("5.5a_60_80", 810_000, 60_000 + 1_620_000)], ("5.5a_60_80", 810_000, CASH),
          past=[("5.5a_60_80", 750_000, "2026-07"), ("5.5a_60_80", 750_000, "2026-08..2026-09", no)])
        c("some months paid old, one left, one paid new", "9/6/1957", [paid("5.5a_60_80", 810_000, 930_000)], ("5.5a_60_80", 810_000, CASH),
          past=[("5.5a_60_80", 750_000, "2026-07", "2026-10"), ("5.5a_60_80", 750_000, "2026-08", no), ("5.5a_60_80", 810_000, "2026-09")])
        c("three left lying and died in September", "9/7/1957", [held("5.5a_60_80", "deceased", 0, 1_620_000)], ("5.5a_60_80", 810_000, CASH),
          past=[("5.5a_60_80", 810_000, "2026-07"), ("5.5a_60_80", 810_000, "2026-08..2026-10", no)], dead_on=date(2026, 9, 9))

    def highest(self) -> None:
        c = self.case
        c("three benefits, the highest is paid with the difference to the pension paid before", "3/4/1951",
          [paid("5.6_n_te_nct", 1_080_000, 160_000), held("5.5a_60_80", "excluded_highest_only", 810_000), held("HTXH", "excluded_highest_only", 540_000)], ("5.6_n_te_nct", 1_080_000, {"certified_on": date(2026, 11, 2), "decided_on": date(2026, 11, 5)}), ("5.5a_60_80", 810_000, {"decided_on": date(2026, 11, 5)}), ("HTXH", 540_000), past=[("HTXH", 500_000, ALL)])
        c("poor single parent of 60 and more: both", "3/4/1960", [paid("5.4", 540_000), paid("5.5a_60_80", 810_000)],
          ("5.4", 540_000, {"children_count": 1}), ("5.5a_60_80", 810_000))
        c("poor single parent with 5.8: both", "3/4/1985", [paid("5.4", 1_080_000), paid("5.8", 810_000)],
          ("5.4", 1_080_000, {"children_count": 2}), ("5.8", 810_000))
        c("single parent's money and the pension: the higher", "3/4/1950",
          [paid("5.4", 1_080_000), held("HTXH", "excluded_highest_only", 540_000)], ("5.4", 1_080_000, {"children_count": 2}), ("HTXH", 540_000))
        c("single parent, disabled, of pension age: two of three", "4/4/1950", [paid("5.4", 540_000),
          paid("5.6_n_te_nct", 1_080_000), held("HTXH", "excluded_highest_only", 540_000)], ("5.4", 540_000, {"children_count": 1}),
            ("5.6_n_te_nct", 1_080_000), ("HTXH", 540_000))
        c("one child fewer: the truy lĩnh is for two", "3/4/1986", [paid("5.4", 540_000, 320_000)], ("5.4", 540_000, {"children_count": 1}),
          past=[("5.4", 1_000_000, ALL)])
        c("a second child by a decision of September", "4/4/1986", [paid("5.4", 1_080_000, 80_000 + 2 * 580_000)],
          ("5.4", 1_080_000, {"children_count": 2, "decided_on": date(2026, 9, 20)}), past=[("5.4", 500_000, ALL)])
        c("one child since the first decision, two on the list of now", "5/4/1986", [paid("5.4", 1_080_000, 160_000)],
          ("5.4", 1_080_000, {"children_count": 2, "decided_on": date(2026, 3, 20)}), past=[("5.4", 500_000, "2026-03..2026-10")])
        c("severe became extremely severe in September", "6/4/1986", [paid("5.6_dbn", 1_080_000, 780_000)],
          ("5.6_dbn", 1_080_000, {"certified_on": date(2026, 9, 3), "decided_on": date(2026, 10, 20)}), past=[("5.6_n", 750_000, ALL)])
        c("children by the coefficient", "3/4/1987", [paid("5.4", 1_620_000)], ("5.4", 1_620_000, {"coefficient": 3}))
        c("5.7 and 5.6: the higher", "1/1/2025", [paid("5.6_dbn_te_nct", 1_350_000), held("5.7", "excluded_highest_only", 810_000)],
          ("5.6_dbn_te_nct", 1_350_000), ("5.7", 810_000))
        c("disability and child money of a mother: both", "1/2/1998", [paid("5.6_n", 810_000), paid("20.2b", 810_000)], ("5.6_n", 810_000),
          ("20.2b", 810_000, {"subject_id_number": self.p.person("5/5/2025").id_number}), sex="female")

    def merit(self) -> None:
        c = self.case
        c("two tuất shares by note", "1944", [paid("NCC_TUAT", 3_012_000), paid("NCC_TUAT", 3_012_000)], ("NCC_TUAT", 3_012_000),
          ("NCC_TUAT", 3_012_000, {"note": "suất thứ 2"}), sex="female")
        c("two tuất shares by subject", "1945", [paid("NCC_TUAT", 3_012_000), paid("NCC_TUAT", 3_012_000)],
          ("NCC_TUAT", 3_012_000, {"subject_id_number": "079045000001"}),
            ("NCC_TUAT", 3_012_000, {"subject_id_number": "079045000002"}), sex="female")
        c("the same merit line twice", "1946", [paid("NCC_TB", 4_000_000), held("NCC_TB", "duplicate_review", 4_000_000)], ("NCC_TB", 4_000_000),
          ("NCC_TB", 4_000_000))
        c("the office's own truy lĩnh is what its new amount leaves", "1947", [paid("NCC_TUAT", 3_012_000, 892_000)],
          ("NCC_TUAT", 3_012_000, {"declared_arrears_vnd": 892_000}), past=[("NCC_TUAT", 2_789_000, ALL)])
        c("merit died last month", "1948", [held("NCC_TB", "deceased")], ("NCC_TB", 4_000_000), past=[("NCC_TB", 4_000_000, ALL)],
          dead_on=date(2026, 10, 20))
        c("merit without an amount", "1949", [held("NCC_TB", "group_unsure")], ("NCC_TB", None))

    def starts(self) -> None:
        c = self.case
        c("written: since August", "1/6/1958", [paid("5.5a_60_80", 810_000, 2_430_000)],
          ("5.5a_60_80", 810_000, {"decided_on": date(2026, 10, 20), "entitled_from": "2026-08"}))
        c("a certificate after the decision counts", "1/6/1988", [paid("5.6_n", 810_000)],
          ("5.6_n", 810_000, {"decided_on": date(2026, 10, 20), "certified_on": date(2026, 11, 2)}))
        c("no certificate date: the decision", "2/6/1988", [paid("5.6_n", 810_000, 810_000)], ("5.6_n", 810_000, {"decided_on": date(2026, 10, 20)}))
        c("a certificate of May across the decree", "3/6/1988", [paid("5.6_n", 810_000, 2 * 750_000 + 4 * 810_000)],
          ("5.6_n", 810_000, {"decided_on": date(2026, 10, 20), "certified_on": date(2026, 5, 20)}))
        c("a certificate of March 2024, decided last month: every month since, at its own rate", "5/6/1988",
          [paid("5.6_n", 810_000, 4 * 540_000 + 24 * 750_000 + 4 * 810_000)],
            ("5.6_n", 810_000, {"decided_on": date(2026, 10, 20), "certified_on": date(2024, 3, 20)}))
        c("decided next month", "4/6/1958", [paid("5.5a_60_80", 0)], ("5.5a_60_80", 810_000, {"decided_on": date(2026, 12, 1)}))
        c("a level lower than paid so far: a case, no deduction", "6/6/1988", [paid("5.6_n", 810_000, 0, 840_000)], ("5.6_n", 810_000),
          past=[("5.6_n", 750_000, OLD), ("5.6_n", 1_020_000, NEW)])

    def receivers(self) -> None:
        c = self.case
        c("cash inferred, nothing else known", "1/7/1958", [paid("5.5a_60_80", 810_000)], ("5.5a_60_80", 810_000,
          CASH | {"channel_is_inferred": True}))
        c("cash inferred, but the register has an account", "2/7/1958", [paid("5.5a_60_80", 810_000)], ("5.5a_60_80", 810_000,
          CASH | {"channel_is_inferred": True}), account=("970436", "0011223399"))
        c("cash chosen although the register has an account", "3/7/1958", [paid("5.5a_60_80", 810_000)], ("5.5a_60_80", 810_000,
          CASH), account=("970436", "0011223398"))
        c("a wallet by phone", "4/7/1958", [paid("5.5a_60_80", 810_000)],
          ("5.5a_60_80", 810_000, NOTHING | {"payment_channel": "wallet", "phone": "0912345678"}))
        c("a card number is no account", "5/7/1958", [held("5.5a_60_80", "no_channel", 810_000)],
          ("5.5a_60_80", 810_000, {"account_number": "9704050123456789"}))
        c("a mandate until the end of October", "6/7/1958", [held("5.5a_60_80", "receiver_risk", 810_000)],
          ("5.5a_60_80", 810_000, {"payee_name": "Lê Thị Nhận", "mandate_until": date(2026, 10, 31)}))
        c("a mandate until the middle of November", "7/7/1958", [paid("5.5a_60_80", 810_000)],
          ("5.5a_60_80", 810_000, {"payee_name": "Lê Thị Nhận Thay", "mandate_until": date(2026, 11, 15)}))
        dead = self.p.person("1/1/1950", "female", dead_on=date(2026, 8, 1))
        c("the receiver is dead", "8/7/1958", [held("5.5a_60_80", "receiver_risk", 810_000)],
          ("5.5a_60_80", 810_000, {"payee_name": dead.name, "payee_id_number": dead.id_number}))
        for n in range(4):
            c(f"four people on one account: {n}", f"{n + 1}/8/2015", [paid("5.1_4_16", 810_000)],
              ("5.1_4_16", 810_000, {"account_number": "6777000111", "account_name": "LE THI ME"}))
        owner = self.p.person("5/8/1980", "female")
        self.p.listed(MONTH, owner, "5.6_n", 810_000, account_number="6777000222", account_name=owner.name.upper())
        self.cases.append(Case("her own money on an account shared by six", owner, [paid("5.6_n", 810_000)]))
        for n in range(5):
            c(f"five others on her account: {n}", f"{n + 1}/9/2015", [held("5.1_4_16", "receiver_risk", 810_000)],
              ("5.1_4_16", 810_000, {"account_number": "6777000222", "account_name": owner.name.upper()}))

    def shares(self) -> None:
        """A couple, both disabled, with one child: one share, the higher; on a tie the older decision."""
        for name, husbands, wifes in (("equal, the husband's decision is older", ("20.2a_1", 810_000, date(2025, 2, 1)),
          ("20.2a_1", 810_000, date(2026, 11, 1))), ("the wife's is higher", ("20.2a_1", 810_000, date(2025, 2, 1)),
            ("20.2a_2", 1_080_000, date(2026, 11, 1)))):
            child = self.p.person("6/6/2025")
            husband, wife = (self.p.person("7/7/1990"), self.p.person("8/8/1992", "female"))
            for person, (code, amount, decided) in ((husband, husbands), (wife, wifes)):
                self.p.listed(MONTH, person, code, amount, subject_id_number=child.id_number, decided_on=decided)
            self.p.paid(husband, "20.2a_1", 810_000, NEW, subject=child.id_number)
            won = husband if husbands[1] == wifes[1] else wife
            for person, (code, amount, _) in ((husband, husbands), (wife, wifes)):
                line = paid(code, amount) if person is won else held(code, "excluded_highest_only", amount)
                self.cases.append(Case(f"couple both disabled, {name}: {('one share' if person is won else 'none beside it')}", person, [line]))
        cared = self.p.person("6/6/1980")
        for name, line in (("first", paid("20.2c", 540_000)), ("second", held("20.2c", "duplicate_review", 540_000))):
            who = self.p.person("9/9/1970", "female")
            self.p.listed(MONTH, who, "20.2c", 540_000, subject_id_number=cared.id_number)
            self.cases.append(Case(f"two carers of one person: the {name}", who, [line]))
        child = self.p.person("7/6/2025")
        gone, widow = (self.p.person("7/7/1991", dead_on=date(2026, 10, 4)), self.p.person("8/8/1993", "female"))
        for who, code, amount in ((gone, "20.2a_2", 1_080_000), (widow, "20.2a_1", 810_000)):
            self.p.listed(MONTH, who, code, amount, subject_id_number=child.id_number, decided_on=date(2026, 11, 1))
        self.cases.append(Case("the husband died: the widow has the share", widow, [paid("20.2a_1", 810_000)]))
        self.cases.append(Case("the husband died: nothing beside it", gone, [held("20.2a_2", "deceased")]))
    # fmt: on
