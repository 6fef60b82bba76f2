"""Ages, people cared for, joining, leaving, moving, dying: the part of the further examples that asks who is entitled."""

from __future__ import annotations

from datetime import date

from adversary import ALL, MONTH, NEW, Case, World, held, paid


class Lives(World):
    """Each method adds its cases."""

    # fmt: off
    def ages(self) -> None:
        c = self.case
        c("three years old this month: still paid", "15/11/2023", [paid("5.7", 810_000, 240_000)], ("5.7", 810_000), past=[("5.7", 750_000, NEW)])
        c("three years old last month: only the truy lĩnh", "15/10/2023", [paid("5.7", 0, 240_000)], ("5.7", 810_000), past=[("5.7", 750_000, NEW)])
        c("four next month", "1/12/2022", [paid("5.1_u4", 1_350_000)], ("5.1_u4", 1_350_000), past=[("5.1_u4", 1_350_000, NEW)])
        c("four on the first of the month", "1/11/2022", [paid("5.1_4_16", 810_000)], ("5.1_u4", 1_350_000), past=[("5.1_u4", 1_350_000, NEW)])
        c("four since August, paid the higher level on", "10/8/2022", [paid("5.1_4_16", 810_000, 100_000, 1_320_000)], ("5.1_u4", 1_350_000),
          past=[("5.1_u4", 1_250_000, ALL)])
        c("a girl of year 2022 only is four since January", "2022", [paid("5.1_4_16", 810_000, 240_000)], ("5.1_4_16", 810_000),
          past=[("5.1_4_16", 750_000, NEW)], sex="female")
        c("twenty-two this month: still paid", "3/11/2004", [paid("5.2", 810_000)], ("5.2", 810_000), past=[("5.2", 810_000, NEW)])
        c("twenty-two last month", "3/10/2004", [paid("5.2", 0)], ("5.2", 810_000), past=[("5.2", 810_000, NEW)])
        c("sixteen this month, 5.1 and 5.2 both listed: one", "5/11/2010",
          [paid("5.1_4_16", 810_000), held("5.2", "excluded_highest_only", 810_000)], ("5.1_4_16", 810_000, {"decided_on": date(2012, 5, 1)}),
            ("5.2", 810_000, {"decided_on": date(2026, 11, 3)}), past=[("5.1_4_16", 810_000, NEW)])
        c("sixty since January by year only", "1966", [paid("5.6_n_te_nct", 1_080_000, 1_080_000)], ("5.6_n", 810_000),
          past=[("5.6_n", 810_000, NEW)])
        c("sixty on the last day of the month", "30/11/1966", [paid("5.6_dbn_te_nct", 1_350_000)], ("5.6_dbn", 1_080_000),
          past=[("5.6_dbn", 1_080_000, NEW)])
        c("sixty next month", "1/12/1966", [paid("5.6_dbn", 1_080_000)], ("5.6_dbn", 1_080_000), past=[("5.6_dbn", 1_080_000, NEW)])
        c("eighty next month", "31/12/1946", [paid("5.5a_60_80", 810_000)], ("5.5a_60_80", 810_000), past=[("5.5a_60_80", 810_000, NEW)])
        c("eighty on the first", "1/11/1946", [paid("5.5a_80", 1_080_000)], ("5.5a_60_80", 810_000), past=[("5.5a_60_80", 810_000, NEW)])
        c("eighty since September and the decree at once", "9/9/1946", [paid("5.5a_80", 1_080_000, 780_000)], ("5.5a_60_80", 750_000),
          past=[("5.5a_60_80", 750_000, ALL)])
        c("sixteen since September: child level to adult level, and the decree", "5/9/2010", [paid("5.6_n", 810_000, 160_000, 380_000)],
          ("5.6_n_te_nct", 1_000_000), past=[("5.6_n_te_nct", 1_000_000, ALL)])
        c("not yet sixty in the group of the old", "1/12/1966", [held("5.5a_60_80", "group_unsure", 0)], ("5.5a_60_80", 810_000))
        c("seventy-five this month, new decision", "15/11/1951", [paid("HTXH", 540_000)], ("HTXH", 540_000, {"decided_on": date(2026, 11, 4)}))
        c("seventy this month and poor", "15/11/1956", [paid("HTXH", 540_000)], ("HTXH", 540_000, {"decided_on": date(2026, 11, 4)}))
        c("sixty-nine for the social pension", "15/12/1956", [held("HTXH", "group_unsure")], ("HTXH", 540_000, {"decided_on": date(2026, 11, 4)}))
        c("HIV child four this month", "7/11/2022", [paid("5.3_4_16", 1_080_000, 400_000)], ("5.3_u4", 1_350_000), past=[("5.3_u4", 1_250_000, ALL)])

    def subjects(self) -> None:
        c = self.carer
        c("her child has 36 months this month: still paid", "20.2a_1", 810_000, [paid("20.2a_1", 810_000, 240_000)], "10/11/2023", 750_000)
        c("her child had 36 months last month", "20.2a_1", 810_000, [paid("20.2a_1", 0, 240_000)], "10/10/2023", 750_000)
        c("the cared-for child is four this month", "20.1a", 1_350_000, [paid("20.1b", 810_000)], "2/11/2022", 1_350_000)
        c("the cared-for child was sixteen last month", "20.1b", 810_000, [paid("20.1b", 0)], "2/10/2010", 810_000)
        c("the cared-for child is sixteen this month: still paid", "20.1b", 810_000, [paid("20.1b", 810_000)], "2/11/2010", 810_000)
        c("the disabled child taken in is sixteen this month", "20.2d_2", 1_350_000, [paid("20.2d_1", 810_000)], "2/11/2010", 1_350_000)
        c("the person cared for died last month", "20.2c", 540_000, [held("20.2c", "deceased")], "2/2/1980", 540_000, dead_on=date(2026, 10, 3))
        c("the person cared for died in August: two months to recover", "20.2c", 540_000,
          [held("20.2c", "deceased", 0, 80_000, 1_000_000)], "2/2/1980", 500_000, dead_on=date(2026, 8, 3))
        c("the person cared for died this month", "20.2c", 540_000, [paid("20.2c", 540_000)], "2/2/1980", 540_000, dead_on=date(2026, 11, 3))
        c("an elder cared for, 60 and more", "20.1b", 810_000, [paid("20.1b", 810_000, 240_000)], "2/2/1950", 750_000)
        small, big = (self.p.person("5/5/2024"), self.p.person("5/5/2015"))
        who = self.p.person("3/3/1976", "female")
        self.p.listed(MONTH, who, "20.1a", 1_350_000, subject_id_number=small.id_number)
        self.p.listed(MONTH, who, "20.1b", 810_000, subject_id_number=big.id_number)
        self.cases.append(Case("two children of different ages in one carer's hands", who, [paid("20.1a", 1_350_000), paid("20.1b", 810_000)]))

    def lives(self) -> None:
        c = self.case
        c("joined in August, listed now: three months at the new rate", "2/2/1955", [paid("5.5a_60_80", 810_000, 2_430_000)],
          ("5.5a_60_80", 810_000, {"decided_on": date(2026, 8, 20)}))
        c("on no list any more", "2/2/1956", [], past=[("5.5a_60_80", 750_000, ALL)])
        c("died on the fifth of this month", "2/2/1957", [paid("5.5a_60_80", 810_000, 240_000)], ("5.5a_60_80", 810_000),
          past=[("5.5a_60_80", 750_000, ALL)], dead_on=date(2026, 11, 5))
        c("died in July, told now", "2/2/1958", [held("5.5a_60_80", "deceased", 0, 60_000, 2_250_000)], ("5.5a_60_80", 810_000),
          past=[("5.5a_60_80", 750_000, ALL)], dead_on=date(2026, 7, 15))
        c("died before the first payment", "2/2/1959", [held("5.5a_60_80", "deceased", 0, 1_620_000)],
          ("5.5a_60_80", 810_000, {"decided_on": date(2026, 9, 20)}), dead_on=date(2026, 10, 2))
        c("dead without a date", "2/2/1960", [held("5.5a_60_80", "deceased", 0, 240_000)], ("5.5a_60_80", 810_000),
          past=[("5.5a_60_80", 750_000, ALL)], state="chet")
        c("number cancelled in the register", "3/2/1960", [held("5.5a_60_80", "missing_person", 810_000, 240_000)], ("5.5a_60_80", 810_000),
          past=[("5.5a_60_80", 750_000, ALL)], state="huy")
        c("moved, only the new commune lists", "4/2/1960", [paid("5.5a_60_80", 810_000, 240_000)],
          ("5.5a_60_80", 810_000, {"moved_from": "xã An Long", "commune": "25864"}), past=[("5.5a_60_80", 750_000, ALL)])
        c("funeral of somebody who died in May: the rate of May", "1/5/1936", [paid("11", 10_000_000)],
          ("11", 10_000_000, {"payee_name": "Trần Văn Con"}), dead_on=date(2026, 5, 9))
        c("funeral once more", "2/5/1936", [held("11", "duplicate_review", 10_800_000)], ("11", 10_800_000, {"payee_name": "Trần Văn Con"}),
          past=[("11", 10_800_000, "2026-10")], dead_on=date(2026, 9, 9))
        c("funeral after a disaster", "3/5/1936", [paid("14", 27_000_000)], ("14", 27_000_000, {"payee_name": "Trần Văn Con"}),
          dead_on=date(2026, 10, 9))
        c("both funeral supports: the higher one", "4/5/1936", [paid("14", 27_000_000), held("11", "excluded_highest_only", 10_800_000)],
          ("11", 10_800_000, {"payee_name": "Trần Văn Con"}), ("14", 27_000_000, {"payee_name": "Trần Văn Con"}), dead_on=date(2026, 10, 9))
        c("funeral and the month of death together", "5/5/1936", [paid("11", 10_800_000), paid("5.5a_80", 1_080_000)],
          ("11", 10_800_000, {"payee_name": "Trần Văn Con"}), ("5.5a_80", 1_080_000), past=[("5.5a_80", 1_080_000, NEW)], dead_on=date(2026, 11, 2))
    # fmt: on
