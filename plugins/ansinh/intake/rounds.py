"""What a round of a commune changed in the rows it replaced or withdrew: counts by field, never a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg

from ansinh.text import field_label, say

Connection = psycopg.Connection[tuple[Any, ...]]
#: They follow from another field and would be told twice.
_DERIVED = (
    "is_blocked", "id_type", "birth_date_precision", "birth_month", "programme_code", "group_is_unsure", "channel_is_inferred", "coefficient",
)  # fmt: skip

_RETIRED = """
    select t.retired_by_workbook_id, count(*) filter (where t.replaced_by_row_id is not null)::int,
        count(*) filter (where t.replaced_by_row_id is null)::int
    from raw.commune__retired_rows t where t.retired_by_workbook_id = any(%s) group by 1
"""
_CHANGES = """
    select workbook_id, column_name, count(*)::int from raw.commune__round_changes
    where workbook_id = any(%s) and column_name <> all(%s) group by 1, 2 order by 3 desc, 2
"""


@dataclass(slots=True)
class Round:
    """`replaced` and `withdrawn` rows; `fields`: field → how many of the replaced rows now say something else there."""

    replaced: int = 0
    withdrawn: int = 0
    fields: dict[str, int] = field(default_factory=dict)

    @property
    def says(self) -> str:
        """The round in one sentence; an unchanged replacement says so."""
        changed = " · ".join(f"{field_label(name)} {count}" for name, count in self.fields.items())
        return say("landing.round", replaced=self.replaced, withdrawn=self.withdrawn, changed=changed or say("landing.round_same"))


def rounds(connection: Connection, workbook_ids: list[str]) -> dict[str, Round]:
    """By workbook; a workbook that replaced and withdrew nothing is missing."""
    found = {key: Round(replaced, withdrawn) for key, replaced, withdrawn in connection.execute(_RETIRED, (workbook_ids,))}
    for key, name, count in connection.execute(_CHANGES, (list(found), list(_DERIVED))):
        found[key].fields[name] = count
    return found
