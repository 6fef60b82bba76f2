"""The gates' suites: `expectations/<gate>.yml`, one file per door, read into checks.

A check is either `rows:` (SQL that lists offending keys; none may remain beyond `at_most`) or `expect:` (any Great
Expectations expectation on the result of `query:`). `@schema.table` names a relation: the one just built in
`<schema>_next` if it stands there, else the published one. `:name` is a value this module knows: the period, and
the thresholds of the deployment's settings. Nothing else enters the SQL text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from ansinh.core.errors import AnsinhError
from ansinh.core.period import Period
from ansinh.core.settings import load_settings, project_root
from ansinh.text import say

GATES = ("commune_sheet", "national_id", "person", "entitlement", "payment_file", "bank_return")
SEVERITIES = ("block", "look", "note")
# What a `rows:` query must return, in this order; unknown parts are null.
KEY_COLUMNS = ("key_kind", "key", "commune_code", "file_name", "sheet", "row_number")

_RELATION = re.compile(r"@([a-z]+)\.([a-z_0-9]+)")
_VALUE = re.compile(r"(?<![:\w]):([a-z_]+)\b")


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one gate. `expected` is a short sentence for the results table."""

    gate: str
    code: str
    severity: str
    sql: str
    expectation: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    lists_rows: bool = False
    expected: str = ""


def _check(gate: str, raw: dict[str, Any]) -> Check:
    if raw["severity"] not in SEVERITIES:
        raise AnsinhError(
            say("errors.quality.unknown_severity", severity=raw["severity"], code=raw["code"]), say("errors.quality.unknown_severity_fix")
        )
    if "rows" in raw:
        most = int(raw.get("at_most", 0))
        kwargs: dict[str, Any] = {"min_value": 0, "max_value": most}
        return Check(gate, raw["code"], raw["severity"], raw["rows"], "expect_table_row_count_to_be_between", kwargs, True, f"≤ {most}")
    return Check(gate, raw["code"], raw["severity"], raw["query"], raw["expect"], raw.get("with", {}), False, _wording(raw))


def _wording(raw: dict[str, Any]) -> str:
    return ", ".join([raw["expect"], *(f"{key}={value}" for key, value in raw.get("with", {}).items())])


def load_suite(gate: str) -> list[Check]:
    """The checks of a gate in the file's order. Raises AnsinhError for an unknown gate or a broken file."""
    if gate not in GATES:
        raise AnsinhError(say("errors.quality.unknown_gate", gate=gate), say("errors.quality.unknown_gate_fix", gates=", ".join(GATES)))
    path = project_root() / "expectations" / f"{gate}.yml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [_check(gate, entry) for entry in raw["checks"]]


def values_for(period: str) -> dict[str, str]:
    """SQL literals a suite may use, all of them checked numbers or a checked period."""
    now = Period.parse(period)
    settings = load_settings()
    return {
        "period": f"'{now}'",
        "last_period": f"'{now.plus(-1)}'",
        "month_start": f"date '{now.first_day}'",
        "abort_duplicate_share": repr(float(settings.identity.abort_duplicate_share)),
        "abort_rows_per_person": str(int(settings.identity.abort_rows_per_person)),
        "shared_account_limit": str(int(settings.payment.shared_account_limit)),
    }


def render(sql: str, values: Mapping[str, str], relation: Callable[[str, str], str]) -> str:
    """The SQL with relations and values put in. Raises AnsinhError for a value nobody knows."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise AnsinhError(say("errors.quality.unknown_value", name=found[1]), say("errors.quality.unknown_value_fix"))
        return values[found[1]]

    return _VALUE.sub(value, _RELATION.sub(lambda found: relation(found[1], found[2]), sql.strip()))
