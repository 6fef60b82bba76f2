"""Our adapter to Great Expectations: one ephemeral context, one query a check, counts and verdicts out.

Results hold no value of any row: the queries of the suites return keys, and only counts are taken from GX
(`result_format=BASIC` would carry samples, so `BOOLEAN_ONLY` plus the observed value is all we keep).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ansinh.core.db import engine
from ansinh.quality.suites import Check
from ansinh.text import say

_GX_SEVERITY = {"block": "critical", "look": "warning", "note": "info"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What GX says of one check: `observed` is a number or a word, never a row's value."""

    check: Check
    passed: bool
    observed: str
    failed_count: int


def _observed(result: dict[str, Any]) -> str:
    value = result.get("observed_value", result.get("unexpected_count"))
    return str(value) if isinstance(value, int | float) else "-"


def _failed(check: Check, passed: bool, result: dict[str, Any]) -> int:
    if check.lists_rows:
        return int(result.get("observed_value") or 0)
    return int(result.get("unexpected_count") or (0 if passed else 1))


def validate(checks: Sequence[tuple[Check, str]], dsn: str | None = None) -> list[Verdict]:
    """Run every (check, rendered SQL) against the warehouse; one verdict each, in order.

    Costs one import of GX (2 to 5 s) a process and about 0.1 s a check plus its SQL.
    Raises whatever the database raises for SQL that does not run: a broken suite is our fault, not a red check.
    """
    os.environ.setdefault("TQDM_DISABLE", "1")
    import great_expectations as gx
    from great_expectations.expectations.registry import get_expectation_impl

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    url = engine(dsn).url.render_as_string(hide_password=False)
    source = context.data_sources.add_postgres("warehouse", connection_string=url, create_temp_table=False)
    verdicts = []
    for number, (check, sql) in enumerate(checks):
        batch = source.add_query_asset(f"{number:03d}_{check.code}", query=sql).add_batch_definition_whole_table("all").get_batch()
        expectation = get_expectation_impl(check.expectation)(**dict(check.kwargs), severity=_GX_SEVERITY[check.severity])
        outcome = batch.validate(expectation, result_format={"result_format": "SUMMARY", "partial_unexpected_count": 0})
        trouble = outcome.exception_info or {}
        _raise_if_broken(check, trouble)
        result = dict(outcome.result)
        passed = bool(outcome.success)
        verdicts.append(Verdict(check, passed, _observed(result), _failed(check, passed, result)))
    return verdicts


def _raise_if_broken(check: Check, trouble: dict[str, Any]) -> None:
    """GX swallows SQL errors into the result; a gate that could not look must never count as an opinion."""
    from ansinh.core.errors import AnsinhError

    nested = [entry for entry in trouble.values() if isinstance(entry, dict)] or [trouble]
    if any(entry.get("raised_exception") for entry in nested):
        raise AnsinhError(say("errors.quality.check_broken", code=check.code), say("errors.quality.check_broken_fix"))
