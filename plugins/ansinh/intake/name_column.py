"""The column of the people's names: where no heading says it, and whether the one that does is to be believed."""

from __future__ import annotations

from typing import Any

from ansinh.intake import whose_name
from ansinh.intake.header import Header
from ansinh.intake.settled import Settled


def find_name(settled: Settled, header: Header, sample: list[list[Any]]) -> None:
    """Where no heading names the people: the column of names that is theirs, or a question."""
    sexes = whose_name.sexes_of(sample, header.fields)
    chosen, asked = whose_name.pick(sample, header.name_may_be, header.labels, header.fields, sexes)
    if chosen is None:
        settled.questions.append(("full_name", asked))
    else:
        header.fields[chosen] = "full_name"
        settled.by_content.append(("full_name", chosen))


def check_name(settled: Settled, header: Header, sample: list[list[Any]]) -> None:
    """The person's name never comes from a column of those who receive, act or care for him: told by values, or asked."""
    position = settled.columns.get("full_name")
    if position is None or "surname" in settled.columns or header.name_may_be:
        return
    label, sexes = header.labels[position], whose_name.sexes_of(sample, header.fields)
    claimed = whose_name.claims_another(label)
    if whose_name.is_plain(label) and whose_name.is_everybodys(sample, position, sexes):
        return
    seems = whose_name.is_everybodys(sample, position, sexes, 0.5)
    others = [column for column in whose_name.columns_of_names(sample, len(header.labels)) if column != position]
    free = [c for c in others if header.fields[c] not in whose_name.OF_ANOTHER and not whose_name.claims_another(header.labels[c])]
    if not claimed and not free and (seems or whose_name.is_plain(label) or not others):
        return
    own = [c for c in ([] if claimed else [position]) + free if whose_name.is_everybodys(sample, c, sexes)]
    if own == [position]:
        return
    del settled.columns["full_name"]
    if len(own) == 1 and not whose_name.is_plain(label):
        for name in [name for name, at in settled.columns.items() if at == own[0]]:
            del settled.columns[name]
        settled.columns["full_name"] = own[0]
        settled.by_content.append(("full_name", own[0]))
    else:
        settled.questions.append(("full_name", sorted({position, *free, *([] if own else others)})))
