"""What the money code hands to DAGs, console and CLI: counts, sums and ids, never a person's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Decision = Literal["approve", "reject", "hold"]


@dataclass(frozen=True, slots=True)
class FileTotals:
    """One file of a run as it was sealed."""

    name: str
    sha256: str
    rows: int
    total_vnd: int
    state: str = ""


@dataclass(frozen=True, slots=True)
class RunTotals:
    """A payment run in figures (đồng). `refused_rows`: lines the bank's own rules would refuse, left out with a reason."""

    run_id: str
    state: str
    rows: int
    total_vnd: int
    bank_rows: int = 0
    bank_total_vnd: int = 0
    cash_rows: int = 0
    cash_total_vnd: int = 0
    refused_rows: int = 0
    files: tuple[str, ...] = ()
    note_vi: str = ""

    def to_json(self) -> dict[str, Any]:
        """A plain dict for XCom and `--json`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """Everything an approver should know before saying yes; the same figures in the console, the CLI and Airflow."""

    run_id: str
    period: str
    programme_group: str
    state: str
    rows: int
    total_vnd: int
    by_programme: tuple[tuple[str, int, int], ...]
    by_channel: tuple[tuple[str, int, int], ...]
    files: tuple[FileTotals, ...]
    manifest_sha256: str
    execution_date: str
    required_approvals: int
    approved_by: tuple[str, ...]
    made_by: tuple[str, ...]
    says_vi: str

    def to_json(self) -> dict[str, Any]:
        """A plain dict for the console and Airflow's human step."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something `ansinh verify` found wrong. `subject` is an id (run, file, instruction, event), `code` a catalogue code."""

    code: str
    subject: str
    says_vi: str
    figures: Sequence[int] = field(default=())
